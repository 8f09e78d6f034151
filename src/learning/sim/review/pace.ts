/**
 * Where somebody runs away or drags behind. Each bar is held against the bars around it by a running median, which goes
 * with a new tempo at once and is not moved by a few hurried bars. What differs by more than this player's own freedom,
 * and by more than an ear forgives, is told; fermatas, breaths, cadenzas, new tempi and the last bars are his own affair.
 * So is rubato: who slows down into a cadence is slow at its end, who drags is slow from the first beat of the passage on;
 * and a passage that is half as fast again is meant so.
 */
import { mean, median, share, usualDeviation } from '../../../core/math/statistics.ts';
import type { BarGrid } from '../../../core/music/meter.ts';
import type { Score } from '../../../core/music/score.ts';
import type { TempoMap } from '../../../core/music/tempo-marks.ts';
import { beats, nominalSeconds } from '../../../core/music/units.ts';
import type { BarVisit, Run } from './bar-visits.ts';
import { RunClock } from './bar-visits.ts';

export interface PaceRemark {
  readonly kind: 'rushed' | 'dragged';
  /** Indices into the visits, the last one included. */
  readonly first: number;
  readonly last: number;
  /** Share by which the tempo is higher (positive) or lower than around it. */
  readonly change: number;
  /** The note values that did it, in quarters, where it was one kind of notes. */
  readonly value?: number;
}
export interface UnevenRemark {
  readonly kind: 'uneven';
  readonly first: number;
  readonly last: number;
  readonly value: number;
  /** Deviation of the logarithms of the intervals: 0.2 is a fifth. */
  readonly deviation: number;
}

/** Bars on either side that a bar is held against. */
const around = 8;
/** Nobody is told of less than this, as a logarithm. */
const leastChange = 0.04;
/** A player's freedom: so many times the usual deviation of his bars; a single bar may differ more than a passage. */
const freedom = 3;
const freedomOfOneBar = 3.5;
/** Beyond this, as a logarithm, it is another tempo and no slip. */
const mostChange = 0.35;
/** A passage is heard in halves of bars, or so many pieces at least, of which this share must be hurried, or slow, for the whole to be. */
const fewestPieces = 4;
const leastPieces = 0.7;
/** A ritardando is slower in its second half than in its first by this share of the whole change. */
const leaning = 0.5;
/** The last bars of a piece may slow down as they like. */
const closingBars = 2;
/** Equal notes in a row that make a figure, and how uneven they must be to be told. */
const figure = 6;
const shortest = 0.6; // quarters: longer ones are phrased, not ticked off
const leastUneven = 0.2;
/** So many times as uneven as this player's rows usually are. */
const unevenness = 2.5;

/** Deviation of each visit's log stretch from the bars around it: positive is slower; undefined where nothing is to be said. */
export function deviationsOf(visits: readonly BarVisit[], score: Score, grid: BarGrid): readonly (number | undefined)[] {
  const free = freeBars(score, grid);
  return visits.map((visit, i) => {
    if (visit.logStretch === undefined || free.has(visit.bar)) return undefined;
    const near = visits.slice(Math.max(0, i - around), i + around + 1).filter((other) => other.run === visit.run).flatMap((other) => other.logStretch ?? []);
    return near.length < 4 ? undefined : visit.logStretch - median(near);
  });
}

/** How far this player's bars usually are from their neighbours, as a logarithm; NaN where there are none. */
export function unsteadinessOf(deviations: readonly (number | undefined)[]): number {
  return usualDeviation(deviations.filter((deviation) => deviation !== undefined));
}

export function paceRemarks(visits: readonly BarVisit[], runs: readonly Run[], score: Score, grid: BarGrid, tempoMap: TempoMap): readonly PaceRemark[] {
  const deviations = deviationsOf(visits, score, grid);
  const usual = unsteadinessOf(deviations) || 0;
  const remarks: PaceRemark[] = [];
  for (let i = 0; i < visits.length; i++) {
    const sign = beyond(deviations[i], Math.max(leastChange, freedom * usual));
    if (sign === 0 || (sign > 0 && visits[i]!.bar >= grid.bars.length - closingBars)) continue;
    let last = i;
    while (last + 1 < visits.length && visits[last + 1]!.run === visits[i]!.run && beyond(deviations[last + 1], Math.max(leastChange, freedom * usual) / 2) === sign) last++;
    const passage = visits.slice(i, last + 1);
    const deviation = median(deviations.slice(i, last + 1).map((one) => one!));
    const run = runs[visits[i]!.run]!;
    const isTold = Math.abs(deviation) <= mostChange && (last > i || Math.abs(deviation) > freedomOfOneBar * usual) && isThroughout(passage, deviation, run, grid, tempoMap);
    const value = isTold ? valueBehind(passage, run, grid, tempoMap, sign) : undefined;
    if (isTold) remarks.push({ kind: sign < 0 ? 'rushed' : 'dragged', first: i, last, change: Math.expm1(-deviation), ...(value !== undefined && { value }) });
    i = last;
  }
  return remarks;
}

/** Whether most of a passage is hurried or slow, and not only the way into or out of it. @param deviation of the whole, as a logarithm */
function isThroughout(passage: readonly BarVisit[], deviation: number, run: Run, grid: BarGrid, tempoMap: TempoMap): boolean {
  const clock = new RunClock(run, tempoMap);
  const usualHere = median(passage.map((visit) => visit.logStretch!)) - deviation;
  const sign = Math.sign(deviation);
  const from = tempoMap.nominalAt(grid.startOf(passage[0]!.bar));
  const length = tempoMap.nominalAt(beats(endOfBar(grid, passage.at(-1)!.bar, run.at(-1)!.position))) - from;
  const count = Math.max(fewestPieces, 3 * passage.length);
  const timeAt = (piece: number): number => clock.timeAt(tempoMap.positionAt(nominalSeconds(from + (length * piece) / count)));
  const changes = Array.from({ length: count }, (_, piece) => sign * (Math.log(((timeAt(piece + 1) - timeAt(piece)) * count) / length) - usualHere));
  if (share(changes, (change) => change > leastChange) < leastPieces) return false;
  return sign < 0 || mean(changes.slice(count / 2)) - mean(changes.slice(0, count / 2)) < leaning * deviation;
}

const beyond = (deviation: number | undefined, most: number): number => (deviation === undefined || Math.abs(deviation) <= most ? 0 : Math.sign(deviation));

/** Bars in which time is the player's own. */
function freeBars(score: Score, grid: BarGrid): ReadonlySet<number> {
  const free = new Set<number>();
  for (const position of score.fermatas) free.add(grid.indexAt(position));
  for (const { position } of score.pauses ?? []) for (const at of [position - 0.01, position + 0.01]) free.add(grid.indexAt(at as typeof position));
  for (const { from, until } of score.cadenzas ?? []) for (let bar = grid.indexAt(from); bar < grid.indexAt(until); bar++) free.add(bar);
  for (const { position } of score.tempoMarks) if (position > score.start) free.add(grid.indexAt(position));
  return free;
}

interface Interval {
  readonly value: number;
  readonly logStretch: number;
}

function intervalsOf(run: Run, from: number, until: number, tempoMap: TempoMap): readonly Interval[] {
  const intervals: Interval[] = [];
  for (let i = 1; i < run.length; i++) {
    const [a, b] = [run[i - 1]!, run[i]!];
    if (a.position < from - 1e-6 || b.position > until + 1e-6) continue;
    intervals.push({ value: b.position - a.position, logStretch: Math.log((b.time - a.time) / (tempoMap.nominalAt(b.position) - tempoMap.nominalAt(a.position))) });
  }
  return intervals;
}

/** One kind of notes that makes up the passage, or that alone differs from the others in it. */
function valueBehind(visits: readonly BarVisit[], run: Run, grid: BarGrid, tempoMap: TempoMap, sign: number): number | undefined {
  const from = grid.startOf(visits[0]!.bar);
  const until = endOfBar(grid, visits.at(-1)!.bar);
  const intervals = intervalsOf(run, from, until, tempoMap);
  const byValue = new Map<number, number[]>();
  for (const { value, logStretch } of intervals) {
    const kind = Math.round(value * 48) / 48;
    byValue.set(kind, [...(byValue.get(kind) ?? []), logStretch]);
  }
  const kinds = [...byValue].filter(([, stretches]) => stretches.length >= 4);
  const total = intervals.length;
  const only = kinds.find(([, stretches]) => stretches.length >= 0.8 * total);
  if (only !== undefined) return only[0];
  const [a, b] = kinds.map(([kind, stretches]) => ({ kind, stretch: median(stretches) })).sort((x, y) => sign * (y.stretch - x.stretch));
  return a !== undefined && b !== undefined && sign * (a.stretch - b.stretch) > leastChange ? a.kind : undefined;
}

const endOfBar = (grid: BarGrid, bar: number, end = Infinity): number => (bar + 1 < grid.bars.length ? grid.startOf(bar + 1) : end);

/** Rows of equal short notes that do not come equally. */
export function unevenRemarks(visits: readonly BarVisit[], runs: readonly Run[], grid: BarGrid, tempoMap: TempoMap): readonly UnevenRemark[] {
  const rows: { readonly visit: number; readonly value: number; readonly deviation: number }[] = [];
  visits.forEach((visit, i) => {
    const row: number[] = [];
    let value: number | undefined;
    for (const interval of intervalsOf(runs[visit.run]!, grid.startOf(visit.bar), endOfBar(grid, visit.bar), tempoMap)) {
      if (value !== undefined && Math.abs(interval.value - value) > 1e-3) continue;
      if (interval.value > shortest) continue;
      value ??= interval.value;
      row.push(interval.logStretch);
    }
    if (value !== undefined && row.length >= figure) rows.push({ visit: i, value, deviation: usualDeviation(withoutTrend(row)) });
  });
  const usual = median(rows.map((row) => row.deviation));
  return rows.filter(({ deviation }) => deviation > Math.max(leastUneven, unevenness * usual)).map(({ visit, value, deviation }) => ({ kind: 'uneven', first: visit, last: visit, value, deviation }));
}

/** What is left of a row when its getting faster or slower, as one line, is taken away: that is phrasing. */
function withoutTrend(row: readonly number[]): readonly number[] {
  const half = Math.floor(row.length / 2);
  const slope = (median(row.slice(-half)) - median(row.slice(0, half))) / (row.length - half);
  const level = row.map((stretch, i) => stretch - slope * i);
  const middle = median(level);
  return level.map((stretch) => stretch - middle);
}
