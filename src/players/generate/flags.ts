/** Which written notes would a musician circle in pencil? By rule, so that nothing is touched that nobody objects to. */
import { scaleAmong } from './key.ts';
import { aSixteenth, ticksTogether } from './metrics.ts';
import type { Window, WindowNote } from './window.ts';

export type Flag = 'outside the key' | 'a semitone beside another' | 'a leap at the join' | 'off the beat of its neighbours';
export interface Flagged {
  readonly note: WindowNote;
  readonly flags: readonly Flag[];
}

/** Semitones from the note that stays beside it; melodies hardly ever go farther. */
const farthestLeap = 12;

/** @param written the notes that may be flagged, of the window; by the others is judged */
export function flagged(window: Window, written: ReadonlySet<WindowNote>): readonly Flagged[] {
  const judge = new PencilJudge(window, written);
  return window.notes.flatMap((note) => {
    const flags = written.has(note) ? judge.flagsOf(note, window.notes) : [];
    return flags.length === 0 ? [] : [{ note, flags }];
  });
}

/** Judges any note in the place of one of these. */
export class PencilJudge {
  readonly #window: Window;
  readonly #scale: ReadonlySet<number>;
  readonly #stays: readonly WindowNote[];

  constructor(window: Window, written: ReadonlySet<WindowNote>) {
    this.#window = window;
    this.#stays = window.notes.filter((note) => !written.has(note));
    this.#scale = scaleAmong(this.#stays.filter((note) => this.#isPitched(note)));
  }

  /** @param others may hold the note itself */
  flagsOf(note: WindowNote, others: readonly WindowNote[]): Flag[] {
    const flags: Flag[] = [];
    if (this.#isPitched(note)) {
      if (!this.#scale.has(note.pitch % 12)) flags.push('outside the key');
      if (others.some((other) => Math.abs(other.pitch - note.pitch) === 1 && this.#isPitched(other) && ticksTogether(note, other) >= aSixteenth)) flags.push('a semitone beside another');
      if (this.#leaps(note, others)) flags.push('a leap at the join');
    }
    if (isBetween(note) && !this.#stays.some((other) => isBetween(other))) flags.push('off the beat of its neighbours');
    return flags;
  }

  /** A melody's first and last written notes beside those that stay. */
  #leaps(note: WindowNote, others: readonly WindowNote[]): boolean {
    if (this.#window.tracks[note.track]!.role !== 'melody') return false;
    const own = others.filter((other) => other.track === note.track && other.position !== note.position);
    const before = own.reduce<WindowNote | undefined>((last, other) => (other.position < note.position && (last === undefined || other.position > last.position) ? other : last), undefined);
    const after = own.reduce<WindowNote | undefined>((first, other) => (other.position > note.position && (first === undefined || other.position < first.position) ? other : first), undefined);
    return [before, after].some((other) => other !== undefined && this.#stays.includes(other) && Math.abs(other.pitch - note.pitch) > farthestLeap);
  }

  #isPitched(note: WindowNote): boolean {
    return this.#window.tracks[note.track]!.role !== 'drums';
  }
}

/** Neither on a sixteenth nor on a triplet of eighths. */
export const isBetween = ({ position }: Pick<WindowNote, 'position'>): boolean => position % 3 !== 0 && position % 4 !== 0;
