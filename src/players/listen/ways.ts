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

const grains = 2 ** 20; // of a deviation: finer than any ear, and a thousand deviations fit

export class Ways implements Planner {
  readonly #space: SoundingSpace;
  readonly #lattice: Lattice;
  /** Chance that the target outlasts a moment. */
  readonly #lasting: number;
  readonly #moments: number;
  readonly #malus: Float64Array | undefined;
  /** How far each place is from what is expected, in `grains`, where it was asked. */
  readonly #here: Float64Array;
  /** The same of the target, within a moment. */
  readonly #now: Float64Array;
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
    this.#now = new Float64Array(space.rows);
    this.#worth = new Int32Array(space.rows);
    this.#rooms = [new Int32Array(space.rows), new Int32Array(space.rows)];
    this.#box = emptyBox(counts.length);
    this.#nextSteps = frames > 1 ? NextSteps.of(grid, this.#lattice, { step, lasting }) : undefined;
  }

  plan(target: Float64Array, setting: Float64Array, wanted: Float64Array, expected = target): void {
    const row = this.#space.rowAt(setting);
    this.#reckon(target, expected, row);
    if (this.#nextSteps !== undefined) return this.#nextSteps.find(setting, { now: expected === target ? this.#here : this.#now, later: this.#here, worth: this.#worth }, wanted);
    this.#space.settingOf(this.#lattice.leastNeighbour(this.#worth, row), wanted);
  }

  /** Nothing is kept from frame to frame that could be old. */
  reconsider(): void {}

  /** What each place is worth that can be gone to from a row, reckoned from the furthest moment back. */
  #reckon(target: Float64Array, expected: Float64Array, row: number): void {
    const lattice = this.#lattice;
    const box = this.#box;
    const here = this.#here;
    lattice.boxAround(row, this.#moments + 1, box);
    this.#listen(expected, box, here);
    lattice.eachRow(box, (from, until) => {
      for (let at = from; at <= until; at++) this.#worth[at] = here[at]!;
    });
    // only the next step is judged by what sounds now
    for (let moment = this.#moments - 1; moment > 0; moment--) this.#weigh(row, moment, here);
    if (expected !== target) {
      lattice.boxAround(row, 1, box);
      this.#listen(target, box, this.#now);
    }
    this.#weigh(row, 0, expected === target || this.#nextSteps !== undefined ? here : this.#now);
  }

  /** @param into overwritten in the box with how far each place is, and what somebody likes or dislikes about it, in `grains` */
  #listen(sound: Float64Array, box: Box, into: Float64Array): void {
    const malus = this.#malus;
    this.#lattice.eachRow(box, (from, until) => {
      this.#space.distancesOf(sound, from, until, into);
      for (let at = from; at <= until; at++) into[at] = Math.min(mostWorth, grains * (into[at]! + (malus?.[at] ?? 0)));
    });
  }

  /** A moment back. */
  #weigh(row: number, moment: number, here: Float64Array): void {
    const lattice = this.#lattice;
    lattice.boxAround(row, moment + 1, this.#box);
    const before = this.#worth;
    const best = lattice.leastAround(before, this.#box, this.#rooms);
    const now = 1 - this.#lasting;
    lattice.eachRow(this.#box, (from, until) => weigh(best, here, from, until, this.#lasting, now));
    this.#rooms = [before, best === this.#rooms[0] ? this.#rooms[1] : this.#rooms[0]];
    this.#worth = best;
  }
}

function weigh(best: Int32Array, here: Float64Array, from: number, until: number, lasting: number, now: number): void {
  for (let at = from; at <= until; at++) best[at] = now * here[at]! + lasting * best[at]!;
}
