/**
 * A sound, frame by frame, in 55 numbers, and its pitch. Their names and order are those of the tables of
 * Madaghiele and Fasciani, "A listening agent for live control of synthesis parameters using reinforcement learning",
 * AIMC 2024, so that such tables can be read and written; units are FluCoMa's.
 */
import { FrameCutter } from './frames.ts';
import { Loudness } from './loudness.ts';
import { Pitch } from './pitch.ts';
import { Cepstrum, Chroma, SinePeaks, writeShape } from './spectral-descriptors.ts';
import { Spectrum, hann } from './spectrum.ts';

const coefficients = 13;
const peaks = 10;
const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}-${i}`);

/** The 55 columns of a table, in their order. */
export const descriptorNames: readonly string[] = [
  ...['dBFS', 'TP', 'dB'].map((name) => `loudness-${name}`),
  ...numbered('mfcc', coefficients),
  ...['A', 'A#', 'B', 'C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#'].map((name) => `chroma-${name}`),
  ...['centroid', 'spread', 'skewness', 'kurtosis', 'rolloff', 'flatness', 'crest'].map((name) => `specshape-${name}`),
  ...numbered('sinefeaturefreqs', peaks),
  ...numbered('sinefeaturemags', peaks),
];
/** What a frame holds beyond the 55: pitch in Hz (0: none) and how sure it is, 0..1. */
export const pitchNames: readonly string[] = ['pitch-frequency', 'pitch-confidence'];

const cepstrumAt = descriptorNames.indexOf('mfcc-0');
const chromaAt = descriptorNames.indexOf('chroma-A');
const shapeAt = descriptorNames.indexOf('specshape-centroid');
const peaksAt = descriptorNames.indexOf('sinefeaturefreqs-0');
export const pitchAt = descriptorNames.length;
export const frameWidth = descriptorNames.length + pitchNames.length;

export interface DescriptorSettings {
  /** Hz */
  readonly sampleRate: number;
  /** Samples in a frame, a power of two. */
  readonly frame: number;
  /** Samples from one frame to the next. */
  readonly hop: number;
}
export const defaultDescriptorSettings: DescriptorSettings = { sampleRate: 44_100, frame: 1024, hop: 512 };

/** @param values shape [57]: the descriptors, then the pitch; overwritten by the next frame. @param end samples heard up to the end of the frame */
export type OnDescribed = (values: Float64Array, end: number) => void;

export class DescriptorStream {
  readonly #settings: DescriptorSettings;
  readonly #cutter: FrameCutter;
  readonly #spectrum: Spectrum;
  readonly #loudness: Loudness;
  readonly #cepstrum: Cepstrum;
  readonly #chroma: Chroma;
  readonly #peaks: SinePeaks;
  readonly #pitch: Pitch;
  readonly #powers: Float64Array;
  readonly #values = new Float64Array(frameWidth);

  constructor(settings: DescriptorSettings = defaultDescriptorSettings) {
    const { frame, hop, sampleRate } = settings;
    this.#settings = settings;
    this.#cutter = new FrameCutter(frame, hop);
    this.#spectrum = new Spectrum(frame, hann(frame));
    this.#loudness = new Loudness(frame, sampleRate);
    this.#cepstrum = new Cepstrum(frame, sampleRate, coefficients);
    this.#chroma = new Chroma(frame, sampleRate);
    this.#peaks = new SinePeaks(frame, frame, sampleRate, peaks);
    this.#pitch = new Pitch(frame, sampleRate);
    this.#powers = new Float64Array(frame / 2 + 1);
  }

  /** What comes next is another sound, described as if nothing had been before it. */
  begin(): void {
    this.#cutter.begin();
    this.#loudness.begin();
  }

  /** Any number of samples in -1..1; the same frames come out however the sound is cut into blocks. */
  push(samples: ArrayLike<number>, onDescribed: OnDescribed): void {
    const onFrame = (frame: Float64Array, end: number): void => onDescribed(this.#describe(frame), end);
    for (let from = 0; from < samples.length;) {
      // no further than the frame, for which loudness must have heard just as much
      const until = Math.min(samples.length, from + this.#cutter.missing);
      this.#loudness.hear(samples, from, until);
      this.#cutter.push(samples, from, until, onFrame);
      from = until;
    }
  }

  #describe(frame: Float64Array): Float64Array {
    const values = this.#values;
    const magnitudes = this.#spectrum.analyse(frame);
    const powers = this.#powers;
    for (let k = 0; k < powers.length; k++) powers[k] = magnitudes[k]! * magnitudes[k]!;
    this.#loudness.write(frame, values);
    this.#cepstrum.write(magnitudes, values, cepstrumAt);
    this.#chroma.write(powers, values, chromaAt);
    writeShape(magnitudes, powers, this.#settings.sampleRate / this.#settings.frame, values, shapeAt);
    this.#peaks.write(magnitudes, values, peaksAt);
    this.#pitch.analyse(frame);
    values[pitchAt] = this.#pitch.frequency;
    values[pitchAt + 1] = this.#pitch.confidence;
    return values;
  }
}

/** A whole recording at once. @returns one row a frame, each of 57 */
export function describe(samples: ArrayLike<number>, settings: DescriptorSettings = defaultDescriptorSettings): Float64Array[] {
  const rows: Float64Array[] = [];
  new DescriptorStream(settings).push(samples, (values) => rows.push(values.slice()));
  return rows;
}
