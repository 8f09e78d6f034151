/**
 * How loud a frame is: in loudness as ears weigh it, in its true peak, and in plain level, each in dB of full scale.
 * @see ITU-R BS.1770-4, annex 1 (weighting) and annex 2 (true peak)
 */
const offset = -0.691; // of the recommendation: a sine of 997 Hz then measures its own level
const least = 2.220446049250313e-16; // so that silence is -156 dB and not minus infinity
const tapsAside = 6;

/** A filter of second order, direct form II transposed. */
class Biquad {
  readonly #b0: number;
  readonly #b1: number;
  readonly #b2: number;
  readonly #a1: number;
  readonly #a2: number;
  #s1 = 0;
  #s2 = 0;

  constructor([b0, b1, b2, a1, a2]: readonly [number, number, number, number, number]) {
    this.#b0 = b0;
    this.#b1 = b1;
    this.#b2 = b2;
    this.#a1 = a1;
    this.#a2 = a2;
  }

  begin(): void {
    this.#s1 = 0;
    this.#s2 = 0;
  }

  step(x: number): number {
    const y = this.#b0 * x + this.#s1;
    this.#s1 = this.#b1 * x - this.#a1 * y + this.#s2;
    this.#s2 = this.#b2 * x - this.#a2 * y;
    return y;
  }
}

/** The head as a sphere: some 4 dB more from 2 kHz on. Coefficients are for 48 kHz in the standard; these are for any rate. */
function shelf(rate: number): Biquad {
  const [frequency, gain, q] = [1681.974450955533, 3.999843853973347, 0.7071752369554196];
  const k = Math.tan((Math.PI * frequency) / rate);
  const high = 10 ** (gain / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return new Biquad([(high + (band * k) / q + k * k) / a0, (2 * (k * k - high)) / a0, (high - (band * k) / q + k * k) / a0, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0]);
}

/** Deep tones count less. */
function highPass(rate: number): Biquad {
  const [frequency, q] = [38.13547087602444, 0.5003270373238773];
  const k = Math.tan((Math.PI * frequency) / rate);
  const a0 = 1 + k / q + k * k;
  return new Biquad([1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0]);
}

/** Weights of the neighbours for a moment part of the way to the next sample, earliest first. */
function interpolation(part: number): readonly number[] {
  const taps = Array.from({ length: 2 * tapsAside }, (_, i) => {
    const t = i - tapsAside + 1 - part;
    return (Math.sin(Math.PI * t) / (Math.PI * t)) * Math.cos((Math.PI * t) / (2 * tapsAside)) ** 2;
  });
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => tap / sum);
}

/**
 * Three quarters of the way is a quarter from the other side, and half is the same from both: so sums and differences of
 * opposite neighbours do for all three moments. For each pair, from the outermost: what its sum weighs half way, and what
 * its sum and its difference weigh a quarter of the way.
 */
function pairWeights(): Float64Array {
  const quarter = interpolation(1 / 4);
  const half = interpolation(1 / 2);
  return Float64Array.from(Array.from({ length: tapsAside }, (_, i) => [half[i]!, (quarter[i]! + quarter.at(-1 - i)!) / 2, (quarter[i]! - quarter.at(-1 - i)!) / 2]).flat());
}

/** Hears every sample once, so that frames which overlap cost no more, and the filters see no seams. */
export class Loudness {
  readonly #length: number;
  readonly #shelf: Biquad;
  readonly #highPass: Biquad;
  readonly #weights = pairWeights();
  /** For each of the last samples: its weighted square, and the peak just before it. */
  readonly #squares: Float64Array;
  readonly #peaks: Float64Array;
  readonly #past = new Float64Array(4 * tapsAside);
  #pastAt = 0;
  #at = 0;

  /** @param length of a frame in samples */
  constructor(length: number, rate: number) {
    this.#length = length;
    this.#shelf = shelf(rate);
    this.#highPass = highPass(rate);
    this.#squares = new Float64Array(length);
    this.#peaks = new Float64Array(length);
  }

  /** What comes next is another sound: nothing of the last one is left in the filters. */
  begin(): void {
    this.#shelf.begin();
    this.#highPass.begin();
    this.#squares.fill(0);
    this.#peaks.fill(0);
    this.#past.fill(0);
    this.#pastAt = 0;
    this.#at = 0;
  }

  hear(samples: ArrayLike<number>, from: number, until: number): void {
    let at = this.#at;
    for (let i = from; i < until; i++) {
      const sample = samples[i]!;
      const weighted = this.#highPass.step(this.#shelf.step(sample));
      this.#squares[at] = weighted * weighted;
      this.#peaks[at] = this.#peakOf(sample);
      if (++at === this.#length) at = 0;
    }
    this.#at = at;
  }

  /** Writes loudness, true peak and level of the last frame to `out` at 0..2. @param frame its samples */
  write(frame: Float64Array, out: Float64Array): void {
    let weighted = 0;
    let plain = 0;
    let peak = 0;
    for (let i = 0; i < this.#length; i++) {
      weighted += this.#squares[i]!;
      if (this.#peaks[i]! > peak) peak = this.#peaks[i]!;
      plain += frame[i]! * frame[i]!;
    }
    out[0] = offset + 10 * Math.log10(weighted / this.#length + least);
    out[1] = 20 * Math.log10(peak + least);
    out[2] = 10 * Math.log10(plain / this.#length + least);
  }

  /** Between the samples the wave may rise higher than at any of them. */
  #peakOf(sample: number): number {
    const past = this.#past;
    const span = 2 * tapsAside;
    past[this.#pastAt] = past[this.#pastAt + span] = sample;
    this.#pastAt = this.#pastAt + 1 === span ? 0 : this.#pastAt + 1;
    const from = this.#pastAt;
    const weights = this.#weights;
    let half = 0;
    let even = 0;
    let odd = 0;
    for (let i = 0, w = 0, left = from, right = from + span - 1; i < tapsAside; i++, w += 3, left++, right--) {
      const x = past[left]!;
      const y = past[right]!;
      half += (x + y) * weights[w]!;
      even += (x + y) * weights[w + 1]!;
      odd += (x - y) * weights[w + 2]!;
    }
    return Math.max(Math.abs(sample), Math.abs(half), Math.abs(even) + Math.abs(odd));
  }
}
