/** `bench follow`: how well the follower, and two reference followers, keep up with real performances. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { UserFault } from '../../../core/contract/faults.ts';
import type { Follower } from '../../../core/contract/following.ts';
import type { SoloOnEvent } from '../../../core/contract/events.ts';
import { Random } from '../../../core/math/random.ts';
import { median, quantileOfSorted } from '../../../core/math/statistics.ts';
import type { Part, Score } from '../../../core/music/score.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import { midiPitch, seconds, velocity } from '../../../core/music/units.ts';
import type { EditedNote, EditedPerformance, Joint, Stress } from '../../../learning/sim/edits.ts';
import { edit, stresses } from '../../../learning/sim/edits.ts';
import type { FollowingCounts } from '../../../learning/sim/following-metrics.ts';
import { count, emptyCounts, TrueTimes } from '../../../learning/sim/following-metrics.ts';
import { createPitchHmmReference } from '../../../learning/sim/reference/pitch-hmm-reference.ts';
import { createTimeWarpingReference } from '../../../learning/sim/reference/time-warping-reference.ts';
import { createFollower } from '../../../players/follow/follower.ts';
import type { PerformanceRecord, ScoreRecord, SoloChoice } from '../../io/performances.ts';
import { indexOfNoteId, readPerformances, readScores, resolveSolo, toPerformance, toScore } from '../../io/performances.ts';

export interface FollowBenchOptions {
  readonly scores: readonly string[];
  readonly performances: readonly string[];
  readonly stress: Stress;
  readonly seed: number;
  readonly solo: SoloChoice;
  /** Where to write one JSON file a performance; undefined for nowhere. */
  readonly estimates?: string;
  /** Run the reference followers too. */
  readonly reference: boolean;
  /** Called for each performance, for lists of the worst. */
  readonly onPerformance?: (figures: { id: string; within50: number; lost: boolean; ever: boolean; meanMs: number }) => void;
}

/** The flags of the command, free of any parser. */
export const followBenchOptions = {
  scores: { type: 'string', array: true, demandOption: true, describe: 'score files (scores.*.jsonl.gz)' },
  performances: { type: 'string', array: true, demandOption: true, describe: 'performance files (perfs.*.jsonl.gz)' },
  stress: { type: 'string', choices: stresses, default: 'none', describe: 'how the performances are edited' },
  seed: { type: 'number', default: 1, describe: 'seed of the edits' },
  solo: { type: 'string', default: 'all', describe: 'who is followed: all, role0, leader or the name of a part' },
  estimates: { type: 'string', describe: 'folder for one JSON file a performance' },
  reference: { type: 'boolean', default: true, describe: 'run the reference followers on the same notes' },
} as const;

export interface FollowFigures {
  readonly performances: number;
  readonly notes: number;
  readonly within25: number;
  readonly within50: number;
  readonly within100: number;
  readonly within250: number;
  readonly exact: number;
  readonly withinOneOnset: number;
  readonly meanMs: number;
  readonly lost: number;
  readonly ever: number;
  readonly first5sOver100: number;
  readonly cpuMs: { readonly mean: number; readonly p99: number; readonly max: number };
  readonly jumps?: number;
  readonly backWithin2s?: number;
  readonly backWithin5s?: number;
  readonly backMedianS?: number | null;
  readonly lookAlikes?: number;
  readonly backWithin2sApart?: number;
  readonly backWithin5sApart?: number;
  readonly calibration: readonly { readonly confidence: number; readonly right: number; readonly notes: number }[];
}

export interface FollowBenchResult {
  readonly sources: Readonly<Record<string, FollowFigures>>;
  readonly all: FollowFigures;
  readonly reference: Readonly<Record<string, FollowFigures>>;
}

type MakeFollower = (part: Part, tempoMap: TempoMap) => Follower;
interface Tally {
  readonly counts: FollowingCounts;
  readonly cpu: number[];
}

/** @throws UserFault when a file cannot be read or a performance has no score */
export async function benchFollow(options: FollowBenchOptions): Promise<FollowBenchResult> {
  const scores = new Map<string, ScoreRecord>();
  for (const path of options.scores) for await (const record of readScores(path)) scores.set(record.id, record);
  const bySource = new Map<string, Tally>();
  const all = newTally();
  const references: Record<string, { make: MakeFollower; tally: Tally }> = options.reference
    ? { oltw: { make: createTimeWarpingReference, tally: newTally() }, hmm: { make: createPitchHmmReference, tally: newTally() } }
    : {};
  if (options.estimates !== undefined) mkdirSync(options.estimates, { recursive: true });
  for (const path of options.performances) {
    for await (const record of readPerformances(path)) {
      const scoreRecord = scores.get(record.score);
      if (scoreRecord === undefined) throw new UserFault(path, record.id, `needs the score ${record.score}, which is in none of --scores`);
      const solo = soloOf(record, scoreRecord, resolveSolo(options.solo, scoreRecord, record));
      if (solo === undefined) continue;
      const edited = edit(options.stress, solo.notes, scoreRecord.on, solo.times, new Random(options.seed).split(record.id));
      const source = bySource.get(record.source) ?? newTally();
      bySource.set(record.source, source);
      const { reported, confidence, cpu } = run(createFollower, solo, edited);
      for (const tally of [source, all]) {
        const figures = count(tally.counts, { ...edited, reported, confidence }, scoreRecord.on, solo.times, (joint) => looksAlike(solo.part, joint));
        for (const ms of cpu) tally.cpu.push(ms);
        if (tally === all) options.onPerformance?.({ id: record.id, ...figures });
      }
      if (options.estimates !== undefined) writeEstimates(options.estimates, record.id, options.stress, edited, reported, cpu);
      for (const reference of Object.values(references)) {
        const theirs = run(reference.make, solo, edited);
        count(reference.tally.counts, { ...edited, ...theirs }, scoreRecord.on, solo.times, (joint) => looksAlike(solo.part, joint));
        for (const ms of theirs.cpu) reference.tally.cpu.push(ms);
      }
    }
  }
  return {
    sources: Object.fromEntries([...bySource].map(([name, tally]) => [name, figuresOf(tally)])),
    all: figuresOf(all),
    reference: Object.fromEntries(Object.entries(references).map(([name, { tally }]) => [name, figuresOf(tally)])),
  };
}

interface Solo {
  readonly score: Score;
  readonly part: Part;
  readonly tempoMap: TempoMap;
  readonly notes: readonly EditedNote[];
  readonly times: TrueTimes;
}

/** What the soloist played, with the true times of his part; undefined when too little of it is linked. */
function soloOf(record: PerformanceRecord, scoreRecord: ScoreRecord, choice: SoloChoice): Solo | undefined {
  const score = toScore(scoreRecord, choice);
  const part = score.parts.find((candidate) => candidate.role === 'solo');
  if (part === undefined) return undefined;
  const notes = toPerformance(record, scoreRecord, score).notes
    .filter((note) => note.part === part.id)
    .map((note): EditedNote => ({ time: note.time, pitch: note.pitch, note: note.noteId === undefined ? -1 : indexOfNoteId(note.noteId) }));
  const times = new TrueTimes(notes, scoreRecord.on, (note) => ((scoreRecord.flags?.[note] ?? 0) & 1) !== 0);
  return times.positions.length < 2 ? undefined : { score, part, tempoMap: new TempoMap(score.tempoMarks), notes, times };
}

function run(make: MakeFollower, solo: Solo, edited: EditedPerformance): { reported: Float64Array; confidence: Float64Array; cpu: Float64Array } {
  const follower = make(solo.part, solo.tempoMap);
  const n = edited.notes.length;
  const reported = new Float64Array(n);
  const confidence = new Float64Array(n);
  const cpu = new Float64Array(n);
  let matched = false;
  for (let i = 0; i < n; i++) {
    const note = edited.notes[i]!;
    const time = seconds(note.time);
    const event: SoloOnEvent = { type: 'solo-on', time, playedAt: time, part: solo.part.id, pitch: midiPitch(note.pitch), velocity: velocity(64) };
    const before = performance.now();
    if (follower.follow(event) !== undefined) matched = true;
    cpu[i] = performance.now() - before;
    reported[i] = matched ? follower.position : NaN;
    confidence[i] = follower.confidence;
  }
  return { reported, confidence, cpu };
}

/** Notes after a jump that must differ from those at the place left, for the jump to be audible at once. */
const lookAlikeNotes = 10;
/** A note stands in the same place when its distance from the joint is the same, in quarter notes. */
const samePlace = 0.26;

/** Do the first notes after the jump also exist where the music would have gone on? */
function looksAlike(part: Part, joint: Joint): boolean {
  let left = lookAlikeNotes;
  for (const onset of part.onsets) {
    if (onset.position < joint.to - 1e-6) continue;
    for (const note of onset.notes) {
      const there = joint.from + onset.position - joint.to;
      const exists = part.onsets.some((other) => Math.abs(other.position - there) <= samePlace && other.notes.some((twin) => twin.pitch === note.pitch));
      if (!exists) return false;
      if (--left === 0) return true;
    }
  }
  return true;
}

const newTally = (): Tally => ({ counts: emptyCounts(), cpu: [] });
const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

function figuresOf({ counts, cpu }: Tally): FollowFigures {
  const percent = (part: number, whole: number): number => (whole === 0 ? 0 : round((100 * part) / whole, 2));
  const sorted = Float64Array.from(cpu).sort();
  const share = (limit: number, alikeToo: boolean): number => {
    const of = counts.back.filter((back) => alikeToo || !back.lookAlike);
    return percent(of.filter((back) => back.seconds <= limit).length, of.length);
  };
  const middle = median(counts.back.map((back) => back.seconds));
  return {
    performances: counts.performances,
    notes: counts.notes,
    within25: percent(counts.within25, counts.notes),
    within50: percent(counts.within50, counts.notes),
    within100: percent(counts.within100, counts.notes),
    within250: percent(counts.within250, counts.notes),
    exact: percent(counts.exact, counts.notes),
    withinOneOnset: percent(counts.withinOneOnset, counts.notes),
    meanMs: round(counts.sumMs / Math.max(1, counts.notes), 1),
    lost: percent(counts.lost, counts.performances),
    ever: percent(counts.ever, counts.performances),
    first5sOver100: percent(counts.openingOff, counts.opening),
    cpuMs: { mean: round(sorted.reduce((sum, ms) => sum + ms, 0) / Math.max(1, sorted.length), 4), p99: round(quantileOfSorted(sorted, 0.99), 4), max: round(sorted.at(-1) ?? 0, 3) },
    ...(counts.jumps === 0 ? {} : {
      jumps: counts.jumps,
      backWithin2s: share(2, true),
      backWithin5s: share(5, true),
      backMedianS: Number.isFinite(middle) ? round(middle, 2) : null,
      lookAlikes: counts.jumpsLookAlike,
      backWithin2sApart: share(2, false),
      backWithin5sApart: share(5, false),
    }),
    calibration: counts.confidence.map((bin) => ({
      confidence: bin.notes === 0 ? 0 : round(bin.sum / bin.notes, 3), right: bin.notes === 0 ? 0 : round(bin.right / bin.notes, 3), notes: bin.notes,
    })),
  };
}

function writeEstimates(folder: string, id: string, stress: Stress, edited: EditedPerformance, reported: Float64Array, cpu: Float64Array): void {
  const path = join(folder, `${id.replaceAll(/[^A-Za-z0-9_.-]+/g, '_')}.json`);
  const estimates = {
    id,
    est_beat: Array.from(reported, (position) => (Number.isNaN(position) ? null : round(position, 6))),
    cpu_ms: Array.from(cpu, (ms) => round(ms, 5)),
    // an edited performance is no longer the one in the file, so it is written beside what was said about it
    ...(stress === 'none' ? {} : { t: edited.notes.map((note) => round(note.time * 1e4, 0)), p: edited.notes.map((note) => note.pitch), s: edited.notes.map((note) => note.note) }),
  };
  writeFileSync(`${path}.tmp`, JSON.stringify(estimates));
  renameSync(`${path}.tmp`, path);
}
