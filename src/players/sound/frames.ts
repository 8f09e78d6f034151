/** Cuts a stream into frames that overlap, whatever the size of the blocks in which it comes. */
export class FrameCutter {
  readonly length: number;
  readonly hop: number;
  readonly #frame: Float64Array;
  /** The last `length` samples, written twice so that a frame is always one piece. */
  readonly #recent: Float64Array;
  #at = 0;
  #missing: number;
  #heard = 0;

  /** The first frame is complete after `length` samples, the next after `hop` more. */
  constructor(length: number, hop: number) {
    if (!(hop >= 1 && hop <= length)) throw new RangeError(`a hop is 1..${length} samples, not ${hop}`);
    this.length = length;
    this.hop = hop;
    this.#recent = new Float64Array(2 * length);
    this.#frame = new Float64Array(length);
    this.#missing = length;
  }

  /** What comes next is another sound. */
  begin(): void {
    this.#at = 0;
    this.#missing = this.length;
    this.#heard = 0;
  }

  /** Samples until the next frame is complete. */
  get missing(): number {
    return this.#missing;
  }

  /**
   * @param onFrame the frame is overwritten by the next one; `end` is the number of samples heard up to its end
   */
  push(samples: ArrayLike<number>, from: number, until: number, onFrame: (frame: Float64Array, end: number) => void): void {
    const { length } = this;
    const recent = this.#recent;
    for (let i = from; i < until; i++) {
      recent[this.#at] = recent[this.#at + length] = samples[i]!;
      if (++this.#at === length) this.#at = 0;
      this.#heard++;
      if (--this.#missing > 0) continue;
      this.#missing = this.hop;
      this.#frame.set(recent.subarray(this.#at, this.#at + length));
      onFrame(this.#frame, this.#heard);
    }
  }
}
