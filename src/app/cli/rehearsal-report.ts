/** A rehearsal in figures. */
import type { Performance } from '../../core/music/performance.ts';
import type { Score } from '../../core/music/score.ts';
import type { AsynchronySummary, ConcertMetrics } from '../../learning/sim/metrics.ts';
import { asynchronyWithHuman, asynchronyWithSoloist, countConcert, humanAsynchrony, metronomeTimes, playedTimes, soloOnsetTimes, summarise, tempoJitter } from '../../learning/sim/metrics.ts';
import type { LoggedStep } from '../../learning/sim/rehearsal.ts';

/** As `AsynchronySummary`, rounded to a tenth, null where there is nothing to measure. */
export type Apart = { readonly [K in keyof AsynchronySummary]: K extends 'count' ? number : number | null };

export interface RehearsalReport extends ConcertMetrics {
  readonly piece: string;
  /** Ours minus the soloist's at joint onsets. */
  readonly asynchronyMs: Apart;
  /** Where a human accompanist played too. */
  readonly accompanist?: {
    /** Each of our notes minus the same note of his. */
    readonly ours: Apart;
    /** A metronome at the mean tempo, likewise. */
    readonly metronome: Apart;
    /** His notes minus his own soloist's, at joint onsets. */
    readonly human: Apart;
    /** As `ours`, joint onsets only. */
    readonly oursJoint: Apart;
  };
  /** Mean absolute change of the log tempo from one transport to the next. */
  readonly tempoJitter: number | null;
  readonly seconds: number;
  readonly realTimeFactor: number;
}

/** @param spent seconds of our time */
export function reportRehearsal(piece: string, score: Score, log: readonly LoggedStep[], human: Performance | undefined, spent: number): RehearsalReport {
  // A recording that does not say which note is which is believed where it was followed.
  const truth = human === undefined ? new Map<number, number>() : soloOnsetTimes(human, score);
  const soloTimes = truth.size > 0 ? truth : matchedTimes(log);
  const music = (log.findLast(({ event }) => event.type !== 'stop' && event.type !== 'wake')?.event.time ?? 0) - (log[0]?.event.time ?? 0);
  const jitter = tempoJitter(log);
  return {
    piece,
    ...countConcert(log),
    asynchronyMs: apart(asynchronyWithSoloist(log, soloTimes)),
    ...(human !== undefined && hasAccompanist(human, score) && { accompanist: besideHuman(log, human, score) }),
    tempoJitter: Number.isFinite(jitter) ? Math.round(jitter * 1e5) / 1e5 : null,
    seconds: Math.round(music * 10) / 10,
    realTimeFactor: Math.round(music / spent),
  };
}

function besideHuman(log: readonly LoggedStep[], human: Performance, score: Score): NonNullable<RehearsalReport['accompanist']> {
  const ours = playedTimes(log);
  return {
    ours: apart(asynchronyWithHuman(ours, human, score, false)),
    metronome: apart(asynchronyWithHuman(metronomeTimes(human, score), human, score, false)),
    human: apart(humanAsynchrony(human, score)),
    oursJoint: apart(asynchronyWithHuman(ours, human, score, true)),
  };
}

function hasAccompanist(human: Performance, score: Score): boolean {
  const accompanying = new Set(score.parts.filter((part) => part.role === 'accompaniment').map((part) => part.id));
  return human.notes.some((note) => accompanying.has(note.part));
}

/** When the soloist began each score position, as far as he was followed. */
function matchedTimes(log: readonly LoggedStep[]): Map<number, number> {
  const times = new Map<number, number>();
  for (const { commands } of log) {
    for (const command of commands) {
      if (command.type === 'report' && command.report.kind === 'matched' && command.report.begins) times.set(command.report.position, command.report.playedAt);
    }
  }
  return times;
}

function apart(asynchronies: readonly number[]): Apart {
  const summary = summarise(asynchronies);
  const entries = Object.entries(summary).map(([name, value]) => [name, Number.isFinite(value) ? Math.round(value * 10) / 10 : null]);
  return Object.fromEntries(entries) as Apart;
}
