/**
 * What can be written down at all. Notes come in order: onsets never go back, and of notes that begin together the
 * higher comes later. A key that is down is not struck again in its track, and nothing reaches into a note that is to
 * be struck on the same key. A voice has one note at a time, above or below the others of its chord. Whether it sounds
 * well is not asked here.
 */
import { ticksPerPosition } from '../../core/music/song.ts';
import { durationClasses, endOfCell, headSizes } from './events.ts';
import type { Hole, Mask, Voice } from './masks.ts';
import { keptNotes } from './masks.ts';
import type { Window, WindowNote } from './window.ts';

/** From its onset up to its end, in positions of the window. */
interface Sounding {
  readonly from: number;
  readonly until: number;
}

export class Grammar {
  readonly #window: Window;
  readonly #sounding = new Map<number, Sounding[]>();
  readonly #shift: number;
  readonly #voice: Voice | undefined;
  /** Of a voice: the pitches that stay, by track and position. */
  readonly #chords = new Map<string, number[]>();
  #hole: Hole | undefined;
  #onset = -1;
  #pitch = -1;

  /** Knows what stays. @param shift semitones to the key in which is written: what would leave the keyboard there cannot be */
  constructor(window: Window, mask: Mask, shift = 0) {
    this.#window = window;
    this.#shift = shift;
    this.#voice = mask.voice;
    for (const note of keptNotes(window, mask)) {
      this.#remember(note, Math.max(1, Math.floor((note.duration + Math.min(0, note.deviation)) / ticksPerPosition)));
      const chord = `${note.track} ${note.position}`;
      if (this.#voice !== undefined) this.#chords.set(chord, [...(this.#chords.get(chord) ?? []), note.pitch]);
    }
  }

  /** The next cell begins. Its position in the window is that of its bar. */
  enter(hole: Hole): void {
    this.#hole = hole;
    this.#onset = -1;
    this.#pitch = -1;
  }

  /** 1 for each class of head `next` that may come now: another onset in the hole, or `endOfCell`. */
  next(): Uint8Array {
    const { from, until } = this.#current();
    const allowed = new Uint8Array(headSizes.next);
    allowed[endOfCell] = 1;
    allowed.fill(1, Math.min(until, Math.max(from, this.#onset + 1)), until);
    if (this.#voice === undefined && this.#onset >= 0 && this.pitches(this.#onset).includes(1)) allowed[this.#onset] = 1;
    return allowed;
  }

  /** 1 for each pitch that may begin at an onset of this bar, which is the last one or a later one. */
  pitches(onset: number): Uint8Array {
    const allowed = new Uint8Array(headSizes.pitch).fill(1);
    const shift = this.#window.tracks[this.#current().track]!.role === 'drums' ? 0 : this.#shift;
    if (shift < 0) allowed.fill(0, 0, -shift);
    else allowed.fill(0, headSizes.pitch - shift);
    if (onset === this.#onset) allowed.fill(0, 0, this.#pitch + 1);
    const position = this.#position(onset);
    for (let pitch = 0; pitch < allowed.length; pitch++) if (this.#of(pitch).some(({ from, until }) => from <= position && position < until)) allowed[pitch] = 0;
    return this.#beyondChord(allowed, position);
  }

  /** 1 for each class of length that a note may have; the shortest always. */
  durations(onset: number, pitch: number): Uint8Array {
    const position = this.#position(onset);
    const room = this.#of(pitch).reduce((least, { from }) => (from > position ? Math.min(least, from - position) : least), Infinity);
    return Uint8Array.from(durationClasses, (length, i) => (i === 0 || length <= room ? 1 : 0));
  }

  /** The note is written. @param duration class */
  write(onset: number, pitch: number, duration: number): void {
    this.#onset = onset;
    this.#pitch = pitch;
    this.#remember({ track: this.#current().track, position: this.#position(onset), pitch }, durationClasses[duration]!);
  }

  /** Of a voice only what lies outside of the chord that stays there, if anything does. */
  #beyondChord(allowed: Uint8Array, position: number): Uint8Array {
    const chord = this.#chords.get(`${this.#current().track} ${position}`);
    if (chord === undefined) return allowed;
    const beyond = this.#voice === 'top' ? allowed.map((one, pitch) => (pitch > Math.max(...chord) ? one : 0)) : allowed.map((one, pitch) => (pitch < Math.min(...chord) ? one : 0));
    return beyond.includes(1) ? beyond : allowed;
  }

  #current(): Hole {
    if (this.#hole === undefined) throw new TypeError('no cell has been entered');
    return this.#hole;
  }

  #position(onset: number): number {
    return this.#window.bars[this.#current().bar]!.start + onset;
  }

  #of(pitch: number): readonly Sounding[] {
    return this.#sounding.get(this.#current().track * 128 + pitch) ?? [];
  }

  #remember({ track, position, pitch }: Pick<WindowNote, 'track' | 'position' | 'pitch'>, length: number): void {
    const key = track * 128 + pitch;
    const sounding = { from: position, until: position + length };
    const known = this.#sounding.get(key);
    if (known === undefined) this.#sounding.set(key, [sounding]);
    else known.push(sounding);
  }
}
