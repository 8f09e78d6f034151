/**
 * What a spectrum looks like: its timbre in cepstral coefficients, its pitch classes, its shape, its loudest peaks.
 * Units are those that FluCoMa documents, so that tables and networks made with it mean the same here.
 * @see https://learn.flucoma.org (MFCC, Chroma, SpectralShape, SineFeature)
 */
const least = 2.220446049250313e-16;
const decibels = (magnitude: number): number => 20 * Math.log10(Math.max(magnitude, least));

/** A row of a filter bank, without the zeros around it. */
interface Filter {
  readonly from: number;
  readonly weights: Float64Array;
}

function sumThrough({ from, weights }: Filter, magnitudes: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]! * magnitudes[from + i]!;
  return sum;
}

const mel = (frequency: number): number => 1127.01048 * Math.log(1 + frequency / 700);
const frequencyOfMel = (m: number): number => 700 * (Math.exp(m / 1127.01048) - 1);

/** Thirteen coefficients: the cosine transform, orthonormal, of the level in dB of forty mel bands from 20 Hz to 20 kHz. */
export class Cepstrum {
  readonly #filters: readonly Filter[];
  readonly #levels: Float64Array;
  readonly #cosines: readonly Float64Array[];

  constructor(size: number, rate: number, count = 13, bands = 40) {
    const edges = Float64Array.from({ length: bands + 2 }, (_, i) => frequencyOfMel(mel(20) + ((mel(20_000) - mel(20)) * i) / (bands + 1)));
    this.#filters = Array.from({ length: bands }, (_, band) => triangle(edges[band]!, edges[band + 1]!, edges[band + 2]!, size, rate));
    this.#levels = new Float64Array(bands);
    this.#cosines = Array.from({ length: count }, (_, k) =>
      Float64Array.from({ length: bands }, (_, n) => Math.sqrt((k === 0 ? 1 : 2) / bands) * Math.cos((Math.PI * k * (n + 0.5)) / bands)));
  }

  write(magnitudes: Float64Array, out: Float64Array, at: number): void {
    const levels = this.#levels;
    for (let band = 0; band < levels.length; band++) levels[band] = decibels(sumThrough(this.#filters[band]!, magnitudes));
    this.#cosines.forEach((cosine, k) => {
      let sum = 0;
      for (let n = 0; n < levels.length; n++) sum += cosine[n]! * levels[n]!;
      out[at + k] = sum;
    });
  }
}

function triangle(low: number, middle: number, high: number, size: number, rate: number): Filter {
  const bin = rate / size;
  const from = Math.max(0, Math.ceil(low / bin));
  const until = Math.min(size / 2, Math.floor(high / bin));
  const weights = Float64Array.from({ length: Math.max(0, until - from + 1) }, (_, i) => {
    const frequency = (from + i) * bin;
    return Math.max(0, Math.min((frequency - low) / (middle - low), (high - frequency) / (high - middle)));
  });
  return { from, weights };
}

/** Of a bin's energy: -180 dB. */
const negligible = 1e-9;

/**
 * Energy by pitch class, from A upwards by semitones; not normalised, so that it also says how much there is.
 * @see Ellis, "Chroma feature analysis and synthesis", 2007
 */
export class Chroma {
  /** A class after the other: the bins that count for it, and how much. */
  readonly #bins: readonly Uint16Array[];
  readonly #weights: readonly Float64Array[];
  readonly #scale: number;

  constructor(size: number, rate: number, classes = 12, tuning = 440) {
    const bins = size / 2 + 1;
    // frequencies as the reference spreads them: `size` points from 0 to the sampling rate, both ends included
    const semitone = (k: number): number => classes * Math.log2(((k * rate) / (size - 1)) / (tuning / 16));
    const place = (k: number): number => (k === 0 ? semitone(1) - 1.5 * classes : semitone(k));
    const weights = Array.from({ length: classes }, () => new Float64Array(bins));
    for (let k = 0; k < bins; k++) {
      const width = Math.max(1, place(k + 1) - place(k));
      let norm = 0;
      for (let c = 0; c < classes; c++) {
        const away = ((((place(k) - c + classes / 2) % classes) + classes) % classes) - classes / 2;
        weights[c]![k] = Math.exp(-0.5 * ((2 * away) / width) ** 2);
        norm += weights[c]![k]! ** 2;
      }
      for (let c = 0; c < classes; c++) weights[c]![k]! /= Math.sqrt(norm);
    }
    const counting = weights.map((row) => Uint16Array.from([...row.keys()].filter((k) => row[k]! > negligible)));
    this.#bins = counting;
    this.#weights = weights.map((row, c) => Float64Array.from(counting[c]!, (k) => row[k]!));
    this.#scale = 2 / (size * classes);
  }

  /** @param powers magnitudes squared */
  write(powers: Float64Array, out: Float64Array, at: number): void {
    for (let c = 0; c < this.#weights.length; c++) {
      const weights = this.#weights[c]!;
      const bins = this.#bins[c]!;
      // two sums, so that one need not wait for the other
      let one = 0;
      let other = 0;
      const even = weights.length & ~1;
      for (let i = 0; i < even; i += 2) {
        one += weights[i]! * powers[bins[i]!]!;
        other += weights[i + 1]! * powers[bins[i + 1]!]!;
      }
      if (even < weights.length) one += weights[even]! * powers[bins[even]!]!;
      out[at + c] = this.#scale * (one + other);
    }
  }
}

const rolloffShare = 0.95;
const smallProduct = 1e-250;
const largeProduct = 1e250;

/** Centroid and spread in Hz, skewness, kurtosis, roll-off (95 % of the energy) in Hz, flatness and crest in dB. */
export function writeShape(magnitudes: Float64Array, powers: Float64Array, binHz: number, out: Float64Array, at: number): void {
  const count = magnitudes.length;
  let sum = 0;
  let weighted = 0;
  let energy = 0;
  let logs = 0;
  let product = 1;
  let most = 0;
  for (let k = 0; k < count; k++) {
    const x = Math.max(magnitudes[k]!, least);
    sum += x;
    weighted += k * x;
    energy += Math.max(powers[k]!, least * least);
    // a logarithm costs as much as all else here, and one of a product does as well, while the product is a number
    product *= x;
    if (product < smallProduct || product > largeProduct) {
      logs += Math.log(product);
      product = 1;
    }
    if (x > most) most = x;
  }
  logs += Math.log(product);
  const centroid = weighted / sum;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let k = 0; k < count; k++) {
    const x = Math.max(magnitudes[k]!, least);
    const away = k - centroid;
    const square = away * away;
    second += x * square;
    third += x * square * away;
    fourth += x * square * square;
  }
  const variance = second / sum;
  out[at] = centroid * binHz;
  out[at + 1] = Math.sqrt(variance) * binHz;
  out[at + 2] = third / (variance * Math.sqrt(variance) * sum);
  out[at + 3] = fourth / (variance * variance * sum);
  out[at + 4] = rolloffBin(powers, rolloffShare * energy) * binHz;
  out[at + 5] = decibels(Math.exp(logs / count) / (sum / count));
  out[at + 6] = decibels(most / Math.sqrt(energy / count));
}

/** The bin, with its fraction, below which so much of the energy lies. */
function rolloffBin(powers: Float64Array, target: number): number {
  let sum = 0;
  for (let k = 0; k < powers.length; k++) {
    const power = Math.max(powers[k]!, least * least);
    sum += power;
    if (sum > target) return k - (sum - target) / power;
  }
  return powers.length - 1;
}

const faintest = 10 ** (-96 / 20);

/**
 * The loudest peaks, listed from low to high: frequencies in Hz at `at`, amplitudes (a sine of amplitude 1 has 1)
 * `count` later. Where there are fewer, the rest is zero.
 */
export class SinePeaks {
  readonly #count: number;
  readonly #binHz: number;
  readonly #scale: number;
  readonly #bins: Int32Array;

  /** @param windowLength of a Hann window */
  constructor(size: number, windowLength: number, rate: number, count = 10) {
    this.#count = count;
    this.#binHz = rate / size;
    this.#scale = 4 / windowLength;
    this.#bins = new Int32Array(count);
  }

  write(magnitudes: Float64Array, out: Float64Array, at: number): void {
    const found = this.#loudest(magnitudes);
    const bins = this.#bins.subarray(0, found).sort();
    out.fill(0, at, at + 2 * this.#count);
    for (let i = 0; i < found; i++) {
      const k = bins[i]!;
      const [before, here, after] = [decibels(magnitudes[k - 1]! * this.#scale), decibels(magnitudes[k]! * this.#scale), decibels(magnitudes[k + 1]! * this.#scale)];
      // a parabola through three levels: the top of a Hann window's lobe is close to one
      const shift = (0.5 * (before - after)) / (before - 2 * here + after);
      out[at + i] = (k + shift) * this.#binHz;
      out[at + this.#count + i] = 10 ** ((here - 0.25 * (before - after) * shift) / 20);
    }
  }

  /** Fills `#bins`, loudest first. @returns how many there are */
  #loudest(magnitudes: Float64Array): number {
    const bins = this.#bins;
    const floor = faintest / this.#scale;
    let found = 0;
    for (let k = 1; k + 1 < magnitudes.length; k++) {
      const here = magnitudes[k]!;
      if (here <= floor || here <= magnitudes[k - 1]! || here < magnitudes[k + 1]!) continue;
      if (found === bins.length && here <= magnitudes[bins[found - 1]!]!) continue;
      if (found < bins.length) found++;
      let i = found - 1;
      for (; i > 0 && magnitudes[bins[i - 1]!]! < here; i--) bins[i] = bins[i - 1]!;
      bins[i] = k;
    }
    return found;
  }
}
