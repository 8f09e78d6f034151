/**
 * A melody that stays on one pitch. Whoever writes what has just been said to be likely says it again, and a tune comes
 * to stand still: the third stroke of the same pitch, and each after it, becomes less likely.
 */
import type { Mask } from './masks.ts';
import { keptNotes } from './masks.ts';
import type { Window, WindowNote } from './window.ts';

type Struck = Pick<WindowNote, 'position' | 'pitch'>;

export class Standing {
  /** Of each melody, its notes in the order of their positions. */
  readonly #lines: readonly (Struck[] | undefined)[];
  readonly #factor: number;

  /** @param factor how likely a third stroke may be, against what the writer says: 1 leaves it, 0 forbids it */
  constructor(window: Window, mask: Mask, factor: number) {
    this.#factor = factor;
    this.#lines = window.tracks.map(({ role }) => (role === 'melody' && factor !== 1 ? [] : undefined));
    for (const note of keptNotes(window, mask)) this.#lines[note.track]?.push(note);
  }

  /** Takes away from `factors` of each sounding pitch that could begin at a position, in place. */
  pitches(factors: Float64Array, position: number, track: number): Float64Array {
    const line = this.#lines[track];
    if (line === undefined) return factors;
    const next = line.findIndex((note) => note.position >= position);
    const [first, second] = line.slice(0, next < 0 ? line.length : next).slice(-2);
    if (second !== undefined && first!.pitch === second.pitch && first!.position < second.position) factors[second.pitch]! *= this.#factor;
    return factors;
  }

  write({ track, position, pitch }: Pick<WindowNote, 'track' | 'position' | 'pitch'>): void {
    const line = this.#lines[track];
    if (line === undefined) return;
    const next = line.findIndex((note) => note.position > position);
    line.splice(next < 0 ? line.length : next, 0, { position, pitch });
  }
}
