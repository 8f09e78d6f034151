/** How somebody plays: numbers that a musician could be told about after a lesson. */
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

export interface Temperament {
  /** Against the printed tempo: 0.9 is a tenth slower. */
  readonly tempoFactor: number;
  /** Wandering of the tempo: standard deviation of its logarithm, and over how many quarter notes it forgets itself. */
  readonly drift: { readonly depth: number; readonly memory: number };
  /** Logarithm of the tempo gained over a hundred quarter notes; positive rushes. */
  readonly trend: number;
  /** A phrase moves on in its middle and takes time at its ends: how much slower the ends are than the middle, as a logarithm. */
  readonly phraseArch: number;
  /** How much slower (logarithm) the last moment of a phrase, and of the piece, is than what went before. */
  readonly phraseRitardando: number;
  readonly finalRitardando: number;
  /** A fermata lasts so many times its written length. */
  readonly fermata: number;
  /** Timing noise from onset to onset: 1 is one good player's, as measured between his takes. */
  readonly unevenness: number;
  /** From the first to the last note of a chord. */
  readonly chordSpread: Seconds;
  /** Share of grace notes that take their time from the beat and not from before it, 0..1. */
  readonly gracesOnBeat: number;
  /** Sounding share of the written length where nothing is marked. */
  readonly legato: number;
  /** How far the loudness swells with the phrase, in velocity. */
  readonly swell: number;
  /** Share of notes, 0..1. */
  readonly missed: number;
  readonly wrong: number;
  readonly extra: number;
  /** Expected number in a hundred bars. */
  readonly hesitations: number;
  readonly repeatedBars: number;
  readonly skippedBars: number;
}

const steady: Temperament = {
  tempoFactor: 1, drift: { depth: 0.004, memory: 8 }, trend: 0, phraseArch: 0, phraseRitardando: 0, finalRitardando: 0, fermata: 1.5, unevenness: 0.35, chordSpread: seconds(0.008),
  gracesOnBeat: 0, legato: 0.95, swell: 6, missed: 0, wrong: 0, extra: 0, hesitations: 0, repeatedBars: 0, skippedBars: 0,
};
const rubato: Temperament = {
  ...steady, drift: { depth: 0.05, memory: 6 }, phraseArch: 0.1, phraseRitardando: 0.16, finalRitardando: 0.4, fermata: 1.9, unevenness: 1, chordSpread: seconds(0.018), gracesOnBeat: 0.2, swell: 14,
};
const romantic: Temperament = {
  ...rubato, tempoFactor: 0.96, drift: { depth: 0.09, memory: 4 }, phraseArch: 0.18, phraseRitardando: 0.3, finalRitardando: 0.7, fermata: 2.3, chordSpread: seconds(0.032), legato: 1, swell: 20,
};
const nervous: Temperament = {
  ...rubato, tempoFactor: 1.06, drift: { depth: 0.06, memory: 3 }, trend: 0.05, phraseArch: 0.04, phraseRitardando: 0.06, finalRitardando: 0.15, fermata: 1.2, unevenness: 1.8, legato: 0.85,
  missed: 0.01, wrong: 0.02, extra: 0.01, hesitations: 1,
};
const student: Temperament = {
  ...nervous, tempoFactor: 0.84, drift: { depth: 0.08, memory: 4 }, trend: -0.03, unevenness: 2, missed: 0.03, wrong: 0.05, extra: 0.03, hesitations: 5, repeatedBars: 4, skippedBars: 1,
};
const forgetful: Temperament = { ...rubato, hesitations: 2, repeatedBars: 4, skippedBars: 5 };

/** Old friends, by name. */
export const temperaments = { steady, rubato, romantic, nervous, student, forgetful } as const satisfies Readonly<Record<string, Temperament>>;
export type TemperamentName = keyof typeof temperaments;
