/**
 * Keeps every sample under a ceiling without distorting: it looks a few milliseconds ahead, so the gain is
 * already down when the peak comes. The smallest gain needed within the look-ahead is held, recovers slowly, and
 * is averaged over the look-ahead; the average of values that all suffice for a sample suffices for it too.
 */
const lookAhead = 0.005; // s
const recovery = 0.25; // s
const recovered = 0.99999;

export class Limiter {
  /** Samples by which the output is behind the input. */
  readonly delay: number;
  readonly #window: number;
  readonly #ceiling: number;
  readonly #recovery: number;
  // Rings over the last `delay + 1` samples.
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  readonly #held: Float64Array;
  readonly #needed: Float64Array;
  /** Places of needed gains that may yet be the smallest, rising. */
  readonly #queue: Int32Array;
  #head = 0;
  #tail = 0;
  #place = 0;
  #gain = 1;
  #sum: number;
  /** Samples since the last one that needed anything. */
  #calm: number;

  /** @param ceiling greatest sample that leaves, 0..1 */
  constructor(sampleRate: number, ceiling: number) {
    this.delay = Math.round(lookAhead * sampleRate);
    this.#window = this.delay + 1;
    this.#ceiling = ceiling;
    this.#recovery = 1 - Math.exp(-1 / (recovery * sampleRate));
    this.#left = new Float32Array(this.#window);
    this.#right = new Float32Array(this.#window);
    this.#held = new Float64Array(this.#window).fill(1);
    this.#needed = new Float64Array(this.#window).fill(1);
    this.#queue = new Int32Array(this.#window + 1);
    this.#sum = this.#window;
    this.#calm = this.#window;
  }

  /** In place; what comes out is what went in `delay` samples ago. */
  process(left: Float32Array, right: Float32Array, count: number): void {
    if (this.#calm >= this.#window && !exceeds(left, count, this.#ceiling) && !exceeds(right, count, this.#ceiling)) {
      delayed(left, count, this.#left, this.#place);
      this.#place = delayed(right, count, this.#right, this.#place);
    } else for (let k = 0; k < count; k++) this.#limit(left, right, k);
  }

  #limit(left: Float32Array, right: Float32Array, k: number): void {
    const place = this.#place;
    const peak = Math.max(Math.abs(left[k]!), Math.abs(right[k]!));
    const least = this.#smallestWith(peak > this.#ceiling ? this.#ceiling / peak : 1, place);
    this.#gain = Math.min(least, this.#gain + this.#recovery * (1 - this.#gain));
    if (this.#gain > recovered) this.#gain = 1;
    this.#calm = this.#gain === 1 ? this.#calm + 1 : 0;
    this.#sum += this.#gain - this.#held[place]!;
    this.#held[place] = this.#gain;
    if (this.#calm === this.#window) this.#sum = this.#window;
    const gain = this.#sum / this.#window;
    this.#left[place] = left[k]!;
    this.#right[place] = right[k]!;
    const oldest = place + 1 === this.#window ? 0 : place + 1;
    // Rounding of the running sum could let a sample pass by a hair: the ceiling is a promise.
    left[k] = Math.max(-this.#ceiling, Math.min(this.#ceiling, this.#left[oldest]! * gain));
    right[k] = Math.max(-this.#ceiling, Math.min(this.#ceiling, this.#right[oldest]! * gain));
    this.#place = oldest;
  }

  /** Smallest needed gain of the last `delay + 1` samples, this one included. */
  #smallestWith(needed: number, place: number): number {
    const size = this.#window + 1;
    const queue = this.#queue;
    // The candidate that leaves the window stood at this very place.
    if (this.#head !== this.#tail && queue[this.#head] === place) this.#head = (this.#head + 1) % size;
    this.#needed[place] = needed;
    while (this.#head !== this.#tail) {
      const last = this.#tail === 0 ? size - 1 : this.#tail - 1;
      if (this.#needed[queue[last]!]! < needed) break;
      this.#tail = last;
    }
    queue[this.#tail] = place;
    this.#tail = (this.#tail + 1) % size;
    return this.#needed[queue[this.#head]!]!;
  }
}

function exceeds(samples: Float32Array, count: number, ceiling: number): boolean {
  for (let k = 0; k < count; k++) if (samples[k]! > ceiling || samples[k]! < -ceiling) return true;
  return false;
}

/** Exchanges a block for the one before it, through a ring; returns the place after it. */
function delayed(samples: Float32Array, count: number, ring: Float32Array, from: number): number {
  let place = from;
  for (let k = 0; k < count; k++) {
    ring[place] = samples[k]!;
    if (++place === ring.length) place = 0;
    samples[k] = ring[place]!;
  }
  return place;
}
