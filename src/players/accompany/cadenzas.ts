/**
 * Where the soloist plays what he likes. What we hear there may resemble the score by chance, so nothing of it is
 * followed until several notes in a row are those with which the piece goes on. A cadenza that is written out, with
 * notes of its own, is followed like everything else.
 */
import type { ScoreMatch } from '../../core/contract/following.ts';
import type { Part, Passage } from '../../core/music/score.ts';
import type { Beats } from '../../core/music/units.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';

/** So many onsets in a row are a phrase that is recognised. */
const recognisedOnsets = 3;
/** Elsewhere than behind the cadenza it takes so many: he has gone to another place. */
const recognisedElsewhere = 8;
/** And with no less confidence than this. */
const recognisingConfidence = 0.3;
/** He goes on within so many quarters behind the cadenza. */
const goesOnWithin = 16;
/** A cadenza with more onsets than this is written out. */
const mostWritten = 1;

export class Cadenzas {
  readonly #positions: Float64Array;
  readonly #passages: readonly Passage[];
  #open: Passage | undefined;
  #run = 0;
  #lastIndex = -1;

  constructor(passages: readonly Passage[], solo: Part) {
    this.#positions = Float64Array.from(solo.onsets, (onset) => onset.position);
    this.#passages = passages.filter(({ from, until }) => firstAtOrAfter(this.#positions, until - 1e-6) - firstAtOrAfter(this.#positions, from - 1e-6) <= mostWritten);
  }

  /** The cadenza that is being played. */
  get open(): Passage | undefined {
    return this.#open;
  }

  /** The last note may have been the first of the phrase with which the piece goes on. */
  get hearsPhrase(): boolean {
    return this.#run > 0;
  }

  /** The last note before a cadenza has been played, or its place reached. */
  comeTo(position: Beats): void {
    this.#open = this.#passages.find(({ until }) => position < until - 1e-6 && firstAtOrAfter(this.#positions, position + 1e-6) >= firstAtOrAfter(this.#positions, until - 1e-6));
    this.#run = 0;
    this.#lastIndex = -1;
  }

  close(): void {
    this.#open = undefined;
  }

  /**
   * Is this still the cadenza? Asked for every note while one is open.
   * @param match undefined for a note that is nowhere in the score
   */
  isStill(match: ScoreMatch | undefined): boolean {
    if (this.#open === undefined) return false;
    const { until } = this.#open;
    if (match === undefined) {
      this.#run = 0;
      return true;
    }
    if (match.onsetIndex === this.#lastIndex) return true;
    this.#run = this.#run > 0 && match.onsetIndex === this.#lastIndex + 1 ? this.#run + 1 : 1;
    this.#lastIndex = match.onsetIndex;
    const goesOn = match.position >= until - 1e-6 && match.position <= until + goesOnWithin;
    if (this.#run < (goesOn ? recognisedOnsets : recognisedElsewhere) || match.confidence < recognisingConfidence) return true;
    this.#open = undefined;
    return false;
  }
}
