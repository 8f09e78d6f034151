/**
 * `bench detect`: which notes does the ear find, which does it invent, and how old are they when it is sure? On solo lines
 * of shipped pieces, none of which it was fitted to, rendered and played by somebody who wavers.
 */
import { Random } from '../../../core/math/random.ts';
import { median, rounded } from '../../../core/math/statistics.ts';
import type { HeardNote } from '../../../players/sound/note-detector.ts';
import { NoteDetector } from '../../../players/sound/note-detector.ts';
import type { WrittenNote } from '../../../players/sound/note-path.ts';
import type { PlayedNote } from '../../io/concert-recording.ts';
import { chooseScore } from '../score-argument.ts';
import { excerptOf } from './detect-excerpts.ts';
import type { Articulation, Condition } from './detect-instruments.ts';
import { articulations, instruments, struck } from './detect-instruments.ts';
import { inRoom, sampleRate, soundOf, withBleed } from './detect-sound.ts';

const pieces = ['bach_bwv1030_1', 'beethoven_violin_concerto_2', 'bach_bwv1042_1', 'haydn_op74_1_finale', 'bach_bwv1042_2', 'beethoven_violin_concerto_1'];
const onsets = 50;
const errors = 0.05;
const near = 0.1; // s: within this a note counts as found, after the instrument's usual delay
const far = 0.2;
const tries = 60;
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
export interface DetectBenchOptions {
  readonly instruments: readonly string[];
  readonly conditions: readonly Condition[];
  /** Of each instrument in each articulation. */
  readonly excerpts: number;
  readonly seed: number;
  readonly onExcerpt?: () => void;
}

interface Tally {
  notes: number;
  found: number;
  invented: number;
  readonly known: number[];
  readonly begun: number[];
}

export async function benchDetect(options: DetectBenchOptions): Promise<DetectBench> {
  const tallies = new Map<string, Tally & { readonly instrument: string; readonly articulation: Articulation; readonly condition: Condition }>();
  let renderer: DetectBench['renderer'] = 'built-in';
  let spent = 0;
  let heardSeconds = 0;
  for (const instrument of instruments.filter(({ name }) => options.instruments.includes(name))) {
    for (const articulation of articulations) {
      if (articulation === 'slurred' && struck.has(instrument.name)) continue;
      for (let number = 0; number < options.excerpts; number++) {
        const random = new Random(options.seed).split(`${instrument.name} ${articulation} ${number}`);
        for (const withErrors of [false, true]) {
          const wanted = options.conditions.filter((condition) => (condition === 'errors') === withErrors);
          if (wanted.length === 0) continue;
          const excerpt = await anExcerpt(number, { instrument, articulation, errors: withErrors ? errors : 0, onsets, random });
          const solo = await soundOf(excerpt.played, instrument.program, articulation === 'slurred');
          renderer = solo.by;
          for (const condition of wanted) {
            const sounds = condition === 'bleed' || condition === 'untold';
            if (sounds && excerpt.accompaniment.length === 0) continue;
            const samples = condition === 'room' ? inRoom(solo.samples) : sounds ? withBleed(solo.samples, (await soundOf(excerpt.accompaniment, 0, false)).samples) : solo.samples;
            const before = process.cpuUsage();
            const heard = hear(samples, condition === 'blind' ? [] : excerpt.written, condition === 'bleed' ? excerpt.accompaniment : []);
            const { user, system } = process.cpuUsage(before);
            spent += (user + system) / 1e6;
            heardSeconds += samples.length / sampleRate;
            const key = `${instrument.name} ${articulation} ${condition}`;
            const tally = tallies.get(key) ?? { instrument: instrument.name, articulation, condition, notes: 0, found: 0, invented: 0, known: [], begun: [] };
            tallies.set(key, tally);
            count(excerpt.played, heard, tally);
            options.onExcerpt?.();
          }
        }
      }
    }
  }
  const figures = [...tallies.values()].map(({ instrument, articulation, condition, notes, found, invented, known, begun }): DetectFigures => ({
    instrument, articulation, condition, notes,
    recall: rounded((100 * found) / notes, 1), false: rounded((100 * invented) / notes, 1),
    knownAfterMs: Math.round(1000 * median(known)), begunAfterMs: Math.round(1000 * median(begun)),
  }));
  return { renderer, notes: figures.reduce((sum, { notes }) => sum + notes, 0), processorPercent: rounded((100 * spent) / heardSeconds, 1), figures };
}

/** How many excerpts will be listened to, at most. */
export function countExcerpts({ instruments: names, conditions: wanted, excerpts }: Pick<DetectBenchOptions, 'instruments' | 'conditions' | 'excerpts'>): number {
  return names.reduce((sum, name) => sum + (struck.has(name) ? 2 : 3) * excerpts * wanted.length, 0);
}

async function anExcerpt(number: number, playing: Parameters<typeof excerptOf>[1]) {
  for (let attempt = 0; attempt < tries; attempt++) {
    const { score } = await chooseScore({ score: pieces[(number + attempt) % pieces.length]! });
    const excerpt = excerptOf(score, playing);
    if (excerpt !== undefined) return excerpt;
  }
  throw new Error(`no piece has a line for the ${playing.instrument.name}`);
}

/** @param own what we play meanwhile, rising in time; it is told when it leaves, as on stage */
function hear(samples: Float32Array, written: readonly WrittenNote[], own: readonly PlayedNote[]): HeardNote[] {
  const notes: HeardNote[] = [];
  const detector = new NoteDetector({ sampleRate, written });
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
