/**
 * Does a pipe carry sound as it is played, or a recording as fast as it can? Who starts the microphone first fills the
 * pipe before anybody listens; what lay there comes in a rush and is over, and only then does the pipe's pace tell when
 * each sample was taken. A recording comes in a rush without end.
 */
import type { Seconds } from '../../core/music/units.ts';

/** So long is looked at a time; who shares a processor is held up for a part of it. */
const look = 0.25; // s
/** Times real time: what is slower is not a rush. */
const noRush = 1.4;
/** No microphone is so far ahead; a pipe of its own holds a second, and programs some more. */
const longestRush = 8; // s of sound

export type Pace = 'not yet known' | 'as it is played' | 'as fast as it can';

export class PipePace {
  #from: Seconds | undefined;
  /** Seconds of sound, in all and since `#from`. */
  #sound = 0;
  #since = 0;

  /** @param length of a piece of sound, s @param now when it came */
  hear(length: number, now: Seconds): Pace {
    this.#sound += length;
    this.#since += length;
    if (this.#from === undefined) this.#lookAgain(now);
    else if (now - this.#from >= look) {
      if (this.#since < noRush * (now - this.#from)) return 'as it is played';
      this.#lookAgain(now);
    }
    return this.#sound > longestRush ? 'as fast as it can' : 'not yet known';
  }

  #lookAgain(now: Seconds): void {
    this.#from = now;
    this.#since = 0;
  }
}
