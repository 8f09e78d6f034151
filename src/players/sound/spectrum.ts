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

/**
 * Autocorrelation by two transforms: far cheaper than by its definition once a hundred lags are wanted. The second is of
 * powers, which are the same forwards and backwards: a cosine transform, by a real one of half the size.
 * @see Press et al., "Numerical Recipes", section 12.4, "Cosine Transform"
 */
export class Autocorrelation {
  readonly #length: number;
  readonly #transform: RealTransform;
  readonly #back: RealTransform;
  readonly #padded: Float64Array;
  readonly #folded: Float64Array;
  readonly #cosine: Float64Array;
  readonly #sine: Float64Array;
  readonly #lags: Float64Array;

  /** @param length of a frame, a power of two, 8 at least */
  constructor(length: number) {
    this.#length = length;
    this.#transform = new RealTransform(2 * length); // twice, or the end would meet the beginning
    this.#back = new RealTransform(length);
    this.#padded = new Float64Array(2 * length);
    this.#folded = new Float64Array(length);
    this.#cosine = Float64Array.from({ length }, (_, k) => Math.cos((Math.PI * k) / length));
    this.#sine = Float64Array.from({ length }, (_, k) => Math.sin((Math.PI * k) / length));
    this.#lags = new Float64Array(length);
  }

  /** @returns sum of x[i] x[i + lag] for every lag below the frame's length; overwritten by the next call */
  of(frame: Float64Array): Float64Array {
    const length = this.#length;
    const folded = this.#folded;
    const lags = this.#lags;
    const cosine = this.#cosine;
    const sine = this.#sine;
    this.#padded.set(frame);
    this.#transform.of(this.#padded);
    const { real, imaginary } = this.#transform;
    const first = real[0]! * real[0]!;
    const last = real[length]! * real[length]!;
    folded[0] = 0.5 * (first + last);
    let odd = 0.5 * (first - last);
    for (let k = 1, m = length - 1; k <= m; k++, m--) {
      const low = real[k]! * real[k]! + imaginary[k]! * imaginary[k]!;
      const high = real[m]! * real[m]! + imaginary[m]! * imaginary[m]!;
      const mean = 0.5 * (low + high);
      const turned = sine[k]! * (low - high);
      folded[k] = mean - turned;
      folded[m] = mean + turned;
      if (k < m) odd += cosine[k]! * (low - high);
    }
    this.#back.of(folded);
    const evens = this.#back.real;
    const steps = this.#back.imaginary;
    for (let i = 0; 2 * i < length; i++) {
      if (i > 0) odd -= steps[i]!;
      lags[2 * i] = evens[i]! / length;
      lags[2 * i + 1] = odd / length;
    }
    return lags;
  }
}
