/**
 * Where something tends over bars, however single notes stick out: an exponential average over the score, in which one
 * note counts only up to a limit. A second note that says the same counts in full, so that a subito forte is believed
 * at its second note and an accent never.
 */
import type { Beats } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';

/** A rest or a leap makes no single note worth more than one that came so many quarters after another. */
const longestStep = 3;
/** Notes that begin together, or nearly, count as if they were so far apart, in quarters. */
const shortestStep = 0.1;
/** What is said again may count for so many times the limit. */
const mostAgreed = 3;

export class Tendency {
  readonly #memory: Beats;
  readonly #limit: number;
  #value = 0;
  #notes = 0;
  #last: Beats | undefined;
  /** As they were before the newest onset, so that a louder note of the same chord can take its place. */
  #valueBefore = 0;
  #surpriseBefore = 0;
  #surprise = 0;
  #step = 0;
  #newest = 0;

  /**
   * @param memory  quarters after which a note still counts for a third
   * @param limit  how far one note alone may seem to be off
   */
  constructor(memory: Beats, limit: number) {
    this.#memory = memory;
    this.#limit = limit;
  }

  get value(): number {
    return this.#value;
  }
  /** How far the newest note was off what was expected of it. */
  get surprise(): number {
    return this.#surprise;
  }
  /** Where the newest note stands; undefined before the first. */
  get heardAt(): Beats | undefined {
    return this.#last;
  }

  /** As at a beginning. */
  forget(): void {
    this.#value = 0;
    this.#notes = 0;
    this.#surprise = 0;
    this.#last = undefined;
  }

  /** Of notes that stand at one place the largest value counts. */
  hear(position: Beats, value: number): void {
    if (position === this.#last) {
      if (value <= this.#newest) return;
    } else {
      this.#step = this.#last === undefined ? longestStep : clamp(Math.abs(position - this.#last), shortestStep, longestStep);
      this.#valueBefore = this.#value;
      this.#surpriseBefore = this.#surprise;
      this.#last = position;
      this.#notes++;
    }
    this.#newest = value;
    this.#surprise = value - this.#valueBefore;
    const agreed = this.#surprise * this.#surpriseBefore > 0 ? clamp(Math.abs(this.#surpriseBefore), this.#limit, mostAgreed * this.#limit) : this.#limit;
    // At a beginning the mean of what there is.
    const gain = Math.max(1 / this.#notes, 1 - Math.exp(-this.#step / this.#memory));
    this.#value = this.#valueBefore + gain * clamp(this.#surprise, -agreed, agreed);
  }
}
