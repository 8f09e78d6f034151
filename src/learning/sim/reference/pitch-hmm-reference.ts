/**
 * A pitch HMM with jumps, for comparison: a state for each score onset, the forward probabilities of all of them
 * renewed at each played note. It finds every jump and forgets all about time; its cost grows with the score.
 *
 * @see Nakamura et al., "Real-time audio-to-score alignment of music performances containing errors and arbitrary repeats and skips", 2016
 */
import type { SoloEvent } from '../../../core/contract/events.ts';
import type { Follower, ScoreMatch } from '../../../core/contract/following.ts';
import type { Part } from '../../../core/music/score.ts';
import type { Beats } from '../../../core/music/units.ts';

/** Probability of a note that is not written at the onset, and that a jump comes before a note. */
const slip = 0.03;
const jump = 1e-4;
/** Of the moves within the music: on to the next onset of those beyond it, one left out, two left out, one back. */
const skips = [0.9, 0.06, 0.02] as const;
const back = 0.02;

export function createPitchHmmReference(part: Part): Follower {
  return new PitchHmmReference(part);
}

class PitchHmmReference implements Follower {
  readonly #part: Part;
  readonly #pitches: readonly ReadonlySet<number>[];
  readonly #stay: Float64Array;
  #now: Float64Array;
  #next: Float64Array;
  #at = 0;
  #opening = true;

  constructor(part: Part) {
    this.#part = part;
    const n = part.onsets.length;
    this.#pitches = part.onsets.map((onset) => new Set(onset.notes.map((note) => note.pitch)));
    // a chord of k notes is left after k notes on average
    this.#stay = Float64Array.from(part.onsets, (onset) => 1 - 1 / (onset.notes.length + 0.05));
    this.#now = new Float64Array(n);
    this.#next = new Float64Array(n);
    this.#now[0] = 1;
  }

  get position(): Beats {
    return this.#part.onsets[this.#at]!.position;
  }

  get confidence(): number {
    return this.#now[this.#at]!;
  }

  get lost(): boolean {
    return this.confidence < 0.05;
  }

  seek(position: Beats): void {
    const found = this.#part.onsets.findIndex((onset) => onset.position >= position);
    this.#at = found < 0 ? this.#part.onsets.length - 1 : found;
    this.#now.fill(0);
    this.#now[this.#at] = 1;
    this.#opening = true;
  }

  follow(event: SoloEvent): ScoreMatch | undefined {
    if (event.type !== 'solo-on') return undefined;
    const n = this.#now.length;
    const anywhere = jump / n;
    let sum = 0;
    let best = 0;
    for (let j = 0; j < n; j++) {
      let here = this.#opening ? this.#now[j]! : this.#now[j]! * this.#stay[j]!;
      if (!this.#opening) for (let k = 0; k < skips.length; k++) if (j - k - 1 >= 0) here += this.#now[j - k - 1]! * (1 - this.#stay[j - k - 1]!) * skips[k]!;
      if (!this.#opening && j + 1 < n) here += this.#now[j + 1]! * (1 - this.#stay[j + 1]!) * back;
      const pitches = this.#pitches[j]!;
      const sounds = pitches.has(event.pitch) ? (1 - slip) / pitches.size : slip / 88;
      this.#next[j] = ((1 - jump) * here + anywhere) * sounds;
      sum += this.#next[j]!;
      if (this.#next[j]! > this.#next[best]!) best = j;
    }
    for (let j = 0; j < n; j++) this.#next[j]! /= sum;
    [this.#now, this.#next] = [this.#next, this.#now];
    this.#opening = false;
    const begins = best !== this.#at;
    const jumped = Math.abs(best - this.#at) > 3;
    this.#at = best;
    const noteIndex = this.#part.onsets[best]!.notes.findIndex((note) => note.pitch === event.pitch);
    return { time: event.playedAt, position: this.position, onsetIndex: best, noteIndex, begins, jumped, confidence: this.confidence };
  }
}
