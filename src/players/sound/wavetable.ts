/**
 * One period of a tone, computed once and read many times. A table serves half an octave of pitches and holds
 * only harmonics that stay below `highestPartial` at the top of that range, so nothing folds back.
 */

/** Samples of one period; one more follows, equal to the first, so that reading between samples needs no test. */
export const tableLength = 2048;
const highestPartial = 17_000; // Hz: leaves room for vibrato under half of 44.1 kHz
const mostHarmonics = 128; // a bass note at 40 Hz then reaches 5 kHz, where its spectrum has long faded
const bandSemitones = 6;

/** How strong a harmonic is. @param frequency of the harmonic itself, Hz */
export type Spectrum = (harmonic: number, frequency: number) => number;

/** Frequency of a pitch in Hz, equal temperament, A4 = 69 = 440 Hz; fractions are allowed. */
export const frequencyOf = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12);

export const bandOf = (pitch: number): number => Math.floor(pitch / bandSemitones);

/** The table of a band, scaled to a root mean square of 1. */
export function wavetable(spectrum: Spectrum, band: number): Float32Array {
  const middle = frequencyOf((band + 0.5) * bandSemitones);
  const top = frequencyOf((band + 1) * bandSemitones);
  const harmonics = Math.max(1, Math.min(mostHarmonics, Math.floor(highestPartial / top)));
  const table = new Float32Array(tableLength + 1);
  for (let n = 1; n <= harmonics; n++) {
    const amplitude = spectrum(n, n * middle);
    if (amplitude < 1e-5) continue;
    // Phases that grow with the square keep the peak low (Schroeder 1970): more loudness before the limiter.
    addSine(table, n, amplitude, (Math.PI * n * n) / harmonics);
  }
  let power = 0;
  for (let i = 0; i < tableLength; i++) power += table[i]! ** 2;
  const scale = power > 0 ? 1 / Math.sqrt(power / tableLength) : 0;
  for (let i = 0; i < tableLength; i++) table[i]! *= scale;
  table[tableLength] = table[0]!;
  return table;
}

/** Adds a harmonic by rotating a vector: one sine and one cosine a harmonic instead of one a sample. */
function addSine(table: Float32Array, harmonic: number, amplitude: number, phase: number): void {
  const step = (2 * Math.PI * harmonic) / tableLength;
  const cosine = Math.cos(step);
  const sine = Math.sin(step);
  let x = amplitude * Math.cos(phase);
  let y = amplitude * Math.sin(phase);
  for (let i = 0; i < tableLength; i++) {
    table[i]! += y;
    const turned = x * cosine - y * sine;
    y = x * sine + y * cosine;
    x = turned;
  }
}
