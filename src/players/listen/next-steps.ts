/**
 * The next few frames, step by step from where the synthesizer really stands. Where the lines of a table are wider apart than
 * a frame reaches, a plan from line to line does not say what sounds between them: one parameter may have come to its next
 * line while another is still on its way. So the first frames are looked at as they will be, and what the lines are worth
 * stands for the rest.
 */
import type { Box } from './lattice.ts';
import { emptyBox, Lattice } from './lattice.ts';
import type { ReachSettings } from './planner.ts';
import type { SettingGrid } from './setting-grid.ts';

const mostPlaces = 10_000; // of which each is asked about in every frame
const ahead = 4; // frames: lines no further apart than this are reached

/** Of each row, where it matters. */
interface Costs {
  /** What sounds there costs in the next frame, within a line of where we are, and in those after it. */
  readonly now: Float64Array;
  readonly later: Float64Array;
  /** What it costs from then on. */
  readonly worth: Int32Array;
}

export class NextSteps {
  readonly #grid: SettingGrid;
  readonly #table: Lattice;
  readonly #near: Lattice;
  readonly #step: number;
  readonly #lasting: number;
  /** What each place near is in the table, and where it stands on each parameter. */
  readonly #rows: Int32Array;
  readonly #offsets: readonly Int32Array[];
  readonly #worth: Int32Array;
  readonly #rooms: readonly [Int32Array, Int32Array];
  readonly #box: Box;
  readonly #centre: number;

  private constructor(grid: SettingGrid, table: Lattice, near: Lattice, { step, lasting }: ReachSettings) {
    this.#grid = grid;
    this.#table = table;
    this.#near = near;
    this.#step = step;
    this.#lasting = lasting;
    this.#rows = new Int32Array(near.places);
    this.#offsets = near.counts.map((count) => new Int32Array(count));
    this.#worth = new Int32Array(near.places);
    this.#rooms = [new Int32Array(near.places), new Int32Array(near.places)];
    this.#box = emptyBox(near.counts.length);
    this.#centre = (near.places - 1) / 2;
  }

  /** @param table whose places are the rows @returns undefined where there are too many parameters */
  static of(grid: SettingGrid, table: Lattice, settings: ReachSettings): NextSteps | undefined {
    const near = new Lattice(table.counts.map(() => 2 * ahead + 1), table.counts.map(() => 1));
    return near.places <= mostPlaces ? new NextSteps(grid, table, near, settings) : undefined;
  }

  /** @param wanted overwritten with the setting of the next frame */
  find(setting: Float64Array, { now, later, worth }: Costs, wanted: Float64Array): void {
    const near = this.#near;
    const rows = this.#rows;
    const box = this.#box;
    this.#place(setting);
    const known = this.#worth;
    for (let place = 0; place < known.length; place++) known[place] = worth[rows[place]!]!;
    const share = 1 - this.#lasting;
    for (let frame = ahead - 1; frame > 0; frame--) {
      near.boxAround(this.#centre, frame, box);
      const best = near.leastAround(known, box, this.#rooms);
      const here = frame === 1 ? now : later;
      near.eachRow(box, (from, until) => {
        for (let at = from; at <= until; at++) known[at] = share * here[rows[at]!]! + this.#lasting * best[at]!;
      });
    }
    const best = near.leastNeighbour(known, this.#centre);
    for (let p = 0; p < setting.length; p++) wanted[p] = Math.min(1, Math.max(0, setting[p]! + this.#step * (near.lineOf(best, p) - ahead)));
  }

  /** Finds the rows of all places around a setting. */
  #place(setting: Float64Array): void {
    const near = this.#near;
    for (let p = 0; p < setting.length; p++) {
      const offsets = this.#offsets[p]!;
      for (let i = 0; i < offsets.length; i++) offsets[i] = this.#table.strides[p]! * this.#grid.lineAt(p, Math.min(1, Math.max(0, setting[p]! + this.#step * (i - ahead))));
    }
    const rows = this.#rows;
    for (let place = 0; place < rows.length; place++) {
      let row = 0;
      for (let p = 0; p < setting.length; p++) row += this.#offsets[p]![near.lineOf(place, p)]!;
      rows[place] = row;
    }
  }
}
