/**
 * Settings that lie in lines, and what can be reached from each of them at once: the best place within a step of every place
 * is a minimum along one parameter after the other. Who asks only about a box of places pays only for that. What places are
 * worth are whole numbers, because the least of three of them is found without a branch that nobody can foresee.
 */

/** Places from one to the next along each parameter, the last parameter changing first. */
export const stridesOf = (counts: readonly number[]): readonly number[] => counts.map((_, p) => counts.slice(p + 1).reduce((product, count) => product * count, 1));

/** The first and the last line of each parameter, both inside. */
export interface Box {
  readonly first: Int32Array;
  readonly last: Int32Array;
}
export const emptyBox = (parameters: number): Box => ({ first: new Int32Array(parameters), last: new Int32Array(parameters) });

/** What a place may be worth, at most, and as much below 0. */
export const mostWorth = 2 ** 30;

export class Lattice {
  readonly counts: readonly number[];
  readonly strides: readonly number[];
  /** Lines that a moment crosses, of each parameter. */
  readonly radii: readonly number[];
  readonly places: number;
  readonly #box: Box;
  readonly #line: Int32Array;

  constructor(counts: readonly number[], radii: readonly number[]) {
    this.counts = counts;
    this.radii = radii;
    this.strides = stridesOf(counts);
    this.places = counts.reduce((product, count) => product * count, 1);
    this.#box = emptyBox(counts.length);
    this.#line = new Int32Array(counts.length);
  }

  /** On which line of a parameter a place stands. */
  lineOf(place: number, p: number): number {
    return Math.floor(place / this.strides[p]!) % this.counts[p]!;
  }

  /** @param into overwritten with all that can be reached from a place in so many moments */
  boxAround(place: number, moments: number, into: Box): void {
    for (let p = 0; p < this.counts.length; p++) {
      const line = this.lineOf(place, p);
      into.first[p] = Math.max(0, line - moments * this.radii[p]!);
      into.last[p] = Math.min(this.counts[p]! - 1, line + moments * this.radii[p]!);
    }
  }

  wholeBox(into: Box): void {
    this.counts.forEach((count, p) => ((into.first[p] = 0), (into.last[p] = count - 1)));
  }

  /**
   * The least of all that can be reached in a moment from each place of a box.
   * @param from shape [places], known wherever the box reaches @param rooms two of as many places, overwritten; neither is `from`
   * @returns one of the rooms, valid in the box
   */
  leastAround(from: Int32Array, box: Box, rooms: readonly [Int32Array, Int32Array]): Int32Array {
    const { counts, radii } = this;
    const wide = this.#box;
    // what lies around the box counts for parameters that are still to come
    for (let p = 0; p < counts.length; p++) (wide.first[p] = Math.max(0, box.first[p]! - radii[p]!)), (wide.last[p] = Math.min(counts[p]! - 1, box.last[p]! + radii[p]!));
    let turn = 0;
    for (let p = 0; p < counts.length; p++) {
      for (let left = radii[p]! - 1; left >= 0; left--) {
        wide.first[p] = Math.max(0, box.first[p]! - left);
        wide.last[p] = Math.min(counts[p]! - 1, box.last[p]! + left);
        const into = rooms[turn]!;
        this.#alongOne(p, from, into, wide);
        from = into;
        turn = 1 - turn;
      }
    }
    return from;
  }

  /** The place of least worth within a moment; of equal ones the place itself, else the first. */
  leastNeighbour(worth: Int32Array, place: number): number {
    const box = this.#box;
    this.boxAround(place, 1, box);
    let least = worth[place]!;
    let best = place;
    this.eachRow(box, (from, until) => {
      for (let at = from; at <= until; at++) if (worth[at]! < least) (least = worth[at]!), (best = at);
    });
    return best;
  }

  /** Places that follow one another: those that differ by the last parameter alone. @param visit told the first and the last of each */
  eachRow(box: Box, visit: (from: number, until: number) => void): void {
    const { strides, counts } = this;
    const line = this.#line;
    const last = counts.length - 1;
    line.set(box.first);
    for (;;) {
      let from = 0;
      for (let p = 0; p < last; p++) from += line[p]! * strides[p]!;
      visit(from + box.first[last]!, from + box.last[last]!);
      let p = last - 1;
      for (; p >= 0 && line[p] === box.last[p]; p--) line[p] = box.first[p]!;
      if (p < 0) return;
      line[p]!++;
    }
  }

  /** The least of each place and its two neighbours on one parameter. */
  #alongOne(p: number, from: Int32Array, into: Int32Array, box: Box): void {
    const count = this.counts[p]!;
    const stride = this.strides[p]!;
    const final = (count - 1) * stride;
    const isLast = p === this.counts.length - 1;
    this.eachRow(box, (first, until) => {
      if (isLast) return withinRow(from, into, first, until, first - box.first[p]!, count);
      // at its ends a place has itself for a neighbour
      const offset = this.lineOf(first, p) * stride;
      acrossRows(from, into, first, until, offset === 0 ? 0 : -stride, offset === final ? 0 : stride);
    });
  }
}

function acrossRows(from: Int32Array, into: Int32Array, first: number, until: number, below: number, above: number): void {
  for (let at = first; at <= until; at++) into[at] = lesser(lesser(from[at + below]!, from[at]!), from[at + above]!);
}

/** @param begin of the whole row @param count of its places */
function withinRow(from: Int32Array, into: Int32Array, first: number, until: number, begin: number, count: number): void {
  const end = begin + count - 1;
  let before = from[first > begin ? first - 1 : first]!;
  let here = from[first]!;
  for (let at = first; at <= until; at++) {
    const after = from[at < end ? at + 1 : at]!;
    into[at] = lesser(lesser(before, here), after);
    before = here;
    here = after;
  }
}

/** By the sign of the difference, which fits as long as both lie within `mostWorth`. */
function lesser(a: number, b: number): number {
  const off = (a - b) | 0;
  return (b + (off & (off >> 31))) | 0;
}
