/**
 * `bench targets`: how far the beat of a driven program is from the soloist's, over whole rehearsals. Recorded soloists
 * are followed as on stage; what the accompanist says of place and tempo drives one simulated program of each kind, late
 * and coarse as the real one is. Measured at each of the soloist's onsets that falls on a beat: how long before or after
 * it the program's own beat comes. Programs that cannot be set to a place are judged by the nearest beat.
 */
import type { TransportCommand } from '../../../core/contract/commands.ts';
import { quantile, rounded, share } from '../../../core/math/statistics.ts';
import { BarGrid } from '../../../core/music/meter.ts';
import type { Performance } from '../../../core/music/performance.ts';
import { unfold } from '../../../core/music/route.ts';
import type { Score } from '../../../core/music/score.ts';
import { beats, seconds } from '../../../core/music/units.ts';
import { byFirstNotes } from '../../../learning/sim/live-onsets.ts';
import { playedOnsets } from '../../../learning/sim/onset-sequence.ts';
import { fromPerformance } from '../../../learning/sim/performed.ts';
import { createAccompanist, defaultAccompanistSettings, soloOf } from '../../../players/accompany/assemble.ts';
import type { DrivingSettings } from '../../../core/contract/settings.ts';
import { dawTraits } from '../../config/daws.ts';
import { SteeredClock } from '../../io/steered-clock.ts';
import type { Feedback } from '../../io/daw/steering.ts';
import { Steering } from '../../io/daw/steering.ts';
import type { ScoreRecord } from '../../io/performances.ts';
import { readPerformances, readScores, resolveSolo, toPerformance, toScore } from '../../io/performances.ts';
import { listPieces, readPiece } from '../../io/pieces.ts';
import { performingWith } from '../answered-concert.ts';
import type { ReceiverSettings } from './receivers.ts';
import { Receiver, TickCounter } from './receivers.ts';

export interface TargetsBenchOptions {
  /** Files of scores and performances; where there are none, the recorded soloists that come along. */
  readonly scores?: readonly string[] | undefined;
  readonly performances?: readonly string[] | undefined;
  readonly policy?: string | undefined;
  /** Only so many of the performances. */
  readonly most?: number | undefined;
  readonly onPerformance?: () => void;
}

/** Milliseconds. */
export interface BeatError {
  readonly median: number;
  readonly p90: number;
  /** Share of beats, percent. */
  readonly within50: number;
  /** Positive when the program is late. */
  readonly bias: number;
}
export interface TargetFigures {
  readonly target: string;
  /** Against the soloist, and against the place where the accompanist is at the same moment. */
  readonly soloist: BeatError;
  readonly accompanist: BeatError;
  /** As the soloist's, with the tempo alone driven and no correction of the beat; the same where there is none. */
  readonly tempoAlone: BeatError;
  readonly ordersASecond: number;
}
export interface TargetsBench {
  readonly performances: number;
  readonly beats: number;
  readonly minutes: number;
  readonly targets: readonly TargetFigures[];
}

interface Driven {
  readonly name: string;
  readonly driving: DrivingSettings;
  readonly locates: boolean;
  readonly receiver: ReceiverSettings;
}

/** Live and Hydrogen were measured; REAPER, Ardour, Bitwig, Tidal and Sonic Pi are assumed from how they poll. */
const driven: readonly Driven[] = [
  { name: 'reaper', ...dawTraits.reaper, receiver: { lag: [0.002, 0.036], polls: 0, step: 0.001, locates: true, tells: { every: 0.1, lateBy: [0.002, 0.036] } } },
  { name: 'ableton-live', ...dawTraits['ableton-live'], receiver: { lag: [0.003, 0.01], polls: 0.1, step: 0.001, locates: true, tells: { every: 0.5, lateBy: [0.003, 0.11] } } },
  { name: 'ardour', ...dawTraits.ardour, receiver: { lag: [0.005, 0.03], polls: 0, step: 0.001, locates: true, tells: { every: 0.1, lateBy: [0.005, 0.03] } } },
  { name: 'supercollider', ...dawTraits.supercollider, receiver: { lag: [0.039, 0.042], polls: 0, step: 1e-6, locates: true } },
  { name: 'link', ...dawTraits.link, receiver: { lag: [0, 0.002], polls: 0, step: 1e-6, locates: true } },
  { name: 'hydrogen', driving: { ...dawTraits.osc.driving, slowest: 10 }, locates: false, receiver: { lag: [0.023, 0.039], polls: 0, step: 0.01, locates: false } },
  { name: 'bitwig', driving: dawTraits.osc.driving, locates: false, receiver: { lag: [0.005, 0.05], polls: 0, step: 0.01, locates: false } },
  { name: 'tidal', driving: { ...dawTraits.osc.driving, lag: seconds(0.026), gap: seconds(0.1) }, locates: false, receiver: { lag: [0, 0.002], polls: 0.05, step: 0.001, locates: false } },
];

const clockWire: readonly [number, number] = [0.0007, 0.002]; // s

interface Taken {
  readonly transports: readonly TransportCommand[];
  readonly beats: readonly { readonly position: number; readonly time: number; readonly period: number }[];
}

export async function benchTargets(options: TargetsBenchOptions): Promise<TargetsBench> {
  const errors = new Map<string, { soloist: number[]; accompanist: number[]; alone: number[]; orders: number }>();
  const heap = (name: string): { soloist: number[]; accompanist: number[]; alone: number[]; orders: number } => {
    const known = errors.get(name) ?? { soloist: [], accompanist: [], alone: [], orders: 0 };
    errors.set(name, known);
    return known;
  };
  let performances = 0;
  let counted = 0;
  let spent = 0;
  for await (const [score, performance] of rehearsals(options)) {
    const taken = await take(score, performance, options.policy);
    if (taken.beats.length === 0) continue;
    const seed = performances + 1;
    const first = Math.max(0, Math.ceil(-score.start / 4) * 4); // a pick-up is given its bar
    const clock = heap('midi clock');
    const counter = tick(taken, first, seed, (orders) => (clock.orders += orders));
    judge(taken, (time) => counter.positionAt(time) - first, false, clock.soloist, clock.accompanist);
    clock.alone.push(...clock.soloist.slice(clock.alone.length));
    for (const one of driven) {
      const into = heap(one.name);
      const steered = drive(one, taken, first, seed);
      into.orders += steered.orders;
      judge(taken, steered.positionAt, !one.locates, into.soloist, into.accompanist);
      const alone = drive({ ...one, driving: { ...one.driving, nudge: 0 } }, taken, first, seed);
      judge(taken, alone.positionAt, !one.locates, into.alone, []);
    }
    performances++;
    counted += taken.beats.length;
    spent += taken.beats.at(-1)!.time - taken.beats[0]!.time;
    options.onPerformance?.();
    if (performances >= (options.most ?? Infinity)) break;
  }
  const targets = [...errors].map(([target, { soloist, accompanist, alone, orders }]): TargetFigures => ({
    target, soloist: figures(soloist), accompanist: figures(accompanist), tempoAlone: figures(alone), ordersASecond: rounded(orders / spent, 1),
  }));
  return { performances, beats: counted, minutes: rounded(spent / 60, 1), targets };
}

/** Recorded soloists with their scores: those that come along, or those of a corpus. */
export async function* rehearsals({ scores = [], performances = [] }: Pick<TargetsBenchOptions, 'scores' | 'performances'>): AsyncGenerator<readonly [Score, Performance]> {
  if (scores.length === 0) {
    for (const { id } of await listPieces()) {
      const piece = await readPiece(id);
      for (const { performance } of piece.performances) yield [unfold(piece.reading.score), performance];
    }
    return;
  }
  const known = new Map<string, ScoreRecord>();
  for (const path of scores) for await (const record of readScores(path)) known.set(record.id, record);
  for (const path of performances) {
    for await (const record of readPerformances(path)) {
      const scoreRecord = known.get(record.score);
      if (scoreRecord === undefined) continue;
      const score = toScore(scoreRecord, resolveSolo('role0', scoreRecord, record));
      yield [score, toPerformance(record, scoreRecord, score)];
    }
  }
}

/** A whole rehearsal with live following: what the transport was told, and when the soloist was at each beat. */
async function take(score: Score, performance: Performance, policy: string | undefined): Promise<Taken> {
  const perform = await performingWith(policy);
  const settings = { ...defaultAccompanistSettings, tempo: { ...defaultAccompanistSettings.tempo, policy: policy !== undefined } };
  const { log } = await perform(createAccompanist(score, settings), fromPerformance(performance, soloOf(score)));
  const transports = log.flatMap(({ commands }) => commands.filter((command) => command.type === 'transport'));
  const onsets = byFirstNotes(playedOnsets(performance, soloOf(score))).map(({ position, time }) => [position, time] as const);
  const pulses = new Set([...new BarGrid(score).pulses()].map((position) => rounded(position, 3)));
  const judged = onsets.flatMap(([position, time], i) => {
    const [from, to] = [onsets[Math.max(0, i - 1)]!, onsets[Math.min(onsets.length - 1, i + 1)]!];
    const period = (to[1] - from[1]) / (to[0] - from[0]);
    return pulses.has(rounded(position, 3)) && period > 0 ? [{ position, time, period }] : [];
  });
  return { transports, beats: judged };
}

/** The MIDI clock, as the beat thread sends it; `first` quarters later, so that no place is negative. */
function tick({ transports }: Taken, first: number, seed: number, count: (orders: number) => void): TickCounter {
  const ticks = new SteeredClock();
  const counter = new TickCounter(clockWire, seed);
  transports.forEach((transport, i) => {
    let now = transport.time;
    const until = (transports[i + 1]?.time ?? transport.time + 5) - 1e-9;
    ticks.update(movedBy(first, transport), now);
    for (; ticks.nextDue <= until; now = seconds(Math.max(now, ticks.nextDue))) {
      const message = ticks.take(now);
      if (message === undefined) continue; // the pace has changed, and nothing is due yet
      count(1);
      counter.hear(message, now);
    }
  });
  return counter;
}

function movedBy(quarters: number, transport: TransportCommand): TransportCommand {
  const { soloist } = transport;
  return { ...transport, position: beats(transport.position + quarters), ...(soloist && { soloist: { ...soloist, position: beats(soloist.position + quarters) } }) };
}

function drive({ driving, locates, receiver: machine }: Driven, { transports }: Taken, first: number, seed: number): { readonly positionAt: (time: number) => number; readonly orders: number } {
  const steering = new Steering({ ...driving, locates, first: beats(-first) });
  const receiver = new Receiver(machine, seed);
  const lateBy = machine.tells === undefined ? 0 : (machine.tells.lateBy[0] + machine.tells.lateBy[1]) / 2;
  let orders = 0;
  let reports: { readonly arrives: number; readonly feedback: Feedback }[] = [];
  const until = (time: number): void => {
    for (;;) {
      reports.push(...receiver.reports(Math.min(steering.nextDue === -Infinity ? time : Math.max(0, steering.nextDue), time)));
      reports.sort((a, b) => a.arrives - b.arrives);
      const report = reports[0];
      const due = steering.nextDue;
      if (report !== undefined && report.arrives <= Math.min(due, time)) {
        reports = reports.slice(1);
        // It arrives late by as much as usual: that is all that can be known of when it was so.
        steering.hear({ ...report.feedback, time: seconds(report.arrives - lateBy) }, seconds(report.arrives));
        continue;
      }
      if (due > time) return;
      const now = seconds(Math.max(due, 0));
      for (let order = steering.take(now); order !== undefined; order = steering.take(now)) {
        orders++;
        receiver.obey(order, now);
      }
    }
  };
  transports.forEach((transport, i) => {
    steering.update(transport, transport.time);
    for (let order = steering.take(transport.time); order !== undefined; order = steering.take(transport.time)) {
      orders++;
      receiver.obey(order, transport.time);
    }
    until((transports[i + 1]?.time ?? transport.time + 5) - 1e-9);
  });
  return { positionAt: (time) => receiver.positionAt(time), orders };
}

/** Adds how late the machine is at each beat of the soloist: against him, and against the accompanist. Seconds. */
function judge({ transports, beats: wanted }: Taken, positionAt: (time: number) => number, byBeatAlone: boolean, soloist: number[], accompanist: number[]): void {
  const late = (ours: number, theirs: number): number => (byBeatAlone ? theirs - ours - Math.round(theirs - ours) : theirs - ours);
  let i = 0;
  for (const { position, time, period } of wanted) {
    while (i + 1 < transports.length && transports[i + 1]!.time <= time) i++;
    const machine = positionAt(time);
    soloist.push(late(machine, position) * period);
    const { time: since, position: from, playing, beatPeriod } = transports[i]!;
    accompanist.push(late(machine, from + (playing ? Math.max(0, time - since) / beatPeriod : 0)) * period);
  }
}

function figures(errors: readonly number[]): BeatError {
  const sizes = errors.map((value) => Math.abs(value) * 1000);
  return {
    median: rounded(quantile(sizes, 0.5), 1), p90: rounded(quantile(sizes, 0.9), 1), within50: rounded(100 * share(sizes, (size) => size <= 50), 1),
    bias: rounded(1000 * quantile(errors, 0.5), 1),
  };
}
