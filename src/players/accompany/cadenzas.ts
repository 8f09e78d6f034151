/**
 * Where the soloist plays what he likes. What we hear there may resemble the score by chance, so nothing of it is
 * followed until several notes in a row are those with which the piece goes on. A cadenza that is written out, with
 * notes of its own, is followed like everything else. Of several soloists any may play it, and whoever is the first to
 * go on with the piece ends it for all.
 */
import type { ScoreMatch } from '../../core/contract/following.ts';
import { onsetPositions, onsetPositionsOfAll } from '../../core/music/onsets.ts';
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

/** What was heard of one soloist since the cadenza was opened. */
interface Hearing {
  run: number;
  lastIndex: number;
  hasBegun: boolean;
}

export class Cadenzas {
  /** Where any of them begins a note. */
  readonly #positions: Float64Array;
  readonly #passages: readonly Passage[];
  readonly #hearings: readonly Hearing[];
  #open: Passage | undefined;
  #openedAt = -Infinity;

  /** @param solos  who is followed; below, each goes by his place in this list */
  constructor(passages: readonly Passage[], solos: readonly Pick<Part, 'onsets'>[]) {
    const each = solos.map(onsetPositions);
    this.#positions = onsetPositionsOfAll(solos);
    this.#passages = passages.filter(({ from, until }) => each.every((positions) => firstAtOrAfter(positions, until - 1e-6) - firstAtOrAfter(positions, from - 1e-6) <= mostWritten));
    this.#hearings = solos.map(() => ({ run: 0, lastIndex: -1, hasBegun: false }));
  }

  /** The cadenza that is being played. */
  get open(): Passage | undefined {
    return this.#open;
  }

  /** His last note may have been the first of the phrase with which the piece goes on. */
  hearsPhrase(who: number): boolean {
    return this.#hearings[who]!.run > 0;
  }

  /** The last note before a cadenza has been played, or its place reached. */
  comeTo(position: Beats): void {
    this.#open = this.#passages.find(({ until }) => position < until - 1e-6 && firstAtOrAfter(this.#positions, position + 1e-6) >= firstAtOrAfter(this.#positions, until - 1e-6));
    this.#openedAt = position;
    for (const hearing of this.#hearings) Object.assign(hearing, { run: 0, lastIndex: -1, hasBegun: false });
  }

  close(): void {
    this.#open = undefined;
  }

  /**
   * Is this still the cadenza? Asked for every note while one is open.
   * @param match undefined for a note that is nowhere in the score
   */
  isStill(who: number, match: ScoreMatch | undefined): boolean {
    if (this.#open === undefined) return false;
    const { until } = this.#open;
    const hearing = this.#hearings[who]!;
    if (match === undefined) {
      hearing.run = 0;
      hearing.hasBegun = true;
      return true;
    }
    // The last note before it, of another than the one who was the first to play it.
    if (!hearing.hasBegun && Math.abs(match.position - this.#openedAt) < 1e-6) return false;
    hearing.hasBegun = true;
    if (match.onsetIndex === hearing.lastIndex) return true;
    hearing.run = hearing.run > 0 && match.onsetIndex === hearing.lastIndex + 1 ? hearing.run + 1 : 1;
    hearing.lastIndex = match.onsetIndex;
    const goesOn = match.position >= until - 1e-6 && match.position <= until + goesOnWithin;
    if (hearing.run < (goesOn ? recognisedOnsets : recognisedElsewhere) || match.confidence < recognisingConfidence) return true;
    this.#open = undefined;
    return false;
  }
}
