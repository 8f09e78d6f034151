/** The bytes of a score file, once it is known that they are worth reading: kind and size come before the content. */
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { saidBy, UserFault } from '../../core/contract/faults.ts';
import { musicXmlInZip } from './musicxml/mxl.ts';

export interface ScoreBytes {
  readonly kind: 'midi' | 'musicxml' | 'mei' | 'abc';
  readonly bytes: Uint8Array;
}

/** The largest symphonies in MusicXML have some 30 MB; more is a mistake. Also the limit of what a .mxl may unpack to. */
export const largestScore = 64 * 1024 * 1024;

/** @throws UserFault when the file cannot be read, is too large, or is no score in a format we know */
export async function readScoreBytes(path: string): Promise<ScoreBytes> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (fault) {
    throw new UserFault(path, '', `cannot be read: ${reasonOf(fault)}`, undefined, { cause: fault });
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new UserFault(path, '', 'must be a file');
    const head = new Uint8Array(Math.min(stat.size, 64));
    await file.read(head, 0, head.length, 0);
    const kind = kindOf(head, path);
    if (stat.size > largestScore) throw new UserFault(path, 'size', `must be at most ${largestScore} bytes`, stat.size);
    const bytes = new Uint8Array(stat.size);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const whole = bytes.subarray(0, bytesRead);
    if (kind === 'musicxml' && isMei(whole)) return { kind: 'mei', bytes: whole };
    return kind === 'zip' ? { kind: 'musicxml', bytes: musicXmlInZip(whole, path, largestScore) } : { kind, bytes: whole };
  } finally {
    await file.close();
  }
}

/** Told from the first bytes; the name of a file promises nothing. */
function kindOf(head: Uint8Array, path: string): ScoreBytes['kind'] | 'zip' {
  if (head.length === 0) throw new UserFault(path, '', 'must be a score, but is empty');
  const text = new TextDecoder('latin1').decode(head);
  if (text.startsWith('MThd') || (text.startsWith('RIFF') && text.startsWith('RMID', 8))) return 'midi';
  if (text.startsWith('PK\u0003\u0004')) return 'zip';
  // A byte order mark, UTF-16 or not, and white space may come before the first angle bracket.
  if (/^(\u00ef\u00bb\u00bf|\u00fe\u00ff|\u00ff\u00fe)?[\s\0]*</.test(text)) return 'musicxml';
  if (/^(\u00ef\u00bb\u00bf)?\s*(%abc|X:\s*\d)/.test(text)) return 'abc';
  throw new UserFault(path, '', 'must be MIDI, MusicXML (also compressed, .mxl), MEI or ABC: it begins like none of them');
}

/** The first element says it; declarations and comments may come before. */
function isMei(bytes: Uint8Array): boolean {
  const beginning = new TextDecoder('latin1').decode(bytes.subarray(0, 8192)).replaceAll('\0', '');
  return /<(?:\w+:)?(?:mei|meiHead|music)[\s>]/.test(beginning) && !/<score-(part|time)wise[\s>]/.test(beginning);
}

function reasonOf(fault: unknown): string {
  const code = fault instanceof Error && 'code' in fault ? fault.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission is denied';
  if (code === 'EISDIR') return 'it is a folder';
  return saidBy(fault);
}
