/**
 * What speaks for each pitch, a hundred and seventy times a second. Two views are put together: how well the sound repeats
 * itself after one period (quick, and precise in time, but an octave below repeats just as well), and how much of the
 * spectrum stands on the partials, between them, and newly so (slower, but sure of octaves, and not confused by a
 * piano that sounds along).
 */
import { Autocorrelation, Spectrum, hann } from './spectrum.ts';

export const hopSamples = 256;
const longWindow = 1024;
const shortWindow = 512;
/** The window of the spectrum, and of the deepest pitches' repetition at half the rate. */
const spectrumWindow = 2048;
/** Samples kept: twice that window, in which the partials of deep pitches stand apart. */
export const keptSamples = 2 * spectrumWindow;
/** Below this pitch the long window is asked too, at half the rate. */
const deepBelow = 62;
/** Either side: a vibrato, and strings that are not at 440. */
const tolerance = 2 ** (35 / 1200) - 1;
const partials = 7;
const floorDb = 60;
/** Hops over which something counts as new: 35 ms for the spectrum, 17 ms for the wave. */
const spectrumMemory = 6;
const longMemory = 14;
const waveMemory = 3;

/** What is told of each pitch, in this order. */
export const evidenceNames = ['repeats', 'repeatsLonger', 'repeatsSooner', 'partials', 'fundamental', 'between', 'below', 'newPartials', 'newlyRepeats', 'deepPartials', 'deepFundamental', 'deepBetween', 'newPartialsLonger'] as const;
export const evidenceWidth = evidenceNames.length;

export class PitchEvidence {
  readonly lowest: number;
  readonly highest: number;
  /** Shape [highest - lowest + 1, evidenceWidth]; overwritten by the next hop. */
  readonly evidence: Float64Array;
  /** Level of the last 512 samples, dB of full scale. */
  level = -120;
  /** How much of the spectrum is new, above 1 kHz and in all, dB a hop. */
  flux = 0;
  readonly #rate: number;
  readonly #spectrum = new Spectrum(spectrumWindow, hann(spectrumWindow));
  readonly #deepSpectrum = new Spectrum(spectrumWindow, hann(spectrumWindow));
  readonly #recent = new Float64Array(spectrumWindow);
  readonly #short = new Repetition(shortWindow, 1);
  readonly #long = new Repetition(longWindow, 1);
  readonly #deep = new Repetition(longWindow, 2);
  readonly #levels = new Float64Array(spectrumWindow / 2 + 1);
  readonly #deepLevels = new Float64Array(spectrumWindow / 2 + 1);
  readonly #before = new Float64Array(spectrumWindow / 2 + 1);
  /** Samples, of each pitch. */
  readonly #periods: Float64Array;
  readonly #places: readonly PartialPlaces[];
  readonly #deepPlaces: readonly PartialPlaces[];
  readonly #partialMemory: Float64Array[];
  readonly #waveMemory: Float64Array[];
  #hop = 0;

  /** @param lowest highest MIDI pitches */
  constructor(rate: number, lowest: number, highest: number) {
    this.#rate = rate;
    this.lowest = lowest;
    this.highest = highest;
    const count = highest - lowest + 1;
    this.evidence = new Float64Array(count * evidenceWidth);
    this.#periods = Float64Array.from({ length: count }, (_, i) => rate / frequencyOf(lowest + i));
    this.#places = Array.from(this.#periods, (period) => placesOf(spectrumWindow / period));
    this.#deepPlaces = Array.from(this.#periods.subarray(0, Math.max(0, deepBelow - lowest)), (period) => placesOf((2 * spectrumWindow) / period));
    this.#partialMemory = Array.from({ length: longMemory }, () => new Float64Array(count));
    this.#waveMemory = Array.from({ length: waveMemory }, () => new Float64Array(count));
  }

  /** @param recent the last `keptSamples` samples, oldest first */
  hear(recent: Float64Array): void {
    this.#look(recent);
    // so long a window hardly changes from hop to hop
    if (this.lowest < deepBelow && this.#hop % 2 === 0) this.#lookDeep(recent);
    this.#short.hear(recent);
    this.#long.hear(recent);
    if (this.#rate / frequencyOf(this.lowest) > 0.4 * longWindow) this.#deep.hear(recent);
    this.level = 10 * Math.log10(this.#short.energy / shortWindow + 1e-12);
    const partialsThen = this.#partialMemory[(this.#hop + longMemory - spectrumMemory) % longMemory]!;
    const partialsLongAgo = this.#partialMemory[this.#hop % longMemory]!;
    const waveThen = this.#waveMemory[this.#hop % waveMemory]!;
    this.#hop++;
    const out = this.evidence;
    for (let pitch = this.lowest, at = 0, i = 0; pitch <= this.highest; pitch++, at += evidenceWidth, i++) {
      const period = this.#periods[i]!;
      const quick = period <= 0.4 * shortWindow ? this.#short : period <= 0.4 * longWindow ? this.#long : this.#deep;
      const steady = period <= 0.4 * longWindow ? this.#long : this.#deep;
      out[at] = quick.of(period);
      out[at + 1] = steady.of(period);
      out[at + 2] = Math.max(steady.at(period / 2), steady.at(period / 3));
      this.#readPartials(this.#levels, this.#places[i]!, at + 3);
      out[at + 6] = loudestBelow(this.#levels, this.#places[i]!);
      out[at + 7] = out[at + 3]! - partialsThen[i]!;
      if (pitch < deepBelow) this.#readPartials(this.#deepLevels, this.#deepPlaces[i]!, at + 9);
      else {
        out[at + 9] = out[at + 3]!;
        out[at + 10] = out[at + 4]!;
        out[at + 11] = out[at + 5]!;
      }
      out[at + 12] = out[at + 3]! - partialsLongAgo[i]!;
      partialsLongAgo[i] = out[at + 3]!;
      out[at + 8] = out[at]! - waveThen[i]!;
      waveThen[i] = out[at]!;
    }
  }

  /** Levels of the spectrum, 0 (60 dB below its loudest point, or inaudible) .. 1, and how much of it is new. */
  #look(recent: Float64Array): void {
    this.#recent.set(recent.subarray(recent.length - spectrumWindow));
    const magnitudes = this.#spectrum.analyse(this.#recent);
    const levels = this.#levels;
    const before = this.#before;
    const scale = asLevels(magnitudes, levels);
    let newly = 0;
    for (let k = 0; k < levels.length; k++) {
      const magnitude = magnitudes[k]!;
      if (magnitude > before[k]!) newly += magnitude - before[k]!;
      before[k] = magnitude;
    }
    this.flux = newly * scale;
  }

  /** The same of the long window, at half the rate. */
  #lookDeep(recent: Float64Array): void {
    const half = this.#recent;
    for (let i = 0; i < half.length; i++) half[i] = 0.5 * (recent[2 * i]! + recent[2 * i + 1]!);
    asLevels(this.#deepSpectrum.analyse(half), this.#deepLevels);
  }

  /** How loud the partials of a pitch are, its fundamental, and what lies between them. */
  #readPartials(levels: Float64Array, { on, between, count, weights }: PartialPlaces, at: number): void {
    const out = this.evidence;
    let loud = 0;
    let beside = 0;
    for (let n = 0; n < count; n++) {
      const weight = partialWeights[n]!;
      loud += weight * loudestIn(levels, on, n);
      beside += weight * loudestIn(levels, between, n);
    }
    out[at] = loud / weights;
    out[at + 1] = loudestIn(levels, on, 0);
    out[at + 2] = beside / weights;
  }
}

const partialWeights = Float64Array.from({ length: partials }, (_, n) => 1 / Math.sqrt(n + 1));

/** Where in a spectrum a pitch shows, each place as its first and last bin. */
interface PartialPlaces {
  readonly on: Int32Array;
  readonly between: Int32Array;
  /** Where the fundamental of a deeper pitch would be that this is a partial of. */
  readonly below: Int32Array;
  readonly count: number;
  /** Sum of the weights of so many partials. */
  readonly weights: number;
}

/** @param bin of the fundamental, with its fraction */
function placesOf(bin: number): PartialPlaces {
  const near = (bins: readonly number[]): Int32Array => Int32Array.from(bins.flatMap((at) => [Math.max(0, Math.round(at * (1 - tolerance))), Math.min(spectrumWindow / 2, Math.round(at * (1 + tolerance)))]));
  const numbers = Array.from({ length: partials }, (_, n) => n + 1).filter((n) => n === 1 || n * bin < 0.8 * (spectrumWindow / 2));
  return { on: near(numbers.map((n) => n * bin)), between: near(numbers.map((n) => (n + 0.5) * bin)), below: near([bin / 2, (2 * bin) / 3, bin / 3]), count: numbers.length, weights: numbers.reduce((sum, _, n) => sum + partialWeights[n]!, 0) };
}

const loudestBelow = (levels: Float64Array, { below }: PartialPlaces): number => Math.max(loudestIn(levels, below, 0), loudestIn(levels, below, 1), loudestIn(levels, below, 2));

/** The loudest of the bins of one place. */
function loudestIn(levels: Float64Array, places: Int32Array, place: number): number {
  let most = 0;
  for (let k = places[2 * place]!, until = places[2 * place + 1]!; k <= until; k++) if (levels[k]! > most) most = levels[k]!;
  return most;
}

/** @returns by how much magnitudes were multiplied so that the loudest is 1 */
function asLevels(magnitudes: Float64Array, levels: Float64Array): number {
  let most = 1e-2; // some -95 dB of full scale
  for (let k = 2; k < magnitudes.length; k++) if (magnitudes[k]! > most) most = magnitudes[k]!;
  const scale = 1 / most;
  for (let k = 0; k < levels.length; k++) {
    const relative = magnitudes[k]! * scale;
    levels[k] = relative < 1e-3 ? 0 : 1 + (20 / floorDb) * Math.log10(relative);
  }
  return scale;
}

export const frequencyOf = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12);

/**
 * How well the last samples repeat themselves after any lag: 1 entirely, 0 not at all.
 * @see McLeod and Wyvill, "A smarter way to find pitch", ICMC 2005 (the normalisation)
 */
class Repetition {
  readonly #length: number;
  readonly #step: number;
  readonly #autocorrelation: Autocorrelation;
  readonly #samples: Float64Array;
  readonly #likeness: Float64Array;
  energy = 0;

  /** @param length samples compared @param step 2 hears every second sample only, and reaches twice as far back */
  constructor(length: number, step: number) {
    this.#length = length;
    this.#step = step;
    this.#autocorrelation = new Autocorrelation(length);
    this.#samples = new Float64Array(length);
    this.#likeness = new Float64Array(Math.floor(0.75 * length));
  }

  hear(recent: Float64Array): void {
    const length = this.#length;
    const step = this.#step;
    const samples = this.#samples;
    const from = recent.length - length * step;
    for (let i = 0; i < length; i++) samples[i] = step === 1 ? recent[from + i]! : 0.5 * (recent[from + 2 * i]! + recent[from + 2 * i + 1]!);
    const lags = this.#autocorrelation.of(samples);
    this.energy = lags[0]!;
    let both = 2 * lags[0]!;
    const likeness = this.#likeness;
    likeness[0] = 1;
    for (let lag = 1; lag < likeness.length; lag++) {
      both -= samples[lag - 1]! * samples[lag - 1]! + samples[length - lag]! * samples[length - lag]!;
      likeness[lag] = both > 1e-7 ? (2 * lags[lag]!) / both : 0;
    }
  }

  /** After one period and, where they fit, after two and three: the least of them. A neighbour a semitone away fails the later ones. */
  of(period: number): number {
    let least = this.at(period);
    for (let n = 2; n <= 3 && n * period < 0.6 * this.#length * this.#step; n++) least = Math.min(least, this.at(n * period));
    return least;
  }

  /** The best likeness near a lag, between the samples. */
  at(lag: number): number {
    const likeness = this.#likeness;
    const middle = lag / this.#step;
    const from = Math.max(2, Math.floor(middle * (1 - tolerance)));
    const until = Math.min(likeness.length - 2, Math.ceil(middle * (1 + tolerance)));
    let best = from;
    if (until < from) return 0;
    for (let k = from + 1; k <= until; k++) if (likeness[k]! > likeness[best]!) best = k;
    const [before, here, after] = [likeness[best - 1]!, likeness[best]!, likeness[best + 1]!];
    const bend = before - 2 * here + after;
    if (bend >= 0) return here;
    const shift = Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / bend));
    return Math.min(1, here - 0.25 * (before - after) * shift);
  }
}
