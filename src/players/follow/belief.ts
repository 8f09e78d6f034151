/**
 * Has the soloist gone elsewhere? Two paths are held against each other over the same played notes: the one that is
 * believed and one that came by a jump. The weights are those of a logistic regression on real performances, some
 * with slips, some cut so that they jump; the odds are then those of a jump given what both paths explain.
 */
export const belief = {
  /** Surprise of those who stay, and of those who went, since the presumed jump; and that of the latter for each note. */
  staying: 0.168,
  going: -0.122,
  goingEach: -0.911,
  /** Each distinct onset found at the new place. */
  found: -0.139,
  /** A place that explains what is played is not left lightly, and not taken unless it does. */
  loyalty: -4.58,
  attraction: 2.31,
  /** For each doubling of the distance, roughly. */
  distance: -0.231,
  /** A pause before it: the hands were moved. */
  pause: 1.46,
  /** A place newly found, rather than one that was left. */
  fresh: 1.57,
  base: -3.76,
};

/** Notes over which two paths are compared at most. */
export const comparedNotes = 16;
/** What counts as a pause, in seconds. */
const pauseLeast = 0.4;

/** Two paths over the same played notes. */
export interface Rivalry {
  /** Notes compared. */
  notes: number;
  /** Surprise of the believed path and of its rival. */
  staying: number;
  going: number;
  /** Distinct onsets that the rival has found. */
  found: number;
  /** How well each explains what is played lately, 0..1. */
  believedQuality: number;
  rivalQuality: number;
  /** Whether the rival began within these notes; then how far it jumped, in quarter notes, after which pause, in seconds. */
  fresh: boolean;
  distance: number;
  pause: number;
}

/** @returns log odds that the rival is right */
export function jumpOdds(rivalry: Rivalry): number {
  const { notes, staying, going, found, fresh } = rivalry;
  let odds = belief.base + belief.staying * staying + belief.going * going + (belief.goingEach * going) / Math.max(1, notes) + belief.found * Math.min(12, found);
  odds += belief.loyalty * rivalry.believedQuality + belief.attraction * rivalry.rivalQuality;
  if (fresh) odds += belief.fresh + belief.distance * Math.log(1 + rivalry.distance) + (rivalry.pause > pauseLeast ? belief.pause : 0);
  return odds;
}
