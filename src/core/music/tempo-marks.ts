/**
 * The notated tempo map of a score. Nominal time is its integral: the time at which a metronome that obeys
 * every tempo mark would play. A soloist is followed in nominal time, so that an Adagio after an Allegro is
 * expected and not mistaken for a sudden change of mind.
 */
import type { TempoMark } from './score.ts';
import type { BeatPeriod, Beats, NominalSeconds } from './units.ts';
import { beatPeriod, beats, nominalSeconds } from './units.ts';
import { lastAtOrBefore } from '../math/search.ts';

/** Where a score has no tempo mark: 120 quarter notes a minute, as in a MIDI file. */
export const defaultBeatPeriod = beatPeriod(0.5);

export class TempoMap {
  readonly #positions: Float64Array;
  readonly #periods: Float64Array;
  readonly #nominal: Float64Array;

  /** @throws RangeError when a beat period is not positive or positions fall. */
  constructor(marks: readonly TempoMark[]) {
    const sorted = marks.length > 0 ? marks : [{ position: beats(0), beatPeriod: defaultBeatPeriod }];
    this.#positions = Float64Array.from(sorted, (mark) => mark.position);
    this.#periods = Float64Array.from(sorted, (mark) => mark.beatPeriod);
    this.#nominal = new Float64Array(sorted.length);
    for (let i = 0; i < sorted.length; i++) {
      if (!(this.#periods[i]! > 0)) throw new RangeError(`beat period must be positive, but is ${this.#periods[i]} s`);
      if (i === 0) continue;
      const span = this.#positions[i]! - this.#positions[i - 1]!;
      if (!(span >= 0)) throw new RangeError(`tempo marks must rise, but ${this.#positions[i]} follows ${this.#positions[i - 1]} beats`);
      this.#nominal[i] = this.#nominal[i - 1]! + span * this.#periods[i - 1]!;
    }
    const zero = this.#integral(0);
    for (let i = 0; i < sorted.length; i++) this.#nominal[i]! -= zero;
  }

  /** Nominal time of a score position; the first and the last mark hold beyond their ends. */
  nominalAt(position: Beats): NominalSeconds {
    return nominalSeconds(this.#integral(position));
  }

  /** Inverse of `nominalAt`. */
  positionAt(nominal: NominalSeconds): Beats {
    const i = Math.max(0, lastAtOrBefore(this.#nominal, nominal));
    return beats(this.#positions[i]! + (nominal - this.#nominal[i]!) / this.#periods[i]!);
  }

  /** The notated beat period in force at a position. */
  periodAt(position: Beats): BeatPeriod {
    return beatPeriod(this.#periods[Math.max(0, lastAtOrBefore(this.#positions, position))]!);
  }

  #integral(position: number): number {
    const i = Math.max(0, lastAtOrBefore(this.#positions, position));
    return this.#nominal[i]! + (position - this.#positions[i]!) * this.#periods[i]!;
  }
}
