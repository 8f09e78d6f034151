/** MEI and ABC, read by Verovio in a process of its own (`verovio-child.ts`), as a score like any other. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UserFault } from '../../core/contract/faults.ts';
import { scoreOfMei } from './mei-score.ts';
import { xmlText } from './musicxml/xml-text.ts';
import { parseXml } from './musicxml/xml-tree.ts';
import type { WrittenScore } from './written-score.ts';

export interface VerovioQuestion {
  readonly text: string;
}
/** What begins and ends at one place, in quarters from the beginning. */
export interface VerovioTime {
  readonly qstamp: number;
  readonly on?: readonly string[];
  readonly off?: readonly string[];
  readonly measureOn?: string;
  /** Quarters a minute. */
  readonly tempo?: number;
}
export type VerovioAnswer =
  | { readonly type: 'unreadable' }
  | { readonly type: 'failed'; readonly reason: string }
  | {
      readonly type: 'read';
      readonly mei: string;
      /** Grace notes that were left out. */
      readonly graces: number;
      readonly times: readonly VerovioTime[];
      /** MIDI pitch as written by id of a note; -1 where there is none. */
      readonly pitches: Readonly<Record<string, number>>;
    };

const longestReading = 20; // s; a symphony takes some four

/** @throws UserFault when nothing can be read, or not in time */
export async function readThroughVerovio(kind: 'mei' | 'abc', bytes: Uint8Array, path: string, limit = longestReading): Promise<WrittenScore> {
  const text = kind === 'mei' ? xmlText(bytes, path) : new TextDecoder().decode(bytes);
  // Verovio reads what is broken off as if nothing were missing.
  if (kind === 'mei') parseXml(text, path, 'note', new Set());
  else checkVoices(text, path);
  const answer = await ask({ text }, path, limit);
  if (answer.type === 'read') {
    const written = scoreOfMei(answer, path);
    return kind === 'abc' && hasEndings(text) ? { ...written, notes: [...written.notes, endingsUnread] } : written;
  }
  const said = answer.type === 'failed' ? `: ${answer.reason.split('\n', 1)[0]!}` : '';
  throw new UserFault(path, '', `must be ${kind.toUpperCase()} that can be read, but nothing could be made of it${said}`);
}

/** "|1", ":|2" and "[1": Verovio reads over them. */
const hasEndings = (text: string): boolean => /\|\s*[1-9]|\[[1-9]/.test(text.replace(/^[A-Za-z]:.*$/gm, ''));
const endingsUnread = 'endings: of ABC they cannot be read, the bars stand one behind the other; say what is played with --route, as in --route 1-2,1,3';

/** Verovio would write the voices of ABC one behind the other. */
function checkVoices(text: string, path: string): void {
  const voices = new Set([...text.matchAll(/^V:\s*(\S+)|\[V:\s*([^\]\s]+)/gm)].map(([, line, inline]) => line ?? inline));
  if (voices.size > 1) throw new UserFault(path, 'V:', 'must be one voice: of ABC only that can be read; give each voice a file of its own, with --solo FILE --accompaniment FILE', voices.size);
  const tunes = [...text.matchAll(/^X:/gm)].length;
  if (tunes > 1) throw new UserFault(path, 'X:', 'must be one tune', tunes);
}

/** @param limit seconds after which the process is ended */
function ask(question: VerovioQuestion, path: string, limit: number): Promise<VerovioAnswer> {
  const child = fork(fileURLToPath(new URL('./verovio-child.js', import.meta.url)), { silent: true });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new UserFault(path, '', `takes more than ${limit} s to read and was given up`)), limit * 1000);
    child.once('message', (answer) => {
      clearTimeout(timer);
      resolve(answer as VerovioAnswer);
    });
    child.once('error', (cause) => reject(new UserFault(path, '', `cannot be read: ${cause.message}`, undefined, { cause })));
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new UserFault(path, '', `cannot be read: the reader of MEI and ABC ended by itself (${code ?? 'killed'})`));
    });
    child.send(question, (error) => {
      if (error !== null) reject(new UserFault(path, '', `cannot be read: ${error.message}`));
    });
  }).finally(() => child.kill('SIGKILL')) as Promise<VerovioAnswer>;
}
