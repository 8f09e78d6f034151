/**
 * A run-through beside the earlier ones: what went wrong before too, what is better now and what is not. Only bars that
 * both played are compared, so that half a piece does not look like half the mistakes.
 */
import { median, usualDeviation } from '../../../core/math/statistics.ts';
import type { BarGrid } from '../../../core/music/meter.ts';
import type { Review } from './review.ts';
import type { Slip } from './slips.ts';

export interface Habit {
  /** Takes in which this note was missed or wrong, this one included, and takes that came by it. */
  readonly takes: number;
  readonly of: number;
}
export interface PaceChange {
  /** Indices into the visits of the present review. */
  readonly first: number;
  readonly last: number;
  /** Share by which these bars were taken faster than in earlier takes, over and above the whole. */
  readonly change: number;
}
export interface Progress {
  readonly bars: number;
  readonly slips: { readonly now: number; readonly before: number };
  readonly unsteadiness: { readonly now: number; readonly before: number } | undefined;
  /** Median size of asynchrony in ms. */
  readonly together: { readonly now: number; readonly before: number } | undefined;
  readonly timesLost: { readonly now: number; readonly before: number } | undefined;
  readonly restarts: { readonly now: number; readonly before: number } | undefined;
  readonly bpm: { readonly now: number; readonly before: number } | undefined;
  /** Bars (indices) that are free of slips now and were not in any of the earlier takes, and the other way round. */
  readonly mended: readonly number[];
  readonly broken: readonly number[];
}

const leastChange = 0.05;
const mostlySame = 0.8;

/** How often a note went wrong in the takes that came by it. */
export function habitOf(slip: Slip, earlier: readonly Review[], grid: BarGrid): Habit {
  const bar = grid.indexAt(slip.position);
  const came = earlier.filter((review) => review.bars.some((visit) => visit.bar === bar));
  const again = came.filter((review) => review.slips.some((other) => other.note !== undefined && other.note.id === slip.note?.id));
  return { takes: again.length + 1, of: came.length + 1 };
}

/** Against the one take that came before: newest first in `earlier`. */
export function progressSince(now: Review, earlier: readonly Review[]): Progress | undefined {
  const last = earlier[0];
  if (last === undefined) return undefined;
  const common = new Set(now.bars.map((visit) => visit.bar).filter((bar) => last.bars.some((visit) => visit.bar === bar)));
  if (common.size === 0) return undefined;
  // Figures of the whole say something only where both played much the same.
  const isWhole = common.size >= mostlySame * Math.max(new Set(now.bars.map((visit) => visit.bar)).size, new Set(last.bars.map((visit) => visit.bar)).size);
  // Where only onsets were known before, only what can be seen in them is compared.
  const comparable = last.inNotes && now.inNotes ? (): boolean => true : (slip: Slip): boolean => slip.kind === 'missed';
  const slipsIn = (review: Review): number => sum(review.bars.filter((visit) => common.has(visit.bar)).map((visit) => [...visit.missed, ...visit.wrong, ...visit.extra].filter(comparable).length)) / repeated(review, common);
  const pair = (a: number | undefined, b: number | undefined): { now: number; before: number } | undefined => (a === undefined || b === undefined || !isWhole ? undefined : { now: a, before: b });
  const spoiled = (review: Review): ReadonlySet<number> => new Set(review.bars.filter((visit) => [...visit.missed, ...visit.wrong, ...visit.extra].some(comparable)).map((visit) => visit.bar));
  const [spoiledNow, ...spoiledBefore] = [now, ...earlier].map(spoiled);
  return {
    bars: common.size,
    slips: { now: slipsIn(now), before: slipsIn(last) },
    unsteadiness: pair(now.figures.unsteadiness, last.figures.unsteadiness),
    together: pair(now.figures.together?.median, last.figures.together?.median),
    timesLost: now.inNotes && last.inNotes && isWhole ? { now: now.figures.timesLost, before: last.figures.timesLost } : undefined,
    restarts: pair(now.figures.restarts, last.figures.restarts),
    bpm: pair(now.figures.bpm, last.figures.bpm),
    mended: [...common].filter((bar) => !spoiledNow!.has(bar) && spoiledBefore.every((bars) => bars.has(bar))),
    broken: [...common].filter((bar) => spoiledNow!.has(bar) && spoiledBefore.every((bars) => !bars.has(bar))),
  };
}

/** Who plays a bar five times may slip five times as often. */
function repeated(review: Review, common: ReadonlySet<number>): number {
  return review.bars.filter((visit) => common.has(visit.bar)).length / common.size;
}

/** Bars taken otherwise than before, the general tempo left aside; at least two in a row. */
export function paceChanges(now: Review, earlier: readonly Review[]): readonly PaceChange[] {
  const before = earlier.map((review) => shapeOf(review));
  if (before.length === 0) return [];
  const shape = shapeOf(now);
  const differences = now.bars.map((visit) => {
    const own = visit.change === undefined ? undefined : shape.get(visit.bar);
    const others = before.flatMap((bars) => bars.get(visit.bar) ?? []);
    return own === undefined || others.length === 0 ? undefined : own - median(others);
  });
  const usual = usualDeviation(differences.filter((difference) => difference !== undefined));
  const most = Math.max(leastChange, 2.5 * (usual || 0));
  const changes: PaceChange[] = [];
  for (let i = 0; i < differences.length; i++) {
    const sign = Math.abs(differences[i] ?? 0) > most ? Math.sign(differences[i]!) : 0;
    let last = i;
    while (sign !== 0 && last + 1 < differences.length && (differences[last + 1] ?? 0) * sign > most && now.bars[last + 1]!.run === now.bars[i]!.run) last++;
    if (sign !== 0 && last > i) changes.push({ first: i, last, change: Math.expm1(-median(differences.slice(i, last + 1).map((difference) => difference!))) });
    i = last;
  }
  return changes;
}

/** Log stretch of each bar, the first time it was played, against the middle of the whole. */
function shapeOf(review: Review): ReadonlyMap<number, number> {
  const told = review.bars.flatMap(({ bar, logStretch }) => (logStretch === undefined ? [] : [[bar, logStretch] as const]));
  const middle = median(told.map(([, stretch]) => stretch));
  const shape = new Map<number, number>();
  for (const [bar, stretch] of told) if (!shape.has(bar)) shape.set(bar, stretch - middle);
  return shape;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
