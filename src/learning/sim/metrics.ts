/**
 * How well was it played together? Counted once, here, for tests, rewards and the command line alike.
 * Asynchrony is ours minus the reference, in seconds, positive when we are late.
 */
import type { Command } from '../../core/contract/commands.ts';
import type { Performance } from '../../core/music/performance.ts';
import type { PartRole, Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Seconds } from '../../core/music/units.ts';
import { beats, seconds } from '../../core/music/units.ts';
import { mean, median, quantile, share } from '../../core/math/statistics.ts';
import type { LoggedStep } from './rehearsal.ts';

export interface AsynchronySummary {
  readonly count: number;
  /** Milliseconds; of the absolute asynchrony, but for `bias`, which keeps the sign. */
  readonly median: number;
  readonly mean: number;
  readonly p90: number;
  readonly bias: number;
  /** Shares in percent. */
  readonly within30: number;
  readonly within50: number;
  readonly within100: number;
}

/** @param asynchronies seconds */
export function summarise(asynchronies: readonly number[]): AsynchronySummary {
  const milliseconds = asynchronies.map((value) => Math.abs(value) * 1000);
  const within = (limit: number): number => 100 * share(milliseconds, (value) => value <= limit);
  return {
    count: asynchronies.length,
    median: median(milliseconds),
    mean: mean(milliseconds),
    p90: quantile(milliseconds, 0.9),
    bias: 1000 * mean(asynchronies),
    within30: within(30),
    within50: within(50),
    within100: within(100),
  };
}

export interface ConcertMetrics {
  /** Solo notes played, and how many of them were found in the score. */
  readonly soloNotes: number;
  readonly matched: number;
  readonly accompanimentNotes: number;
  /** Notes that the machine sent after their time, and notes that were begun and never ended. */
  readonly lateNotes: number;
  readonly stuckNotes: number;
  /** Accompaniment notes left out because the soloist had passed them. */
  readonly skippedNotes: number;
  readonly timesLost: number;
  readonly jumps: number;
}

/** Counts a whole concert from its log. */
export function countConcert(log: Iterable<LoggedStep>): ConcertMetrics {
  const sounding = new Map<number, number>();
  let soloNotes = 0, matched = 0, accompanimentNotes = 0, lateNotes = 0, skippedNotes = 0, timesLost = 0, jumps = 0;
  for (const { event, commands } of log) {
    if (event.type === 'solo-on') soloNotes++;
    for (const command of inOrderOfSound(commands)) {
      if (command.type === 'note-on') {
        accompanimentNotes++;
        const key = command.channel * 128 + command.pitch;
        sounding.set(key, (sounding.get(key) ?? 0) + 1);
      } else if (command.type === 'note-off') {
        const key = command.channel * 128 + command.pitch;
        sounding.set(key, Math.max(0, (sounding.get(key) ?? 0) - 1));
      } else if (command.type === 'report') {
        const { report } = command;
        if (report.kind === 'matched' && report.noteId !== '' && event.type === 'solo-on') matched++;
        if (report.kind === 'late-note') lateNotes++;
        if (report.kind === 'skipped') skippedNotes += report.notes;
        if (report.kind === 'lost') timesLost++;
        if (report.kind === 'jumped') jumps++;
      }
    }
  }
  const stuckNotes = [...sounding.values()].reduce((sum, count) => sum + count, 0);
  return { soloNotes, matched, accompanimentNotes, lateNotes, stuckNotes, skippedNotes, timesLost, jumps };
}

/** When each accompaniment note sounded first, by its id. */
export function playedTimes(log: Iterable<LoggedStep>): Map<string, Seconds> {
  const times = new Map<string, Seconds>();
  for (const { commands } of log) for (const command of commands) if (command.type === 'note-on' && !times.has(command.noteId)) times.set(command.noteId, command.time);
  return times;
}

/**
 * Asynchrony of each accompaniment note against what the human accompanist of the same performance played.
 * @param joint only notes whose score position the soloist shares
 */
export function asynchronyWithHuman(times: ReadonlyMap<string, Seconds>, human: Performance, score: Score, joint: boolean): number[] {
  const soloPositions = new Set(score.parts.filter((part) => part.role === 'solo').flatMap((part) => part.onsets.map((onset) => onset.position as number)));
  const accompanying = positionsOf(score, 'accompaniment');
  const differences: number[] = [];
  for (const note of human.notes) {
    if (note.noteId === undefined) continue;
    const position = accompanying.get(note.noteId);
    const ours = times.get(note.noteId);
    if (position === undefined || ours === undefined || (joint && !soloPositions.has(position))) continue;
    differences.push(ours - note.time);
  }
  return differences;
}

/** What is heard of a concert through a synthesizer with a delay: each note when it was meant to sound, but never sooner than that after it was sent. */
export function throughDelay(log: readonly LoggedStep[], delay: Seconds): readonly LoggedStep[] {
  if (delay === 0) return log;
  return log.map(({ event, commands }) => ({ event, commands: commands.map((command) => (command.type === 'note-on' ? { ...command, time: seconds(Math.max(command.time, event.time + delay)) } : command)) }));
}

/** Median time of each onset that the soloist played, by score position: linked notes, graces left out. */
export function soloOnsetTimes(performance: Performance, score: Score): Map<number, number> {
  const positions = positionsOf(score, 'solo');
  const groups = new Map<number, number[]>();
  for (const note of performance.notes) {
    const position = note.noteId === undefined ? undefined : positions.get(note.noteId);
    if (position === undefined) continue;
    const group = groups.get(position);
    if (group === undefined) groups.set(position, [note.time]);
    else group.push(note.time);
  }
  return new Map([...groups].map(([position, times]) => [position, median(times)]));
}

/** Asynchrony of our joint notes against the soloist's own onsets: what an audience hears. */
export function asynchronyWithSoloist(log: Iterable<LoggedStep>, soloTimes: ReadonlyMap<number, number>): number[] {
  const differences: number[] = [];
  for (const { commands } of log) {
    for (const command of commands) {
      if (command.type !== 'note-on') continue;
      const solo = soloTimes.get(command.position);
      if (solo !== undefined) differences.push(command.time - solo);
    }
  }
  return differences;
}

/**
 * How unsteadily our tempo moves: the mean absolute change of log beat period from one transport to the next
 * while playing. @returns log units; 0 is a metronome
 */
export function tempoJitter(log: Iterable<LoggedStep>): number {
  const changes: number[] = [];
  let last: number | undefined;
  for (const { commands } of log) {
    for (const command of commands) {
      if (command.type !== 'transport') continue;
      const value = command.playing ? Math.log(command.beatPeriod) : undefined;
      if (value !== undefined && last !== undefined) changes.push(Math.abs(value - last));
      last = value;
    }
  }
  return mean(changes);
}

/** Commands of one event in the order in which they sound; offs before ons at the same time. */
function inOrderOfSound(commands: readonly Command[]): readonly Command[] {
  return commands.length < 2 ? commands : [...commands].sort((a, b) => timeOf(a) - timeOf(b));
}

const timeOf = (command: Command): number => ('time' in command ? command.time : -Infinity);

/** The human accompanist's own asynchrony at joint onsets: his note minus the soloist's onset. */
export function humanAsynchrony(human: Performance, score: Score): number[] {
  const solo = soloOnsetTimes(human, score);
  const positions = positionsOf(score, 'accompaniment');
  const differences: number[] = [];
  for (const note of human.notes) {
    const position = note.noteId === undefined ? undefined : positions.get(note.noteId);
    const soloTime = position === undefined ? undefined : solo.get(position);
    if (soloTime !== undefined) differences.push(note.time - soloTime);
  }
  return differences;
}

/** When a metronome at the performance's mean tempo, begun with its first note, would play each accompaniment note. */
export function metronomeTimes(human: Performance, score: Score): Map<string, Seconds> {
  const solo = [...soloOnsetTimes(human, score)].sort((a, b) => a[0] - b[0]);
  const times = new Map<string, Seconds>();
  const first = solo[0];
  const last = solo.at(-1);
  if (first === undefined || last === undefined || last[0] <= first[0]) return times;
  const tempoMap = new TempoMap(score.tempoMarks);
  const from = tempoMap.nominalAt(beats(first[0]));
  const rate = (last[1] - first[1]) / (tempoMap.nominalAt(beats(last[0])) - from);
  for (const part of score.parts) {
    if (part.role !== 'accompaniment') continue;
    for (const onset of part.onsets) for (const note of onset.notes) times.set(note.id, seconds(first[1] + (tempoMap.nominalAt(onset.position) - from) * rate));
  }
  return times;
}

/** Score position of each note by its id; grace notes are left out. */
export function positionsOf(score: Score, role: PartRole): Map<string, number> {
  const positions = new Map<string, number>();
  for (const part of score.parts) {
    if (part.role !== role) continue;
    for (const onset of part.onsets) for (const note of onset.notes) if (!note.grace) positions.set(note.id, onset.position);
  }
  return positions;
}
