/**
 * What the soloist does with a figure he does again: the last of three a little long, the second beat early, the repeat
 * as the first time. It is learned while he plays, and needs no earlier take. For each likeness (see `figures.ts`) a
 * fading mean of what happened at intervals of that kind; the more particular ones correct the more general, as far
 * as they have been heard often enough. The constants are fitted to performances of the train split.
 * @see Cleary and Witten, "Data compression using adaptive coding and partial string matching", 1984, for the mixing
 */
import { clamp } from '../../core/math/statistics.ts';
import type { Figures } from '../memory/figures.ts';
import { likenesses } from '../memory/figures.ts';
import { MemoryGain } from './memory-gain.ts';

/** For each likeness, how many times a kind must be heard before it counts as much as the more general ones before it. */
const hearings = [10, 6, 3.4, 1.2, 6] as const;
/** What is left of a hearing at the next one of its kind. */
const fading = 0.8;
/** One interval says no more than this, in log tempo; and what is beyond the other was a pause or a slip. */
const largest = 1;
const accident = Math.log(4);

export class Habits {
  readonly #figures: Figures;
  readonly #sums: readonly Float64Array[];
  readonly #weights: readonly Float64Array[];
  #gain = new MemoryGain({ forgetting: 0.995, slope: 1, weight: 0.3 });
  /** Of the last question, for each likeness: what it and the more general ones say, in log tempo. Shape [likenesses]. */
  readonly said = new Float64Array(likenesses.length);
  /** And how far it is known, 0..1. */
  readonly known = new Float64Array(likenesses.length);

  constructor(figures: Figures) {
    this.#figures = figures;
    this.#sums = figures.counts.map((count) => new Float64Array(count));
    this.#weights = figures.counts.map((count) => new Float64Array(count));
  }

  /**
   * The interval that begins at an onset.
   * @param otherwise what would be expected of an interval unlike any other, in log tempo
   * @returns what today's playing adds to that
   */
  foresee(onsetIndex: number, otherwise: number): number {
    return this.#gain.value * (this.#ask(onsetIndex, otherwise) - otherwise);
  }

  /** The same of the interval after that one, of which nothing else is known. */
  foreseeAfter(onsetIndex: number): number {
    let expected = 0;
    for (let q = 0; q < hearings.length; q++) {
      const kind = this.#figures.kinds[q]![onsetIndex + 1];
      if (kind === undefined) return 0;
      expected = (this.#sums[q]![kind]! + hearings[q]! * expected) / (this.#weights[q]![kind]! + hearings[q]!);
    }
    return this.#gain.value * expected;
  }

  /** @param otherwise as it was foreseen @param surprise what the interval was beyond anchor and takes, in log tempo */
  learn(onsetIndex: number, otherwise: number, surprise: number): void {
    if (Math.abs(surprise) > accident) return;
    const added = this.#ask(onsetIndex, otherwise) - otherwise;
    if (added !== 0) this.#gain.learn(added, surprise - otherwise);
    for (let q = 0; q < hearings.length; q++) {
      const kind = this.#figures.kinds[q]![onsetIndex]!;
      this.#sums[q]![kind] = fading * this.#sums[q]![kind]! + clamp(surprise, -largest, largest);
      this.#weights[q]![kind] = fading * this.#weights[q]![kind]! + 1;
    }
  }

  #ask(onsetIndex: number, otherwise: number): number {
    let expected = otherwise;
    for (let q = 0; q < hearings.length; q++) {
      const kind = this.#figures.kinds[q]![onsetIndex]!;
      const weight = this.#weights[q]![kind]!;
      expected = (this.#sums[q]![kind]! + hearings[q]! * expected) / (weight + hearings[q]!);
      this.said[q] = expected;
      this.known[q] = weight / (weight + hearings[q]!);
    }
    return expected;
  }
}
