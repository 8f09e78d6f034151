/**
 * `bench detect`: which notes does the ear find, which does it invent, and how old are they when it is sure? On solo lines
 * of shipped pieces, none of which it was fitted to, rendered and played by somebody who wavers.
 */
import { median, rounded } from '../../../core/math/statistics.ts';
import type { Score } from '../../../core/music/score.ts';
import type { EarWeights } from '../../../players/sound/ear-weights.ts';
import type { HeardNote } from '../../../players/sound/note-detector.ts';
import { NoteDetector } from '../../../players/sound/note-detector.ts';
import type { PlayedNote } from '../../io/concert-recording.ts';
import { readEar } from '../../io/ear-file.ts';
import { chooseScore } from '../score-argument.ts';
import type { Articulation, Condition } from './detect-instruments.ts';
import type { Rendering, RenderingSettings } from './detect-renderings.ts';
import { renderings } from './detect-renderings.ts';
import { sampleRate } from './detect-sound.ts';

const pieces = ['bach_bwv1030_1', 'beethoven_violin_concerto_2', 'bach_bwv1042_1', 'haydn_op74_1_finale', 'bach_bwv1042_2', 'beethoven_violin_concerto_1'];
const near = 0.1; // s: within this a note counts as found, after the instrument's usual delay
const far = 0.2;
const ahead = 0.02; // s: so early our notes are known before they sound

export interface DetectFigures {
  readonly instrument: string;
  readonly articulation: Articulation;
  readonly condition: Condition;
  readonly notes: number;
  /** Percent of the notes played. */
  readonly recall: number;
  readonly false: number;
  /** Milliseconds from the beginning of a note: median of when it was known, and of where it was thought to begin. */
  readonly knownAfterMs: number;
  readonly begunAfterMs: number;
}
export interface DetectBench {
  readonly renderer: 'fluidsynth' | 'built-in';
  readonly notes: number;
  /** Of one core. */
  readonly processorPercent: number;
  readonly figures: readonly DetectFigures[];
}
export interface DetectBenchOptions extends Omit<RenderingSettings, 'scoreFor'> {
  /** The pieces of the bench where nothing else is said, and the ear that comes along. */
  readonly scoreFor?: RenderingSettings['scoreFor'];
  readonly ear?: EarWeights;
  readonly onExcerpt?: () => void;
}

interface Tally {
  notes: number;
  found: number;
  invented: number;
  readonly known: number[];
  readonly begun: number[];
}

export async function benchDetect({ onExcerpt, ear = readEar(), scoreFor = shippedPiece, ...options }: DetectBenchOptions): Promise<DetectBench> {
  const tallies = new Map<string, Tally & Pick<Rendering, 'instrument' | 'articulation' | 'condition'>>();
  let renderer: DetectBench['renderer'] = 'built-in';
  let spent = 0;
  let heardSeconds = 0;
  for await (const { instrument, articulation, condition, excerpt, samples, own, by } of renderings({ ...options, scoreFor })) {
    renderer = by;
    const before = process.cpuUsage();
    const heard = hear(new NoteDetector({ sampleRate, ear, written: condition === 'blind' ? [] : excerpt.written }), samples, own);
    const { user, system } = process.cpuUsage(before);
    spent += (user + system) / 1e6;
    heardSeconds += samples.length / sampleRate;
    const key = `${instrument} ${articulation} ${condition}`;
    const tally = tallies.get(key) ?? { instrument, articulation, condition, notes: 0, found: 0, invented: 0, known: [], begun: [] };
    tallies.set(key, tally);
    count(excerpt.played, heard, tally);
    onExcerpt?.();
  }
  const figures = [...tallies.values()].map(({ instrument, articulation, condition, notes, found, invented, known, begun }): DetectFigures => ({
    instrument, articulation, condition, notes,
    recall: rounded((100 * found) / notes, 1), false: rounded((100 * invented) / notes, 1),
    knownAfterMs: Math.round(1000 * median(known)), begunAfterMs: Math.round(1000 * median(begun)),
  }));
  return { renderer, notes: figures.reduce((sum, { notes }) => sum + notes, 0), processorPercent: rounded((100 * spent) / heardSeconds, 1), figures };
}

async function shippedPiece(_key: string, number: number, attempt: number): Promise<Score> {
  return (await chooseScore({ score: pieces[(number + attempt) % pieces.length]! })).score;
}

/** @param own what we play meanwhile, rising in time; it is told when it leaves, as on stage */
function hear(detector: NoteDetector, samples: Float32Array, own: readonly PlayedNote[]): HeardNote[] {
  const notes: HeardNote[] = [];
  const told = own.flatMap(({ pitch, time, duration }) => [{ pitch, time: time as number, begins: true }, { pitch, time: time + duration, begins: false }]).sort((a, b) => a.time - b.time);
  let at = 0;
  for (const { pitch, time, begins } of told) {
    const until = Math.max(at, Math.min(samples.length, Math.floor((time - ahead) * sampleRate)));
    detector.push(samples.subarray(at, until), (note) => notes.push(note));
    at = until;
    if (begins) detector.weBegin(pitch, time);
    else detector.weEnd(pitch, time);
  }
  detector.push(samples.subarray(at), (note) => notes.push(note));
  return notes;
}

/** Each note played is found by the nearest one heard of its pitch; a delay that is always the same is no fault. */
function count(played: readonly PlayedNote[], heard: readonly HeardNote[], tally: Tally): void {
  const offsets = heard.flatMap(({ pitch, begun }) => played.filter((note) => note.pitch === pitch && Math.abs(begun - note.time) < far).map((note) => begun - note.time));
  const usual = offsets.length === 0 ? 0 : median(offsets);
  const free = new Set(heard);
  for (const { pitch, time } of played) {
    let nearest: HeardNote | undefined;
    const off = (one: HeardNote): number => Math.abs(one.begun - usual - time);
    for (const one of free) if (one.pitch === pitch && off(one) < near && (nearest === undefined || off(one) < off(nearest))) nearest = one;
    if (nearest === undefined) continue;
    free.delete(nearest);
    tally.found++;
    tally.known.push(nearest.known - time);
    tally.begun.push(nearest.begun - time);
  }
  tally.notes += played.length;
  tally.invented += free.size;
}
