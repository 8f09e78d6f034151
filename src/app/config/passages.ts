/** Passages as musicians name them: "17-24", by printed bars, the last one included; a single bar is a passage too. */
import { UserFault } from '../../core/contract/faults.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { Passage, Score } from '../../core/music/score.ts';
import { beats } from '../../core/music/units.ts';

/**
 * The first occurrence of a passage.
 * @param source  the flag or file that says so, and `place` the key in it
 * @throws UserFault where the score has no such passage
 */
export function passageNamed(score: Pick<Score, 'bars' | 'meters' | 'start' | 'end'>, text: string, source: string, place = ''): Passage {
  return occurrencesNamed(score, text, source, place)[0]!;
}

/** Every occurrence: in a repeated section there are several. @throws UserFault where there is none */
export function occurrencesNamed(score: Pick<Score, 'bars' | 'meters' | 'start' | 'end'>, text: string, source: string, place = ''): readonly Passage[] {
  const grid = new BarGrid(score);
  const named = /^\s*([^\s-]+)\s*(?:-\s*([^\s-]+)\s*)?$/.exec(text);
  const found: Passage[] = [];
  for (let after = -Infinity; named !== null; ) {
    const passage = grid.passageOf(named[1]!, named[2] ?? named[1]!, beats(after));
    if (passage === undefined || passage.from <= after) break;
    found.push(passage);
    after = passage.from;
  }
  if (found.length === 0) throw new UserFault(source, place, `must name bars of the score such as 17-24, the first before the last; it has ${grid.bars[0]!.number} to ${grid.bars.at(-1)!.number}`, text);
  return found;
}
