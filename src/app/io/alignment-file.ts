/** An alignment on disk: a table that `rehearse --take` and any spreadsheet read, or JSON. */
import { rounded } from '../../core/math/statistics.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { PerformedNote } from '../../core/music/performance.ts';
import type { Score, ScoreNote } from '../../core/music/score.ts';
import { writeAtomically } from './atomic-file.ts';

/** One played note; what follows the velocity is undefined for a note that is not written. */
export interface AlignedRow {
  readonly part: string;
  /** Seconds. */
  readonly onset_s: number;
  readonly duration_s: number;
  readonly pitch: number;
  readonly velocity: number;
  readonly note: string | undefined;
  readonly score_onset_quarters: number | undefined;
  readonly bar: string | undefined;
  /** From 1, in the denominator of the meter. */
  readonly beat: number | undefined;
}
const columns = ['part', 'onset_s', 'duration_s', 'pitch', 'velocity', 'note', 'score_onset_quarters', 'bar', 'beat'] as const;

/** @param notes those that play a written note carry its id */
export function alignedRows(score: Score, notes: readonly PerformedNote[]): AlignedRow[] {
  const grid = new BarGrid(score);
  const written = new Map<string, ScoreNote>(score.parts.flatMap((part) => part.onsets.flatMap((onset) => onset.notes.map((note) => [note.id, note] as const))));
  return notes.map(({ part, time, duration, pitch, velocity, noteId }) => {
    const note = noteId === undefined ? undefined : written.get(noteId);
    const place = note && grid.placeAt(note.onset);
    return {
      part, onset_s: rounded(time, 4), duration_s: rounded(duration, 4), pitch, velocity, note: noteId,
      score_onset_quarters: note && rounded(note.onset, 4), bar: place?.number, beat: place && rounded(place.beat, 3),
    };
  });
}

/**
 * JSON where the name says so, else a table with tabs.
 * @param report goes before the notes in JSON
 * @throws UserFault when the place cannot be written
 */
export async function writeAlignment(path: string, rows: readonly AlignedRow[], report: object): Promise<void> {
  const text = path.toLowerCase().endsWith('.json')
    ? `${JSON.stringify({ ...report, notes: rows })}\n`
    : `${[columns.join('\t'), ...rows.map((row) => columns.map((column) => row[column] ?? '').join('\t'))].join('\n')}\n`;
  await writeAtomically(path, text);
}
