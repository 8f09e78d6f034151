/** The part of `fft.js` 4.0 that is used; the package brings no types. */
declare module 'fft.js' {
  class FFT {
    /** @param size a power of two, at least 4 */
    constructor(size: number);
    /** Both hold `2 * size` numbers, real and imaginary in turn. */
    transform(out: Float64Array, data: Float64Array): void;
  }
  export = FFT;
}
