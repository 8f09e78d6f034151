/**
 * Whoever tells pitches between the keys plays an instrument that is tuned somewhere between them too. How far he is off
 * is the mean of the fractions on a circle of a semitone, the newest counting more; only then are pitches taken for keys.
 * Whole pitches, as of a keyboard, are left as they are.
 */
import type { MidiPitch } from '../../core/music/units.ts';
import { midiPitch } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';

/** What a note still counts for when the next one comes; so many notes are in tune before anything was heard. */
const kept = 0.95;
const inTune = 2;
/** A release that is so near to a sounding pitch ends it, in semitones. */
const near = 0.6;
/** Nobody holds more. */
const mostSounding = 32;

export class Tuning {
  #x = inTune;
  #y = 0;
  #off = 0;
  readonly #sounding: { readonly told: number; readonly key: MidiPitch }[] = [];

  /** How far the soloist is above the keys, in semitones. */
  get off(): number {
    return this.#off;
  }

  /** The key that is meant. @param told a pitch, perhaps between two keys */
  begin(told: number): MidiPitch {
    const angle = 2 * Math.PI * told;
    this.#x = kept * this.#x + Math.cos(angle);
    this.#y = kept * this.#y + Math.sin(angle);
    const fraction = Math.atan2(this.#y, this.#x) / (2 * Math.PI);
    // A quarter tone too high is not suddenly one too low.
    this.#off += fraction - this.#off - Math.round(fraction - this.#off);
    const key = keyOf(told - this.#off);
    if (this.#sounding.length >= mostSounding) this.#sounding.shift();
    this.#sounding.push({ told, key });
    return key;
  }

  /** The key that a release lets go: what was struck there, whatever the tuning is by now. */
  end(told: number): MidiPitch {
    let nearest = -1;
    this.#sounding.forEach((one, i) => {
      if (Math.abs(one.told - told) < (nearest < 0 ? near : Math.abs(this.#sounding[nearest]!.told - told))) nearest = i;
    });
    return nearest < 0 ? keyOf(told - this.#off) : this.#sounding.splice(nearest, 1)[0]!.key;
  }
}

const keyOf = (pitch: number): MidiPitch => midiPitch(clamp(Math.round(pitch), 0, 127));
