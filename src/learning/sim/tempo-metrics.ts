/**
 * How well is the next onset predicted? Counted at each distinct score onset from the ninth on, all predictors on
 * the same notes; intervals under 10 ms and those more than four times off the local tempo are left out for all
 * alike, and counted.
 */
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import { beats } from '../../core/music/units.ts';
import { mean, median, share } from '../../core/math/statistics.ts';
import { defaultLocalTempoSettings, LocalTempo } from '../../players/memory/local-tempo.ts';
import type { PlayedOnset } from './onset-sequence.ts';
import { timeAtPosition } from './onset-sequence.ts';
import type { Ahead, TempoPredictor } from './tempo-predictors.ts';

export interface TempoErrors {
  /** Predicted minus actual time, seconds. */
  readonly seconds: number[];
  /** Absolute log of predicted over actual interval. */
  readonly logs: number[];
}

export interface TempoSummary {
  readonly n: number;
  readonly medianMs: number;
  readonly meanMs: number;
  readonly logError: number;
  readonly within30: number;
  readonly within50: number;
  readonly within100: number;
}

export interface TempoSample {
  readonly next: Map<string, TempoErrors>;
  readonly beatAhead: Map<string, TempoErrors>;
  leftOut: number;
}

export const newSample = (): TempoSample => ({ next: new Map(), beatAhead: new Map(), leftOut: 0 });

const firstCounted = 8;
const shortest = 0.01;
const farthest = Math.log(4);
/** Predicted intervals are not negative, whatever a rule says. */
const leastPredicted = 1e-3;

/** Lets all predictors hear one performance, and adds what they get wrong. */
export function measure(sequence: readonly PlayedOnset[], tempoMap: TempoMap, predictors: ReadonlyMap<string, TempoPredictor>, sample: TempoSample): void {
  const local = new LocalTempo(defaultLocalTempoSettings);
  const nominal = sequence.map((onset) => tempoMap.nominalAt(onset.position) as number);
  for (let i = 0; i < sequence.length; i++) {
    const here = sequence[i]!;
    if (i > 0) {
      const before = sequence[i - 1]!;
      local.learn(Math.log(Math.max(1e-3, here.time - before.time) / (nominal[i]! - nominal[i - 1]!)), beats(here.position - before.position));
    }
    for (const predictor of predictors.values()) predictor.observe(here);
    const next = sequence[i + 1];
    if (next === undefined || i + 1 < firstCounted) continue;
    count('next', next.time - here.time, nominal[i + 1]! - nominal[i]!, nominal[i + 1]!, here.time, local, predictors, sample.next, sample);
    const ahead = timeAtPosition(sequence, i, here.position + 1);
    if (ahead !== undefined) {
      const target = tempoMap.nominalAt(beats(here.position + 1));
      count('beat', ahead - here.time, target - nominal[i]!, target, here.time, local, predictors, sample.beatAhead);
    }
  }
}

function count(
  what: Ahead, actual: number, nominalInterval: number, target: number, from: number, local: LocalTempo,
  predictors: ReadonlyMap<string, TempoPredictor>, errors: Map<string, TempoErrors>, sample?: TempoSample,
): void {
  if (actual < shortest || Math.abs(Math.log(actual / nominalInterval) - local.logStretch) > farthest) {
    if (sample !== undefined) sample.leftOut++;
    return;
  }
  for (const [name, predictor] of predictors) {
    let of = errors.get(name);
    if (of === undefined) errors.set(name, (of = { seconds: [], logs: [] }));
    const predicted = Math.max(leastPredicted, predictor.timeOf(target, what) - from);
    of.seconds.push(predicted - actual);
    of.logs.push(Math.abs(Math.log(predicted / actual)));
  }
}

export function summariseTempo(errors: TempoErrors): TempoSummary {
  const ms = errors.seconds.map((value) => Math.abs(value) * 1000);
  const within = (limit: number): number => 100 * share(ms, (value) => value <= limit);
  return { n: ms.length, medianMs: median(ms), meanMs: mean(ms), logError: mean(errors.logs), within30: within(30), within50: within(50), within100: within(100) };
}
