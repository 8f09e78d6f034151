/** Bars and marks of a score as people name them. A name that occurs twice means its next occurrence from here. */
import { BarGrid } from '../../core/music/meter.ts';
import type { Passage, Score } from '../../core/music/score.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats } from '../../core/music/units.ts';

export class Places {
  readonly grid: BarGrid;
  readonly #score: Score;

  constructor(score: Score) {
    this.#score = score;
    this.grid = new BarGrid(score);
  }

  /** @param pass which time the bar is played; the next one from here where left out @returns undefined when the score has no such place */
  positionOf(bar: string, beat: number, here: Beats, pass?: number): Beats | undefined {
    return this.grid.positionOf(bar, beat, here, pass);
  }

  /**
   * From the barline before the first to the barline after the last of two printed bars.
   * @returns undefined when the score has no such passage
   */
  passageOf(first: string, last: string, here: Beats = beats(-Infinity)): Passage | undefined {
    return this.grid.passageOf(first, last, here);
  }

  positionOfMark(name: string, here: Beats): Beats | undefined {
    const named = this.#score.marks.filter((mark) => mark.name.toLowerCase() === name.toLowerCase());
    return (named.find((mark) => mark.position > here) ?? named[0])?.position;
  }
}
