/** The curves of a review: tempo over the score, how far apart we began, how loud it was. */
import { median } from '../../../core/math/statistics.ts';
import type { Score } from '../../../core/music/score.ts';
import { bpmOf } from '../../../core/music/units.ts';
import type { BarReview, Review } from '../../../learning/sim/review/review.ts';
import type { ChartInk, ChartLine } from '../../io/chart.ts';
import { drawChart } from '../../io/chart.ts';

export interface ReviewInk extends ChartInk {
  readonly you: string;
  readonly before: string;
  readonly printed: string;
  readonly near: string;
  readonly far: string;
}
/** For a file of its own. */
export const printedInk: ReviewInk = { grid: '#e3e6ea', text: '#333a44', paper: '#ffffff', you: '#a8480f', before: '#5b7fb5', printed: '#777f8a', near: '#2b6ca3', far: '#a8480f' };
/** For a page that is light or dark. */
export const pageInk: ReviewInk = { grid: 'var(--line)', text: 'var(--ink)', paper: 'var(--paper)', you: 'var(--you)', before: 'var(--ours)', printed: 'var(--soft)', near: 'var(--ours)', far: 'var(--you)' };

const barTicks = 14;
const shownEarlier = 5;

/** @param names of the lines of the present take and of earlier ones */
export function tempoChart(score: Score, now: Review, earlier: readonly Review[], ink: ReviewInk, names: { readonly now: string; readonly earlier: string }): string {
  const printed: [number, number][] = score.tempoMarks.flatMap((mark, i): [number, number][] => [[Math.max(mark.position, score.start), bpmOf(mark.beatPeriod)], [score.tempoMarks[i + 1]?.position ?? score.end, bpmOf(mark.beatPeriod)]]);
  const lines: ChartLine[] = [
    ...earlier.slice(0, shownEarlier).map((review, i): ChartLine => ({ name: i === 0 ? names.earlier : '', colour: ink.before, points: curveOf(review, score, ({ bpm }) => bpm), width: 1.6, opacity: i === 0 ? 0.9 : 0.45 })),
    ...(printed.length > 0 ? [{ name: 'as printed', colour: ink.printed, points: printed, width: 1.4, dashes: '6 4' }] : []),
    { name: names.now, colour: ink.you, points: curveOf(now, score, ({ bpm }) => bpm), width: 2.6 },
  ];
  return drawChart({ title: 'Tempo, bar by bar', xLabel: 'bar', yLabel: 'quarter notes a minute', lines, ink, xTicks: barTicksOf(score), range: rangeOf(lines), height: 400 });
}

export function loudnessChart(score: Score, now: Review, earlier: readonly Review[], ink: ReviewInk): string {
  const lines: ChartLine[] = [
    ...earlier.slice(0, 1).map((review): ChartLine => ({ name: 'the take before', colour: ink.before, points: curveOf(review, score, ({ velocity }) => velocity), width: 1.6 })),
    { name: 'you', colour: ink.you, points: curveOf(now, score, ({ velocity }) => velocity), width: 2.6 },
  ];
  return drawChart({ title: 'Loudness, bar by bar', xLabel: 'bar', yLabel: 'velocity, 1 to 127', lines, ink, xTicks: barTicksOf(score), range: rangeOf(lines), height: 320 });
}

/** ms to either side that are drawn, and of one column. */
const reach = 150;
const column = 10;
const together = 50;

/** Undefined where nothing was begun together. */
export function togetherChart({ joint }: Review, ink: ReviewInk): string | undefined {
  if (joint.length === 0) return undefined;
  const counts = new Map<number, number>();
  for (const { asynchrony } of joint) {
    const from = Math.min(reach - column, Math.max(-reach, Math.floor((asynchrony * 1000 + column / 2) / column) * column)) - column / 2;
    counts.set(from, (counts.get(from) ?? 0) + 1);
  }
  const columns = [...counts].map(([from, height]) => ({ from, until: from + column, height, colour: Math.abs(from + column / 2) <= together ? ink.near : ink.far }));
  const xTicks = [-150, -100, -50, 0, 50, 100, 150].map((at) => ({ at, label: at === -reach ? '≤ -150' : at === reach ? '≥ 150' : String(at) }));
  const frame: ChartLine = { name: '', colour: 'none', points: [[-reach - column, 0], [reach + column, 0]] };
  return drawChart({ title: 'How far apart we began what stands together', xLabel: 'ms: left of 0 the accompaniment came first, right of it you did', yLabel: 'number of beginnings', lines: [frame], columns, ink, xTicks, height: 320 });
}

function curveOf(review: Review, score: Score, value: (visit: BarReview) => number | undefined): readonly (readonly [number, number])[] {
  return review.bars.flatMap((visit, i): [number, number][] => {
    const from = score.bars[visit.bar]?.position ?? 0;
    const middle = (from + (score.bars[visit.bar + 1]?.position ?? score.end)) / 2;
    const breaks: [number, number][] = i > 0 && review.bars[i - 1]!.run !== visit.run ? [[middle, NaN]] : [];
    return [...breaks, [middle, value(visit) ?? NaN]];
  });
}

function barTicksOf(score: Score): { readonly at: number; readonly label: string }[] {
  const step = [1, 2, 4, 5, 10, 20, 25, 50, 100, 200].find((size) => score.bars.length / size <= barTicks) ?? 500;
  return score.bars.filter(({ number }) => Number(number) % step === 0 || number === '1').map((bar) => ({ at: bar.position, label: bar.number }));
}

/** A single bar of a cadenza must not squeeze all the rest together. */
function rangeOf(lines: readonly ChartLine[]): [number, number] {
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  if (values.length === 0) return [40, 120];
  const middle = median(values);
  const low = Math.max(middle / 2.5, values.reduce((a, b) => Math.min(a, b)));
  const high = Math.min(middle * 2.5, values.reduce((a, b) => Math.max(a, b)));
  return [Math.floor((low * 0.95) / 10) * 10, Math.ceil((high * 1.05) / 10) * 10];
}
