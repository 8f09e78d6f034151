/**
 * Plain online time warping, for comparison: one column of accumulated distance for each played note over a window
 * of score onsets, the place being the cheapest cell of the column for the length of its path. It knows pitches and
 * order, neither time nor jumps.
 *
 * @see Dixon, "Live tracking of musical performances using on-line time warping", DAFx 2005
 */
import type { SoloEvent } from '../../../core/contract/events.ts';
import type { Follower, ScoreMatch } from '../../../core/contract/following.ts';
import type { Part } from '../../../core/music/score.ts';
import type { Beats } from '../../../core/music/units.ts';

/** Score onsets to either side of the place. */
const window = 40;

export function createTimeWarpingReference(part: Part): Follower {
  return new TimeWarpingReference(part);
}

class TimeWarpingReference implements Follower {
  readonly #part: Part;
  #previous: Float64Array;
  #column: Float64Array;
  #at = 0;
  #played = 0;
  readonly confidence = 1;
  readonly lost = false;

  constructor(part: Part) {
    this.#part = part;
    this.#previous = new Float64Array(part.onsets.length).fill(Infinity);
    this.#column = this.#previous.slice();
  }

  get position(): Beats {
    return this.#part.onsets[this.#at]!.position;
  }

  seek(position: Beats): void {
    const found = this.#part.onsets.findIndex((onset) => onset.position >= position);
    this.#at = found < 0 ? this.#part.onsets.length - 1 : found;
    this.#played = 0;
    this.#previous.fill(Infinity);
    this.#column.fill(Infinity);
  }

  follow(event: SoloEvent): ScoreMatch | undefined {
    if (event.type !== 'solo-on') return undefined;
    const onsets = this.#part.onsets;
    const from = Math.max(0, this.#at - window);
    const until = Math.min(onsets.length - 1, this.#at + window);
    const opening = this.#played === 0;
    const start = this.#at;
    let best = -1;
    let cheapest = Infinity;
    for (let j = from; j <= until; j++) {
      const distance = onsets[j]!.notes.some((note) => note.pitch === event.pitch) ? 0 : 1;
      const stay = this.#previous[j]!;
      const advance = j > 0 ? this.#previous[j - 1]! : Infinity;
      const skip = j > from ? this.#column[j - 1]! : Infinity;
      const before = opening && j === start ? 0 : Math.min(stay, advance, skip);
      this.#column[j] = distance + before;
      const length = 1 + this.#played + Math.abs(j - from);
      if (this.#column[j]! / length < cheapest) [cheapest, best] = [this.#column[j]! / length, j];
    }
    this.#played++;
    if (from > 0) this.#column[from - 1] = Infinity;
    [this.#previous, this.#column] = [this.#column, this.#previous];
    const begins = best !== this.#at || opening;
    if (best >= 0) this.#at = best;
    const noteIndex = onsets[this.#at]!.notes.findIndex((note) => note.pitch === event.pitch);
    return { time: event.playedAt, position: this.position, onsetIndex: this.#at, noteIndex, begins, jumped: false, confidence: 1 };
  }
}
