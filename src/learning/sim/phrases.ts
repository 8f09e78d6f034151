/**
 * Where a melody breathes. Scores do not say; a rest does, and where there is none for long, music of the usual
 * kind does so every four bars.
 */
import { BarGrid } from '../../core/music/meter.ts';
import type { Part, Score } from '../../core/music/score.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats } from '../../core/music/units.ts';
import { lastAtOrBeforeBy } from '../../core/math/search.ts';

export interface Phrase {
  readonly from: Beats;
  readonly until: Beats;
}

const breath = 0.5; // quarter notes of silence
const shortestBars = 1.5;
const usualBars = 4;

/** Phrases of a part, in order, without gaps from the beginning of the score to its end. */
export function phrasesOf(score: Score, part: Part): readonly Phrase[] {
  const barlines = new Set<number>(score.bars.map((bar) => bar.position));
  const grid = new BarGrid(score);
  const starts: number[] = [score.start];
  let sounding = -Infinity;
  for (const onset of part.onsets) {
    const bars = (onset.position - starts.at(-1)!) / grid.barLengthAt(onset.position);
    const breathes = onset.position - sounding >= breath && bars >= shortestBars;
    const isDue = bars >= usualBars && (barlines.size === 0 || barlines.has(onset.position));
    if (sounding > -Infinity && (breathes || isDue)) starts.push(onset.position);
    for (const note of onset.notes) sounding = Math.max(sounding, note.onset + note.duration);
  }
  return starts.map((from, i) => ({ from: beats(from), until: beats(starts[i + 1] ?? Math.max(score.end, from)) }));
}

/** The phrase at a position; the first and the last beyond the ends. */
export function phraseAt(phrases: readonly Phrase[], position: number): Phrase {
  return phrases[Math.max(0, lastAtOrBeforeBy(phrases, position, (phrase) => phrase.from))]!;
}
