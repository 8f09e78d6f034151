/**
 * A run-through reviewed: every bar with what was missed, wrong, extra, hurried or dragged, how loud it was, how close
 * we were together, and where the soloist was lost. All figures of a review come from here, whoever shows them.
 */
import { median, quantile } from '../../../core/math/statistics.ts';
import { BarGrid } from '../../../core/music/meter.ts';
import type { RunThrough } from '../../../core/music/run-through.ts';
import type { Score } from '../../../core/music/score.ts';
import type { Take, TakeOnset } from '../../../core/music/take.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import type { Beats } from '../../../core/music/units.ts';
import { soloOf } from '../../../players/accompany/assemble.ts';
import { align } from '../alignment.ts';
import { numberedNotes, soundPassages, takeOnsets } from '../alignment-report.ts';
import type { AsynchronySummary } from '../metrics.ts';
import { summarise } from '../metrics.ts';
import type { BarVisit, Run } from './bar-visits.ts';
import { barVisitsOf, runsOf } from './bar-visits.ts';
import type { PaceRemark, UnevenRemark } from './pace.ts';
import { deviationsOf, paceRemarks, unevenRemarks, unsteadinessOf } from './pace.ts';
import type { Slip } from './slips.ts';
import { missedOnsets, slipsOf } from './slips.ts';
import type { Absence, JointOnset } from './together.ts';
import { absences, jointOnsets } from './together.ts';

/** What is known of a run-through; without `played` only when the onsets were. */
export interface TakeToReview {
  readonly take: Take;
  readonly played?: RunThrough | undefined;
}

export interface BarReview extends BarVisit {
  readonly missed: readonly Slip[];
  readonly wrong: readonly Slip[];
  readonly extra: readonly Slip[];
  /** Share by which it was faster (positive) or slower than the bars around it; undefined where time was free. */
  readonly change: number | undefined;
  /** Median of ours minus the soloist's, in ms; undefined where we did not begin together. */
  readonly asynchronyMs: number | undefined;
  /** Seconds in which the soloist was lost. */
  readonly lost: number;
}

export interface ReviewFigures {
  /** Notes of the solo part in the passages that were played, and how many of them as written. */
  readonly written: number;
  readonly right: number;
  readonly missed: number;
  readonly wrong: number;
  readonly extra: number;
  /** From the first to the last onset, in seconds. */
  readonly seconds: number;
  /** Quarter notes a minute, the middle of all bars. */
  readonly bpm: number | undefined;
  /** How far a bar usually is from its neighbours in tempo: 0.03 is three per cent. */
  readonly unsteadiness: number | undefined;
  /** Of velocity: a tenth is softer, a tenth louder. */
  readonly loudness: { readonly soft: number; readonly median: number; readonly loud: number } | undefined;
  /** Times the soloist went elsewhere. */
  readonly restarts: number;
  readonly timesLost: number;
  readonly secondsLost: number;
  readonly together: AsynchronySummary | undefined;
}

export interface Review {
  readonly take: Pick<Take, 'id' | 'player' | 'recordedAt'>;
  /** False where only the onsets are known: then nothing can be wrong or extra. */
  readonly inNotes: boolean;
  /** Semitones by which all came in higher than it is written. */
  readonly transposition: number;
  readonly onsets: readonly TakeOnset[];
  readonly runs: readonly Run[];
  readonly bars: readonly BarReview[];
  readonly slips: readonly Slip[];
  readonly pace: readonly PaceRemark[];
  readonly uneven: readonly UnevenRemark[];
  readonly joint: readonly JointOnset[];
  readonly losses: readonly Absence[];
  readonly waits: readonly Absence[];
  readonly figures: ReviewFigures;
}

/** @param score with a solo part, as it was played @throws RangeError where it has none */
export function reviewOf(score: Score, { take, played }: TakeToReview): Review {
  const solo = soloOf(score);
  const tempoMap = new TempoMap(score.tempoMarks);
  const grid = new BarGrid(score);
  // Of several soloists the first is reviewed.
  const isHis = ({ part }: { readonly part?: string }): boolean => part === undefined || part === solo.id || part === solo.name;
  const notes = played?.solo.filter(isHis).map((note) => ({ ...note, part: solo.id })) ?? [];
  const alignment = notes.length > 0 ? align(score, notes) : undefined;
  const onsets = alignment === undefined ? take.onsets : takeOnsets(score, notes, alignment);
  const runs = runsOf(onsets);
  const visits = barVisitsOf(runs, grid, tempoMap, score.end);
  const slips = alignment === undefined ? missedOnsets(solo, runs, tempoMap) : slipsOf(score, notes, alignment);
  const deviations = deviationsOf(visits, score, grid);
  const joint = played === undefined ? [] : jointOnsets(onsets, played);
  const end = Math.max(onsets.at(-1)?.time ?? 0, notes.at(-1)?.time ?? 0);
  const losses = absences(played?.incidents ?? [], 'lost', ['found', 'jumped'], end);
  const waits = absences(played?.incidents ?? [], 'holding', ['playing', 'lost', 'jumped'], end);
  const bars = visits.map((visit, i): BarReview => {
    const here = slips.filter((slip) => visitOf(slip, visits, grid) === i);
    const apart = joint.filter(({ position, time }) => grid.indexAt(position) === visit.bar && time >= visit.from - 1e-6 && time <= visit.until + 1e-6).map(({ asynchrony }) => asynchrony * 1000);
    const until = visits[i + 1]?.run === visit.run ? visits[i + 1]!.from : Math.max(visit.until, visits[i + 1]?.from ?? end);
    const deviation = deviations[i];
    return {
      ...visit,
      missed: here.filter(({ kind }) => kind === 'missed'), wrong: here.filter(({ kind }) => kind === 'wrong'), extra: here.filter(({ kind }) => kind === 'extra'),
      change: deviation === undefined ? undefined : Math.expm1(-deviation),
      asynchronyMs: apart.length > 0 ? median(apart) : undefined,
      lost: losses.reduce((sum, loss) => sum + Math.max(0, Math.min(loss.until, until) - Math.max(loss.from, visit.from)), 0),
    };
  });
  const written = alignment === undefined ? writtenInRuns(score, runs) : soundPassages(score, alignment).reduce((sum, { fromOnset, untilOnset }) => sum + notesBetween(score, fromOnset, untilOnset), 0);
  return {
    take: { id: take.id, player: take.player, recordedAt: take.recordedAt }, inNotes: alignment !== undefined, transposition: alignment?.transposition ?? 0, onsets, runs, bars, slips,
    pace: paceRemarks(visits, runs, score, grid, tempoMap), uneven: unevenRemarks(visits, runs, grid, tempoMap), joint, losses, waits,
    figures: figuresOf(written, slips, onsets, runs, visits, deviations, joint, losses),
  };
}

/** The visit during which a slip happened: of its bar the one that is nearest in time. */
function visitOf(slip: Slip, visits: readonly BarVisit[], grid: BarGrid): number {
  const bar = grid.indexAt(slip.position);
  let best = -1;
  let least = Infinity;
  visits.forEach((visit, i) => {
    if (visit.bar !== bar) return;
    const away = Math.max(0, visit.from - slip.time, slip.time - visit.until);
    if (away < least) [best, least] = [i, away];
  });
  return best;
}

function notesBetween(score: Score, fromOnset: number, untilOnset: number): number {
  return soloOf(score).onsets.slice(fromOnset, untilOnset + 1).reduce((sum, onset) => sum + onset.notes.filter((note) => !note.grace).length, 0);
}

function writtenInRuns(score: Score, runs: readonly Run[]): number {
  const notes = numberedNotes(score).filter((note) => !note.grace);
  const inside = (onset: Beats): number => runs.filter((run) => onset >= run[0]!.position - 1e-6 && onset <= run.at(-1)!.position + 1e-6).length;
  return notes.reduce((sum, note) => sum + inside(note.onset), 0);
}

function figuresOf(written: number, slips: readonly Slip[], onsets: readonly TakeOnset[], runs: readonly Run[], visits: readonly BarVisit[], deviations: readonly (number | undefined)[], joint: readonly JointOnset[], losses: readonly Absence[]): ReviewFigures {
  const count = (kind: Slip['kind']): number => slips.filter((slip) => slip.kind === kind).length;
  const tempi = visits.flatMap(({ bpm }) => bpm ?? []);
  const velocities = onsets.map(({ velocity }) => velocity as number).filter((velocity) => velocity > 0);
  const unsteadiness = unsteadinessOf(deviations);
  return {
    written, right: Math.max(0, written - count('missed') - count('wrong')), missed: count('missed'), wrong: count('wrong'), extra: count('extra'),
    seconds: onsets.length < 2 ? 0 : onsets.at(-1)!.time - onsets[0]!.time,
    bpm: tempi.length > 0 ? median(tempi) : undefined,
    unsteadiness: Number.isFinite(unsteadiness) ? unsteadiness : undefined,
    // Who sends one loudness for every note says nothing by it.
    loudness: new Set(velocities).size > 1 ? { soft: quantile(velocities, 0.1), median: median(velocities), loud: quantile(velocities, 0.9) } : undefined,
    restarts: Math.max(0, runs.length - 1),
    timesLost: losses.length, secondsLost: losses.reduce((sum, { from, until }) => sum + until - from, 0),
    together: joint.length > 0 ? summarise(joint.map(({ asynchrony }) => asynchrony)) : undefined,
  };
}
