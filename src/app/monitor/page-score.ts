/** The score for the page, and the names that its notes have on the engraved paper. */
import type { Score, ScoreNote } from '../../core/music/score.ts';
import { keyAt, stepOf } from '../../core/music/spelling.ts';
import { bpmOf } from '../../core/music/units.ts';
import type { PageScore } from './messages.ts';

export function pageScoreOf(score: Score, programs: Readonly<Record<string, number>>): PageScore {
  return {
    title: score.title,
    start: score.start,
    end: score.end,
    bars: score.bars.map(({ position, number, pass }) => ({ position, number, pass })),
    marks: score.marks.map(({ position, name }) => ({ position, name })),
    tempo: score.tempoMarks.map((mark) => [mark.position, bpmOf(mark.beatPeriod)]),
    spelling: [...new Set([score.start, ...score.keys.map(({ position }) => position)])].map((position) => [position, twelve.map((pitch) => stepOf(pitch, keyAt(score.keys, position)))]),
    parts: score.parts.map((part) => ({
      id: part.id,
      name: part.name,
      role: part.role,
      program: programs[part.id] ?? 0,
      notes: part.onsets.flatMap((onset) => onset.notes.map((note) => [note.id, note.onset, note.duration, note.pitch] as const)),
    })),
  };
}

const twelve = Array.from({ length: 12 }, (_, pitch) => pitch);

/** The nth note of all parts together is called `n` and its number: ids of ours may hold what XML forbids. */
export function paperNames(score: Score): ReadonlyMap<ScoreNote, string> {
  const names = new Map<ScoreNote, string>();
  for (const part of score.parts) for (const onset of part.onsets) for (const note of onset.notes) names.set(note, `n${names.size}`);
  return names;
}
