/** What `bench follow` prints about a group of performances. Shares are percentages, 0..100. */
import { median, quantileOfSorted, rounded } from '../../../core/math/statistics.ts';
import type { FollowingCounts } from '../../../learning/sim/following-metrics.ts';
import { emptyCounts } from '../../../learning/sim/following-metrics.ts';

export interface FollowFigures {
  readonly performances: number;
  readonly notes: number;
  readonly within25: number;
  readonly within50: number;
  readonly within100: number;
  readonly within250: number;
  readonly exact: number;
  readonly withinOneOnset: number;
  readonly meanMs: number;
  readonly lost: number;
  readonly ever: number;
  readonly first5sOver100: number;
  /** Milliseconds a note: the mean is processor time, the others are time on the clock of a machine that may be busy. */
  readonly cpuMs: { readonly mean: number; readonly p99: number; readonly max: number };
  readonly jumps?: number;
  readonly backWithin2s?: number;
  readonly backWithin5s?: number;
  readonly backMedianS?: number | null;
  readonly lookAlikes?: number;
  readonly backWithin2sApart?: number;
  readonly backWithin5sApart?: number;
  /** Barlines of the written order at which it was heard whether a repeat is taken, out of so many. */
  readonly crossings?: number;
  readonly crossingsRight?: number;
  readonly calibration: readonly { readonly confidence: number; readonly right: number; readonly notes: number }[];
}

/** Counts and times of one group. */
export interface Tally {
  readonly counts: FollowingCounts;
  /** Milliseconds on the clock, one a note. */
  readonly clockMs: number[];
  /** Processor time of all notes, in milliseconds. */
  processorMs: number;
  crossings: number;
  crossingsRight: number;
}

export const newTally = (): Tally => ({ counts: emptyCounts(), clockMs: [], processorMs: 0, crossings: 0, crossingsRight: 0 });

export function figuresOf({ counts, clockMs, processorMs, crossings, crossingsRight }: Tally): FollowFigures {
  const percent = (part: number, whole: number): number => (whole === 0 ? 0 : rounded((100 * part) / whole, 2));
  const sorted = Float64Array.from(clockMs).sort();
  const share = (limit: number, alikeToo: boolean): number => {
    const of = counts.back.filter((back) => alikeToo || !back.lookAlike);
    return percent(of.filter((back) => back.seconds <= limit).length, of.length);
  };
  const middle = median(counts.back.map((back) => back.seconds));
  return {
    performances: counts.performances,
    notes: counts.notes,
    within25: percent(counts.within25, counts.notes),
    within50: percent(counts.within50, counts.notes),
    within100: percent(counts.within100, counts.notes),
    within250: percent(counts.within250, counts.notes),
    exact: percent(counts.exact, counts.notes),
    withinOneOnset: percent(counts.withinOneOnset, counts.notes),
    meanMs: rounded(counts.sumMs / Math.max(1, counts.notes), 1),
    lost: percent(counts.lost, counts.performances),
    ever: percent(counts.ever, counts.performances),
    first5sOver100: percent(counts.openingOff, counts.opening),
    cpuMs: { mean: rounded(processorMs / Math.max(1, sorted.length), 4), p99: rounded(quantileOfSorted(sorted, 0.99), 4), max: rounded(sorted.at(-1) ?? 0, 3) },
    ...(counts.jumps === 0 ? {} : {
      jumps: counts.jumps,
      backWithin2s: share(2, true),
      backWithin5s: share(5, true),
      backMedianS: Number.isFinite(middle) ? rounded(middle, 2) : null,
      lookAlikes: counts.jumpsLookAlike,
      backWithin2sApart: share(2, false),
      backWithin5sApart: share(5, false),
    }),
    ...(crossings === 0 ? {} : { crossings, crossingsRight: percent(crossingsRight, crossings) }),
    calibration: counts.confidence.map((bin) => ({
      confidence: bin.notes === 0 ? 0 : rounded(bin.sum / bin.notes, 3), right: bin.notes === 0 ? 0 : rounded(bin.right / bin.notes, 3), notes: bin.notes,
    })),
  };
}

