/**
 * How long is somebody waited for who is heard late? A key says at once that it went down; an ear for sound needs a tenth
 * of a second. Who waits until he has heard the soloist is then late by as much with every note that they begin
 * together; who does not wait is off by as much as the soloist strays from what was expected of him. Which is better, or what
 * lies between, is read from how he strayed and how late he was heard last: the wait that would have left the least
 * between them.
 */
import { clamp } from '../../core/math/statistics.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

/** As soon as this is at once: nothing is gained by not waiting. */
const atOnce = 0.03; // s, of the newest notes on average
const newest = 0.2; // share of the newest note in that
/** How a soloist strays of whom nothing is known yet, s. */
const supposed = Float64Array.of(-0.06, -0.03, -0.015, -0.005, 0.005, 0.015, 0.03, 0.06, -0.045, 0.045, 0, 0);
const farthest = 0.4; // s: whoever is off by more has not strayed, but does something else
const step = 0.01; // s
const steps = 30;

export class LateHearing {
  readonly #strays = supposed.slice();
  readonly #ages = new Float64Array(supposed.length);
  #count = 0;
  #age = 0;
  #wait = Infinity;

  /** A joint note waits no longer than this for him; Infinity where he is heard at once. */
  get wait(): Seconds {
    return seconds(this.#wait);
  }

  /**
   * @param age      from when he began the note to when we knew
   * @param strayed  by how much it came later than expected; undefined where nothing was expected
   */
  hear(age: Seconds, strayed: Seconds | undefined): void {
    if (age > farthest) return; // it was held up, and says nothing of how he is heard
    const heard = Math.max(0, age);
    if (this.#count === 0) {
      this.#ages.fill(heard);
      this.#age = heard;
    }
    this.#age += newest * (heard - this.#age);
    const at = this.#count++ % this.#strays.length;
    if (strayed !== undefined) {
      this.#strays[at] = clamp(strayed, -farthest, farthest);
      this.#ages[at] = heard;
    }
    this.#wait = this.#age <= atOnce ? Infinity : this.#best();
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
    for (let i = 0; i < this.#strays.length; i++) sum += this.#strays[i]! + this.#ages[i]! <= wait ? this.#ages[i]! : Math.abs(wait - this.#strays[i]!);
    return sum;
  }
}
