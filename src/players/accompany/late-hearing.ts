/**
 * How long is somebody waited for who is heard late? A key says at once that it went down; an ear for sound needs a tenth
 * of a second. Who waits until he has heard the soloist is then late by as much with every note that they begin
 * together; who does not wait is off by as much as the soloist strays from what was expected of him. Which is better, or what
 * lies between, is read from how he strayed and how late he was heard last: the wait that would have left the least
 * between them. Who strays does so by a share of the time that he took: after a long note he may come by more too late than in a run.
 */
import { clamp } from '../../core/math/statistics.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

/** As soon as this is at once: nothing is gained by not waiting. */
const atOnce = 0.03; // s, of the newest notes on average
const newest = 0.2; // share of the newest note in that
/** How a soloist strays of whom nothing is known yet, as a share of the interval. */
const supposed = Float64Array.of(-0.15, -0.075, -0.0375, -0.0125, 0.0125, 0.0375, 0.075, 0.15, -0.1125, 0.1125, 0, 0);
/** An interval of which nothing is known, and the shortest: two strokes of one chord say nothing about shares. */
const usualInterval = 0.4; // s
const shortestInterval = 0.05; // s
const farthest = 0.4; // s: whoever is off by more has not strayed, but does something else
const step = 0.01; // s
const steps = 30;

export class LateHearing {
  readonly #strays = supposed.slice();
  readonly #ages = new Float64Array(supposed.length);
  #count = 0;
  #age = 0;
  /** From his last note to the next, s. */
  #interval = usualInterval;
  /** Undefined where it is not known yet. */
  #wait: number | undefined = Infinity;

  /** A joint note waits no longer than this for him; Infinity where he is heard at once. */
  get wait(): Seconds {
    this.#wait ??= this.#count === 0 || this.#age <= atOnce ? Infinity : this.#best();
    return seconds(this.#wait);
  }

  /** His next note is expected after so long. */
  expect(interval: Seconds): void {
    this.#interval = Number.isFinite(interval) ? Math.max(shortestInterval, interval) : usualInterval;
    this.#wait = undefined;
  }

  /**
   * @param age      from when he began the note to when we knew
   * @param strayed  by how much it came later than expected; undefined where nothing was expected
   * @param interval from his note before to when this one was expected
   */
  hear(age: Seconds, strayed: Seconds | undefined, interval: Seconds = seconds(usualInterval)): void {
    if (age > farthest) return; // it was held up, and says nothing of how he is heard
    const heard = Math.max(0, age);
    if (this.#count === 0) {
      this.#ages.fill(heard);
      this.#age = heard;
    }
    this.#age += newest * (heard - this.#age);
    const at = this.#count++ % this.#strays.length;
    if (strayed !== undefined) {
      this.#strays[at] = clamp(strayed, -farthest, farthest) / Math.max(shortestInterval, interval);
      this.#ages[at] = heard;
    }
    this.#wait = undefined;
  }

  #best(): number {
    let best = Infinity;
    let least = this.#apart(Infinity);
    for (let i = 0; i <= steps; i++) {
      const apart = this.#apart(i * step);
      if (apart >= least) continue;
      least = apart;
      best = i * step;
    }
    return best;
  }

  /** Between him and us on average, had we waited so long. */
  #apart(wait: number): number {
    let sum = 0;
    for (let i = 0; i < this.#strays.length; i++) {
      const strays = clamp(this.#strays[i]! * this.#interval, -farthest, farthest);
      sum += strays + this.#ages[i]! <= wait ? this.#ages[i]! : Math.abs(wait - strays);
    }
    return sum;
  }
}
