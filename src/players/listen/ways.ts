/**
 * The best of all ways through a table that is a grid, around corners too: neighbouring settings may sound quite unlike, and
 * the straight way to a good sound may lead through bad ones. What a place is worth is what sounds there, and what the best
 * of its neighbours is worth a moment later, if the target lasts until then; from the ends of all ways back to where we are.
 * The best neighbour of every place at once is a minimum along one parameter after the other.
 * @see Bellman, "Dynamic Programming", 1957
 */
import { leastAround, leastNeighbour } from './lattice.ts';
import type { Planner, ReachSettings } from './planner.ts';
import type { SettingGrid } from './setting-grid.ts';
import type { SoundingSpace } from './sounding-space.ts';

const settled = 1e-3; // deviations of the table: no ear follows further
/** Looked ahead at most: what is further off weighs little, and a musician waits for no one. */
const horizon = 12;
const followed = 2; // moments ahead, so that a way does not end before a frame does

export class Ways implements Planner {
  readonly #space: SoundingSpace;
  readonly #grid: SettingGrid;
  /** Lines of a parameter that a moment crosses. */
  readonly #radii: readonly number[];
  /** Chance that the target outlasts a moment. */
  readonly #lasting: number;
  readonly #moments: number;
  readonly #malus: Float64Array | undefined;
  readonly #here: Float64Array;
  /** For which `worth` holds. */
  readonly #target: Float64Array;
  #worth: Float64Array;
  /** Room to reckon in: what was worth something before is still needed. */
  #rooms: readonly [Float64Array, Float64Array];

  constructor(space: SoundingSpace, grid: SettingGrid, { step, lasting, malus }: ReachSettings) {
    if (!(step > 0 && lasting >= 0 && lasting < 1)) throw new RangeError(`a step of ${step} and a chance of ${lasting} to last`);
    this.#space = space;
    this.#grid = grid;
    const gaps = grid.counts.map((count) => (count > 1 ? 1 / (count - 1) : 1));
    // where lines are wider apart than a frame reaches, a moment is as many frames as it takes
    const frames = Math.max(1, ...gaps.map((gap) => gap / step));
    this.#radii = gaps.map((gap) => Math.max(1, Math.floor((step * frames) / gap + 0.1)));
    this.#lasting = lasting ** frames;
    this.#malus = malus;
    this.#moments = Math.min(horizon, Math.max(...grid.counts.map((count, p) => Math.ceil(count / this.#radii[p]!))));
    this.#here = new Float64Array(space.rows);
    this.#target = new Float64Array(space.width).fill(NaN);
    this.#worth = new Float64Array(space.rows);
    this.#rooms = [new Float64Array(space.rows), new Float64Array(space.rows)];
  }

  plan(target: Float64Array, setting: Float64Array, wanted: Float64Array): void {
    if (!this.#isKnown(target)) this.#reckon(target);
    let row = this.#space.rowAt(setting);
    for (let moment = 0; moment < followed; moment++) row = leastNeighbour(this.#worth, row, this.#grid.counts, this.#radii);
    this.#space.settingOf(row, wanted);
  }

  reconsider(): void {
    this.#target.fill(NaN);
  }

  #isKnown(target: Float64Array): boolean {
    for (let i = 0; i < target.length; i++) if (this.#target[i] !== target[i]) return false;
    return true;
  }

  #reckon(target: Float64Array): void {
    const here = this.#here;
    this.#target.set(target);
    this.#space.distances(target, here);
    const malus = this.#malus;
    if (malus !== undefined) for (let row = 0; row < here.length; row++) here[row]! += malus[row]!;
    this.#worth.set(here);
    const now = 1 - this.#lasting;
    for (let moment = 0, moved = Infinity; moment < this.#moments && moved > settled; moment++) {
      const before = this.#worth;
      const best = leastAround(before, this.#grid.counts, this.#radii, this.#rooms);
      moved = 0;
      for (let row = 0; row < best.length; row++) {
        const worth = now * here[row]! + this.#lasting * best[row]!;
        best[row] = worth;
        moved = Math.max(moved, before[row]! - worth);
      }
      this.#rooms = [before, best === this.#rooms[0] ? this.#rooms[1] : this.#rooms[0]];
      this.#worth = best;
    }
  }
}
