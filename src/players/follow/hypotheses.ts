/**
 * Beliefs about where the soloist is, as columns of numbers. What each of them has behind it is kept in one common
 * trail: a step for each played note, pointing to the step before. Copying a belief is copying one pointer, and
 * nothing is allocated while music plays.
 */

/** Steps kept; more than any walk back can reach. A power of two: the trail is a ring. */
const trailLength = 1 << 14;
/** Steps walked back at most. */
const farthest = 56;

/** All steps of all paths, the oldest overwritten. */
export class Trail {
  readonly #before = new Int32Array(trailLength).fill(-1);
  readonly #serial = new Int32Array(trailLength);
  readonly #note = new Int32Array(trailLength);
  readonly #cost = new Float64Array(trailLength);
  /** The onset that this step began; -1 where it began none. */
  readonly #onset = new Int32Array(trailLength);
  readonly #time = new Float64Array(trailLength);
  /** 1 where what was played before counts no longer: the soloist began this place again. */
  readonly #afresh = new Uint8Array(trailLength);
  #next = 0;

  /** @param before the step before, -1 for none @returns the new step */
  add(before: number, serial: number, note: number, cost: number, onset: number, time: number, afresh: boolean): number {
    const step = this.#next;
    this.#next = (step + 1) & (trailLength - 1);
    this.#before[step] = before;
    this.#serial[step] = serial;
    this.#note[step] = note;
    this.#cost[step] = cost;
    this.#onset[step] = onset;
    this.#time[step] = time;
    this.#afresh[step] = afresh ? 1 : 0;
    return step;
  }

  hasPlayed(step: number, note: number): boolean {
    let left = farthest;
    for (let s = step; s >= 0 && left > 0; s = this.#before[s]!, left--) {
      if (this.#note[s] === note) return true;
      if (this.#afresh[s] === 1) return false;
    }
    return false;
  }

  /** Writes 1 for each of the last notes that the path has matched, the newest first. @param newest its running number */
  matched(step: number, newest: number, into: Uint8Array): void {
    into.fill(0);
    for (let s = step; s >= 0; s = this.#before[s]!) {
      const back = newest - this.#serial[s]!;
      if (back >= into.length) break;
      if (back >= 0 && this.#note[s]! >= 0) into[back] = 1;
    }
  }

  /** The cost of the path after a played note; that of its first step if it is younger. */
  costAfter(step: number, serial: number): number {
    let left = farthest;
    let s = step;
    while (this.#serial[s]! > serial && this.#before[s]! >= 0 && left-- > 0) s = this.#before[s]!;
    return this.#cost[s]!;
  }

  /** The latest step that began an onset at or before `time`, else the earliest that began one; -1 when there is none. */
  onsetBefore(step: number, time: number): number {
    let left = farthest;
    let found = -1;
    for (let s = step; s >= 0 && left > 0; s = this.#before[s]!, left--) {
      if (this.#onset[s]! >= 0) {
        found = s;
        if (this.#time[s]! <= time) break;
      }
      if (this.#afresh[s] === 1) break;
    }
    return found;
  }

  onsetOf(step: number): number {
    return this.#onset[step]!;
  }

  timeOf(step: number): number {
    return this.#time[step]!;
  }
}

export class Hypotheses {
  readonly capacity: number;
  size = 0;
  /** Surprise so far. */
  readonly cost: Float64Array;
  /** The newest step of the trail; -1 before the first note. */
  readonly step: Int32Array;
  /** The furthest onset of this path since its last jump; one before the expected one at the beginning. */
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
  /** By how many semitones the last octave slip was off; 0 before the first. */
  readonly octave: Int32Array;
  /** Where the lineage began: the played note, the surprise of those who stayed before it, and the pause before it in seconds. */
  readonly bornAt: Int32Array;
  readonly bornCost: Float64Array;
  readonly bornPrice: Float64Array;
  readonly bornPause: Float64Array;
  readonly bornDistance: Float64Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.cost = new Float64Array(capacity);
    this.step = new Int32Array(capacity);
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
    this.octave = new Int32Array(capacity);
    this.bornAt = new Int32Array(capacity);
    this.bornCost = new Float64Array(capacity);
    this.bornPrice = new Float64Array(capacity);
    this.bornPause = new Float64Array(capacity);
    this.bornDistance = new Float64Array(capacity);
  }

  copy(to: number, from: Hypotheses, i: number): void {
    this.copyPath(to, from, i);
    this.lineage[to] = from.lineage[i]!;
    this.bornAt[to] = from.bornAt[i]!;
    this.bornCost[to] = from.bornCost[i]!;
    this.bornPrice[to] = from.bornPrice[i]!;
    this.bornPause[to] = from.bornPause[i]!;
    this.bornDistance[to] = from.bornDistance[i]!;
  }

  /** All but the lineage and how it began. */
  copyPath(to: number, from: Hypotheses, i: number): void {
    this.cost[to] = from.cost[i]!;
    this.step[to] = from.step[i]!;
    this.front[to] = from.front[i]!;
    this.lastNote[to] = from.lastNote[i]!;
    this.newest[to] = from.newest[i]!;
    this.firstTime[to] = from.firstTime[i]!;
    this.lastTime[to] = from.lastTime[i]!;
    this.stretch[to] = from.stretch[i]!;
    this.heard[to] = from.heard[i]!;
    this.frontWeight[to] = from.frontWeight[i]!;
    this.quality[to] = from.quality[i]!;
    this.octave[to] = from.octave[i]!;
  }

  /** Forgets what was played before: after a jump it says nothing about the new place. */
  forget(i: number): void {
    this.step[i] = -1;
    this.heard[i] = 0;
    this.frontWeight[i] = 0;
    this.lastNote[i] = -1;
    this.newest[i] = -1;
    this.octave[i] = 0;
  }
}
