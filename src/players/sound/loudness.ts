/**
 * How loud a frame is: in loudness as ears weigh it, in its true peak, and in plain level, each in dB of full scale.
 * @see ITU-R BS.1770-4, annex 1 (weighting) and annex 2 (true peak)
 */
const offset = -0.691; // of the recommendation: a sine of 997 Hz then measures its own level
const least = 2.220446049250313e-16; // so that silence is -156 dB and not minus infinity
const tapsAside = 6;
const remembered = 2 * tapsAside - 1; // samples
const block = 256; // samples

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

  /** In place. @param count of samples at the beginning of `sound` */
  filter(sound: Float64Array, count: number): void {
    const [b0, b1, b2, a1, a2] = [this.#b0, this.#b1, this.#b2, this.#a1, this.#a2];
    let [s1, s2] = [this.#s1, this.#s2];
    for (let i = 0; i < count; i++) {
      const x = sound[i]!;
      const y = b0 * x + s1;
      s1 = b1 * x + s2 - a1 * y;
      s2 = b2 * x - a2 * y;
      sound[i] = y;
    }
    this.#s1 = s1;
    this.#s2 = s2;
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
function pairWeights(): Pairs {
  const quarter = interpolation(1 / 4);
  const half = interpolation(1 / 2);
  const pair = (i: number): Pair => [half[i]!, (quarter[i]! + quarter.at(-1 - i)!) / 2, (quarter[i]! - quarter.at(-1 - i)!) / 2];
  return [pair(0), pair(1), pair(2), pair(3), pair(4), pair(5)];
}

type Pair = readonly [half: number, even: number, odd: number];
type Pairs = readonly [Pair, Pair, Pair, Pair, Pair, Pair];

/** Hears every sample once, so that frames which overlap cost no more, and the filters see no seams. */
export class Loudness {
  readonly #length: number;
  readonly #shelf: Biquad;
  readonly #highPass: Biquad;
  readonly #weights = pairWeights();
  /** For each of the last samples: its weighted square, and the peak just before it. */
  readonly #squares: Float64Array;
  readonly #peaks: Float64Array;
  /** The last samples, and behind them those that are heard now. */
  readonly #line = new Float64Array(remembered + block);
  readonly #weighted = new Float64Array(block);
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
    this.#line.fill(0);
    this.#at = 0;
  }

  hear(samples: ArrayLike<number>, from: number, until: number): void {
    for (let at = from; at < until; at += block) this.#hearBlock(samples, at, Math.min(until, at + block));
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
  #hearBlock(samples: ArrayLike<number>, from: number, until: number): void {
    const line = this.#line;
    const squares = this.#squares;
    const peaks = this.#peaks;
    // every weight by its own name: a loop over them costs more than what it does
    const [[h0, e0, o0], [h1, e1, o1], [h2, e2, o2], [h3, e3, o3], [h4, e4, o4], [h5, e5, o5]] = this.#weights;
    const count = until - from;
    const weighted = this.#weighted;
    for (let i = 0; i < count; i++) weighted[i] = line[remembered + i] = samples[from + i]!;
    this.#shelf.filter(weighted, count);
    this.#highPass.filter(weighted, count);
    let at = this.#at;
    for (let i = 0; i < count; i++) {
      const x0 = line[i]!;
      const x1 = line[i + 1]!;
      const x2 = line[i + 2]!;
      const x3 = line[i + 3]!;
      const x4 = line[i + 4]!;
      const x5 = line[i + 5]!;
      const y5 = line[i + 6]!;
      const y4 = line[i + 7]!;
      const y3 = line[i + 8]!;
      const y2 = line[i + 9]!;
      const y1 = line[i + 10]!;
      const sample = line[i + 11]!;
      const half = (x0 + sample) * h0 + (x1 + y1) * h1 + (x2 + y2) * h2 + (x3 + y3) * h3 + (x4 + y4) * h4 + (x5 + y5) * h5;
      const even = (x0 + sample) * e0 + (x1 + y1) * e1 + (x2 + y2) * e2 + (x3 + y3) * e3 + (x4 + y4) * e4 + (x5 + y5) * e5;
      const odd = (x0 - sample) * o0 + (x1 - y1) * o1 + (x2 - y2) * o2 + (x3 - y3) * o3 + (x4 - y4) * o4 + (x5 - y5) * o5;
      peaks[at] = Math.max(Math.abs(sample), Math.abs(half), Math.abs(even) + Math.abs(odd));
      squares[at] = weighted[i]! * weighted[i]!;
      if (++at === this.#length) at = 0;
    }
    this.#at = at;
    line.copyWithin(0, count, count + remembered);
  }
}
