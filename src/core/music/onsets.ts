/** Single notes into onsets: what begins together in one part; and where onsets stand. */
import { firstAtOrAfter } from '../math/search.ts';
import type { Part, ScoreNote, ScoreOnset } from './score.ts';
import type { Beats } from './units.ts';

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

/** Where a part begins its notes: rising quarters. */
export function onsetPositions({ onsets }: Pick<Part, 'onsets'>): Float64Array {
  const positions = new Float64Array(onsets.length);
  for (let i = 0; i < onsets.length; i++) positions[i] = onsets[i]!.position;
  return positions;
}

/** Where any of the parts begins a note, rising, none twice. */
export function onsetPositionsOfAll(parts: readonly Pick<Part, 'onsets'>[]): Float64Array {
  if (parts.length === 1) return onsetPositions(parts[0]!);
  return Float64Array.from(new Set<number>(parts.flatMap((part) => [...onsetPositions(part)]))).sort();
}

/** Index of the onset at a position; -1 where there is none. @param positions rising @param likely where it mostly is: one after the last */
export function onsetAt(positions: Float64Array, position: Beats, likely: number): number {
  if (Math.abs((positions[likely] ?? Infinity) - position) <= 1e-7) return likely;
  const index = firstAtOrAfter(positions, position - 1e-6);
  return Math.abs((positions[index] ?? Infinity) - position) > 1e-6 ? -1 : index;
}
