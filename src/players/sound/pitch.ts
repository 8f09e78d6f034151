/**
 * Which pitch does a frame have, and how surely? Two copies of a tone shifted by one period differ by nothing: the
 * first deep dip of that difference, divided by its mean so far, is the period.
 * @see de Cheveigne and Kawahara, "YIN, a fundamental frequency estimator for speech and music", JASA 111, 2002
 */
import { clamp } from '../../core/math/statistics.ts';
import { Autocorrelation } from './spectrum.ts';

export interface PitchSettings {
  /** Hz */
  readonly lowest: number;
  readonly highest: number;
  /** The first dip below this is taken; the deepest where there is none. */
  readonly threshold: number;
}
const defaults: PitchSettings = { lowest: 40, highest: 5000, threshold: 0.15 };
const silence = 1e-10; // mean square: -100 dB of full scale

export class Pitch {
  readonly #length: number;
  readonly #rate: number;
  readonly #settings: PitchSettings;
  readonly #autocorrelation: Autocorrelation;
  /** Every second sample of the frame, smoothed. */
  readonly #coarse: Float64Array;
  readonly #difference: Float64Array;
  /** Of the plain difference: at the lag before, at this one and at the next. */
  readonly #around: [number, number, number] = [0, 0, 0];
  /** Hz; 0 where nothing sounds. */
  frequency = 0;
  /** 0..1 */
  confidence = 0;

  /** @param length of a frame, a power of two; two thirds of it are the longest period that is found */
  constructor(length: number, rate: number, settings: Partial<PitchSettings> = {}) {
    this.#length = length;
    this.#rate = rate;
    this.#settings = { ...defaults, ...settings };
    this.#coarse = new Float64Array(length / 2);
    this.#autocorrelation = new Autocorrelation(length / 2);
    this.#difference = new Float64Array(Math.min(Math.floor(length / 3), Math.ceil(rate / 2 / this.#settings.lowest) + 2));
  }

  /** Looks for the period at half the rate, which costs less than half, and measures it at the whole. */
  analyse(frame: Float64Array): void {
    const difference = this.#difference;
    this.frequency = this.confidence = 0;
    if (!this.#differences(frame)) return;
    const shortest = Math.max(2, Math.floor(this.#rate / 2 / this.#settings.highest));
    let best = -1;
    for (let lag = shortest; lag + 1 < difference.length; lag++) {
      if (difference[lag]! > difference[lag - 1]! || difference[lag]! > difference[lag + 1]!) continue;
      if (best < 0 || difference[lag]! < difference[best]!) best = lag;
      if (difference[lag]! < this.#settings.threshold) break;
    }
    if (best < 0) return;
    const [before, here, after] = [difference[best - 1]!, difference[best]!, difference[best + 1]!];
    const shift = vertex(before, here, after);
    const period = this.#periodNear(frame, Math.round(2 * (best + shift)));
    // over several periods the same error weighs less
    const periods = Math.max(1, Math.floor(this.#length / 4 / period));
    this.frequency = (this.#rate * periods) / this.#periodNear(frame, Math.round(period * periods));
    this.confidence = clamp(1 - (here - 0.25 * (before - after) * shift), 0, 1);
  }

  /** Cumulative mean normalised difference; both copies shrink with the lag, so the whole frame counts. @returns false in silence */
  #differences(frame: Float64Array): boolean {
    const coarse = this.#coarse;
    const length = coarse.length;
    for (let i = 0; i < length; i++) coarse[i] = 0.5 * (frame[2 * i]! + frame[2 * i + 1]!);
    const lags = this.#autocorrelation.of(coarse);
    const difference = this.#difference;
    let energy = 2 * lags[0]!;
    if (energy < 2 * silence * length) return false;
    let sum = 0;
    difference[0] = 1;
    for (let lag = 1; lag < difference.length; lag++) {
      energy -= coarse[lag - 1]! ** 2 + coarse[length - lag]! ** 2;
      // per pair of samples, so that long lags do not look better for having fewer of them
      const raw = Math.max(0, energy - 2 * lags[lag]!) / (length - lag);
      sum += raw;
      difference[lag] = sum > 0 ? (raw * lag) / sum : 1;
    }
    return true;
  }

  /** The lowest point of the plain difference near a lag, between the samples. */
  #periodNear(frame: Float64Array, lag: number): number {
    this.#differencesAround(frame, lag);
    let [before, here, after] = this.#around;
    for (let steps = 0; steps < 3 && lag > 3 && (before < here || after < here); steps++) {
      lag += before < after ? -1 : 1;
      this.#differencesAround(frame, lag);
      [before, here, after] = this.#around;
    }
    return lag + vertex(before, here, after);
  }

  /** The plain difference at a lag shorter than the frame and at its neighbours, in one go: three sums side by side cost hardly more than one. */
  #differencesAround(frame: Float64Array, lag: number): void {
    const length = this.#length;
    let here = (frame[lag]! - frame[0]!) ** 2;
    let before = (frame[lag - 1]! - frame[0]!) ** 2 + (frame[lag]! - frame[1]!) ** 2;
    let after = 0;
    for (let i = lag + 1; i < length; i++) {
      const x = frame[i]!;
      const toBefore = x - frame[i - lag + 1]!;
      const toHere = x - frame[i - lag]!;
      const toAfter = x - frame[i - lag - 1]!;
      before += toBefore * toBefore;
      here += toHere * toHere;
      after += toAfter * toAfter;
    }
    const around = this.#around;
    around[0] = before / (length - lag + 1);
    around[1] = here / (length - lag);
    around[2] = after / (length - lag - 1);
  }
}

/** Where, from the middle of three points, their parabola is lowest; within one step. */
function vertex(before: number, here: number, after: number): number {
  const bend = before - 2 * here + after;
  return bend > 0 ? Math.max(-1, Math.min(1, (0.5 * (before - after)) / bend)) : 0;
}
