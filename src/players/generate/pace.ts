/**
 * How many notes there are to be in a bar, and at a time, where somebody wishes for it. The writer has learned what such
 * wishes mean, and goes on as the music around does all the same: here, what leads away from the wish becomes less likely.
 */
import { endOfCell, headSizes } from './events.ts';
import type { Hole } from './masks.ts';
import type { Window } from './window.ts';
import type { Wishes } from './wishes.ts';
import { noWishes, notesWished } from './wishes.ts';

/** A note too many or too few makes a class so much less likely: e to the minus this. */
const firmness = 1.5;

export class Pace {
  readonly #window: Window;
  #wishes = noWishes;
  /** Of the cell: where it begins in its bar, how many positions it has, and how many notes it is to have by its end. */
  #from = 0;
  #length = 1;
  #least = 0;
  #most = Infinity;
  #notes = 0;
  #struck = 0;
  #onset = -1;

  constructor(window: Window) {
    this.#window = window;
  }

  enter({ bar, from, until }: Hole, wishes: Wishes): void {
    this.#wishes = wishes;
    this.#from = from;
    this.#length = until - from;
    const share = this.#length / this.#window.bars[bar]!.length;
    const [least, most] = notesWished(wishes.density);
    [this.#least, this.#most] = [least * share, most * share];
    [this.#notes, this.#struck, this.#onset] = [0, 0, -1];
  }

  strike(onset: number): void {
    this.#notes++;
    this.#struck = onset === this.#onset ? this.#struck + 1 : 1;
    this.#onset = onset;
  }

  /** @param factors of each class of head `next`, in place; new where there are none @returns undefined where nothing is wished for */
  next(factors?: Float64Array): Float64Array | undefined {
    const { density, polyphony } = this.#wishes;
    if (density === 0 && polyphony === 0) return factors;
    const all = factors ?? new Float64Array(headSizes.next).fill(1);
    for (let onset = 0; onset < endOfCell; onset++) {
      const gone = (onset - this.#from) / this.#length;
      const soon = density === 0 ? 0 : this.#notes - this.#most * gone;
      const late = density === 0 ? 0 : this.#least * gone - this.#notes - 1;
      const together = polyphony === 0 || this.#onset < 0 ? 0 : onset === this.#onset ? this.#struck + 1 - polyphony : polyphony - this.#struck;
      all[onset]! *= Math.exp(-firmness * (Math.max(0, soon) + Math.max(0, late) + Math.max(0, together)));
    }
    const alone = this.#onset < 0 ? 0 : Math.max(0, polyphony - this.#struck);
    all[endOfCell]! *= Math.exp(-firmness * (Math.max(0, this.#least - this.#notes) + alone));
    return all;
  }
}
