/**
 * Which note of the score is each note of a recording? The recording is heard forwards and backwards
 * (`both-ways.ts`); of the two answers that one is taken, note by note, with which the music goes on in order and in
 * the tempo of the moment. Where it does not, a new passage begins: somebody went back, or left something out.
 * Within a passage every score onset then has a time, and what is still open is linked by pitch and time.
 */
import type { PerformedNote } from '../../core/music/performance.ts';
import type { Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { NoteTable } from '../../players/follow/note-table.ts';
import type { BothWays } from './both-ways.ts';
import { hearBothWays } from './both-ways.ts';
import { linkByPitch } from './linking.ts';
import { mergedWays } from './merged-ways.ts';
import type { Passage } from './passages.ts';
import { passagesOf } from './passages.ts';

export interface Alignment {
  /** For each played note the running number of its score note in the solo part; -1 for one that is not written. */
  readonly links: Int32Array;
  /** In order of time. */
  readonly passages: readonly Passage[];
  /** Semitones by which all was played higher than written. */
  readonly transposition: number;
  readonly heard: BothWays;
}

/**
 * @param score with a solo part; as it is played, repeats written out
 * @param notes what the soloist played, in order of time
 */
export function align(score: Score, notes: readonly PerformedNote[]): Alignment {
  const solo = soloOf(score);
  const table = new NoteTable(solo, new TempoMap(score.tempoMarks));
  const heard = hearBothWays(solo, score.tempoMarks, notes, table.firstNote);
  const merged = passagesOf(mergedWays(heard, notes, table), notes, table);
  const transposition = transpositionOf(merged.links, notes, table);
  const linked = linkByPitch(merged.links, merged.passages, notes, table, transposition);
  return { ...passagesOf(linked, notes, table), transposition, heard };
}

/** Semitones by which most linked notes were played higher than written. */
function transpositionOf(links: Int32Array, notes: readonly PerformedNote[], table: NoteTable): number {
  const counts = new Map<number, number>();
  links.forEach((link, i) => {
    if (link < 0) return;
    const shift = notes[i]!.pitch - table.pitch[link]!;
    counts.set(shift, (counts.get(shift) ?? 0) + 1);
  });
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}
