/**
 * The one clock of a running concert. `process.hrtime` reads the system's monotonic clock, which is the same for every
 * thread (each worker's `performance.now` has an origin of its own), so a time that one thread writes down is
 * true for all who share the origin.
 */
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import type { Clock } from '../../core/contract/ports.ts';

const longestTimer = seconds(3600); // setTimeout overflows after 24 days and then fires at once

/** Seconds since the machine's own origin: the same number on every thread. */
export function monotonicSeconds(): Seconds {
  const [whole, nanoseconds] = process.hrtime();
  return seconds(whole + nanoseconds * 1e-9);
}

export class SystemClock implements Clock {
  /** The monotonic second that counts as 0: hand it to a worker to share this clock. */
  readonly origin: Seconds;
  /** `performance.now` differs from `hrtime` by a constant and makes no garbage. */
  readonly #shift: number;

  constructor(origin: Seconds = monotonicSeconds()) {
    this.origin = origin;
    this.#shift = shiftOfThisThread() - origin;
  }

  now(): Seconds {
    return seconds(performance.now() * 1e-3 + this.#shift);
  }

  /** Never early: a timer that fires before its time (they do, by up to a millisecond) is set again. */
  wakeAt(time: Seconds, wake: () => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    const arm = (): void => {
      const wait = Math.min(time - this.now(), longestTimer);
      timer = setTimeout(check, Math.max(0, Math.ceil(wait * 1000)));
    };
    const check = (): void => {
      if (this.now() < time) arm();
      else wake();
    };
    arm();
    return () => clearTimeout(timer);
  }
}

/** `hrtime` less `performance.now`, read where the two lie closest together. */
function shiftOfThisThread(): number {
  let best = Infinity;
  let shift = 0;
  for (let i = 0; i < 5; i++) {
    const before = performance.now() * 1e-3;
    const truth = monotonicSeconds();
    const after = performance.now() * 1e-3;
    if (after - before < best) {
      best = after - before;
      shift = truth - (before + after) / 2;
    }
  }
  return shift;
}
