/**
 * Does the soloist play in another key or octave? Asked only while nothing is understood as written: a few shifts a
 * note are tried against the whole score. What fits well is offered, and followed when it still fits some notes later.
 */
import type { NoteTable } from './note-table.ts';
import type { PlayedNotes } from './played-notes.ts';
import type { PairIndex } from './relocation.ts';
import { compared, Relocation } from './relocation.ts';

/** Semitones from written to played, the likely ones first. */
const shifts = [12, -12, 2, -2, 1, -1, 5, -5, 7, -7, 3, -3, 4, -4, 9, -9, 10, -10, 8, -8, 6, -6, 11, -11] as const;
const triedEach = 4;
/** How well the last ten notes must fit, and how much better than as written. */
const fits = 7.5;
const better = 2;
/** Notes between offering and following: few at the beginning; once the place was sure, hardly anybody changes key. */
const patience = { atFirst: 6, settled: 30 };
/** While it is offered, of the notes that do not fit each counts as so many that do. */
const misfit = 3;
/** Furthest away that is followed, in semitones. */
const furthest = 12;

/** No path is to be held against the shift. */
const nothing = new Uint8Array(compared);

export class Transposition {
  readonly #relocation: Relocation;
  #next = 0;
  #offered = 0;
  /** Notes that have fitted since it is offered, less those that have not. */
  #fitted = 0;

  constructor(notes: NoteTable, pairs: PairIndex) {
    this.#relocation = new Relocation(notes, 1, pairs);
  }

  /** Semitones that would explain what is played; 0 when none is noticed. */
  get offered(): number {
    return this.#offered;
  }

  forget(): void {
    this.#offered = 0;
  }

  /**
   * Looks for a shift that explains the last notes.
   * @param asWritten how well they fit without one
   * @param followed  the shift that is followed already
   * @param settled   whether the place was sure before, with the shift that is followed
   * @returns the shift to be followed from now on, beside the present one; 0 while there is none
   */
  listen(played: PlayedNotes, from: number, asWritten: number, followed: number, settled: boolean): number {
    if (this.#offered !== 0) {
      this.#fitted += this.#fit(played, from, this.#offered) >= Math.max(fits, asWritten + better) ? 1 : -misfit;
      if (this.#fitted < 0) this.#offered = 0;
      return this.#fitted >= (settled ? patience.settled : patience.atFirst) ? this.#offered : 0;
    }
    for (let k = 0; k < triedEach; k++) {
      const shift = shifts[this.#next]!;
      this.#next = (this.#next + 1) % shifts.length;
      if (Math.abs(followed + shift) > furthest || this.#fit(played, from, shift) < Math.max(fits, asWritten + better)) continue;
      this.#offered = shift;
      this.#fitted = 0;
      return 0;
    }
    return 0;
  }

  #fit(played: PlayedNotes, from: number, shift: number): number {
    this.#relocation.search(played, from, nothing, shift);
    return this.#relocation.found > 0 ? this.#relocation.place(0).score : 0;
  }
}
