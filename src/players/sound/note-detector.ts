/**
 * Sound in, notes out, each with how long ago it began: an ear for one melody instrument. It knows what is written and
 * where the music is, if somebody tells it, but only ever tells what it heard; where that is in the score, the
 * follower decides.
 */
import { Attack } from './attack.ts';
import type { EarWeights } from './ear-weights.ts';
import { FrameCutter } from './frames.ts';
import type { WrittenNote } from './note-path.ts';
import { NotePath } from './note-path.ts';
import { evidenceWidth, hopSamples, keptSamples } from './pitch-evidence.ts';
import { OwnSound } from './own-sound.ts';
import { PitchOdds } from './pitch-odds.ts';

export interface HeardNote {
  readonly pitch: number;
  /** 1..127, from the level at its beginning. */
  readonly velocity: number;
  /** Seconds from the first sample to where the note began. */
  readonly begun: number;
  /** Seconds from the first sample to where this was known. */
  readonly known: number;
  /** Index of the written note that it was taken for; -1 for none. */
  readonly written: number;
}

export interface DetectorSettings {
  readonly sampleRate: number;
  readonly ear: EarWeights;
  /** Empty: nothing is known, every pitch is as likely. */
  readonly written: readonly WrittenNote[];
  /** Pitches that are listened for; by default a little more than is written, or the range of most instruments. */
  readonly lowest?: number;
  readonly highest?: number;
}

/** The pitches of most instruments. */
export const blindRange = { lowest: 36, highest: 96 };
const slack = 4; // semitones beyond what is written in which wrong notes are heard
const heardAtAll = { lowest: 24, highest: 108 };

/** The pitches that are listened for: a little more than is written, or where nothing is, those of most instruments. */
export function rangeOf(written: readonly WrittenNote[]): { readonly lowest: number; readonly highest: number } {
  const pitches = written.flatMap((note) => note.pitches);
  if (pitches.length === 0) return blindRange;
  return { lowest: Math.max(heardAtAll.lowest, Math.min(...pitches) - slack), highest: Math.min(heardAtAll.highest, Math.max(...pitches) + slack) };
}
/** The middle of what is looked at lies so long before its end; and a change is believed after a part of it. */
const lookBack = 0.016;
/** Hops of which the level is remembered. */
const levelsKept = 64;

export class NoteDetector {
  readonly #rate: number;
  readonly #odds: PitchOdds;
  readonly #own: OwnSound;
  readonly #path: NotePath;
  readonly #cutter: FrameCutter;
  readonly #attack: Attack;
  readonly #levels = new Float64Array(levelsKept).fill(-120);
  #hop = 0;

  constructor({ sampleRate, ear, written, lowest, highest }: DetectorSettings) {
    const range = rangeOf(written);
    const low = Math.max(heardAtAll.lowest, lowest ?? range.lowest);
    const high = Math.min(heardAtAll.highest, highest ?? range.highest);
    this.#rate = sampleRate;
    this.#odds = new PitchOdds(sampleRate, low, high, written.length === 0 ? ear.pitchWithoutScore : ear.pitch);
    this.#own = new OwnSound(low, high - low + 1);
    this.#attack = new Attack(high - low + 1, ear, written.length === 0);
    this.#path = new NotePath(written, low, high - low + 1, hopSamples / sampleRate);
    this.#cutter = new FrameCutter(keptSamples, hopSamples);
    // the first notes must not wait until a whole frame is full
    this.#cutter.push(new Float64Array(keptSamples - hopSamples), 0, keptSamples - hopSamples, () => undefined);
  }

  /** The written note at which the music stands, as heard. */
  get place(): number {
    return this.#path.place;
  }

  /** The written note `index` comes next, whatever was heard. */
  expect(index: number): void {
    this.#path.expect(index, this.#path.stretch);
  }

  /** We sound a note ourselves, which may come in through the microphone. @param time seconds from the first sample */
  weBegin(pitch: number, time: number): void {
    this.#own.begin(pitch, time);
  }

  weEnd(pitch: number, time: number): void {
    this.#own.end(pitch, time);
  }

  /** @param samples in -1..1, one channel, any number of them */
  push(samples: ArrayLike<number>, onNote: (note: HeardNote) => void): void {
    this.#cutter.push(samples, 0, samples.length, (frame) => this.#hear(frame, onNote));
  }

  #hear(frame: Float64Array, onNote: (note: HeardNote) => void): void {
    this.#own.at(((this.#hop + 1) * hopSamples) / this.#rate);
    this.#odds.hear(frame, this.#own);
    const { level, flux, evidence } = this.#odds.evidence;
    this.#levels[this.#hop++ % levelsKept] = level;
    this.#attack.hear(level, flux, evidence, evidenceWidth);
    const found = this.#path.hear(this.#odds.against, this.#odds.againstSilence, this.#attack);
    if (found === undefined) return;
    const hop = hopSamples / this.#rate;
    const known = this.#hop * hop;
    const begun = Math.max(0, found.hop * hop - lookBack);
    onNote({ pitch: found.pitch, written: found.written, velocity: this.#velocity(this.#hop - found.hop), begun, known });
  }

  /** Loudest of the last moments; -12 dB of full scale is as loud as it gets. */
  #velocity(hops: number): number {
    const size = levelsKept;
    let loudest = -120;
    for (let ago = 0; ago <= Math.min(hops + 1, size - 1); ago++) loudest = Math.max(loudest, this.#levels[(((this.#hop - 1 - ago) % size) + size) % size]!);
    return Math.min(127, Math.max(1, Math.round(127 + 2 * (loudest + 12))));
  }
}
