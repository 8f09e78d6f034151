/**
 * The spectrum of a frame of sound. Everything is allocated once: a frame costs a transform and nothing for the
 * collector of garbage. Magnitudes are those of the plain sum over the windowed samples, as FluCoMa's are.
 */
import FFT from 'fft.js';

/** Hann, periodic: shifted copies at half its length add up to one. */
export function hann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}

/**
 * The transform of real samples, by a complex one of half the size: even samples are taken for the real parts and odd ones
 * for the imaginary, and what belongs to either is told apart afterwards by its symmetry.
 * @see Press et al., "Numerical Recipes", section 12.3, "FFT of Single Real Function"
 */
class RealTransform {
  /** Of bin 0 .. size / 2; overwritten by the next transform. */
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  readonly #half: number;
  readonly #fft: FFT;
  readonly #out: Float64Array;
  readonly #cosine: Float64Array;
  readonly #sine: Float64Array;

  constructor(size: number) {
    const half = size / 2;
    this.#half = half;
    this.#fft = new FFT(half);
    this.#out = new Float64Array(size);
    this.real = new Float64Array(half + 1);
    this.imaginary = new Float64Array(half + 1);
    this.#cosine = Float64Array.from({ length: half / 2 + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.#sine = Float64Array.from({ length: half / 2 + 1 }, (_, k) => Math.sin((2 * Math.PI * k) / size));
  }

  /** @param samples as many as its size */
  of(samples: Float64Array): void {
    const { real, imaginary } = this;
    const half = this.#half;
    const out = this.#out;
    this.#fft.transform(out, samples);
    real[0] = out[0]! + out[1]!;
    real[half] = out[0]! - out[1]!;
    imaginary[0] = imaginary[half] = 0;
    for (let k = 1, m = half - 1; k <= m; k++, m--) {
      const evenReal = 0.5 * (out[2 * k]! + out[2 * m]!);
      const evenImaginary = 0.5 * (out[2 * k + 1]! - out[2 * m + 1]!);
      const oddReal = 0.5 * (out[2 * k + 1]! + out[2 * m + 1]!);
      const oddImaginary = 0.5 * (out[2 * m]! - out[2 * k]!);
      const turnedReal = this.#cosine[k]! * oddReal + this.#sine[k]! * oddImaginary;
      const turnedImaginary = this.#cosine[k]! * oddImaginary - this.#sine[k]! * oddReal;
      real[m] = evenReal - turnedReal;
      imaginary[m] = turnedImaginary - evenImaginary;
      real[k] = evenReal + turnedReal;
      imaginary[k] = evenImaginary + turnedImaginary;
    }
  }
}

export class Spectrum {
  readonly size: number;
  /** |X| of bin 0 .. size / 2; overwritten by the next `analyse`. */
  readonly magnitudes: Float64Array;
  readonly #transform: RealTransform;
  readonly #window: Float64Array | undefined;
  readonly #windowed: Float64Array;

  /** @param window as many weights as a frame has samples, at most `size`; the rest is zeros. None: all weigh the same. */
  constructor(size: number, window?: Float64Array) {
    if (window !== undefined && window.length > size) throw new RangeError(`a window of ${window.length} samples does not fit a transform of ${size}`);
    this.size = size;
    this.#transform = new RealTransform(size);
    this.#window = window;
    this.#windowed = new Float64Array(size);
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
    this.#transform.of(windowed);
    const { magnitudes } = this;
    const { real, imaginary } = this.#transform;
    for (let k = 0; k <= size / 2; k++) magnitudes[k] = Math.sqrt(real[k]! * real[k]! + imaginary[k]! * imaginary[k]!);
    return magnitudes;
  }
}

/** Autocorrelation by two transforms: far cheaper than by its definition once a hundred lags are wanted. */
export class Autocorrelation {
  readonly #size: number;
  readonly #transform: RealTransform;
  /** The frame, and then its powers; the rest is zeros. */
  readonly #padded: Float64Array;
  readonly #lags: Float64Array;

  /** @param length of a frame, a power of two */
  constructor(length: number) {
    const size = 2 * length; // twice, or the end would meet the beginning
    this.#size = size;
    this.#transform = new RealTransform(size);
    this.#padded = new Float64Array(size);
    this.#lags = new Float64Array(length);
  }

  /** @returns sum of x[i] x[i + lag] for every lag below the frame's length; overwritten by the next call */
  of(frame: Float64Array): Float64Array {
    const padded = this.#padded;
    const size = this.#size;
    const lags = this.#lags;
    const { real, imaginary } = this.#transform;
    padded.fill(0);
    padded.set(frame);
    this.#transform.of(padded);
    for (let k = 0; k <= size / 2; k++) padded[k] = real[k]! * real[k]! + imaginary[k]! * imaginary[k]!;
    for (let k = 1; k < size / 2; k++) padded[size - k] = padded[k]!;
    // a symmetric spectrum: forwards and backwards are the same
    this.#transform.of(padded);
    for (let i = 0; i < lags.length; i++) lags[i] = real[i]! / size;
    return lags;
  }
}
