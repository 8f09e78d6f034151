/**
 * Which of the earlier takes is today's playing like? Each take foretells every interval; those that were right
 * lately are believed more. The constants are fitted to performances of the train split.
 */
import { clamp } from '../../core/math/statistics.ts';
import type { Recollection } from './recollection.ts';

/** A take foretells this share of what it remembers: nobody repeats himself entirely. */
const repeated = 0.9;
/** Share of the newest error in the running mean of its square. */
const errorShare = 0.15;
/** Mean square error before anything was heard, and the least that counts as one. */
const unproven = 0.04;
const least = 1e-3;
export class TakeTrust {
  readonly #errors: Float64Array;
  /** Weight of each take, newest first; they have no common sum. */
  readonly weights: Float64Array;

  constructor(takes: number) {
    this.#errors = new Float64Array(takes).fill(unproven);
    this.weights = new Float64Array(takes).fill(1);
  }

  /** Running root mean square error of one take, in log tempo; that of an unproven one where there is no such take. */
  errorOf(take: number): number {
    return Math.sqrt(this.#errors[take] ?? unproven);
  }

  /** @param onsetIndex where the interval began @param surprise what it was, against the anchor, in log tempo */
  learn(recollection: Recollection, onsetIndex: number, surprise: number): void {
    for (let k = 0; k < this.weights.length; k++) {
      const delta = recollection.deltaOf(k, onsetIndex);
      if (Number.isNaN(delta)) continue;
      const off = clamp(surprise - repeated * delta, -1, 1);
      this.#errors[k]! += errorShare * (off * off - this.#errors[k]!);
      this.weights[k] = unproven / Math.max(least, this.#errors[k]!);
    }
  }
}
