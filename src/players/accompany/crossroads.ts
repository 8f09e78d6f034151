/**
 * A score that is played as heard says which way it is meant to be gone: back at a repeat the first time, on the second.
 * Where the soloist plays at the barline, we hear which way he takes. Where he rests there, nothing can be heard, and the music
 * goes the printed way without him; his next note puts right what he meant otherwise.
 */
import { firstAtOrAfter } from '../../core/math/search.ts';
import { printedOrder } from '../../core/music/route.ts';
import type { Score } from '../../core/music/score.ts';
import { contains } from '../../core/music/score.ts';
import type { Stretch } from '../../core/music/stretches.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats } from '../../core/music/units.ts';

/** A barline from which the printed way leads elsewhere than on. */
export interface Crossroad {
  readonly at: Beats;
  readonly to: Beats;
  /** Does somebody who is followed begin a note where it goes on, or where it leads to? */
  readonly soloGoingOn: boolean;
  readonly soloThere: boolean;
}

/** He is taken to have gone along a sign when he left so near it, in quarters. */
const nearTheSign = 2;

export class Crossroads {
  readonly #order: readonly Stretch[];
  readonly #next: readonly (Crossroad | undefined)[];
  #index = 0;

  /** @param onsets  rising positions at which somebody who is followed begins a note */
  constructor(score: Score, onsets: Float64Array) {
    const isOnset = (position: number): boolean => Math.abs((onsets[firstAtOrAfter(onsets, position - 1e-6)] ?? Infinity) - position) < 1e-6;
    const order = printedOrder(score);
    this.#order = order;
    this.#next = order.map(({ until }, i) => {
      const to = order[i + 1]?.from;
      return to === undefined || to === until ? undefined : { at: beats(until), to: beats(to), soloGoingOn: isOnset(until), soloThere: isOnset(to) };
    });
  }

  /** Where the way parts next; undefined where the printed way goes straight on. */
  get next(): Crossroad | undefined {
    return this.#next[this.#index];
  }

  /** The music begins at `position`, for the first time. */
  begin(position: Beats): void {
    this.#index = Math.max(0, this.#find(position, 0));
  }

  /** The music goes the printed way, or has been taken on beyond it. */
  pass(): void {
    if (this.#index < this.#order.length - 1) this.#index++;
  }

  /** The soloist is at `position`. @param from  where he came from, when he jumped */
  comeTo(position: Beats, from?: Beats): void {
    const present = this.#order[this.#index];
    if (present === undefined) return;
    const isAtSign = from !== undefined && Math.abs(from - present.until) < nearTheSign;
    if (!isAtSign && contains(present, position)) return;
    const later = this.#find(position, this.#index + (isAtSign ? 1 : 0));
    if (later >= 0) this.#index = later;
    else if (!contains(present, position)) this.begin(position);
  }

  #find(position: Beats, from: number): number {
    for (let i = from; i < this.#order.length; i++) if (contains(this.#order[i]!, position)) return i;
    return -1;
  }
}
