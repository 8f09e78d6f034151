/**
 * What an ear has learned: some fifteen hundred numbers, of which each stands for what it was fitted to and not for a reason.
 * `collaparte train ear` fits them; they come as a file (`app/io/ear-file`).
 */
import { evidenceWidth } from './pitch-evidence.ts';

/** The evidence, height, loudness, whether we sound this pitch, and an overtone of ours. */
export const pitchInputs = evidenceWidth + 4;
export const pitchUnits = 12;
/** Moments that `attack` looks back on, and what it sees of each: level, flux, how torn the wave is, partials, new partials. */
export const attackLags = 12;
export const attackSeen = 5;
export const attackInputs = attackLags * attackSeen;
export const attackUnits = 8;

export interface PitchWeights {
  /** Shape [pitchInputs]. */
  readonly direct: Float64Array;
  /** Shape [pitchUnits, pitchInputs]. */
  readonly inward: Float64Array;
  /** Shape [pitchUnits]. */
  readonly bias: Float64Array;
  /** Shape [pitchUnits]. */
  readonly outward: Float64Array;
  /** Constant, by the level, and by its square. */
  readonly silence: Float64Array;
}

export interface AttackWeights {
  /** Shape [attackUnits, attackLags, attackSeen]. */
  readonly inward: Float64Array;
  /** Shape [attackUnits]. */
  readonly bias: Float64Array;
  /** Shape [attackUnits]. */
  readonly outward: Float64Array;
  /** Shape [1]. */
  readonly constant: Float64Array;
}

export interface EarWeights {
  /** Where a score says which pitches may come: only those near them are asked about. */
  readonly pitch: PitchWeights;
  /** Where any pitch may come: a loud partial must not be taken for one. */
  readonly pitchWithoutScore: PitchWeights;
  /** Where a score says which note comes: it only has to tell a stroke from a tone that is held. */
  readonly besideScore: AttackWeights;
  /** Where nothing is known: the stroke of another note must not be taken for one of this note either. */
  readonly withoutScore: AttackWeights;
}

const pitchSizes = { direct: pitchInputs, inward: pitchUnits * pitchInputs, bias: pitchUnits, outward: pitchUnits, silence: 3 } as const;
const attackSizes = { inward: attackUnits * attackInputs, bias: attackUnits, outward: attackUnits, constant: 1 } as const;
/** How many numbers stand under each name. */
export const earSizes = {
  pitch: pitchSizes,
  pitchWithoutScore: pitchSizes,
  besideScore: attackSizes,
  withoutScore: attackSizes,
} as const;
