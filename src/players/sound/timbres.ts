/**
 * The instruments of the built-in synthesizer. A timbre is a few layers, each a band-limited table with its own
 * envelope: a piano's upper partials die first, a bow presses brighter when it plays louder, an organ adds its
 * pipes. Spectra are functions of harmonic and frequency, so that a violin's body stays where it is when the
 * pitch moves.
 */
import type { Spectrum } from './wavetable.ts';

export interface Layer {
  readonly spectrum: Spectrum;
  /** Frequency against the note's: 2 is an octave pipe, 1.001 a second string. */
  readonly ratio: number;
  readonly level: number;
  /** How the layer grows with velocity, beyond the growth of all: level x (velocity / 127) ^ brightness. */
  readonly brightness: number;
  /** From nothing to full, s. */
  readonly attack: number;
  /** To 1/e of what is above `sustain`, s, at A4; halves with every two octaves up. Infinity: never. */
  readonly decay: number;
  /** Share that does not decay, 0..1. */
  readonly sustain: number;
}

/** What is not pitched: hammer, bow, breath. */
export interface Breath {
  /** At the attack, against the tone. */
  readonly attackLevel: number;
  readonly attackDecay: number;
  /** While the tone lasts. */
  readonly level: number;
  /** Cut-off of the low-pass in Hz. */
  readonly cutoff: number;
}

export interface Timbre {
  readonly name: TimbreName;
  readonly layers: readonly Layer[];
  readonly breath: Breath;
  /** In Hz and cents either side, full after `delay` s. Without one the instrument is tuned and keeps its pitch. */
  readonly vibrato: { readonly rate: number; readonly cents: number; readonly delay: number };
  /** To a thousandth, s. */
  readonly release: number;
  readonly gain: number;
}

export type TimbreName = 'piano' | 'plucked' | 'bowed' | 'voice' | 'brass' | 'reed' | 'flute' | 'organ' | 'click';

/** A resonance: 1 far away, 1 + gain on it. */
const bump = (frequency: number, centre: number, octaves: number, gain: number): number => gain * Math.exp(-0.5 * (Math.log2(frequency / centre) / octaves) ** 2);
/** Falls by a power beyond a corner. */
const roll = (frequency: number, corner: number, power: number): number => 1 / (1 + (frequency / corner) ** power);

const violinBody: Spectrum = (n, f) => n ** -0.9 * (0.55 + bump(f, 280, 0.3, 0.6) + bump(f, 470, 0.3, 0.7) + bump(f, 1100, 0.4, 0.5) + bump(f, 2600, 0.45, 0.9)) * roll(f, 3800, 3);
const vowel: Spectrum = (n, f) => n ** -1.3 * (0.12 + bump(f, 650, 0.25, 1) + bump(f, 1080, 0.2, 0.7) + bump(f, 2750, 0.16, 0.6) + bump(f, 300, 0.6, 0.4)) * roll(f, 4200, 4);
const odd: Spectrum = (n, f) => (n % 2 === 1 ? 1 : 0.12 + 0.1 * Math.min(1, n / 8)) * n ** -0.9 * roll(f, 2600, 2.4);
const horn: Spectrum = (n, f) => n ** -0.75 * (0.8 + bump(f, 600, 0.7, 0.5)) * roll(f, 1500, 2.6);
const pipe: Spectrum = (n, f) => [1, 0.32, 0.16, 0.07, 0.05, 0.03][n - 1]! * roll(f, 5000, 3) || 0;
const flue: Spectrum = (n, f) => [1, 0.42, 0.2, 0.05, 0.025, 0.012][n - 1]! * roll(f, 4500, 3) || 0;

const steady = { decay: Infinity, sustain: 1 };
const still = { rate: 0, cents: 0, delay: 0 };

const timbres: Readonly<Record<TimbreName, Timbre>> = {
  piano: {
    name: 'piano',
    // The upper partials of a real string are sharp; a slightly higher ratio of the upper layers stands for that.
    layers: [
      { spectrum: (n) => (n <= 3 ? [1, 0.55, 0.32][n - 1]! : 0), ratio: 1, level: 1, brightness: 0, attack: 0.002, decay: 1.4, sustain: 0 },
      { spectrum: (n, f) => (n > 3 && n <= 8 ? n ** -1 * roll(f, 3500, 2) : 0), ratio: 1.0003, level: 0.34, brightness: 0.5, attack: 0.0015, decay: 0.7, sustain: 0 },
      { spectrum: (n, f) => (n > 8 ? n ** -1.2 * roll(f, 4500, 2) : 0), ratio: 1.0009, level: 0.13, brightness: 1.2, attack: 0.001, decay: 0.22, sustain: 0 },
    ],
    breath: { attackLevel: 0.3, attackDecay: 0.012, level: 0, cutoff: 900 },
    vibrato: still,
    release: 0.35,
    gain: 1.35,
  },
  plucked: {
    name: 'plucked',
    layers: [
      { spectrum: (n, f) => (n <= 4 ? Math.abs(Math.sin(n * 0.63)) / n : 0) * roll(f, 3000, 2), ratio: 1, level: 1, brightness: 0, attack: 0.002, decay: 0.55, sustain: 0 },
      { spectrum: (n, f) => (n > 4 ? Math.abs(Math.sin(n * 0.63)) / n : 0) * roll(f, 4000, 2), ratio: 1.0006, level: 0.4, brightness: 0.8, attack: 0.001, decay: 0.16, sustain: 0 },
    ],
    breath: { attackLevel: 0.25, attackDecay: 0.006, level: 0, cutoff: 3500 },
    vibrato: still,
    release: 0.25,
    gain: 1.5,
  },
  bowed: {
    name: 'bowed',
    layers: [
      { ...steady, spectrum: violinBody, ratio: 1, level: 0.95, brightness: 0, attack: 0.05 },
      { spectrum: (n, f) => violinBody(n, f) * Math.min(2, f / 1200), ratio: 1, level: 0.3, brightness: 1.2, attack: 0.03, decay: 0.25, sustain: 0.55 },
    ],
    breath: { attackLevel: 0.12, attackDecay: 0.05, level: 0.012, cutoff: 4500 },
    vibrato: { rate: 5.6, cents: 13, delay: 0.35 },
    release: 0.22,
    gain: 0.8,
  },
  voice: {
    name: 'voice',
    layers: [
      { ...steady, spectrum: vowel, ratio: 1, level: 0.9, brightness: 0, attack: 0.06 },
      { ...steady, spectrum: (n, f) => vowel(n, f) * Math.min(2, f / 1500), ratio: 1, level: 0.25, brightness: 0.8, attack: 0.09 },
    ],
    breath: { attackLevel: 0.04, attackDecay: 0.06, level: 0.008, cutoff: 3000 },
    vibrato: { rate: 5.2, cents: 22, delay: 0.5 },
    release: 0.2,
    gain: 0.95,
  },
  brass: {
    name: 'brass',
    layers: [
      { ...steady, spectrum: (n, f) => horn(n, f) * roll(f, 900, 2), ratio: 1, level: 0.85, brightness: 0, attack: 0.035 },
      { spectrum: horn, ratio: 1, level: 0.5, brightness: 1.4, attack: 0.05, decay: 0.3, sustain: 0.7 },
    ],
    breath: { attackLevel: 0.05, attackDecay: 0.03, level: 0.003, cutoff: 2500 },
    vibrato: { rate: 4.8, cents: 4, delay: 0.6 },
    release: 0.16,
    gain: 0.8,
  },
  reed: {
    name: 'reed',
    layers: [
      { ...steady, spectrum: odd, ratio: 1, level: 0.9, brightness: 0, attack: 0.03 },
      { ...steady, spectrum: (n, f) => odd(n, f) * Math.min(2, f / 1500), ratio: 1, level: 0.25, brightness: 1, attack: 0.045 },
    ],
    breath: { attackLevel: 0.05, attackDecay: 0.03, level: 0.006, cutoff: 4000 },
    vibrato: { rate: 5, cents: 5, delay: 0.5 },
    release: 0.14,
    gain: 0.8,
  },
  flute: {
    name: 'flute',
    layers: [
      { ...steady, spectrum: flue, ratio: 1, level: 1, brightness: 0, attack: 0.04 },
      { ...steady, spectrum: (n) => (n > 1 && n < 6 ? n ** -1.4 : 0), ratio: 1, level: 0.16, brightness: 1.3, attack: 0.03 },
    ],
    breath: { attackLevel: 0.16, attackDecay: 0.05, level: 0.035, cutoff: 5000 },
    vibrato: { rate: 5.1, cents: 9, delay: 0.4 },
    release: 0.16,
    gain: 0.9,
  },
  organ: {
    name: 'organ',
    layers: [
      { ...steady, spectrum: pipe, ratio: 1, level: 0.8, brightness: 0, attack: 0.025 },
      { ...steady, spectrum: pipe, ratio: 2, level: 0.42, brightness: 0, attack: 0.02 },
      { ...steady, spectrum: pipe, ratio: 4, level: 0.16, brightness: 0, attack: 0.015 },
    ],
    breath: { attackLevel: 0.08, attackDecay: 0.025, level: 0.004, cutoff: 4000 },
    vibrato: still,
    release: 0.12,
    gain: 0.75,
  },
  click: {
    name: 'click',
    layers: [{ spectrum: (n) => (n === 1 ? 1 : n === 3 ? 0.4 : 0), ratio: 2, level: 1, brightness: 0, attack: 0.0008, decay: 0.03, sustain: 0 }],
    breath: { attackLevel: 0.5, attackDecay: 0.004, level: 0, cutoff: 8000 },
    vibrato: still,
    release: 0.05,
    gain: 1.2,
  },
};

/** One past the last General MIDI program that sounds so, in rising order. */
const families: readonly (readonly [until: number, name: TimbreName])[] = [
  [8, 'piano'], [16, 'plucked'], [24, 'organ'], [40, 'plucked'], [45, 'bowed'], [48, 'plucked'], [52, 'bowed'], [55, 'voice'], [56, 'bowed'],
  [64, 'brass'], [72, 'reed'], [80, 'flute'], [88, 'reed'], [96, 'voice'], [104, 'bowed'], [109, 'plucked'], [112, 'reed'], [128, 'click'],
];

/** @param program General MIDI, counted from 0 */
export function timbreOf(program: number): Timbre {
  const family = families.find(([until]) => program < until);
  return timbres[family?.[1] ?? 'piano'];
}
