/** `bench follow`: how well the follower, and two reference followers, keep up with real performances. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from '../../../core/contract/faults.ts';
import type { Follower } from '../../../core/contract/following.ts';
import { Random } from '../../../core/math/random.ts';
import { rounded } from '../../../core/math/statistics.ts';
import { BarGrid } from '../../../core/music/meter.ts';
import type { Part } from '../../../core/music/score.ts';
import type { TempoMap } from '../../../core/music/tempo-marks.ts';
import { beats } from '../../../core/music/units.ts';
import type { EditedPerformance, Stress } from '../../../learning/sim/edits.ts';
import { edit, stresses } from '../../../learning/sim/edits.ts';
import { fold, heardRight, performFolded } from '../../../learning/sim/folding.ts';
import type { Stumble } from '../../../learning/sim/following-metrics.ts';
import { count, stumblesOf } from '../../../learning/sim/following-metrics.ts';
import { createPitchHmmReference } from '../../../learning/sim/reference/pitch-hmm-reference.ts';
import { createTimeWarpingReference } from '../../../learning/sim/reference/time-warping-reference.ts';
import { createFollower } from '../../../players/follow/follower.ts';
import type { ScoreRecord, SoloChoice } from '../../io/performances.ts';
import { noteIdOf, readPerformances, readScores, resolveSolo } from '../../io/performances.ts';
import type { FollowFigures, Tally } from './follow-figures.ts';
import { figuresOf, newTally } from './follow-figures.ts';
import type { Heard, Solo } from './follow-hearing.ts';
import { hear, looksAlike, soloOf } from './follow-hearing.ts';

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
  /** How many of the worst performances to list. */
  readonly worst: number;
  /** Called after each performance. */
  readonly onPerformance?: () => void;
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
  worst: { type: 'number', default: 0, describe: 'list so many performances with the most misplaced notes, and where' },
} as const;

export interface FollowBenchResult {
  readonly sources: Readonly<Record<string, FollowFigures>>;
  readonly all: FollowFigures;
  readonly reference: Readonly<Record<string, FollowFigures>>;
  readonly worst?: readonly Stumbling[];
}

/** A performance, and the stretches in which the follower was elsewhere, the longest first. */
export interface Stumbling {
  readonly id: string;
  /** Linked notes more than 100 ms off, in all. */
  readonly notes: number;
  readonly lost: boolean;
  readonly ever: boolean;
  readonly stumbles: readonly { readonly fromBar: string; readonly untilBar: string; readonly believedBar: string; readonly notes: number }[];
}

/** Stretches listed of a performance. */
const mostStumbles = 3;

type MakeFollower = (part: Part, tempoMap: TempoMap) => Follower;
/** @throws UserFault when a file cannot be read or a performance has no score */
export async function benchFollow(options: FollowBenchOptions): Promise<FollowBenchResult> {
  const scores = new Map<string, ScoreRecord>();
  for (const path of options.scores) for await (const record of readScores(path)) scores.set(record.id, record);
  const bySource = new Map<string, Tally>();
  const all = newTally();
  const references: Record<string, { make: MakeFollower; tally: Tally }> = options.reference
    ? { oltw: { make: createTimeWarpingReference, tally: newTally() }, hmm: { make: createPitchHmmReference, tally: newTally() } }
    : {};
  const stumbling: Stumbling[] = [];
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
      const add = (heard: Heard, tally: Tally): ReturnType<typeof count> => {
        for (const ms of heard.clockMs) tally.clockMs.push(ms);
        tally.processorMs += heard.processorMs;
        return count(tally.counts, { ...edited, ...heard }, scoreRecord.on, solo.times, (joint) => looksAlike(solo.part, joint));
      };
      const heard = hear(createFollower(solo.part, solo.tempoMap), solo.part.id, edited.notes);
      add(heard, source);
      const { lost, ever } = add(heard, all);
      if (options.worst > 0) stumbling.push(stumblingOf(record.id, lost, ever, stumblesOf({ ...edited, ...heard }, scoreRecord.on, solo.times), new BarGrid(solo.score)));
      if (options.stress === 'none') crossBarlines(solo, scoreRecord, [source, all]);
      if (options.estimates !== undefined) writeEstimates(options.estimates, record.id, options.stress, edited, heard);
      for (const { make, tally } of Object.values(references)) add(hear(make(solo.part, solo.tempoMap), solo.part.id, edited.notes), tally);
      options.onPerformance?.();
    }
  }
  return {
    sources: Object.fromEntries([...bySource].map(([name, tally]) => [name, figuresOf(tally)])),
    all: figuresOf(all),
    reference: Object.fromEntries(Object.entries(references).map(([name, { tally }]) => [name, figuresOf(tally)])),
    ...(options.worst > 0 && { worst: stumbling.toSorted((a, b) => b.notes - a.notes).slice(0, options.worst) }),
  };
}

function stumblingOf(id: string, lost: boolean, ever: boolean, stumbles: readonly Stumble[], grid: BarGrid): Stumbling {
  const barAt = (position: number): string => grid.placeAt(beats(position)).number;
  const worst = stumbles.slice(0, mostStumbles).map(({ from, until, believed, notes }) => ({ fromBar: barAt(from), untilBar: barAt(until), believedBar: barAt(believed), notes }));
  return { id, notes: stumbles.reduce((sum, stumble) => sum + stumble.notes, 0), lost, ever, stumbles: worst };
}

/** Where bars recur: the same performance against the score in written order, with its repeats and without them. */
function crossBarlines(solo: Solo, scoreRecord: ScoreRecord, tallies: readonly Tally[]): void {
  const folded = fold(solo.score, solo.part);
  if (folded === undefined) return;
  for (const takeRepeats of [true, false]) {
    const performed = performFolded(folded, solo.notes, (position) => solo.times.timeAt(position), noteIdOf, (note) => scoreRecord.on[note]!, takeRepeats);
    const { reported } = hear(createFollower(folded.part, solo.tempoMap, undefined, folded.leaps), solo.part.id, performed.notes);
    const { right, of } = heardRight(performed, reported);
    for (const tally of tallies) {
      tally.crossings += of;
      tally.crossingsRight += right;
    }
  }
}

function writeEstimates(folder: string, id: string, stress: Stress, edited: EditedPerformance, heard: Heard): void {
  const path = join(folder, `${id.replaceAll(/[^A-Za-z0-9_.-]+/g, '_')}.json`);
  const estimates = {
    id,
    est_beat: Array.from(heard.reported, (position) => (Number.isNaN(position) ? null : rounded(position, 6))),
    cpu_ms: Array.from(heard.clockMs, (ms) => rounded(ms, 5)),
    // an edited performance is no longer the one in the file, so it is written beside what was said about it
    ...(stress === 'none' ? {} : { t: edited.notes.map((note) => rounded(note.time * 1e4, 0)), p: edited.notes.map((note) => note.pitch), s: edited.notes.map((note) => note.note) }),
  };
  writeFileSync(`${path}.tmp`, JSON.stringify(estimates));
  renameSync(`${path}.tmp`, path);
}
