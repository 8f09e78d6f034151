/**
 * From what the paths say to the probability that the reported place is right: a logistic regression on real
 * performances, some with slips, jumps or a detector's faults, corrected afterwards so that of all the reports that
 * say 0.8 four in five are right.
 */
import { clamp } from '../../core/math/statistics.ts';

/** What speaks for and against the reported place. */
export interface Evidence {
  /** 0..1, how well the leading path explains what is played lately. */
  readonly quality: number;
  /** Surprise of the newest note, and of the last few, on the leading path. */
  readonly step: number;
  readonly recent: number;
  /** Surprise by which the best path to another place is worse; negative where it is better and not believed. */
  readonly lead: number;
  /** Whether the newest note was recognised. */
  readonly matched: boolean;
  /** Notes since the path came by a jump; a place that was told counts as if many had been played there. */
  readonly settled: number;
}

const weights = { base: -6.875, quality: -0.484, step: -0.485, recent: -0.363, ahead: 0.785, behind: 0.082, matched: 4.152, settled: 1.398 };
const mostStep = 12;
const mostRecent = 80;
const mostLead = 12;
const mostSettled = 64;
/** Share of right reports at whole log odds, from `leastOdds` upwards. */
const shares = [0.053, 0.19, 0.231, 0.4, 0.49, 0.662, 0.818, 0.954, 0.992, 0.996, 0.997, 0.998] as const;
const leastOdds = -4;

/** @returns 0..1 */
export function confidenceOf(evidence: Evidence): number {
  const { quality, step, recent, lead, matched, settled } = evidence;
  const odds = weights.base + weights.quality * quality + weights.step * Math.log1p(clamp(step, 0, mostStep)) + weights.recent * Math.log1p(clamp(recent, 0, mostRecent))
    + weights.ahead * clamp(lead, 0, mostLead) + weights.behind * clamp(-lead, 0, mostLead) + (matched ? weights.matched : 0) + weights.settled * Math.log1p(clamp(settled, 0, mostSettled));
  const place = clamp(odds - leastOdds, 0, shares.length - 1);
  const below = Math.min(Math.floor(place), shares.length - 2);
  return shares[below]! + (place - below) * (shares[below + 1]! - shares[below]!);
}
