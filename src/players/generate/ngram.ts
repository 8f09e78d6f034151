/**
 * Notes after the notes before them, counted. Each quality is foreseen from a few facts about the last notes of its
 * track; of several sets of facts the longer ones are believed the more, the more often they were seen and the fewer
 * different things came after them. With the shortest set alone it is a unigram.
 *
 * @see Witten and Bell, "The zero-frequency problem", IEEE Transactions on Information Theory 37(4), 1991
 */
import { Tally } from '../../core/math/tally.ts';
import type { Event } from './sequence.ts';
import type { Head } from './events.ts';
import { endOfCell, heads, headSizes, kindIndex } from './events.ts';
import type { Writer } from './writers.ts';

/** What a note was, in classes. */
interface Past {
  readonly onset: number;
  readonly pitch: number;
  readonly duration: number;
  readonly velocity: number;
  readonly micro: number;
}
const nobody: Past = { onset: 99, pitch: 129, duration: 40, velocity: 40, micro: 30 };

/** Where the next event stands, and what is known before it. */
interface Place {
  readonly role: number;
  readonly meter: number;
  /** Of the note that is asked about; 98 for the first note of a cell, which is still to be placed. */
  readonly onset: number;
  /** Begins together with the one before it. */
  readonly together: number;
  /** Notes of the track, the last first. */
  readonly past: readonly [Past, Past, Past];
  /** Onset of the first note of the cell before in this track. */
  readonly firstBefore: number;
}
type Told = Readonly<Partial<Record<Head, number>>>;
type Facts = (place: Place, told: Told) => readonly number[];

/** From few facts to many; chosen by what foresees validation songs best. */
const factsOf: Readonly<Record<Head, readonly Facts[]>> = {
  pitch: [
    () => [],
    ({ role }) => [role],
    ({ role, together, past: [a] }) => [role, together, a.pitch],
    ({ role, together, past: [a, b] }) => [role, together, a.pitch, b.pitch],
    ({ role, together, past: [a, b, c] }) => [role, together, a.pitch, b.pitch, c.pitch],
  ],
  duration: [
    () => [],
    ({ role, onset }) => [role, onset % 12],
    ({ role, onset, together, past: [a] }) => [role, onset % 12, together, a.duration],
    ({ role, onset, together, past: [a, b] }) => [role, onset, together, a.duration, b.duration],
  ],
  velocity: [
    () => [],
    ({ role }) => [role],
    ({ role, past: [a] }) => [role, a.velocity],
    ({ role, together, past: [a, b] }) => [role, together, a.velocity, b.velocity],
    ({ role, together, past: [a, b, c] }) => [role, together, a.velocity, b.velocity, c.velocity],
  ],
  micro: [
    () => [],
    ({ role, onset }) => [role, onset % 12],
    ({ role, onset, together, past: [a] }) => [role, onset % 12, together, a.micro],
  ],
  next: [
    () => [],
    ({ role, meter, onset }) => [role, meter, onset],
    ({ role, meter, onset, together, firstBefore }, { duration = 50 }) => [role, meter, onset, together, onset === 98 ? 100 + firstBefore : duration],
    ({ role, meter, onset, together, past: [a, b] }, { duration = 50 }) => [role, meter, onset, together, duration, a.onset, b.onset],
  ],
};

/** Counts of what came after each set of facts. */
class Counts {
  readonly #classes: number;
  readonly #seen = new Tally();
  readonly #times = new Tally();
  readonly #kinds = new Tally();

  constructor(classes: number) {
    this.#classes = classes;
  }

  add(facts: number, value: number): void {
    this.#times.add(facts);
    if (this.#seen.add(facts * 128 + value) === 1) this.#kinds.add(facts);
  }

  /** What fewer facts say, corrected by these; in place. */
  correct(facts: number, likely: Float64Array): void {
    const times = this.#times.of(facts);
    if (times === 0) return;
    const kinds = this.#kinds.of(facts);
    for (let value = 0; value < this.#classes; value++) likely[value] = (this.#seen.of(facts * 128 + value) + kinds * likely[value]!) / (times + kinds);
  }
}

const countsOf = (head: Head): Counts[] => factsOf[head].map(() => new Counts(headSizes[head]));

/** What was learnt. Filled once with `learn`, then shared by any number of writers. */
export class NoteCounts {
  readonly #counts: Readonly<Record<Head, readonly Counts[]>> = { pitch: countsOf('pitch'), duration: countsOf('duration'), velocity: countsOf('velocity'), micro: countsOf('micro'), next: countsOf('next') };

  add(head: Head, place: Place, told: Told, value: number): void {
    factsOf[head].forEach((facts, order) => this.#counts[head][order]!.add(numbered(facts(place, told)), value));
  }

  /** @param orders how many sets of facts are looked at; 1 is a unigram */
  likely(head: Head, place: Place, told: Told, orders: number): Float64Array {
    const likely = new Float64Array(headSizes[head]).fill(1 / headSizes[head]);
    factsOf[head].slice(0, orders).forEach((facts, order) => this.#counts[head][order]!.correct(numbered(facts(place, told)), likely));
    return likely;
  }
}

/** One number of at most 45 bits for some facts. */
function numbered(facts: readonly number[]): number {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (const fact of facts) {
    low = Math.imul(low ^ (fact + 1), 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high ^ (fact + 1), 0x85ebca77);
    high ^= high >>> 13;
  }
  return (low >>> 0) * 0x2000 + (high & 0x1fff);
}

/** Follows the events and knows the last notes of each track. */
class Memory {
  readonly #past = new Map<number, [Past, Past, Past]>();
  readonly #firsts = new Map<number, number>();
  #place: Place = { role: 0, meter: 0, onset: 98, together: 0, past: [nobody, nobody, nobody], firstBefore: 99 };
  #track = -1;
  #bar = -1;

  /** @returns where the event after this one stands */
  hear(event: Event): Place {
    const isNote = event.kind === kindIndex.note || event.kind === kindIndex.fill;
    if (isNote) {
      const known = this.#pastOf(event.track, event.bar);
      this.#past.set(cell(event.track, event.bar), [{ onset: event.onset, pitch: event.pitch, duration: event.duration, velocity: event.velocity, micro: event.micro }, known[0], known[1]]);
      if (this.#track !== event.track || this.#bar !== event.bar) this.#firsts.set(cell(event.track, event.bar), event.onset);
    }
    this.#track = isNote ? event.track : -1;
    this.#bar = event.bar;
    const isPlaced = event.next !== endOfCell && event.kind !== kindIndex.begin;
    const past = this.#pastOf(event.nextTrack, event.nextBar);
    this.#place = {
      role: event.nextRole, meter: event.meter, past,
      onset: isPlaced ? event.next : 98,
      together: isPlaced && isNote && event.next === event.onset ? 1 : 0,
      firstBefore: this.#firsts.get(cell(event.nextTrack, event.nextBar - 1)) ?? 99,
    };
    return this.#place;
  }

  get place(): Place {
    return this.#place;
  }

  /** The last notes of a track up to this bar: the fill stands among its context, and what follows the hole is no past. */
  #pastOf(track: number, bar: number): [Past, Past, Past] {
    for (let before = bar; before >= 0; before--) {
      const past = this.#past.get(cell(track, before));
      if (past !== undefined) return past;
    }
    return [nobody, nobody, nobody];
  }
}

const cell = (track: number, bar: number): number => bar * 32 + track;

export class NgramWriter implements Writer {
  readonly #counts: NoteCounts;
  readonly #orders: number;
  #memory = new Memory();

  /** @param orders 1 is a unigram; more than there are is all */
  constructor(counts: NoteCounts, orders = 9) {
    this.#counts = counts;
    this.#orders = orders;
  }

  begin(): void {
    this.#memory = new Memory();
  }

  hear(event: Event): void {
    this.#memory.hear(event);
  }

  likely(head: Head, told: Told): Float64Array {
    return this.#counts.likely(head, this.#memory.place, told, this.#orders);
  }
}

/** Counts what stands in a sequence of known notes. */
export function learn(counts: NoteCounts, events: readonly Event[]): void {
  const memory = new Memory();
  events.forEach((event, i) => {
    const place = memory.hear(event);
    const following = events[i + 1];
    if (following === undefined) return;
    const isNote = following.kind === kindIndex.note || following.kind === kindIndex.fill;
    if (following.kind === kindIndex.context || following.kind === kindIndex.cell) counts.add('next', place, {}, following.next);
    if (!isNote) return;
    const told: Partial<Record<Head, number>> = {};
    for (const head of heads) {
      counts.add(head, place, told, following[head]);
      told[head] = following[head];
    }
  });
}
