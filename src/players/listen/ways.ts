/**
 * The best of all ways through a table that is a grid, around corners too: neighbouring settings may sound quite unlike, and
 * the straight way to a good sound may lead through bad ones. What a place is worth is what sounds there, and what the best
 * of its neighbours is worth a moment later, if the target lasts until then; from the ends of all ways back to where we are.
 * The best neighbour of every place at once is a minimum along one parameter after the other.
 * @see Bellman, "Dynamic Programming", 1957
 */
import type { Box } from './lattice.ts';
import { emptyBox, Lattice, mostWorth } from './lattice.ts';
import { NextSteps } from './next-steps.ts';
import type { Planner, ReachSettings } from './planner.ts';
import type { SettingGrid } from './setting-grid.ts';
import type { SoundingSpace } from './sounding-space.ts';

/** Looked ahead at most: what is further off weighs little, and a musician waits for no one. */
const horizon = 12;
const followed = 2; // moments ahead, so that a way does not end before a frame does

const grains = 2 ** 20; // of a deviation: finer than any ear, and a thousand deviations fit

export class Ways implements Planner {
  readonly #space: SoundingSpace;
  readonly #lattice: Lattice;
  /** Chance that the target outlasts a moment. */
  readonly #lasting: number;
  readonly #moments: number;
  readonly #malus: Float64Array | undefined;
  /** How far each place is from the target, in `grains`, where it was asked. */
  readonly #here: Float64Array;
  /** In `grains`. */
  #worth: Int32Array;
  /** Room to reckon in: what was worth something before is still needed. */
  #rooms: readonly [Int32Array, Int32Array];
  readonly #box: Box;
  /** Where lines are wider apart than a step. */
  readonly #nextSteps: NextSteps | undefined;

  constructor(space: SoundingSpace, grid: SettingGrid, { step, lasting, malus }: ReachSettings) {
    if (!(step > 0 && lasting >= 0 && lasting < 1)) throw new RangeError(`a step of ${step} and a chance of ${lasting} to last`);
    this.#space = space;
    const { counts } = grid;
    const gaps = counts.map((count) => (count > 1 ? 1 / (count - 1) : 1));
    // where lines are wider apart than a frame reaches, a moment is as many frames as it takes
    const frames = Math.max(1, ...gaps.map((gap) => gap / step));
    this.#lattice = new Lattice(counts, gaps.map((gap) => Math.max(1, Math.floor((step * frames) / gap + 0.1))));
    this.#lasting = lasting ** frames;
    this.#malus = malus;
    this.#moments = Math.min(horizon, Math.max(...counts.map((count, p) => Math.ceil(count / this.#lattice.radii[p]!))));
    this.#here = new Float64Array(space.rows);
    this.#worth = new Int32Array(space.rows);
    this.#rooms = [new Int32Array(space.rows), new Int32Array(space.rows)];
    this.#box = emptyBox(counts.length);
    this.#nextSteps = frames > 1 ? NextSteps.of(grid, this.#lattice, { step, lasting }) : undefined;
  }

  plan(target: Float64Array, setting: Float64Array, wanted: Float64Array): void {
    let row = this.#space.rowAt(setting);
    this.#reckon(target, row);
    if (this.#nextSteps !== undefined) return this.#nextSteps.find(setting, this.#here, this.#worth, wanted);
    for (let moment = 0; moment < followed; moment++) row = this.#lattice.leastNeighbour(this.#worth, row);
    this.#space.settingOf(row, wanted);
  }

  /** Nothing is kept from frame to frame that could be old. */
  reconsider(): void {}

  /** What each place is worth that can be gone to from a row, reckoned from the furthest moment back. */
  #reckon(target: Float64Array, row: number): void {
    const lattice = this.#lattice;
    const box = this.#box;
    const here = this.#here;
    const malus = this.#malus;
    lattice.boxAround(row, this.#moments + followed, box);
    lattice.eachRow(box, (from, until) => {
      this.#space.distancesOf(target, from, until, here);
      for (let at = from; at <= until; at++) this.#worth[at] = here[at] = Math.min(mostWorth, grains * (here[at]! + (malus?.[at] ?? 0)));
    });
    const now = 1 - this.#lasting;
    for (let moment = this.#moments - 1; moment >= 0; moment--) {
      lattice.boxAround(row, moment + followed, box);
      const before = this.#worth;
      const best = lattice.leastAround(before, box, this.#rooms);
      lattice.eachRow(box, (from, until) => weigh(best, here, from, until, this.#lasting, now));
      this.#rooms = [before, best === this.#rooms[0] ? this.#rooms[1] : this.#rooms[0]];
      this.#worth = best;
    }
  }
}

function weigh(best: Int32Array, here: Float64Array, from: number, until: number, lasting: number, now: number): void {
  for (let at = from; at <= until; at++) best[at] = now * here[at]! + lasting * best[at]!;
}
