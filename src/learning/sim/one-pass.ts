/**
 * A recording with restarts and repeats as a single way through the score: each place as it was played once, in the
 * order of the score and of time. Who begins again means the last time; who goes back at the very end does not.
 */
import type { PerformedNote } from '../../core/music/performance.ts';
import type { Score } from '../../core/music/score.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import type { Alignment } from './alignment.ts';
import { numberedNotes, soundPassages } from './alignment-report.ts';

/** What is kept of a passage, in onsets of the solo part. */
interface Kept {
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly until: number;
}

/** The notes kept, with the ids of the score notes they play. */
export function onePass(score: Score, notes: readonly PerformedNote[], alignment: Alignment): readonly PerformedNote[] {
  const written = numberedNotes(score);
  const onsetOf = soloOf(score).onsets.flatMap((onset, index) => onset.notes.map(() => index));
  let kept: Kept[] = [];
  for (const { first, last, fromOnset, untilOnset } of soundPassages(score, alignment)) {
    const front = kept.at(-1)?.until ?? -1;
    const cut = kept.filter((span) => span.from < fromOnset).map((span) => ({ ...span, until: Math.min(span.until, fromOnset - 1) }));
    const anew: Kept[] = [...cut, { first, last, from: fromOnset, until: untilOnset }];
    const goingOn: Kept[] = untilOnset > front ? [...kept, { first, last, from: Math.max(fromOnset, front + 1), until: untilOnset }] : kept;
    // in doubt, the last time is what was meant
    kept = onsetsIn(anew) >= onsetsIn(goingOn) ? anew : goingOn;
  }
  return kept.flatMap(({ first, last, from, until }) => {
    const inside = (i: number): boolean => onsetOf[alignment.links[i]!]! >= from && onsetOf[alignment.links[i]!]! <= until;
    const indexes = Array.from({ length: last - first + 1 }, (_, k) => first + k);
    const linked = indexes.filter((i) => alignment.links[i]! >= 0 && inside(i));
    const begin = linked[0] ?? Infinity;
    const end = linked.at(-1) ?? -Infinity;
    return indexes.flatMap((i): PerformedNote[] => {
      if (i < begin || i > end) return [];
      const link = alignment.links[i]!;
      if (link < 0) return [notes[i]!];
      return inside(i) ? [{ ...notes[i]!, noteId: written[link]!.id }] : [];
    });
  });
}

const onsetsIn = (spans: readonly Kept[]): number => spans.reduce((sum, { from, until }) => sum + until - from + 1, 0);
