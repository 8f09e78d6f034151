/**
 * Lengths of time as they are written: values and dots, and for what no dot can say a ratio as of a triplet. Time is
 * counted in whole ticks, which halves, thirds, fifths and sevenths of a quarter all share.
 */
import { beats } from '../../../core/music/units.ts';
import type { Beats } from '../../../core/music/units.ts';

/** 16 x 3 x 5 x 7: to a quarter note. */
export const ticksPerQuarter = 1680;

export interface WrittenValue {
  readonly ticks: number;
  /** 1 whole, 2 half, 4 quarter ... */
  readonly value: number;
  readonly dots: number;
  /** So many in the time of `base`; 1 in 1 for plain values. */
  readonly num: number;
  readonly base: number;
}

const values = [0.5, 1, 2, 4, 8, 16, 32, 64] as const; // 0.5 is the breve
const ratios = [[1, 1], [3, 2], [5, 4], [7, 4], [7, 8]] as const;
/** What scores are made of; a time that lies on none of these was played and not written. */
const grids = [ticksPerQuarter / 16, ticksPerQuarter / 12, ticksPerQuarter / 10, ticksPerQuarter / 14];

const written: ReadonlyMap<number, WrittenValue> = new Map(
  [...ratios].reverse().flatMap(([num, base]) =>
    [2, 1, 0].flatMap((dots) =>
      values.flatMap((value): [number, WrittenValue][] => {
        const ticks = ((ticksPerQuarter * 4) / value) * (2 - 0.5 ** dots) * (base / num);
        return Number.isInteger(ticks) && !(num > 1 && dots > 0) ? [[ticks, { ticks, value, dots, num, base }]] : [];
      }),
    ),
  ),
);
/** Plain values, the longest first; none with two dots, which are hard to read at sight. */
const plain = [...written.values()].filter(({ num, dots, value }) => num === 1 && dots < 2 && value >= 1).sort((a, b) => b.ticks - a.ticks);

/** The nearest tick that a score could mean. */
export function ticksOf(position: Beats): number {
  const exact = position * ticksPerQuarter;
  const near = grids.map((grid) => Math.round(exact / grid) * grid);
  return near.reduce((best, tick) => (Math.abs(tick - exact) < Math.abs(best - exact) - 1 ? tick : best));
}
export const quartersOf = (ticks: number): Beats => beats(ticks / ticksPerQuarter);

/** As one value where there is one, otherwise as several that are tied. What is shorter than a 64th is left out. */
export function spelled(ticks: number): readonly WrittenValue[] {
  const one = written.get(ticks);
  if (one !== undefined) return [one];
  const parts: WrittenValue[] = [];
  let rest = ticks;
  while (rest > 0) {
    const exact = written.get(rest);
    const next = exact ?? plain.find((value) => value.ticks <= rest);
    if (next === undefined) break;
    parts.push(next);
    rest -= next.ticks;
  }
  return parts;
}
