/** The part of `fft.js` 4.0 that is used; the package brings no types. */
declare module 'fft.js' {
  class FFT {
    /** @param size a power of two, at least 4 */
    constructor(size: number);
    /** `out` takes `2 * size` numbers, real and imaginary in turn; the upper half is left as it was. */
    realTransform(out: Float64Array, data: Float64Array): void;
  }
  export = FFT;
}
