/**
 * How high and how low a track plays, and how many notes it strikes at a time: a viola goes on as a viola, a line as a
 * line. It is known from what stays of the track in the window; nothing is forbidden, but what goes beyond becomes less
 * likely.
 */
import { headSizes } from './events.ts';
import type { Mask } from './masks.ts';
import { keptNotes } from './masks.ts';
import type { Window } from './window.ts';

/** So far beyond what stays a track may go, in semitones; real music hardly goes farther. */
const margin = 5;
/** With fewer notes nobody knows what a track can play. */
const fewest = 8;

interface Played {
  notes: number;
  lowest: number;
  highest: number;
  /** Notes struck at a time, at most. */
  most: number;
}

export class Compass {
  readonly #played: readonly (Played | undefined)[];
  readonly #factor: number;
  #struck = 0;
  #place = '';

  /** @param factor how likely what goes beyond may be, against what the writer says: 1 leaves it, 0 forbids it */
  constructor(window: Window, mask: Mask, factor: number) {
    this.#factor = factor;
    const chords = new Map<string, number>();
    const played = window.tracks.map((): Played => ({ notes: 0, lowest: Infinity, highest: -Infinity, most: 0 }));
    for (const { track, position, pitch } of keptNotes(window, mask)) {
      const place = `${track} ${position}`;
      chords.set(place, (chords.get(place) ?? 0) + 1);
      const of = played[track]!;
      of.notes++;
      of.lowest = Math.min(of.lowest, pitch);
      of.highest = Math.max(of.highest, pitch);
      of.most = Math.max(of.most, chords.get(place)!);
    }
    this.#played = played.map((of, track) => (factor === 1 || of.notes < fewest || window.tracks[track]!.role === 'drums' ? undefined : of));
  }

  /** Takes away from `factors` of each sounding pitch, in place. */
  pitches(factors: Float64Array, track: number): Float64Array {
    const of = this.#played[track];
    if (of !== undefined) for (let pitch = 0; pitch < factors.length; pitch++) if (pitch < of.lowest - margin || pitch > of.highest + margin) factors[pitch]! *= this.#factor;
    return factors;
  }

  /** A note was struck. @returns of each class of head `next` how much less likely it is: another note at the same time, where there are as many as there ever are */
  strike(track: number, position: number, onset: number): Float64Array | undefined {
    const place = `${track} ${position}`;
    this.#struck = place === this.#place ? this.#struck + 1 : 1;
    this.#place = place;
    const of = this.#played[track];
    if (of === undefined || this.#struck < of.most) return undefined;
    const factors = new Float64Array(headSizes.next).fill(1);
    factors[onset] = this.#factor;
    return factors;
  }
}
