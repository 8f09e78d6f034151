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
/**
 * A player's freedom: so many times the usual deviation of his own passages of one, two ... bars. Whose tempo wanders over
 * phrases has passages that lie far off, and is told less; a few bars alike are sooner meant than one. Fitted to the
 * performances of the validation split: three bars hurried by 12 % against remarks on what nobody had hurried.
 */
const freedom = [6, 4, 2.2, 1.8, 1.8, 1.8];
/** Of passages by their usual deviation, but no steadier than this share of that of his single bars. */
const steadiest = 0.5;
/** Each bar of a passage differs by this share of the whole at least. */
const leastOfABar = 0.5;
/** To take time is no fault as often as to lose it: so many times as slow before it is told. */
const patience = 1.3;
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
  const told = new Set<number>();
  const remarks: PaceRemark[] = [];
  for (const { first, last, deviation } of strikingPassages(visits, deviations)) {
    const sign = Math.sign(deviation);
    if (sign > 0 && visits[last]!.bar >= grid.bars.length - closingBars) continue;
    const bars = Array.from({ length: last - first + 1 }, (_, k) => first + k);
    const passage = visits.slice(first, last + 1);
    const run = runs[visits[first]!.run]!;
    if (bars.some((bar) => told.has(bar)) || !isThroughout(passage, deviation, run, grid, tempoMap)) continue;
    // What touches it was seen together with it, and is no passage of its own.
    for (const bar of [first - 1, ...bars, last + 1]) told.add(bar);
    const value = valueBehind(passage, run, grid, tempoMap, sign);
    remarks.push({ kind: sign < 0 ? 'rushed' : 'dragged', first, last, change: Math.expm1(-deviation), ...(value !== undefined && { value }) });
  }
  return remarks.sort((a, b) => a.first - b.first);
}

interface Passage {
  readonly first: number;
  readonly last: number;
  /** Mean of its bars, as a logarithm: positive is slower. */
  readonly deviation: number;
}

/** Passages beyond this player's freedom, the most striking first; they may overlap. */
function strikingPassages(visits: readonly BarVisit[], deviations: readonly (number | undefined)[]): readonly Passage[] {
  const leastSpread = steadiest * (unsteadinessOf(deviations) || 0);
  const found: { readonly passage: Passage; readonly striking: number }[] = [];
  freedom.forEach((times, longer) => {
    const passages = visits.flatMap((visit, first): Passage[] => {
      const last = first + longer;
      const own = deviations.slice(first, last + 1).filter((one) => one !== undefined);
      return own.length <= longer || visits[last]!.run !== visit.run ? [] : [{ first, last, deviation: mean(own) }];
    });
    const most = times * Math.max(leastSpread, usualDeviation(passages.map(({ deviation }) => deviation)) || 0);
    for (const passage of passages) {
      const { first, last, deviation } = passage;
      const beyond = Math.abs(deviation) / (Math.max(leastChange, most) * (deviation > 0 ? patience : 1));
      const isOfOnePiece = deviations.slice(first, last + 1).every((one) => one! / deviation >= leastOfABar);
      if (beyond > 1 && Math.abs(deviation) <= mostChange && isOfOnePiece) found.push({ passage, striking: beyond * Math.sqrt(longer + 1) });
    }
  });
  return found.sort((a, b) => b.striking - a.striking).map(({ passage }) => passage);
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
