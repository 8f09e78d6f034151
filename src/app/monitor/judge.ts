/**
 * What the soloist left out, and what he played instead. The follower tells what was found; what was passed over on the
 * way from one found note to the next was missed, or, where something else sounded meanwhile, wrong.
 */
import { firstAfter, firstAtOrAfter } from '../../core/math/search.ts';
import type { Part, ScoreNote } from '../../core/music/score.ts';
import type { News } from './messages.ts';

/** A way forward of more quarter notes than this is a leap, and nothing under it was missed. */
const longestGap = 12;
const hair = 1e-6;

export class Judge {
  readonly #notes: readonly ScoreNote[];
  readonly #positions: Float64Array;
  /** Of notes by their ids: where two voices meet on one note they are one key, whichever was found. */
  readonly #keys: ReadonlyMap<string, string>;
  readonly #found = new Set<string>();
  #reached: number | undefined;
  #extras: number[] = [];

  constructor(solo: Part) {
    this.#notes = solo.onsets.flatMap((onset) => onset.notes.filter((note) => !note.grace)).sort((a, b) => a.onset - b.onset);
    this.#keys = new Map(this.#notes.map(({ id, onset, pitch }) => [id, `${onset} ${pitch}`]));
    this.#positions = Float64Array.from(this.#notes, (note) => note.onset);
  }

  /** @returns what is known now about notes passed over */
  hear(news: News): readonly (News & { readonly type: 'judged' })[] {
    switch (news.type) {
      case 'jumped':
      case 'lost':
        this.#leave();
        return [];
      case 'extra':
        this.#extras.push(news.pitch);
        return [];
      case 'matched':
        return this.#matched(news.note, news.position);
      default:
        return [];
    }
  }

  #leave(): void {
    this.#reached = undefined;
    this.#extras = [];
    this.#found.clear();
  }

  #matched(note: string, position: number): readonly (News & { readonly type: 'judged' })[] {
    const from = this.#reached;
    this.#found.add(this.#keyOf(note));
    if (from === undefined || position < from - hair || position - from > longestGap) {
      this.#extras = [];
      this.#found.clear();
      this.#found.add(this.#keyOf(note));
      this.#reached = position;
      return [];
    }
    if (position <= from + hair) return [];
    const passed = this.#notes.slice(firstAtOrAfter(this.#positions, from - hair), firstAfter(this.#positions, position - hair)).filter(({ id }) => !this.#found.has(this.#keyOf(id)));
    const judged = passed.map(({ id }) => ({ type: 'judged' as const, note: id, judgement: this.#extras.length > 0 && this.#extras.pop() !== undefined ? ('wrong' as const) : ('missed' as const) }));
    this.#reached = position;
    this.#extras = [];
    this.#found.clear();
    this.#found.add(this.#keyOf(note));
    return judged;
  }

  #keyOf(id: string): string {
    return this.#keys.get(id) ?? id;
  }
}
