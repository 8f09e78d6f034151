/** Single notes into onsets: what begins together in one part. */
import type { ScoreNote, ScoreOnset } from './score.ts';

/**
 * Groups notes by equal onset. Positions must be exact: notes that begin together have the same number.
 * Within an onset grace notes stand first, in the order given; the others rise in pitch.
 *
 * @param notes  in any order
 */
export function onsetsOf(notes: readonly ScoreNote[]): ScoreOnset[] {
  const sorted = [...notes].sort((a, b) => a.onset - b.onset || Number(b.grace) - Number(a.grace) || (a.grace ? 0 : a.pitch - b.pitch));
  const onsets: ScoreOnset[] = [];
  let group: ScoreNote[] = [];
  for (const note of sorted) {
    if (group.length > 0 && group[0]!.onset !== note.onset) {
      onsets.push({ position: group[0]!.onset, notes: group });
      group = [];
    }
    group.push(note);
  }
  if (group.length > 0) onsets.push({ position: group[0]!.onset, notes: group });
  return onsets;
}
