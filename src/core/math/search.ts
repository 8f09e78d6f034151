/** Binary search in rising arrays. */

/** Index of the last element that is at most `value`; -1 when all are greater. */
export function lastAtOrBefore(sorted: ArrayLike<number>, value: number): number {
  return firstAfter(sorted, value) - 1;
}

/** Index of the first element that is greater than `value`; the length when none is. */
export function firstAfter(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first element that is at least `value`; the length when none is. */
export function firstAtOrAfter(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same as `lastAtOrBefore` for things that are not numbers, by a rising key. */
export function lastAtOrBeforeBy<T>(sorted: readonly T[], value: number, key: (item: T) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (key(sorted[middle]!) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
