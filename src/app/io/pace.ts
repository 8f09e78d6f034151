/**
 * Keeps bursts from overrunning a receiver's buffer: so many messages at once, then one after a gap. A thousand
 * messages back to back lose half on a busy ALSA sequencer; a large chord never notices.
 */
import type { Clock } from '../../core/contract/ports.ts';
import type { Seconds } from '../../core/music/units.ts';

export class Pace {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #burst: number;
  readonly #gap: number;
  readonly #never = new Int32Array(new SharedArrayBuffer(4));
  #saved: number;
  #since: Seconds;

  /** @param burst messages at once; @param gap between those after, in seconds */
  constructor(clock: Pick<Clock, 'now'>, burst: number, gap: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#gap = gap;
    this.#saved = burst;
    this.#since = clock.now();
  }

  /** Holds this thread until one more may leave. */
  wait(): void {
    this.#gather();
    while (this.#saved < 1) {
      Atomics.wait(this.#never, 0, 0, Math.max(0.01, (1 - this.#saved) * this.#gap * 1000));
      this.#gather();
    }
    this.#saved--;
  }

  #gather(): void {
    const now = this.#clock.now();
    this.#saved = Math.min(this.#burst, this.#saved + (now - this.#since) / this.#gap);
    this.#since = now;
  }
}
