/**
 * How well is the next onset predicted? Counted at each distinct score onset from the ninth on, all predictors on
 * the same notes; intervals under 10 ms and those more than four times off the local tempo are left out for all
 * alike, and counted.
 */
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import { beats } from '../../core/music/units.ts';
import { mean, median, share } from '../../core/math/statistics.ts';
import { defaultLocalTempoSettings, LocalTempo } from '../../players/memory/local-tempo.ts';
import type { HeardOnset } from './live-onsets.ts';
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
  /** Onsets at which a prediction was made, and those at which the follower was in the right place. */
  predicted: number;
  inPlace: number;
}

export const newSample = (): TempoSample => ({ next: new Map(), beatAhead: new Map(), leftOut: 0, predicted: 0, inPlace: 0 });

/** What the predictors hear of a performance. */
export interface Hearing {
  /** Seconds: a prediction is never sooner. */
  readonly soonest: number;
  /**
   * Lets them hear all that is known before the onset after `index` is played.
   * @returns where the soloist is believed to be; undefined while nothing is known
   */
  listen(index: number): number | undefined;
}

/** Every onset, at the right place, as soon as it is played. */
export function perfectHearing(sequence: readonly PlayedOnset[], predictors: ReadonlyMap<string, TempoPredictor>): Hearing {
  return {
    soonest: leastPredicted,
    listen: (index) => {
      for (const predictor of predictors.values()) predictor.observe(sequence[index]!);
      return sequence[index]!.position;
    },
  };
}

/** What the player on stage has heard until then. @param heard in order of time */
export function liveHearing(sequence: readonly PlayedOnset[], heard: readonly HeardOnset[], predictors: ReadonlyMap<string, TempoPredictor>): Hearing {
  let next = 0;
  return {
    soonest: atOnce,
    listen: (index) => {
      const until = sequence[index + 1]?.time ?? Infinity;
      for (; next < heard.length && heard[next]!.time < until; next++) {
        const onset = heard[next]!;
        // notes of one chord, taken for two onsets, are no interval either
        const anew = onset.elsewhere || onset.time - (heard[next - 1]?.time ?? -Infinity) < shortest;
        for (const predictor of predictors.values()) {
          if (anew) predictor.interrupt();
          predictor.observe(onset);
        }
      }
      return heard[next - 1]?.position;
    },
  };
}

const firstCounted = 8;
const shortest = 0.01;
const farthest = Math.log(4);
/** Predicted intervals are not negative, whatever a rule says. */
const leastPredicted = 1e-3;
/** Who is ahead of the soloist by mistake says that the next onset is over already: that is, that it comes at once. */
const atOnce = 0.01;

/** Lets all predictors hear one performance, and adds what they get wrong. @param sequence what was truly played */
export function measure(
  sequence: readonly PlayedOnset[], tempoMap: TempoMap, predictors: ReadonlyMap<string, TempoPredictor>, sample: TempoSample,
  hearing: Hearing = perfectHearing(sequence, predictors),
): void {
  const local = new LocalTempo(defaultLocalTempoSettings);
  const nominal = sequence.map((onset) => tempoMap.nominalAt(onset.position) as number);
  for (let i = 0; i < sequence.length; i++) {
    const here = sequence[i]!;
    if (i > 0) {
      const before = sequence[i - 1]!;
      local.learn(Math.log(Math.max(1e-3, here.time - before.time) / (nominal[i]! - nominal[i - 1]!)), beats(here.position - before.position));
    }
    const believed = hearing.listen(i);
    const next = sequence[i + 1];
    if (next === undefined || i + 1 < firstCounted) continue;
    if (believed === undefined) {
      sample.leftOut++;
      continue;
    }
    sample.predicted++;
    if (Math.abs(believed - here.position) < 1e-6) sample.inPlace++;
    count('next', next.time - here.time, nominal[i + 1]! - nominal[i]!, nominal[i + 1]!, here.time, local, predictors, sample.next, hearing.soonest, sample);
    const ahead = timeAtPosition(sequence, i, here.position + 1);
    if (ahead !== undefined) {
      const target = tempoMap.nominalAt(beats(here.position + 1));
      count('beat', ahead - here.time, target - nominal[i]!, target, here.time, local, predictors, sample.beatAhead, hearing.soonest);
    }
  }
}

function count(
  what: Ahead, actual: number, nominalInterval: number, target: number, from: number, local: LocalTempo,
  predictors: ReadonlyMap<string, TempoPredictor>, errors: Map<string, TempoErrors>, soonest: number, sample?: TempoSample,
): void {
  if (actual < shortest || Math.abs(Math.log(actual / nominalInterval) - local.logStretch) > farthest) {
    if (sample !== undefined) sample.leftOut++;
    return;
  }
  for (const [name, predictor] of predictors) {
    let of = errors.get(name);
    if (of === undefined) errors.set(name, (of = { seconds: [], logs: [] }));
    const predicted = Math.max(soonest, predictor.timeOf(target, what) - from);
    of.seconds.push(predicted - actual);
    of.logs.push(Math.abs(Math.log(predicted / actual)));
  }
}

export function summariseTempo(errors: TempoErrors): TempoSummary {
  const ms = errors.seconds.map((value) => Math.abs(value) * 1000);
  const within = (limit: number): number => 100 * share(ms, (value) => value <= limit);
  return { n: ms.length, medianMs: median(ms), meanMs: mean(ms), logError: mean(errors.logs), within30: within(30), within50: within(50), within100: within(100) };
}
