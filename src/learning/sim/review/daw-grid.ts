/**
 * The bars and beats of a performance, as a DAW counts them: a tempo map in which every beat of the soloist falls on a
 * beat of the file, whatever his tempo was. Where he went back, or stood still, the file goes on: it fills its bar up, waits
 * whole bars if it must, and stands on the right beat of a bar again when he begins.
 */
import { lastAtOrBefore } from '../../../core/math/search.ts';
import { BarGrid } from '../../../core/music/meter.ts';
import type { AccompanyingNote } from '../../../core/music/run-through.ts';
import type { Score } from '../../../core/music/score.ts';
import type { TakeOnset } from '../../../core/music/take.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import type { Beats } from '../../../core/music/units.ts';
import { beats, seconds, velocity } from '../../../core/music/units.ts';
import type { Run } from './bar-visits.ts';
import { RunClock } from './bar-visits.ts';

/** A moment of the performance and where it stands in the file. */
export interface GridPoint {
  /** Seconds, on the clock of the take. */
  readonly time: number;
  /** Quarter notes from the beginning of the file. */
  readonly quarter: number;
}
export interface DawGrid {
  /** Both rising; the first is at quarter 0. */
  readonly points: readonly GridPoint[];
  readonly meters: readonly { readonly quarter: number; readonly numerator: number; readonly denominator: number }[];
}

/** Where the soloist rests for longer, in quarters, the accompaniment says where the beats are. */
const longRest = 2;
const hair = 1e-6;

/** @param runs in order of time @returns undefined where there is no tempo to be had */
export function dawGridOf(score: Score, runs: readonly Run[], ours: readonly AccompanyingNote[]): DawGrid | undefined {
  const tempoMap = new TempoMap(score.tempoMarks);
  const grid = new BarGrid(score);
  const counted = grid.beats();
  const whole = runs.map((run, k) => withAccompaniment(run, ours, k === 0, k === runs.length - 1)).filter((run) => run.length > 1);
  const points: GridPoint[] = [];
  const meters: { quarter: number; numerator: number; denominator: number }[] = [];
  let base = 0;
  for (const run of whole) {
    const clock = new RunClock(run, tempoMap);
    const first = run[0]!.position;
    const last = run.at(-1)!.position;
    const firstBar = grid.indexAt(first);
    const origin = grid.startOf(firstBar);
    base = entryOf(points, base, clock.timeAt(first), first - origin, grid.barLengthAt(origin));
    const add = (position: Beats): void => {
      const point = { time: clock.timeAt(position), quarter: base + position - origin };
      const before = points.at(-1);
      if (before === undefined || (point.time > before.time + 1e-4 && point.quarter > before.quarter + hair)) points.push(point);
    };
    // A file begins with a bar; what lies before the first note is his tempo thought backwards.
    if (points.length === 0 && first > origin + hair) add(origin);
    add(first);
    for (let i = lastAtOrBefore(counted, first + hair) + 1; i < counted.length && counted[i]! < last - hair; i++) add(beats(counted[i]!));
    add(last);
    const lastBar = grid.indexAt(last);
    for (let bar = firstBar; bar <= lastBar; bar++) addMeter(meters, base + grid.startOf(bar) - origin, barEnd(grid, bar, score) - grid.startOf(bar), grid.meterAt(grid.startOf(bar)));
    base += barEnd(grid, lastBar, score) - origin;
  }
  return points.length < 2 ? undefined : { points, meters };
}

/** The barline of the file at which the next run begins: as many whole bars on as fit the time between best. */
function entryOf(points: readonly GridPoint[], barline: number, time: number, offset: number, barLength: number): number {
  const last = points.at(-1);
  const before = points.at(-2);
  if (last === undefined || before === undefined) return barline;
  const pace = (last.time - before.time) / (last.quarter - before.quarter);
  const wanted = last.quarter + (time - last.time) / pace;
  const bars = Math.round((wanted - offset - barline) / barLength);
  const soonest = barline + offset > last.quarter + hair ? 0 : 1;
  return barline + Math.max(soonest, bars) * barLength;
}

function addMeter(meters: { quarter: number; numerator: number; denominator: number }[], quarter: number, length: number, { denominator }: { readonly denominator: number }): void {
  let unit = denominator;
  // A bar that a repeat cuts short is a short bar in the file too.
  while (unit < 64 && Math.abs((length * unit) / 4 - Math.round((length * unit) / 4)) > 1e-3) unit *= 2;
  const numerator = Math.max(1, Math.round((length * unit) / 4));
  const before = meters.at(-1);
  if (before?.numerator === numerator && before.denominator === unit) return;
  meters.push({ quarter, numerator, denominator: unit });
}

const barEnd = (grid: BarGrid, bar: number, score: Score): number => (bar + 1 < grid.bars.length ? grid.startOf(bar + 1) : Math.max(score.end, grid.startOf(bar) + hair));

/**
 * The soloist's onsets, and those of the accompaniment where he rests for long.
 * @param begins the accompaniment may have begun before him @param ends it may go on after him
 */
function withAccompaniment(run: Run, ours: readonly AccompanyingNote[], begins: boolean, ends: boolean): Run {
  const firstOf = new Map<number, TakeOnset>();
  for (const { position, time } of ours) {
    if ((!begins && time < run[0]!.time) || (!ends && time > run.at(-1)!.time)) continue;
    const key = Math.round(position * 960);
    if (!firstOf.has(key)) firstOf.set(key, { position, time: seconds(time), velocity: velocity(0), joined: true });
  }
  const others = [...firstOf.values()].sort((a, b) => a.position - b.position);
  const merged: TakeOnset[] = [];
  const fill = (from: TakeOnset | undefined, to: TakeOnset | undefined): void => {
    if (from !== undefined && to !== undefined && to.position - from.position <= longRest) return;
    for (const other of others) {
      const before = merged.at(-1) ?? from;
      const isInside = (before === undefined || (other.position > before.position + hair && other.time > before.time)) && (to === undefined || (other.position < to.position - hair && other.time < to.time));
      if (isInside) merged.push(other);
    }
  };
  run.forEach((onset, i) => {
    fill(run[i - 1], onset);
    merged.push(onset);
  });
  fill(run.at(-1), undefined);
  return merged;
}
