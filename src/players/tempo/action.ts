/**
 * What a tempo policy may do: a residual over the base, in log tempo, for the next interval and for one beat ahead.
 * Zero means that the base is right. Correcting the asynchrony is the conductor's work and never learned.
 */
import type { Stretch } from '../../core/music/units.ts';
import { stretch } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';

export const tempoActionSize = 2;

/** No policy may change the base's tempo by more than this, in log units. */
const largestResidual = 1.2;

export interface TempoAction {
  readonly nextInterval: number;
  readonly nextBeat: number;
}

/** @returns undefined where the output is no answer: a wrong length, or not a number */
export function decodeTempoAction(output: ArrayLike<number>): TempoAction | undefined {
  const nextInterval = output[0];
  const nextBeat = output[1];
  if (output.length !== tempoActionSize || nextInterval === undefined || nextBeat === undefined) return undefined;
  if (!Number.isFinite(nextInterval) || !Number.isFinite(nextBeat)) return undefined;
  return { nextInterval: clamp(nextInterval, -largestResidual, largestResidual), nextBeat: clamp(nextBeat, -largestResidual, largestResidual) };
}

/** The base's tempo, as the policy would have it. */
export const applied = (base: Stretch, action: TempoAction): Stretch => stretch(base * Math.exp(action.nextInterval));
