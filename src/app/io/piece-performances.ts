/** The performances of the example pieces: a table of tab-separated columns, one row a note, in order of the score. */
import { UserFault } from '../../core/contract/faults.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';
import { onsetPositions } from '../../core/music/onsets.ts';
import type { PerformedNote, Performance } from '../../core/music/performance.ts';
import type { Part, Score, ScoreNote } from '../../core/music/score.ts';
import { midiPitch, seconds, velocity } from '../../core/music/units.ts';
import { nearestNote, offsetOf, sameOnset } from './piece-score.ts';
import type { PieceDescription } from './pieces.ts';

/** The times come from recordings, which do not tell how hard a note was played: all are mezzoforte. */
const unknownVelocity = velocity(72);
/** Seconds between the places a time can have; some notes end where they begin. */
const timingGrid = 0.032;
const columns = 'score_onset_quarters\tscore_duration_quarters\tpitch\tpart\tonset_s\tduration_s';

/**
 * Each row is linked to the score note of its part with the same pitch at the same place.
 *
 * @throws UserFault naming the line that is not as it should be
 */
export function readPerformanceTable(table: string, source: string, { id, performer }: { readonly id: string; readonly performer: string }, score: Score, description: PieceDescription): Performance {
  const finders = new Map(['solo', 'accompaniment'].map((role) => [role, new NoteFinder(score.parts.filter((part) => part.role === role))]));
  const offset = offsetOf(description, score);
  const lines = table.split(/\r?\n/);
  const notes: PerformedNote[] = [];
  let headed = false;
  lines.forEach((line, index) => {
    if (line === '' || line.startsWith('#')) return;
    const place = `line ${index + 1}`;
    if (!headed) {
      if (line !== columns) throw new UserFault(source, place, `must name the columns ${columns.replaceAll('\t', ', ')}`, line);
      headed = true;
      return;
    }
    const [onset, duration, pitch, role, time, length] = line.split('\t');
    const numbers = [onset, duration, pitch, time, length].map(Number);
    const finder = finders.get(role ?? '');
    if (finder === undefined || numbers.some((value) => !Number.isFinite(value))) throw new UserFault(source, place, 'must be five numbers and a part', line);
    const found = finder.take(numbers[0]! - offset, numbers[2]!, numbers[1]!);
    notes.push({
      time: seconds(numbers[3]!), duration: seconds(Math.max(numbers[4]!, timingGrid)), pitch: midiPitch(numbers[2]!), velocity: unknownVelocity,
      part: found?.part ?? score.parts.find((part) => part.role === role)?.id ?? '',
      ...(found !== undefined && { noteId: found.note.id }),
    });
  });
  notes.sort((a, b) => a.time - b.time);
  return { id, performer, notes, pedal: [] };
}

/** Score notes not yet played, by their place. */
class NoteFinder {
  readonly #parts: readonly { readonly part: Part; readonly positions: Float64Array }[];
  readonly #taken = new Set<ScoreNote>();

  constructor(parts: readonly Part[]) {
    this.#parts = parts.map((part) => ({ part, positions: onsetPositions(part) }));
  }

  take(onset: number, pitch: number, duration: number): { note: ScoreNote; part: string } | undefined {
    for (const { part, positions } of this.#parts) {
      const near: ScoreNote[] = [];
      for (let i = firstAtOrAfter(positions, onset - sameOnset); i < positions.length && positions[i]! <= onset + sameOnset; i++) {
        near.push(...part.onsets[i]!.notes.filter((note) => !this.#taken.has(note)));
      }
      const note = nearestNote(near, onset, pitch, duration);
      if (note === undefined) continue;
      this.#taken.add(note);
      return { note, part: part.id };
    }
    return undefined;
  }
}
