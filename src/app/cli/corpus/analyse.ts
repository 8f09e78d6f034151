/** Recordings of a musician into CSV files of descriptors, some of them held out to measure by. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { UserFault } from '../../../core/contract/faults.ts';
import { rounded } from '../../../core/math/statistics.ts';
import { writeAtomically } from '../../io/atomic-file.ts';
import { describeRecording } from '../../io/described-recording.ts';
import { filesBelow } from '../../io/drafts.ts';

export interface Analysing {
  readonly place: string;
  readonly files: readonly string[];
  readonly out: string;
  /** Samples in a frame. */
  readonly window: number;
  /** Share of the recordings, 0..1. */
  readonly heldOut: number;
  readonly seed: number;
  readonly onRecording?: () => void;
}
export type RecordingSplit = 'train' | 'heldOut';
/** One of `recordings.json`. */
export interface AnalysedRecording {
  readonly file: string;
  /** Beside `recordings.json`. */
  readonly table: string;
  readonly split: RecordingSplit;
  readonly frames: number;
  readonly seconds: number;
  /** Hz */
  readonly rate: number;
}
export interface Analysed {
  readonly out: string;
  readonly window: number;
  readonly hop: number;
  readonly seed: number;
  readonly splits: Readonly<Record<RecordingSplit, { readonly recordings: number; readonly seconds: number; readonly frames: number }>>;
  readonly recordings: readonly AnalysedRecording[];
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
}

export const recordingsFile = 'recordings.json';
/** What lies in a folder of this name is held out, whatever chance says. */
export const heldOutFolder = 'held-out';
const readable = /\.(wave?|flac|aiff?|aifc)$/i;
/** Known to be sound, so that nobody wonders where it has gone. */
const unreadable = /\.(mp3|ogg|opus|m4a)$/i;

/** @returns every sound file of a folder, or the one that was named @throws UserFault when there is none */
export async function recordingsIn(place: string): Promise<readonly string[]> {
  const found = await stat(place).catch((cause: unknown) => {
    throw new UserFault(place, '', 'does not exist', undefined, { cause });
  });
  const files = found.isDirectory() ? (await filesBelow(place)).filter((path) => readable.test(path) || unreadable.test(path)) : [place];
  if (files.length === 0) throw new UserFault(place, '', 'must hold recordings (WAV, FLAC, AIFF), but holds none');
  return files;
}

/** @throws UserFault when not one recording can be read; then no `recordings.json` is written */
export async function analyseRecordings({ place, files, out, window, heldOut, seed, onRecording }: Analysing): Promise<Analysed> {
  const root = files.length === 1 && files[0] === place ? dirname(place) : place;
  const described: (Omit<AnalysedRecording, 'split'> & { readonly chance: number })[] = [];
  const refused: { file: string; reason: string }[] = [];
  for (const path of files) {
    const file = relative(root, path).split(sep).join('/') || basename(path);
    try {
      if (unreadable.test(path)) throw new UserFault(path, '', 'must be a WAV, FLAC or AIFF file: any sound editor saves as one');
      const { print, seconds, ...told } = await describeRecording(path, join(out, `${file}.csv`), window);
      described.push({ file, table: `${file}.csv`, ...told, seconds: rounded(seconds, 2), chance: chanceOf(print, seed) });
    } catch (fault) {
      if (!(fault instanceof UserFault)) throw fault;
      refused.push({ file, reason: [fault.place, fault.rule].join(' ').trim() });
    }
    onRecording?.();
  }
  if (described.length === 0) throw new UserFault(place, '', `must hold a recording that can be read, but all ${refused.length} were refused, the first (${refused[0]!.file}) because: it ${refused[0]!.reason}`);
  const isSorted = described.some(({ file }) => liesHeldOut(file));
  const line = boundary(described.map(({ chance }) => chance), heldOut);
  const recordings = described.map(({ chance, ...told }): AnalysedRecording => ({ ...told, split: (isSorted ? liesHeldOut(told.file) : chance <= line) ? 'heldOut' : 'train' }));
  const about = { window, hop: window / 2, seed, splits: { train: summed(recordings, 'train'), heldOut: summed(recordings, 'heldOut') }, recordings, refused };
  await writeAtomically(join(out, recordingsFile), `${JSON.stringify(about, null, 1)}\n`);
  return { out, ...about };
}

const liesHeldOut = (file: string): boolean => file.split('/').slice(0, -1).includes(heldOutFolder);

/** By what is in the recording, so that a copy under another name is never on both sides. @returns 0..1 */
const chanceOf = (print: string, seed: number): number => createHash('sha256').update(`${seed}|${print}`).digest().readUInt32BE(0) / 2 ** 32;

/** The share itself, moved just so far that neither side is empty where there are two different recordings. */
function boundary(chances: readonly number[], heldOut: number): number {
  const different = [...new Set(chances)].sort((a, b) => a - b);
  if (heldOut === 0 || different.length < 2) return heldOut === 0 ? -1 : Math.min(heldOut, different[0]! / 2);
  return Math.min(Math.max(heldOut, different[0]!), different.at(-2)!);
}

function summed(recordings: readonly AnalysedRecording[], split: RecordingSplit): { recordings: number; seconds: number; frames: number } {
  const those = recordings.filter((one) => one.split === split);
  return { recordings: those.length, seconds: rounded(those.reduce((sum, { seconds }) => sum + seconds, 0), 2), frames: those.reduce((sum, { frames }) => sum + frames, 0) };
}
