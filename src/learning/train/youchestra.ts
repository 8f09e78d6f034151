/**
 * What another accompanist sees, whose settings this program grew out of: a window of the last intervals beside
 * those of a reference, bar lines, and the last three takes around this place. It is offered as it was, to be
 * compared. The reference is the score, at the tempo of the first notes, so that a slow soloist is within its reach.
 */
import type { Score } from '../../core/music/score.ts';
import type { Take } from '../../core/music/take.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import { lastAtOrBefore } from '../../core/math/search.ts';
import { clamp, median } from '../../core/math/statistics.ts';
import type { PlayedOnset } from '../sim/onset-sequence.ts';
import { truthOf } from './tempo-lessons.ts';

export const youchestraObservations = ['raw', 'difference', 'ratio', 'normalised', 'memory-enhanced'] as const;
export type YouchestraObservation = (typeof youchestraObservations)[number];

export const youchestraWindow = 7;
export const youchestraTakes = 3;
/** Solo intervals, reference intervals up to the next one, and bar lines, each a window; a window of each take; which takes there are; the place, 0..1. */
export const youchestraSize = 3 * youchestraWindow + youchestraTakes * youchestraWindow + youchestraTakes + 1;
export const youchestraLayout = (observation: YouchestraObservation): string => `youchestra-1 ${observation}`;

export interface YouchestraLesson {
  readonly length: number;
  /** Shape [length, youchestraSize]. */
  readonly observations: Float32Array;
  /** Shape [length]: log of the next interval over that of the reference. */
  readonly targets: Float32Array;
  /** Shape [length]: 1 where the target counts. */
  readonly mask: Float32Array;
  /** What a policy for the base would have to say to mean the same as 0 here. Shape [length, 2]. */
  readonly offset: Float32Array;
}

/** Onsets that show the tempo of the reference; from there on predictions count. */
const countIn = 8;
const longestSeen = 4;

export function youchestraLesson(score: Score, sequence: readonly PlayedOnset[], takes: readonly Take[], kind: YouchestraObservation): YouchestraLesson {
  const tempoMap = new TempoMap(score.tempoMarks);
  const { length, targets: residuals, expected, mask: counts } = truthOf(score, sequence, takes, '');
  const nominal = sequence.map((onset) => tempoMap.nominalAt(onset.position) as number);
  const solo = sequence.slice(1).map((onset, i) => onset.time - sequence[i]!.time);
  const tempo = median(solo.slice(0, countIn).map((interval, i) => interval / (nominal[i + 1]! - nominal[i]!)));
  const reference = nominal.slice(1).map((at, i) => (at - nominal[i]!) * tempo);
  const barLines = barLinesOf(score, sequence);
  const ratios = takes.slice(0, youchestraTakes).map((take) => ratiosOf(take, sequence, tempoMap));
  const observations = new Float32Array(length * youchestraSize);
  const targets = new Float32Array(length);
  const mask = new Float32Array(length);
  const offset = new Float32Array(2 * length);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (let i = 0; i < length; i++) {
    const last = Array.from({ length: youchestraWindow }, (_, k) => i - youchestraWindow + k);
    const past = last.map((k) => solo[k] ?? reference[Math.max(0, k)]!);
    const before = last.map((k) => reference[Math.max(0, k)]!);
    const ahead = last.map((k) => reference[Math.max(0, k + 1)]!);
    const next = reference[i]!;
    const row = {
      raw: () => [past, ahead],
      difference: () => [past.map((value, k) => value - before[k]!), ahead],
      ratio: () => [past.map((value, k) => value / before[k]!), ahead],
      normalised: () => [past.map((value) => value / mean(past)), ahead.map((value) => value / mean(ahead))],
      'memory-enhanced': () => [[...past.slice(1).map((value, k) => value / before[k + 1]!), 0], [...before.slice(1).map((value) => value / next), next]],
    }[kind]();
    const window = row.flat().map((value) => clamp(value, -longestSeen, longestSeen));
    const bars = last.map((k) => barLines[k + 1] ?? 0);
    const memory = Array.from({ length: youchestraTakes }, (_, take) => last.map((k) => ratios[take]?.[k + 1] ?? 0)).flat();
    const known = Array.from({ length: youchestraTakes }, (_, take) => (ratios[take] === undefined ? 0 : 1));
    observations.set([...window, ...bars, ...memory, ...known, i / length], i * youchestraSize);
    const scale = Math.log(tempo);
    targets[i] = expected[2 * i]! + residuals[2 * i]! - scale;
    mask[i] = counts[2 * i]!;
    offset[2 * i] = scale - expected[2 * i]!;
    offset[2 * i + 1] = scale - expected[2 * i + 1]!;
  }
  return { length, observations, targets, mask, offset };
}

/** 1 where a bar line lies in the interval that begins at this onset. */
function barLinesOf(score: Score, sequence: readonly PlayedOnset[]): number[] {
  const positions = Float64Array.from(score.bars, (bar) => bar.position);
  const bars = sequence.map((onset) => lastAtOrBefore(positions, onset.position + 1e-6));
  return bars.map((bar, i) => ((bars[i + 1] ?? bar) > bar ? 1 : 0));
}

/** Log of the take's interval over what was usual in it, at each interval of the sequence; 0 where the take did not play it. */
function ratiosOf(take: Take, sequence: readonly PlayedOnset[], tempoMap: TempoMap): number[] {
  const times = new Map(take.onsets.map((onset) => [onset.position as number, onset.time as number]));
  const logs = sequence.slice(1).map((onset, i) => {
    const before = sequence[i]!;
    const interval = (times.get(onset.position) ?? NaN) - (times.get(before.position) ?? NaN);
    return interval > 0.01 ? Math.log(interval / (tempoMap.nominalAt(onset.position) - tempoMap.nominalAt(before.position))) : NaN;
  });
  const known = logs.filter((value) => !Number.isNaN(value));
  const usual = known.length === 0 ? 0 : median(known);
  return logs.map((value) => (Number.isNaN(value) ? 0 : clamp(value - usual, -1, 1)));
}
