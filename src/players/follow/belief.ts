/**
 * Has the soloist gone elsewhere? Two paths are held against each other over the same played notes: the one that is
 * believed and one that came by a jump. The weights are those of a logistic regression on real performances, some
 * with slips, some cut so that they jump; the odds are then those of a jump given what both paths explain.
 */
export const belief = {
  /** Surprise of those who stay, and of those who went, since the presumed jump. */
  staying: 0.17,
  going: -0.244,
  /** Each distinct onset found at the new place. */
  found: 0.05,
  /** A place that explains what is played is not left lightly. */
  loyalty: -3.43,
  /** For each doubling of the distance, roughly. */
  distance: -0.5,
  /** A pause before it: the hands were moved. */
  pause: 1.15,
  base: -0.375,
};

/** Notes over which two paths are compared at most. */
export const comparedNotes = 16;
/** What counts as a pause, in seconds. */
const pauseLeast = 0.4;

/**
 * @param staying @param going surprise of both paths over the same notes @param found distinct onsets at the new place
 * @param quality of the believed path, 0..1 @param distance in quarter notes @param pause in seconds
 * @returns log odds of a jump
 */
export function jumpOdds(staying: number, going: number, found: number, quality: number, distance: number, pause: number): number {
  return belief.base + belief.staying * staying + belief.going * going + belief.found * Math.min(12, found) + belief.loyalty * quality
    + belief.distance * Math.log(1 + distance) + (pause > pauseLeast ? belief.pause : 0);
}
