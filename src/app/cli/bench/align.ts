/** `bench align`: does an alignment find the right score note? Forwards alone, backwards alone, and both put together. */
import { rounded } from '../../../core/math/statistics.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import type { Alignment } from '../../../learning/sim/alignment.ts';
import { align } from '../../../learning/sim/alignment.ts';
import { Random } from '../../../core/math/random.ts';
import type { EditedNote, Stress } from '../../../learning/sim/edits.ts';
import { edit } from '../../../learning/sim/edits.ts';
import { NoteTable } from '../../../players/follow/note-table.ts';
import { midiPitch, seconds, velocity } from '../../../core/music/units.ts';
import { UserFault } from '../../../core/contract/faults.ts';
import type { ScoreRecord } from '../../io/performances.ts';
import { indexOfNoteId, readPerformances, readScores } from '../../io/performances.ts';
import { soloOf } from './follow-hearing.ts';

export interface AlignBenchOptions {
  readonly scores: readonly string[];
  readonly performances: readonly string[];
  readonly solo?: string;
  /** Real performances, or with jumps cut into them. */
  readonly stress?: Stress;
  readonly seed?: number;
  readonly onProgress?: (line: string) => void;
  readonly onPerformance?: (id: string, figures: AlignFigures) => void;
}

const ways = ['forwards', 'backwards', 'merged'] as const;

/** Percentages of notes. */
export interface AlignFigures {
  readonly performances: number;
  readonly notes: number;
  /** Of the notes that play a written one: to the right one, or one of the same pitch at the same onset. */
  readonly right: Readonly<Record<(typeof ways)[number], number>>;
  /** Of the links that were made: right ones. */
  readonly precision: Readonly<Record<(typeof ways)[number], number>>;
  /** Passages found beyond one a performance and the jumps cut in. */
  readonly passagesTooMany: number;
}

export interface AlignBench {
  readonly sources: Readonly<Record<string, AlignFigures>>;
  readonly all: AlignFigures;
}

interface Tally {
  performances: number;
  notes: number;
  right: Record<(typeof ways)[number], number>;
  links: Record<(typeof ways)[number], number>;
  passages: number;
}
const newTally = (): Tally => ({ performances: 0, notes: 0, right: { forwards: 0, backwards: 0, merged: 0 }, links: { forwards: 0, backwards: 0, merged: 0 }, passages: 0 });

/** @throws UserFault when a file cannot be read or a performance has no score */
export async function benchAlign(options: AlignBenchOptions): Promise<AlignBench> {
  const scores = new Map<string, ScoreRecord>();
  for (const path of options.scores) for await (const record of readScores(path)) scores.set(record.id, record);
  const sources = new Map<string, Tally>();
  const all = newTally();
  for (const path of options.performances) {
    for await (const record of readPerformances(path)) {
      const scoreRecord = scores.get(record.score);
      if (scoreRecord === undefined) throw new UserFault(path, record.id, `needs the score ${record.score}, which is in none of --scores`);
      const solo = soloOf(record, scoreRecord, options.solo ?? 'all');
      if (solo === undefined) continue;
      const edited = edit(options.stress ?? 'none', solo.notes, scoreRecord.on, solo.times, new Random(options.seed ?? 1).split(record.id));
      const alignment = align(solo.score, edited.notes.map((note) => ({ time: seconds(note.time), duration: seconds(0.1), pitch: midiPitch(note.pitch), velocity: velocity(64), part: solo.part.id })));
      const table = new NoteTable(solo.part, new TempoMap(solo.score.tempoMarks));
      const ids = solo.part.onsets.flatMap((onset) => onset.notes.map((note) => indexOfNoteId(note.id)));
      const own = newTally();
      const source = sources.get(record.source) ?? newTally();
      sources.set(record.source, source);
      for (const tally of [own, source, all]) count(tally, alignment, edited.notes, ids, scoreRecord, table, edited.joints.length);
      options.onPerformance?.(record.id, figuresOf(own));
      options.onProgress?.(record.id);
    }
  }
  return { sources: Object.fromEntries([...sources].map(([name, tally]) => [name, figuresOf(tally)])), all: figuresOf(all) };
}

function count(tally: Tally, alignment: Alignment, notes: readonly EditedNote[], ids: readonly number[], record: ScoreRecord, table: NoteTable, jumps: number): void {
  const found = { forwards: alignment.heard.forwards, backwards: alignment.heard.backwards, merged: alignment.links };
  tally.performances++;
  tally.passages += Math.max(0, alignment.passages.length - 1 - jumps);
  for (let i = 0; i < notes.length; i++) {
    const truth = notes[i]!.note;
    if (truth >= 0) tally.notes++;
    for (const way of ways) {
      const link = found[way][i]!;
      if (link < 0) continue;
      tally.links[way]++;
      const right = truth >= 0 && (ids[link] === truth || (table.pitch[link] === record.pitch[truth] && table.position[table.onsetOf[link]!] === record.on[truth]));
      if (right) tally.right[way]++;
    }
  }
}

function figuresOf({ performances, notes, right, links, passages }: Tally): AlignFigures {
  const percent = (of: (way: (typeof ways)[number]) => number): AlignFigures['right'] => ({ forwards: percentage(of('forwards')), backwards: percentage(of('backwards')), merged: percentage(of('merged')) });
  return { performances, notes, right: percent((way) => right[way] / notes), precision: percent((way) => right[way] / links[way]), passagesTooMany: passages };
}

const percentage = (share: number): number => rounded(100 * share, 2);
