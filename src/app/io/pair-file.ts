/**
 * Pairs of a score and a performance for training, in the format of the aligned corpora (`performances.ts`): what
 * somebody makes of his own reference and recordings stands in the folder `own`, and trains his own models.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { UserFault } from '../../core/contract/faults.ts';
import { rounded } from '../../core/math/statistics.ts';
import type { Performance } from '../../core/music/performance.ts';
import type { Part, Score, ScoreNote } from '../../core/music/score.ts';
import { bpmOf } from '../../core/music/units.ts';
import { writeAtomically } from './atomic-file.ts';
import type { PerformanceRecord, ScoreRecord } from './performances.ts';
import type { Split } from './tempo-data.ts';
import { ownSource } from './tempo-data.ts';

export interface Pair {
  readonly score: ScoreRecord;
  readonly performance: PerformanceRecord;
}

/**
 * @param solo the part that was performed: the record holds nothing else
 * @param id of the score, the same for all its performances
 */
export function pairOf(score: Score, solo: Part, id: string, performance: Performance): Pair {
  const written = solo.onsets.flatMap((onset) => onset.notes.toSorted((a, b) => Number(b.grace) - Number(a.grace)));
  const index = new Map(written.map((note, i) => [note.id, i]));
  const notes = performance.notes.filter((note) => note.part === solo.id);
  return {
    score: {
      id, piece: id, source: ownSource, title: score.title, n: written.length,
      on: written.map((note) => exact(note.onset)), dur: written.map((note) => exact(note.duration)), pitch: written.map((note) => note.pitch),
      staff: written.map((note) => note.staff), voice: written.map((note) => note.voice), flags: written.map(flagsOf),
      timesig: score.meters.map((meter) => [exact(meter.position), meter.numerator, meter.denominator]),
      keysig: score.keys.map((key) => [exact(key.position), key.fifths]),
      bars: score.bars.map((bar) => [exact(bar.position), bar.number]),
      tempo: score.tempoMarks.map((mark) => [exact(mark.position), exact(bpmOf(mark.beatPeriod))]),
    },
    performance: {
      id: performance.id, score: id, piece: id, performer: performance.performer, source: ownSource, license: ownSource, n: notes.length,
      t: notes.map((note) => tenthsOfMs(note.time)), d: notes.map((note) => tenthsOfMs(note.duration)), p: notes.map((note) => note.pitch), v: notes.map((note) => note.velocity),
      s: notes.map((note) => (note.noteId === undefined ? -1 : index.get(note.noteId) ?? -1)),
      ped: performance.pedal.flatMap((change) => [tenthsOfMs(change.time), change.value]),
    },
  };
}

/**
 * Adds a pair to `DIR/own/scores.SPLIT.jsonl.gz` and `perfs.SPLIT.jsonl.gz`; what has the same id is replaced.
 * @throws UserFault when a file there is none of ours, or the place cannot be written
 */
export async function keepPair(folder: string, split: Split, { score, performance }: Pair): Promise<void> {
  const path = (kind: string): string => join(folder, ownSource, `${kind}.${split}.jsonl.gz`);
  await keepLine(path('scores'), { ...score, split });
  await keepLine(path('perfs'), { ...performance, split });
}

async function keepLine(path: string, record: (ScoreRecord | PerformanceRecord) & { readonly split: Split }): Promise<void> {
  const lines = existsSync(path) ? (await textOf(path)).split('\n').filter((line) => line !== '') : [];
  const begins = `{"id":${JSON.stringify(record.id)},`;
  const others = lines.filter((line) => !line.startsWith(begins));
  const { id, ...rest } = record;
  const text = [...others, JSON.stringify({ id, ...rest })].join('\n');
  await writeAtomically(path, await promisify(gzip)(`${text}\n`));
}

async function textOf(path: string): Promise<string> {
  try {
    return (await promisify(gunzip)(await readFile(path))).toString('utf8');
  } catch (cause) {
    throw new UserFault(path, '', `cannot be read (${(cause as Error).message})`, undefined, { cause });
  }
}

function flagsOf(note: ScoreNote): number {
  const has = (articulation: string): boolean => note.articulations?.some((mark) => mark === articulation) === true;
  const bits: readonly (readonly [number, boolean])[] = [
    [1, note.grace], [2, has('staccato') || has('staccatissimo')], [4, has('accent') || has('marcato')], [8, has('tenuto')], [16, note.fermata], [32, note.ornament !== undefined],
  ];
  return bits.reduce((flags, [bit, holds]) => flags + (holds ? bit : 0), 0);
}

const exact = (value: number): number => rounded(value, 6);
const tenthsOfMs = (seconds: number): number => Math.round(seconds * 1e4);
