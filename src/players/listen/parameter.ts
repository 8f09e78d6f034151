/** One knob of a synthesizer: 0..1 to its own range and back. */
import { clamp } from '../../core/math/statistics.ts';

export type Curve = 'linear' | 'exponential' | 'quadratic';

export interface SynthParameter {
  readonly name: string;
  readonly unit: string;
  /** What 0 and 1 mean. */
  readonly low: number;
  readonly high: number;
  readonly curve: Curve;
  /** Where it stands while nobody moves it, 0..1. */
  readonly rest: number;
  /** How far it may move in a second, in whole ranges. */
  readonly slew: number;
  /** Where it is told by OSC in its own unit; left out: only with all others, as settings. */
  readonly address?: string | undefined;
}

/** @param setting 0..1 @returns in the unit of the parameter */
export function valueOf({ low, high, curve }: SynthParameter, setting: number): number {
  if (curve === 'exponential') return low * (high / low) ** setting;
  return low + (high - low) * (curve === 'quadratic' ? setting * setting : setting);
}

/** The setting of 0..1 that means `value`; what lies outside is the nearest end. */
export function settingOf({ low, high, curve }: SynthParameter, value: number): number {
  const share = curve === 'exponential' ? Math.log(Math.max(value / low, Number.MIN_VALUE)) / Math.log(high / low) : (value - low) / (high - low);
  const within = clamp(share, 0, 1);
  return curve === 'quadratic' ? Math.sqrt(within) : within;
}
