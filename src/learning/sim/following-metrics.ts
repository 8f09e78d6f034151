/**
 * How well was a performance followed? The true place is a curve: at each score onset the median time of its
 * linked notes. A reported position becomes a time by the same curve, so that an error is in milliseconds of
 * this very performance and a slip of one onset counts for little where the music runs fast.
 */
import { firstAtOrAfter, lastAtOrBefore } from '../../core/math/search.ts';
import { median } from '../../core/math/statistics.ts';
import type { EditedNote, Joint } from './edits.ts';

/** When each score onset was played: rising positions, times that never fall; at least two onsets. */
export class TrueTimes {
  readonly positions: readonly number[];
  readonly #times: readonly number[];
  readonly #pace: number;

  /** @param onsets score position of each score note, in quarter notes @param grace whether it is a grace note */
  constructor(notes: readonly EditedNote[], onsets: ArrayLike<number>, grace: (note: number) => boolean) {
    const main = new Map<number, number[]>();
    const graces = new Map<number, number[]>();
    for (const { time, note } of notes) {
      if (note < 0) continue;
      const onset = onsets[note]!;
      const map = grace(note) ? graces : main;
      const times = map.get(onset);
      if (times === undefined) map.set(onset, [time]);
      else times.push(time);
    }
    for (const [onset, times] of graces) if (!main.has(onset)) main.set(onset, times);
    this.positions = [...main.keys()].sort((a, b) => a - b);
    let latest = -Infinity;
    this.#times = this.positions.map((position) => (latest = Math.max(latest, median(main.get(position)!))));
    const n = this.positions.length;
    this.#pace = n < 2 ? 0.5 : (this.#times[n - 1]! - this.#times[0]!) / (this.positions[n - 1]! - this.positions[0]!);
  }

  /** Linear between the onsets, extended at the mean tempo. */
  timeAt(position: number): number {
    const positions = this.positions;
    const i = lastAtOrBefore(positions, position);
    const last = positions.length - 1;
    if (i < 0) return this.#times[0]! + (position - positions[0]!) * this.#pace;
    if (i === last) return this.#times[last]! + (position - positions[last]!) * this.#pace;
    const share = (position - positions[i]!) / (positions[i + 1]! - positions[i]!);
    return this.#times[i]! + share * (this.#times[i + 1]! - this.#times[i]!);
  }

  /** The played onset at or after a position. */
  onsetNear(position: number): number {
    return this.positions[Math.min(this.positions.length - 1, Math.max(0, firstAtOrAfter(this.positions, position)))]!;
  }

  /** Distinct onsets between two positions. */
  onsetsBetween(a: number, b: number): number {
    return Math.abs(firstAtOrAfter(this.positions, a - 1e-6) - firstAtOrAfter(this.positions, b - 1e-6));
  }
}

/** What is counted, one sample a linked note. */
export interface FollowingCounts {
  performances: number;
  notes: number;
  within25: number;
  within50: number;
  within100: number;
  within250: number;
  exact: number;
  withinOneOnset: number;
  sumMs: number;
  lost: number;
  ever: number;
  /** Notes of the first five seconds, and those over 100 ms off. */
  opening: number;
  openingOff: number;
  jumps: number;
  jumpsLookAlike: number;
  /** Seconds until back in step, Infinity where never; look-alikes are marked. */
  readonly back: { readonly seconds: number; readonly lookAlike: boolean; readonly notes: number }[];
  /** Ten bins of confidence: notes, sum of confidence, right matches. */
  readonly confidence: readonly { notes: number; sum: number; right: number }[];
}

export function emptyCounts(): FollowingCounts {
  return {
    performances: 0, notes: 0, within25: 0, within50: 0, within100: 0, within250: 0, exact: 0, withinOneOnset: 0, sumMs: 0,
    lost: 0, ever: 0, opening: 0, openingOff: 0, jumps: 0, jumpsLookAlike: 0, back: [],
    confidence: Array.from({ length: 10 }, () => ({ notes: 0, sum: 0, right: 0 })),
  };
}

export interface Followed {
  readonly notes: readonly EditedNote[];
  readonly joints: readonly Joint[];
  /** Reported position right after each played note; NaN before the first match. */
  readonly reported: Float64Array;
  readonly confidence: Float64Array;
}

/** Before the first match the first beat counts as reported. */
const placeSaid = (reported: number, times: TrueTimes): number => (Number.isNaN(reported) ? times.positions[0]! : reported);

/** Lost in the end: the last tenth is off by more, in seconds or quarter notes. */
const lostSeconds = 2;
const lostBeats = 4;
/** Lost on the way: so many linked notes in a row. */
const everNotes = 20;
const backNotes = 8;
const backBeats = 0.5;
const openingSeconds = 5;

/** Adds one performance to the counts. @returns its own figures, for lists of the worst */
export function count(into: FollowingCounts, followed: Followed, onsets: ArrayLike<number>, times: TrueTimes, lookAlike: (joint: Joint) => boolean): { within50: number; lost: boolean; ever: boolean; meanMs: number } {
  const { notes, reported } = followed;
  const errors: number[] = [];
  const beatErrors: number[] = [];
  const linked: number[] = [];
  let near = 0;
  let sumMs = 0;
  const begin = notes.find((note) => note.note >= 0)?.time ?? 0;
  for (let i = 0; i < notes.length; i++) {
    const { note, time } = notes[i]!;
    if (note < 0) continue;
    const truth = onsets[note]!;
    const said = placeSaid(reported[i]!, times);
    const error = Math.abs(times.timeAt(said) - times.timeAt(truth));
    linked.push(i);
    errors.push(error);
    beatErrors.push(Math.abs(said - truth));
    into.notes++;
    const limits = [0.025, 0.05, 0.1, 0.25] as const;
    if (error <= limits[0]) into.within25++;
    if (error <= limits[1]) into.within50++;
    if (error <= limits[2]) into.within100++;
    if (error <= limits[3]) into.within250++;
    if (error <= limits[1]) near++;
    if (Math.abs(said - truth) <= 0.001) into.exact++;
    if (times.onsetsBetween(said, truth) <= 1) into.withinOneOnset++;
    sumMs += error * 1000;
    if (time - begin <= openingSeconds) {
      into.opening++;
      if (error > limits[2]) into.openingOff++;
    }
    const confidence = followed.confidence[i]!;
    const bin = into.confidence[Math.min(9, Math.floor(confidence * 10))]!;
    bin.notes++;
    bin.sum += confidence;
    if (Math.abs(said - truth) <= 0.001 || error <= limits[1]) bin.right++;
  }
  into.performances++;
  into.sumMs += sumMs;
  const tail = Math.floor(errors.length * 0.9);
  const lost = errors.length > 0 && (median(errors.slice(tail)) > lostSeconds || median(beatErrors.slice(tail)) > lostBeats);
  if (lost) into.lost++;
  let run = 0;
  let ever = false;
  for (const error of errors) {
    run = error > lostSeconds ? run + 1 : 0;
    if (run >= everNotes) ever = true;
  }
  if (ever) into.ever++;
  followed.joints.forEach((joint, k) => {
    const until = followed.joints[k + 1]?.at ?? notes.length;
    const back = backInStep(joint, until, notes, linked, beatErrors);
    const alike = lookAlike(joint);
    into.jumps++;
    if (alike) into.jumpsLookAlike++;
    into.back.push({ ...back, lookAlike: alike });
  });
  return { within50: near / Math.max(1, errors.length), lost, ever, meanMs: sumMs / Math.max(1, errors.length) };
}

/** A stretch in which the follower was elsewhere. */
export interface Stumble {
  /** Index of the first note that was misplaced, and how many linked notes were. */
  readonly at: number;
  readonly notes: number;
  /** Score positions of the first misplaced note and of the last, in quarter notes, and where it was believed to be. */
  readonly from: number;
  readonly until: number;
  readonly believed: number;
}

/** Right notes in a row that end a stumble, and by how much a note must be misplaced, in seconds. */
const steadyNotes = 10;
const misplaced = 0.1;

/** @returns the longest first */
export function stumblesOf({ notes, reported }: Pick<Followed, 'notes' | 'reported'>, onsets: ArrayLike<number>, times: TrueTimes): Stumble[] {
  const stumbles: Stumble[] = [];
  let open: { at: number; notes: number; from: number; until: number; believed: number } | undefined;
  let right = 0;
  for (let i = 0; i < notes.length; i++) {
    const { note } = notes[i]!;
    if (note < 0) continue;
    const truth = onsets[note]!;
    const said = placeSaid(reported[i]!, times);
    if (Math.abs(times.timeAt(said) - times.timeAt(truth)) <= misplaced) {
      if (open !== undefined && ++right >= steadyNotes) {
        stumbles.push(open);
        open = undefined;
      }
      continue;
    }
    right = 0;
    open ??= { at: i, notes: 0, from: truth, until: truth, believed: said };
    open.notes++;
    open.until = truth;
    if (Math.abs(said - truth) > Math.abs(open.believed - open.from)) open.believed = said;
  }
  if (open !== undefined) stumbles.push(open);
  return stumbles.sort((a, b) => b.notes - a.notes);
}

/** Seconds and linked notes from a jump to the first of a few right notes in a row. */
function backInStep(joint: Joint, until: number, notes: readonly EditedNote[], linked: readonly number[], beatErrors: readonly number[]): { seconds: number; notes: number } {
  let run = 0;
  const first = firstAtOrAfter(linked, joint.at);
  for (let k = first; k < linked.length && linked[k]! < until; k++) {
    run = beatErrors[k]! <= backBeats ? run + 1 : 0;
    if (run === backNotes) return { seconds: notes[linked[k - backNotes + 1]!]!.time - joint.time, notes: k - backNotes + 1 - first };
  }
  return { seconds: Infinity, notes: Infinity };
}
