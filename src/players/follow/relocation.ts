/**
 * Where else could these last notes be? When the expected place explains too little, the whole score is asked,
 * by an index built once: for each pair of pitches, the onsets at which the second follows close upon the first.
 * The rarest pairs among the last notes name a capped number of places; each is compared backwards with what was
 * played, and the best few are returned to be replayed with the real costs. Nothing here grows with the score.
 */
import type { NoteTable } from './note-table.ts';
import type { PlayedNotes } from './played-notes.ts';

/** Played notes that a place is compared with. */
export const compared = 10;
/** How far back the first note of a pair may lie, in onsets of the score and in played notes. */
const pairReach = 2;
const pairNotes = 4;
const skippedOnset = 0.4;
const missedNote = 1.5;
export const relocating = {
  /** Of places that fit alike, the nearest. */
  distance: 0.25,
  /** Places examined a note. */
  mostPlaces: 48,
  /** Notes that a place must explain. */
  leastMatch: 3,
};
/** Onsets searched backwards for one played note. */
const backwardReach = 4;

/** A place at which the last notes could have been played. */
export interface Place {
  /** The written note of the newest played note. */
  note: number;
  /** The played note and the written note with which the stay at this place began. */
  firstSerial: number;
  firstNote: number;
  score: number;
}

/** For each pair of pitches, `128 * first + second`, the notes that are the second of one. */
export class PairIndex {
  /** Shape [128 * 128 + 1]: the notes of a pair are those from its own start up to the next. */
  readonly start = new Int32Array(128 * 128 + 1);
  readonly notes: Int32Array;

  constructor(notes: NoteTable) {
    const { start } = this;
    forEachPair(notes, (key) => start[key + 1]!++);
    for (let key = 0; key < 128 * 128; key++) start[key + 1]! += start[key]!;
    this.notes = new Int32Array(start[128 * 128]!);
    const next = start.slice(0, 128 * 128);
    forEachPair(notes, (key, note) => {
      this.notes[next[key]!++] = note;
    });
  }
}

export class Relocation {
  readonly #notes: NoteTable;
  readonly #pairs: PairIndex;
  readonly #seen: Int32Array;
  #search = 0;
  #examined = 0;
  #from = 0;
  #shift = 0;
  readonly #best: Place[];
  #bestCount = 0;
  /** For each of the notes compared, how many notes before it the believed path has matched. */
  readonly #stayed = new Uint8Array(compared + 1);

  /** @param pairs of the same notes; those who look for the same music may share them */
  constructor(notes: NoteTable, mostReturned: number, pairs: PairIndex) {
    this.#notes = notes;
    this.#pairs = pairs;
    this.#seen = new Int32Array(notes.noteCount).fill(-1);
    this.#best = Array.from({ length: mostReturned }, () => ({ note: 0, firstSerial: 0, firstNote: 0, score: 0 }));
  }

  /** How many places the last search found; read them with `place`. */
  get found(): number {
    return this.#bestCount;
  }

  /** Best first; the object is used again by the next search. */
  place(rank: number): Place {
    return this.#best[rank]!;
  }

  /**
   * A place is judged with the jump to it: the notes before it are explained by the believed path, those after it by
   * the place. Otherwise a place whose past resembles ours too would be preferred to one that is nearer.
   * @param from  score position of the place now believed
   * @param understood 1 for each of the last notes that the believed path has matched, the newest first, shape [compared]
   * @param shift semitones by which what is played is higher than what is written
   */
  search(played: PlayedNotes, from: number, understood: Uint8Array, shift = 0): void {
    this.#from = from;
    this.#shift = shift;
    this.#search++;
    this.#examined = 0;
    this.#bestCount = 0;
    const newest = played.count - 1;
    const pitch = played.pitchOf(newest) - shift;
    if (pitch < 0 || pitch > 127) return;
    const oldest = newest - Math.min(compared, played.kept) + 1;
    this.#stayed[0] = 0;
    for (let serial = oldest; serial < newest; serial++) this.#stayed[serial - oldest + 1] = this.#stayed[serial - oldest]! + understood[newest - serial]!;
    const notes = this.#notes;
    const pairs = this.#pairs;
    const alone = notes.pitchStart[pitch + 1]! - notes.pitchStart[pitch]!;
    if (alone <= relocating.mostPlaces) {
      for (let k = notes.pitchStart[pitch]!; k < notes.pitchStart[pitch + 1]!; k++) this.#examine(notes.byPitch[k]!, played);
      return;
    }
    // rarest pair first, until the cap is reached
    let tried = 0;
    for (let round = 0; round < pairNotes && this.#examined < relocating.mostPlaces; round++) {
      let rarest = -1;
      let fewest = Infinity;
      for (let back = 1; back <= pairNotes && back < played.kept; back++) {
        if ((tried & (1 << back)) !== 0) continue;
        const earlier = played.pitchOf(newest - back) - shift;
        if (earlier < 0 || earlier > 127) continue;
        const key = earlier * 128 + pitch;
        const count = pairs.start[key + 1]! - pairs.start[key]!;
        if (count < fewest) [fewest, rarest] = [count, back];
      }
      if (rarest < 0) return;
      tried |= 1 << rarest;
      const key = (played.pitchOf(newest - rarest) - shift) * 128 + pitch;
      for (let k = pairs.start[key]!; k < pairs.start[key + 1]! && this.#examined < relocating.mostPlaces; k++) this.#examine(pairs.notes[k]!, played);
    }
  }

  /** Walks backwards through what was played and what is written, greedily. */
  #examine(note: number, played: PlayedNotes): void {
    if (this.#seen[note] === this.#search) return;
    this.#seen[note] = this.#search;
    this.#examined++;
    const notes = this.#notes;
    const newest = played.count - 1;
    let onset = notes.onsetOf[note]!;
    const oldest = Math.max(0, newest - Math.min(compared, played.kept) + 1);
    let score = 1;
    let bestScore = 1;
    let best = 1 + this.#stayed[newest - oldest]!;
    let bestSerial = newest;
    let bestNote = note;
    const distance = relocating.distance * Math.log(1 + Math.abs(notes.position[onset]! - this.#from));
    // a place that cannot come among the best any more is left at once
    const least = this.#bestCount < this.#best.length ? relocating.leastMatch : Math.max(relocating.leastMatch, this.#best[this.#bestCount - 1]!.score + distance);
    for (let serial = newest - 1; serial >= oldest; serial--) {
      if (best < least && score + serial - oldest + 1 < least) return;
      if (played.pitchOf(serial) < 0) continue;
      const pitch = played.pitchOf(serial) - this.#shift;
      const found = this.#findBackwards(pitch, onset);
      if (found < 0) score -= missedNote;
      else {
        const there = notes.onsetOf[found]!;
        score += 1 - skippedOnset * Math.max(0, onset - there - 1);
        onset = there;
      }
      const together = score + this.#stayed[serial - oldest]!;
      if (together > best) {
        best = together;
        bestScore = score;
        bestSerial = serial;
        if (found >= 0) bestNote = found;
      }
    }
    if (bestScore < relocating.leastMatch) return;
    this.#keep(note, bestSerial, bestNote, best - distance);
  }

  #findBackwards(pitch: number, onset: number): number {
    const notes = this.#notes;
    const least = Math.max(0, onset - backwardReach);
    const last = notes.firstNote[onset + 1]! - 1;
    for (let n = last; n >= notes.firstNote[least]!; n--) if (notes.pitch[n] === pitch) return n;
    return -1;
  }

  #keep(note: number, firstSerial: number, firstNote: number, score: number): void {
    const best = this.#best;
    let rank = this.#bestCount;
    while (rank > 0 && best[rank - 1]!.score < score) rank--;
    if (rank >= best.length) return;
    if (this.#bestCount < best.length) this.#bestCount++;
    const place = best[this.#bestCount - 1]!;
    for (let k = this.#bestCount - 1; k > rank; k--) best[k] = best[k - 1]!;
    place.note = note;
    place.firstSerial = firstSerial;
    place.firstNote = firstNote;
    place.score = score;
    best[rank] = place;
  }
}

function forEachPair(notes: NoteTable, visit: (key: number, note: number) => void): void {
  for (let note = 0; note < notes.noteCount; note++) {
    const onset = notes.onsetOf[note]!;
    const from = notes.firstNote[Math.max(0, onset - pairReach)]!;
    for (let k = from; k < notes.firstNote[onset + 1]!; k++) {
      if (k !== note) visit(notes.pitch[k]! * 128 + notes.pitch[note]!, note);
    }
  }
}
