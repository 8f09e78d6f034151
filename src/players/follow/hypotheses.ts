/**
 * A pool of beliefs about where the soloist is, as columns of numbers: copying one is a few short block copies,
 * and nothing is allocated while music plays.
 */

/** Powers of two: the rings are addressed by masks. */
const noteHistory = 64;
const onsetHistory = 16;
/** How many played notes back the cost of a path can be looked up. */
export const costHistory = 32;

export class Hypotheses {
  readonly capacity: number;
  size = 0;
  /** Surprise so far. */
  readonly cost: Float64Array;
  /** The furthest onset of this path since its last jump; -1 before the first. */
  readonly front: Int32Array;
  /** The last matched note; -1 before the first. */
  readonly lastNote: Int32Array;
  /** The note that the newest played note was matched with; -1 for an extra. */
  readonly newest: Int32Array;
  /** Times of the first and the last note played at the front. */
  readonly firstTime: Float64Array;
  readonly lastTime: Float64Array;
  /** Performed over nominal seconds. */
  readonly stretch: Float64Array;
  /** Onsets since this path began. */
  readonly heard: Int32Array;
  /** Weight of the notes already played at the front. */
  readonly frontWeight: Float64Array;
  /** 0..1, a moving average: 1 where everything played is as written. */
  readonly quality: Float64Array;
  /** Paths that came by the same jump. */
  readonly lineage: Int32Array;
  readonly #notes: Int32Array;
  readonly #notesWritten: Int32Array;
  readonly #onsets: Int32Array;
  readonly #onsetTimes: Float64Array;
  readonly #onsetsWritten: Int32Array;
  readonly #costs: Float64Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.cost = new Float64Array(capacity);
    this.front = new Int32Array(capacity);
    this.lastNote = new Int32Array(capacity);
    this.newest = new Int32Array(capacity);
    this.firstTime = new Float64Array(capacity);
    this.lastTime = new Float64Array(capacity);
    this.stretch = new Float64Array(capacity);
    this.heard = new Int32Array(capacity);
    this.frontWeight = new Float64Array(capacity);
    this.quality = new Float64Array(capacity);
    this.lineage = new Int32Array(capacity);
    this.#notes = new Int32Array(capacity * noteHistory);
    this.#notesWritten = new Int32Array(capacity);
    this.#onsets = new Int32Array(capacity * onsetHistory);
    this.#onsetTimes = new Float64Array(capacity * onsetHistory);
    this.#onsetsWritten = new Int32Array(capacity);
    this.#costs = new Float64Array(capacity * costHistory);
  }

  copy(to: number, from: Hypotheses, i: number): void {
    this.cost[to] = from.cost[i]!;
    this.front[to] = from.front[i]!;
    this.lastNote[to] = from.lastNote[i]!;
    this.newest[to] = from.newest[i]!;
    this.firstTime[to] = from.firstTime[i]!;
    this.lastTime[to] = from.lastTime[i]!;
    this.stretch[to] = from.stretch[i]!;
    this.heard[to] = from.heard[i]!;
    this.frontWeight[to] = from.frontWeight[i]!;
    this.quality[to] = from.quality[i]!;
    this.lineage[to] = from.lineage[i]!;
    this.#notesWritten[to] = from.#notesWritten[i]!;
    this.#onsetsWritten[to] = from.#onsetsWritten[i]!;
    copyRow(this.#notes, to, from.#notes, i, noteHistory);
    copyRow(this.#onsets, to, from.#onsets, i, onsetHistory);
    copyRow(this.#onsetTimes, to, from.#onsetTimes, i, onsetHistory);
    copyRow(this.#costs, to, from.#costs, i, costHistory);
  }

  /** Forgets which notes and onsets were played: what went before a jump says nothing about the new place. */
  clearHistory(i: number): void {
    this.#notesWritten[i] = 0;
    this.#onsetsWritten[i] = 0;
    this.heard[i] = 0;
    this.frontWeight[i] = 0;
    this.lastNote[i] = -1;
  }

  hasPlayed(i: number, note: number): boolean {
    const written = this.#notesWritten[i]!;
    const row = i * noteHistory;
    for (let k = Math.min(written, noteHistory) - 1; k >= 0; k--) if (this.#notes[row + k] === note) return true;
    return false;
  }

  addNote(i: number, note: number): void {
    const written = this.#notesWritten[i]!;
    this.#notes[i * noteHistory + (written & (noteHistory - 1))] = note;
    this.#notesWritten[i] = written + 1;
  }

  addOnset(i: number, onset: number, time: number): void {
    const written = this.#onsetsWritten[i]!;
    const place = i * onsetHistory + (written & (onsetHistory - 1));
    this.#onsets[place] = onset;
    this.#onsetTimes[place] = time;
    this.#onsetsWritten[i] = written + 1;
  }

  /** The latest onset that began at or before `time`, as an age for `onsetAt`; the oldest kept if none did; -1 when there is none. */
  onsetBefore(i: number, time: number): number {
    const kept = Math.min(this.#onsetsWritten[i]!, onsetHistory);
    for (let age = 0; age < kept; age++) if (this.onsetTimeAt(i, age) <= time) return age;
    return kept - 1;
  }

  onsetAt(i: number, age: number): number {
    return this.#onsets[i * onsetHistory + ((this.#onsetsWritten[i]! - 1 - age) & (onsetHistory - 1))]!;
  }

  onsetTimeAt(i: number, age: number): number {
    return this.#onsetTimes[i * onsetHistory + ((this.#onsetsWritten[i]! - 1 - age) & (onsetHistory - 1))]!;
  }

  /** @param serial running number of the played note after which this was the cost */
  setCostAfter(i: number, serial: number, cost: number): void {
    this.#costs[i * costHistory + (serial & (costHistory - 1))] = cost;
  }

  costAfter(i: number, serial: number): number {
    return this.#costs[i * costHistory + (serial & (costHistory - 1))]!;
  }
}

function copyRow<T extends Int32Array | Float64Array>(to: T, toRow: number, from: T, fromRow: number, length: number): void {
  const a = toRow * length;
  const b = fromRow * length;
  for (let k = 0; k < length; k++) to[a + k] = from[b + k]!;
}
