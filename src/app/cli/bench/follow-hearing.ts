/** One performance and one follower: what was played, and what was said about it. */
import { performance } from 'node:perf_hooks';
import { cpuUsage } from 'node:process';
import type { SoloOnEvent } from '../../../core/contract/events.ts';
import type { Follower } from '../../../core/contract/following.ts';
import type { Part, Score } from '../../../core/music/score.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import { midiPitch, seconds, velocity } from '../../../core/music/units.ts';
import type { EditedNote, Joint } from '../../../learning/sim/edits.ts';
import { TrueTimes } from '../../../learning/sim/following-metrics.ts';
import type { PerformanceRecord, ScoreRecord, SoloChoice } from '../../io/performances.ts';
import { indexOfNoteId, toPerformance, toScore } from '../../io/performances.ts';

export interface Solo {
  readonly score: Score;
  readonly part: Part;
  readonly tempoMap: TempoMap;
  readonly notes: readonly EditedNote[];
  readonly times: TrueTimes;
}

/** What the soloist played, with the true times of his part; undefined when too little of it is linked. */
export function soloOf(record: PerformanceRecord, scoreRecord: ScoreRecord, choice: SoloChoice): Solo | undefined {
  const score = toScore(scoreRecord, choice);
  const part = score.parts.find((candidate) => candidate.role === 'solo');
  if (part === undefined) return undefined;
  const notes = toPerformance(record, scoreRecord, score).notes
    .filter((note) => note.part === part.id)
    .map((note): EditedNote => ({ time: note.time, pitch: note.pitch, note: note.noteId === undefined ? -1 : indexOfNoteId(note.noteId) }));
  const times = new TrueTimes(notes, scoreRecord.on, (note) => ((scoreRecord.flags?.[note] ?? 0) & 1) !== 0);
  return times.positions.length < 2 ? undefined : { score, part, tempoMap: new TempoMap(score.tempoMarks), notes, times };
}

export interface Heard {
  /** Position right after each note; NaN before the first match. */
  readonly reported: Float64Array;
  readonly confidence: Float64Array;
  readonly clockMs: Float64Array;
  readonly processorMs: number;
}

/** Feeds the notes one by one. */
export function hear(follower: Follower, part: string, notes: readonly EditedNote[]): Heard {
  const reported = new Float64Array(notes.length);
  const confidence = new Float64Array(notes.length);
  const clockMs = new Float64Array(notes.length);
  const events = notes.map((note): SoloOnEvent => {
    const time = seconds(note.time);
    return { type: 'solo-on', time, playedAt: time, part, pitch: midiPitch(note.pitch), velocity: velocity(64) };
  });
  let matched = false;
  const processor = cpuUsage();
  for (let i = 0; i < events.length; i++) {
    const before = performance.now();
    if (follower.follow(events[i]!) !== undefined) matched = true;
    clockMs[i] = performance.now() - before;
    reported[i] = matched ? follower.position : NaN;
    confidence[i] = follower.confidence;
  }
  const spent = cpuUsage(processor);
  return { reported, confidence, clockMs, processorMs: (spent.user + spent.system) / 1000 };
}

/** Notes after a jump that must differ from those at the place left, for the jump to be audible at once. */
const lookAlikeNotes = 10;
/** A note stands in the same place when its distance from the joint is the same, in quarter notes. */
const samePlace = 0.26;

/** Do the first notes after the jump also exist where the music would have gone on? */
export function looksAlike(part: Part, joint: Joint): boolean {
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
