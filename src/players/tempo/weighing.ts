/**
 * How much to believe of each thing that speaks for the next interval: what the takes did here and what they do with
 * such figures, what the last surprises leave behind, what he did with such figures today. Who repeats himself to the
 * breath teaches us to trust the takes, who plays like a clock that nothing goes on; and in quick notes, where much
 * is the finger's, other weights hold than in slow ones. Learned while he plays by recursive least squares with
 * forgetting, beginning with what holds for most people and never far from it where little was heard.
 */
import { clamp } from '../../core/math/statistics.ts';

/** What speaks for an interval. */
export const sources = ['takes', 'figures', 'surprise', 'surprise-before', 'drift', 'habit'] as const;
export type Source = (typeof sources)[number];

/** For each source its weight in slow notes and in quick ones, before anything was heard: fitted to performances of the train split. */
const usual: Readonly<Record<Source, readonly [slow: number, quick: number]>> = {
  takes: [0.81, 0.16], figures: [-0.02, 0.11], surprise: [0.28, -0.66], 'surprise-before': [0.06, 0.03], drift: [0.05, -0.01], habit: [1.16, 0.49],
};
/** How firmly that is believed: as after intervals of which the squares of what was said add up to this. */
const firmness = 0.2;
/** Share of the past that is kept at each interval; what fades is replaced by the beginning. */
const kept = 0.995;
/** No weight is larger, whatever a few odd notes seem to say. */
const largest = 1.5;
/** Log tempo: what is further off than this counts no more than this. */
const outlier = 0.3;

const size = 2 * sources.length;
const beginning = Float64Array.from(sources.flatMap((source) => [...usual[source]]));

export class Weighing {
  readonly #weights = beginning.slice();
  /** Squares and products of what was said, and what it was said for: shapes [size, size], [size]. */
  readonly #square = new Float64Array(size * size);
  readonly #product = Float64Array.from(beginning, (weight) => firmness * weight);
  /** Of the present question. */
  readonly #said = new Float64Array(size);
  #quickness = 0;
  readonly #triangle = new Float64Array(size * size);

  constructor() {
    for (let i = 0; i < size; i++) this.#square[i * size + i] = firmness;
  }

  /** The interval that comes; nobody has said anything yet. @param quickness 0 for slow notes, 1 for the quickest */
  ask(quickness: number): void {
    this.#quickness = quickness;
    this.#said.fill(0);
  }

  /** @param value log tempo against the anchor @returns what is believed of it */
  hear(source: Source, value: number): number {
    const at = 2 * sources.indexOf(source);
    this.#said[at] = value * (1 - this.#quickness);
    this.#said[at + 1] = value * this.#quickness;
    return this.#weights[at]! * this.#said[at]! + this.#weights[at + 1]! * this.#said[at + 1]!;
  }

  /** What a source deserves in notes of the present quickness. */
  weightOf(source: Source): number {
    const at = 2 * sources.indexOf(source);
    return (1 - this.#quickness) * this.#weights[at]! + this.#quickness * this.#weights[at + 1]!;
  }

  /** @param outcome what the interval was, in log tempo against the anchor */
  learn(outcome: number): void {
    const said = this.#said;
    let off = outcome;
    for (let i = 0; i < size; i++) off -= this.#weights[i]! * said[i]!;
    const share = Math.min(1, outlier / Math.max(outlier, Math.abs(off)));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) this.#square[i * size + j] = kept * this.#square[i * size + j]! + share * said[i]! * said[j]!;
      this.#square[i * size + i]! += (1 - kept) * firmness;
      this.#product[i] = kept * this.#product[i]! + (1 - kept) * firmness * beginning[i]! + share * said[i]! * outcome;
    }
    this.#solve();
  }

  /** By Cholesky's decomposition: the square is positive, as the beginning never fades. */
  #solve(): void {
    const triangle = this.#triangle;
    const weights = this.#weights;
    for (let i = 0; i < size; i++) {
      let forwards = this.#product[i]!;
      for (let j = 0; j <= i; j++) {
        let rest = this.#square[i * size + j]!;
        for (let k = 0; k < j; k++) rest -= triangle[i * size + k]! * triangle[j * size + k]!;
        triangle[i * size + j] = i === j ? Math.sqrt(rest) : rest / triangle[j * size + j]!;
        if (j < i) forwards -= triangle[i * size + j]! * weights[j]!;
      }
      weights[i] = forwards / triangle[i * size + i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) weights[i]! -= triangle[k * size + i]! * weights[k]!;
      weights[i]! /= triangle[i * size + i]!;
    }
    for (let i = 0; i < size; i++) weights[i] = clamp(weights[i]!, -largest, largest);
  }
}
