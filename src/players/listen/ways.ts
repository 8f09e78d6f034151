/**
 * The best of all ways through a table that is a grid, around corners too: neighbouring settings may sound quite unlike, and
 * the straight way to a good sound may lead through bad ones. What a place is worth is what sounds there, and what the best
 * of its neighbours is worth a moment later, if the target lasts until then; from the ends of all ways back to where we are.
 * The best neighbour of every place at once is a minimum along one parameter after the other.
 * @see Bellman, "Dynamic Programming", 1957
 */
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
  readonly #strides: readonly number[];
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
    this.#strides = grid.counts.map((_, p) => grid.counts.slice(p + 1).reduce((product, count) => product * count, 1));
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
    for (let moment = 0; moment < followed; moment++) row = this.#bestNeighbour(row);
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
      const best = this.#bestAround(before);
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

  /** @returns one of the two rooms */
  #bestAround(worth: Float64Array): Float64Array {
    let from = worth;
    let turn = 0;
    for (let p = 0; p < this.#strides.length; p++) {
      for (let crossed = 0; crossed < this.#radii[p]!; crossed++) {
        const into = this.#rooms[turn]!;
        alongOne(from, into, this.#strides[p]!, this.#grid.counts[p]!);
        from = into;
        turn = 1 - turn;
      }
    }
    return from;
  }

  #bestNeighbour(row: number): number {
    const worth = this.#worth;
    let least = worth[row]!;
    let best = row;
    const strides = this.#strides;
    const visit = (p: number, at: number): void => {
      if (p === strides.length) {
        if (worth[at]! < least) (least = worth[at]!), (best = at);
        return;
      }
      const count = this.#grid.counts[p]!;
      const line = Math.floor(row / strides[p]!) % count;
      const radius = this.#radii[p]!;
      for (let to = Math.max(0, line - radius); to <= Math.min(count - 1, line + radius); to++) visit(p + 1, at + (to - line) * strides[p]!);
    };
    visit(0, row);
    return best;
  }
}

/** The least of each place and its two neighbours on one parameter; without a branch, as they cannot be foreseen. */
function alongOne(from: Float64Array, into: Float64Array, stride: number, count: number): void {
  const block = stride * count;
  for (let begin = 0; begin < from.length; begin += block) {
    const last = begin + block - stride;
    if (count === 1) {
      into.set(from.subarray(begin, begin + block), begin);
      continue;
    }
    for (let at = begin; at < begin + stride; at++) into[at] = Math.min(from[at]!, from[at + stride]!);
    for (let at = begin + stride; at < last; at++) into[at] = Math.min(from[at - stride]!, from[at]!, from[at + stride]!);
    for (let at = last; at < last + stride; at++) into[at] = Math.min(from[at - stride]!, from[at]!);
  }
}
