/**
 * Settings that lie in lines, and what can be reached from each of them at once: the best place within a step of every place
 * is a minimum along one parameter after the other.
 */

/** Places from one to the next along each parameter, the last parameter changing first. */
export const stridesOf = (counts: readonly number[]): readonly number[] => counts.map((_, p) => counts.slice(p + 1).reduce((product, count) => product * count, 1));

/**
 * The least of all that lies within so many lines of each place.
 * @param from shape [places] @param radii lines that may be crossed, of each parameter
 * @param rooms two of as many places, overwritten; `from` may be one of them and is kept as long as `rooms[0]` is another
 * @returns one of the rooms
 */
export function leastAround(from: Float64Array, counts: readonly number[], radii: readonly number[], rooms: readonly [Float64Array, Float64Array]): Float64Array {
  const strides = stridesOf(counts);
  let turn = 0;
  for (let p = 0; p < counts.length; p++) {
    for (let crossed = 0; crossed < radii[p]!; crossed++) {
      const into = rooms[turn]!;
      alongOne(from, into, strides[p]!, counts[p]!);
      from = into;
      turn = 1 - turn;
    }
  }
  return from;
}

/** The place of least worth within so many lines; of equal ones the place itself, else the first. */
export function leastNeighbour(worth: Float64Array | Float32Array, place: number, counts: readonly number[], radii: readonly number[]): number {
  const strides = stridesOf(counts);
  let least = worth[place]!;
  let best = place;
  const visit = (p: number, at: number): void => {
    if (p === strides.length) {
      if (worth[at]! < least) (least = worth[at]!), (best = at);
      return;
    }
    const line = Math.floor(place / strides[p]!) % counts[p]!;
    const radius = radii[p]!;
    for (let to = Math.max(0, line - radius); to <= Math.min(counts[p]! - 1, line + radius); to++) visit(p + 1, at + (to - line) * strides[p]!);
  };
  visit(0, place);
  return best;
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
