/**
 * How far what is played lies from what is written, in units of surprise (roughly a negative log likelihood).
 * A note may begin a later onset, join the chord that sounds, come late to an onset already left, or belong
 * nowhere. Deviations of time are charged by a heavy-tailed measure, log(1 + x^2): a little rubato is free,
 * a great one is a surprise but no proof.
 */
export const costs = {
  /** Timing of the next onset: the expected deviation is `restDeviation` plus a share of the interval, wider while the tempo is still unknown. */
  restDeviation: 0.05,
  relativeDeviation: 0.25,
  openingWidth: 3.5,
  early: 1.1,
  late: 0.7,
  earlyMost: 12,
  lateMost: 4,
  /** A written note that was not played. */
  missed: 0.95,
  /** Spread of a chord, in seconds. */
  chordGrace: 0.02,
  graceSpread: 0.11,
  chordDeviation: 0.045,
  chordSince: 0.2,
  chordWeight: 0.7,
  chordMost: 4,
  /** A note of an onset already left behind. */
  lateBase: 0.3,
  lateWeight: 0.7,
  lateFree: 0.02,
  lateDeviation: 0.05,
  /** A played note that is not written. */
  extra: 4.5,
  extraOrnament: 3,
  /** The same key again and again: a tremolo that is not written out. */
  extraTremolo: 2.5,
  tremoloSpan: 0.4,
  extraSigned: 2.1,
  /** With the chord that sounds, or with another extra: one slip of the hand, not several. */
  extraInChord: 1.5,
  extraAgain: 2.5,
  /** The same key again so soon: a bouncing key, or a detector that hears double. */
  extraDoubled: 1,
  doubledSpan: 0.05,
  /** Right, but in another octave. */
  octave: 4.2,
  /** The same octave as the last time: he plays up there. */
  octaveAgain: 1.5,
  /** Going back a little to a note that was already matched: it was not that one then. */
  again: 1000,
  /** A repeat taken, an ending skipped: as likely as not. */
  leap: 1,
  ornamentSpan: 0.2,
  chordSlipSpan: 0.05,
  /** An attack without a pitch: with what sounds, or nothing that is written. */
  strikeTogether: 0.3,
  strikeExtra: 3,
  /** Where it begins: each written note before the first one played. */
  openingSkip: 0.3,
  openingMost: 8,
};

/** @param actual @param expected time since the last onset, in seconds @param heard onsets so far */
export function advanceCost(actual: number, expected: number, heard: number): number {
  const deviation = costs.restDeviation + costs.relativeDeviation * expected * (1 + costs.openingWidth / (1 + heard));
  const x = (actual - expected) / deviation;
  const surprise = Math.log(1 + x * x);
  return x < 0 ? Math.min(costs.earlyMost, costs.early * surprise) : Math.min(costs.lateMost, costs.late * surprise);
}

/** The same over a fermata or a caesura: to wait is no surprise, to hurry is as little of one as elsewhere. */
export function waitedCost(actual: number, expected: number, heard: number): number {
  return actual > expected ? 0 : advanceCost(actual, expected, heard);
}

/** @param sinceLast @param sinceFirst seconds since the last and the first note of this chord, so that a slow roll stays cheap */
export function chordCost(sinceLast: number, sinceFirst: number, hasGrace: boolean): number {
  const free = hasGrace ? costs.graceSpread : costs.chordGrace;
  const x = Math.max(0, sinceLast + costs.chordSince * sinceFirst - free) / costs.chordDeviation;
  return Math.min(costs.chordMost, costs.chordWeight * Math.log(1 + x * x));
}

/** @param deviation seconds between the note and the time at which its onset was expected @param weight of the note: it was charged as missed and is refunded */
export function lateCost(deviation: number, weight: number): number {
  const x = Math.max(0, Math.abs(deviation) - costs.lateFree) / costs.lateDeviation;
  return costs.lateBase + costs.lateWeight * Math.log(1 + x * x) - costs.missed * weight;
}
