/**
 * The spectrum of a frame of sound. Everything is allocated once: a frame costs a transform and nothing for the
 * collector of garbage. Magnitudes are those of the plain sum over the windowed samples, as FluCoMa's are.
 */
import FFT from 'fft.js';

/** Hann, periodic: shifted copies at half its length add up to one. */
export function hann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}

export class Spectrum {
  readonly size: number;
  /** |X| of bin 0 .. size / 2; overwritten by the next `analyse`. */
  readonly magnitudes: Float64Array;
  readonly #fft: FFT;
  readonly #window: Float64Array | undefined;
  readonly #windowed: Float64Array;
  readonly #out: Float64Array;

  /** @param window as many weights as a frame has samples, at most `size`; the rest is zeros. None: all weigh the same. */
  constructor(size: number, window?: Float64Array) {
    if (window !== undefined && window.length > size) throw new RangeError(`a window of ${window.length} samples does not fit a transform of ${size}`);
    this.size = size;
    this.#fft = new FFT(size);
    this.#window = window;
    this.#windowed = new Float64Array(size);
    this.#out = new Float64Array(2 * size);
    this.magnitudes = new Float64Array(size / 2 + 1);
  }

  /** @param frame as long as the window; without one, at most `size` */
  analyse(frame: Float64Array): Float64Array {
    const { size } = this;
    const count = Math.min(frame.length, this.#window?.length ?? size);
    const windowed = this.#windowed;
    const window = this.#window;
    if (window === undefined) for (let i = 0; i < count; i++) windowed[i] = frame[i]!;
    else for (let i = 0; i < count; i++) windowed[i] = frame[i]! * window[i]!;
    if (count < size) windowed.fill(0, count);
    const out = this.#out;
    this.#fft.realTransform(out, windowed);
    const magnitudes = this.magnitudes;
    for (let k = 0; k <= size / 2; k++) magnitudes[k] = Math.sqrt(out[2 * k]! ** 2 + out[2 * k + 1]! ** 2);
    return magnitudes;
  }
}

/** Autocorrelation by two transforms: far cheaper than by its definition once a hundred lags are wanted. */
export class Autocorrelation {
  readonly #spectrum: Spectrum;
  readonly #fft: FFT;
  readonly #power: Float64Array;
  readonly #out: Float64Array;
  readonly #lags: Float64Array;

  /** @param length of a frame, a power of two */
  constructor(length: number) {
    const size = 2 * length; // twice, or the end would meet the beginning
    this.#spectrum = new Spectrum(size);
    this.#fft = new FFT(size);
    this.#power = new Float64Array(size);
    this.#out = new Float64Array(2 * size);
    this.#lags = new Float64Array(length);
  }

  /** @returns sum of x[i] x[i + lag] for every lag below the frame's length; overwritten by the next call */
  of(frame: Float64Array): Float64Array {
    const magnitudes = this.#spectrum.analyse(frame);
    const { size } = this.#spectrum;
    const power = this.#power;
    for (let k = 0; k <= size / 2; k++) power[k] = magnitudes[k]! ** 2;
    for (let k = 1; k < size / 2; k++) power[size - k] = power[k]!;
    // a symmetric spectrum: forwards and backwards are the same
    this.#fft.realTransform(this.#out, power);
    const lags = this.#lags;
    for (let i = 0; i < lags.length; i++) lags[i] = this.#out[2 * i]! / size;
    return lags;
  }
}
