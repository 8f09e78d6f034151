/**
 * From what the paths say to the probability that the reported place is right: a logistic regression on real
 * performances, some with slips, jumps or a detector's faults, corrected afterwards so that of all the reports that
 * say 0.8 four in five are right.
 */

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
  /** Onsets heard since the path began. */
  readonly heard: number;
}

const weights = { base: -3.88, quality: -0.532, step: -0.587, recent: -0.302, ahead: 0.823, behind: -0.179, matched: 3.369, heard: 0.899 };
const mostStep = 12;
const mostRecent = 80;
const mostLead = 12;
const mostHeard = 32;
/** Share of right reports at whole log odds, from `leastOdds` upwards. */
const shares = [0.034, 0.112, 0.242, 0.29, 0.477, 0.68, 0.824, 0.962, 0.992, 0.995, 0.997, 0.998] as const;
const leastOdds = -4;

/** @returns 0..1 */
export function confidenceOf(evidence: Evidence): number {
  const { quality, step, recent, lead, matched, heard } = evidence;
  const odds = weights.base + weights.quality * quality + weights.step * Math.log1p(within(step, mostStep)) + weights.recent * Math.log1p(within(recent, mostRecent))
    + weights.ahead * within(lead, mostLead) + weights.behind * within(-lead, mostLead) + (matched ? weights.matched : 0) + weights.heard * Math.log1p(within(heard, mostHeard));
  const place = within(odds - leastOdds, shares.length - 1);
  const below = Math.min(Math.floor(place), shares.length - 2);
  return shares[below]! + (place - below) * (shares[below + 1]! - shares[below]!);
}

const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));
