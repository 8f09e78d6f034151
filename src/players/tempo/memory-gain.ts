import { clamp } from '../../core/math/statistics.ts';

export interface MemoryGainSettings {
  /** Share of the past that is kept at each interval. */
  readonly forgetting: number;
  /** What is believed before anything was played, and how firmly: as after intervals whose squares add up to this. */
  readonly slope: number;
  readonly weight: number;
}

/** Strangers' takes deserve .5 to .7, one's own more. */
const forTakes: MemoryGainSettings = { forgetting: 0.98, slope: 0.75, weight: 0.6 };

/** How far today's playing is like what is remembered: recursive least squares of one slope, with forgetting. */
export class MemoryGain {
  readonly #forgetting: number;
  #product: number;
  #square: number;

  constructor({ forgetting, slope, weight }: MemoryGainSettings = forTakes) {
    this.#forgetting = forgetting;
    this.#product = slope * weight;
    this.#square = weight;
  }

  get value(): number {
    return clamp(this.#product / this.#square, 0, 1.1);
  }

  /** @param delta what was remembered @param surprise what happened, both against the anchor */
  learn(delta: number, surprise: number): void {
    this.#product = this.#forgetting * this.#product + delta * clamp(surprise, -1, 1);
    this.#square = this.#forgetting * this.#square + delta * delta;
  }
}
