/**
 * What would sound a semitone beside something that sounds already: an ear forgives it in passing, and minds it where
 * it lasts. Nothing is forbidden; such notes, and lengths that reach into one, become less likely.
 */
import { positionsPerQuarter, ticksPerPosition } from '../../core/music/song.ts';
import { durationClasses, headSizes } from './events.ts';
import type { Mask } from './masks.ts';
import { keptNotes } from './masks.ts';
import type { Window, WindowNote } from './window.ts';

interface Sounding {
  readonly from: number;
  readonly until: number;
  readonly pitch: number;
}

/** A note is taken to sound so long when only its beginning is known, in positions. */
const usualLength = positionsPerQuarter / 2;
/** Together for less than this is in passing. */
const inPassing = positionsPerQuarter / 4;

export class Clashes {
  readonly #window: Window;
  readonly #sounding: Sounding[] = [];
  readonly #factor: number;

  /** @param factor how likely a clash may be, against what the writer says: 1 leaves it, 0 forbids it */
  constructor(window: Window, mask: Mask, factor: number) {
    this.#window = window;
    this.#factor = factor;
    for (const note of keptNotes(window, mask)) if (!this.#isDrums(note.track)) this.#sounding.push({ from: note.position, until: note.position + note.duration / ticksPerPosition, pitch: note.pitch });
  }

  /** Of each pitch that could begin at a position of the window. A major seventh and a minor ninth are half as bad. */
  pitches(position: number, track: number): Float64Array {
    const factors = new Float64Array(headSizes.pitch).fill(1);
    if (this.#factor === 1 || this.#isDrums(track)) return factors;
    const apart = Math.sqrt(this.#factor);
    for (const other of this.#sounding) {
      if (together(other, position, position + usualLength) < inPassing) continue;
      for (const [interval, factor] of [[1, this.#factor], [11, apart], [13, apart]] as const) {
        for (const pitch of [other.pitch - interval, other.pitch + interval]) if (pitch >= 0 && pitch < factors.length) factors[pitch] = Math.min(factors[pitch]!, factor);
      }
    }
    return factors;
  }

  /** Of each class of length. */
  durations(position: number, track: number, pitch: number): Float64Array {
    if (this.#factor === 1 || this.#isDrums(track)) return new Float64Array(durationClasses.length).fill(1);
    const beside = this.#sounding.filter((other) => Math.abs(other.pitch - pitch) === 1 && other.until > position);
    return Float64Array.from(durationClasses, (length) => (beside.some((other) => together(other, position, position + length) >= inPassing) ? this.#factor : 1));
  }

  /** Of a note that is all known. */
  factor({ track, position, pitch, duration }: Pick<WindowNote, 'track' | 'position' | 'pitch' | 'duration'>): number {
    if (this.#factor === 1 || this.#isDrums(track)) return 1;
    const until = position + duration / ticksPerPosition;
    const beside = this.#sounding.filter((other) => together(other, position, until) >= inPassing).map((other) => Math.abs(other.pitch - pitch));
    return beside.includes(1) ? this.#factor : beside.includes(11) || beside.includes(13) ? Math.sqrt(this.#factor) : 1;
  }

  sound({ track, position, pitch, duration }: Pick<WindowNote, 'track' | 'position' | 'pitch' | 'duration'>): void {
    if (!this.#isDrums(track)) this.#sounding.push({ from: position, until: position + duration / ticksPerPosition, pitch });
  }

  write({ track, position, pitch }: Pick<WindowNote, 'track' | 'position' | 'pitch'>, duration: number): void {
    if (!this.#isDrums(track)) this.#sounding.push({ from: position, until: position + durationClasses[duration]!, pitch });
  }

  #isDrums(track: number): boolean {
    return this.#window.tracks[track]!.role === 'drums';
  }
}

const together = ({ from, until }: Sounding, begin: number, end: number): number => Math.min(until, end) - Math.max(from, begin);
