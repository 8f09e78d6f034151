/**
 * What still has to leave, in the order in which it must. At equal times by rank, then in order of arrival; so a
 * repeated note ends before it begins again, and a programme is chosen before its first note.
 */
import type { Seconds } from '../../core/music/units.ts';

interface Entry<T> {
  readonly due: Seconds;
  readonly rank: number;
  readonly item: T;
}

export class DueQueue<T> {
  /** Latest first: what is due next is at the end, where taking is cheap. */
  readonly #entries: Entry<T>[] = [];

  get length(): number {
    return this.#entries.length;
  }

  /** Infinity when nothing waits. */
  get nextDue(): Seconds {
    return this.#entries.at(-1)?.due ?? (Infinity as Seconds);
  }

  put(due: Seconds, rank: number, item: T): void {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#entries[middle]!;
      if (there.due > due || (there.due === due && there.rank > rank)) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, { due, rank, item });
  }

  /** The next one due at `now` or before. */
  take(now: Seconds): T | undefined {
    return this.nextDue <= now ? this.#entries.pop()!.item : undefined;
  }

  /** Forgets those for which it holds. */
  drop(holds: (item: T) => boolean): void {
    let kept = 0;
    for (const entry of this.#entries) if (!holds(entry.item)) this.#entries[kept++] = entry;
    this.#entries.length = kept;
  }
}
