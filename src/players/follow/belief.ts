/**
 * Has the soloist gone elsewhere? Two paths are held against each other over the same played notes: the one that is
 * believed and one that came by a jump. The weights are those of a logistic regression on real performances, some
 * with slips, some cut so that they jump; the odds are then those of a jump given what both paths explain.
 */
export const belief = {
  /** Surprise of those who stay, and of those who went, since the presumed jump. */
  staying: 0.2,
  going: -0.28,
  /** Each distinct onset found at the new place. */
  found: 0.05,
  /** A place that explains what is played is not left lightly. */
  loyalty: -3.43,
  /** For each doubling of the distance, roughly. */
  distance: -0.5,
  /** A pause before it: the hands were moved. */
  pause: 1.15,
  base: -0.875,
};

/** Notes over which two paths are compared at most. */
export const comparedNotes = 16;
/** What counts as a pause, in seconds. */
const pauseLeast = 0.4;

/** Two paths over the same played notes. */
export interface Rivalry {
  /** Surprise of the believed path and of its rival. */
  staying: number;
  going: number;
  /** Distinct onsets that the rival has found. */
  found: number;
  /** How well the believed path explains what is played lately, 0..1. */
  quality: number;
  /** How far the rival has jumped within these notes, in quarter notes, and the pause before it, in seconds; 0 where it was there before. */
  distance: number;
  pause: number;
}

/** @returns log odds that the rival is right */
export function jumpOdds(rivalry: Rivalry): number {
  return belief.base + belief.staying * rivalry.staying + belief.going * rivalry.going + belief.found * Math.min(12, rivalry.found) + belief.loyalty * rivalry.quality
    + belief.distance * Math.log(1 + rivalry.distance) + (rivalry.pause > pauseLeast ? belief.pause : 0);
}
