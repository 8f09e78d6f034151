/**
 * What a follower cannot know while it listens: when every onset was really played. With that, each played note is
 * linked to the score note of its pitch whose time is nearest, in order, pitch by pitch.
 * @see Peter, "Online symbolic music alignment with offline reinforcement learning", ISMIR 2023, for matching by pitch after a coarse alignment
 */
import type { PerformedNote } from '../../core/music/performance.ts';
import { firstAtOrAfter, lastAtOrBefore } from '../../core/math/search.ts';
import { median } from '../../core/math/statistics.ts';
import type { NoteTable } from '../../players/follow/note-table.ts';
import type { Passage } from './passages.ts';

/** Seconds between the expected and the played time beyond which notes are not one, and what a slow tempo adds. */
const reach = 0.25;
const reachShare = 0.5;
/** What it is worth, as a share of the reach, that the follower said so. */
const followerSaid = 0.5;

/** @returns links as given, with what was open linked and what was crossed put right */
export function linkByPitch(links: Int32Array, passages: readonly Passage[], notes: readonly PerformedNote[], table: NoteTable, transposition: number): Int32Array {
  let better = links;
  // The second time the times of the onsets are better known.
  for (let round = 0; round < 2; round++) {
    const linked = new Int32Array(notes.length).fill(-1);
    passages.forEach((passage, k) => linkPassage(passage, passages[k - 1]?.last ?? -1, passages[k + 1]?.first ?? notes.length, better, linked, notes, table, transposition));
    better = linked;
  }
  return better;
}

/** @param after played notes after this one and @param before this one may belong to the passage */
function linkPassage(passage: Passage, after: number, before: number, links: Int32Array, linked: Int32Array, notes: readonly PerformedNote[], table: NoteTable, transposition: number): void {
  const curve = new OnsetTimes(passage, links, notes, table);
  const played = new Map<number, number[]>();
  for (let i = after + 1; i < before; i++) {
    if (linked[i]! >= 0) continue;
    const pitch = notes[i]!.pitch - transposition;
    const known = played.get(pitch);
    if (known === undefined) played.set(pitch, [i]);
    else known.push(i);
  }
  for (const [pitch, those] of played) {
    if (pitch < 0 || pitch > 127) continue;
    const written: number[] = [];
    for (let k = table.firstOfPitch(pitch, passage.fromOnset); k < table.pitchStart[pitch + 1]!; k++) {
      const note = table.byPitch[k]!;
      if (table.onsetOf[note]! > passage.untilOnset) break;
      written.push(note);
    }
    const expected = written.map((note) => curve.timeAt(table.onsetOf[note]!));
    const reaches = written.map((note) => curve.reachAt(table.onsetOf[note]!));
    pair(those, written, (i, k) => {
      const off = Math.abs(notes[those[i]!]!.time - expected[k]!) / reaches[k]!;
      return off - (links[those[i]!] === written[k] ? followerSaid : 0);
    }).forEach(([i, k]) => {
      linked[those[i]!] = written[k]!;
    });
  }
}

/** The cheapest pairing in order, where leaving out a played and a written note costs 1 together. */
function pair(played: readonly number[], written: readonly number[], cost: (i: number, k: number) => number): (readonly [number, number])[] {
  const columns = written.length + 1;
  const total = new Float64Array((played.length + 1) * columns);
  const way = new Uint8Array(total.length);
  for (let k = 1; k < columns; k++) [total[k], way[k]] = [k * 0.5, 2];
  for (let i = 1; i <= played.length; i++) {
    const row = i * columns;
    [total[row], way[row]] = [i * 0.5, 1];
    for (let k = 1; k < columns; k++) {
      const both = total[row - columns + k - 1]! + cost(i - 1, k - 1);
      const extra = total[row - columns + k]! + 0.5;
      const missed = total[row + k - 1]! + 0.5;
      total[row + k] = Math.min(both, extra, missed);
      way[row + k] = both <= extra && both <= missed ? 0 : extra <= missed ? 1 : 2;
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = played.length, k = written.length; i > 0 && k > 0; ) {
    const step = way[i * columns + k]!;
    if (step === 0) pairs.push([i - 1, k - 1]);
    if (step !== 2) i--;
    if (step !== 1) k--;
  }
  return pairs;
}

/** When the onsets of a passage were played: the median of their notes, never falling, straight lines between. */
class OnsetTimes {
  readonly #nominal: number[] = [];
  readonly #times: number[] = [];
  readonly #table: NoteTable;
  readonly #pace: number;

  constructor(passage: Passage, links: Int32Array, notes: readonly PerformedNote[], table: NoteTable) {
    this.#table = table;
    const times = new Map<number, number[]>();
    for (let i = passage.first; i <= passage.last; i++) {
      const link = links[i]!;
      if (link < 0) continue;
      const onset = table.onsetOf[link]!;
      const known = times.get(onset);
      if (known === undefined) times.set(onset, [notes[i]!.time]);
      else known.push(notes[i]!.time);
    }
    const onsets = [...times.keys()].sort((a, b) => a - b);
    const raw = onsets.map((onset) => median(times.get(onset)!));
    onsets.forEach((onset, k) => {
      // An onset that lies outside what its neighbours say is a wrong link.
      const near = raw.slice(Math.max(0, k - 2), k + 3).sort((a, b) => a - b);
      const inOrder = raw[k]! >= near[0]! && (k === 0 || raw[k]! >= (this.#times.at(-1) ?? -Infinity));
      if (!inOrder) return;
      if (k + 2 < raw.length && raw[k]! > raw[k + 1]! && raw[k]! > raw[k + 2]!) return;
      this.#nominal.push(table.nominal[onset]!);
      this.#times.push(raw[k]!);
    });
    const n = this.#times.length;
    const span = n < 2 ? 0 : this.#nominal[n - 1]! - this.#nominal[0]!;
    this.#pace = span > 0 ? (this.#times[n - 1]! - this.#times[0]!) / span : 1;
  }

  timeAt(onset: number): number {
    const nominal = this.#table.nominal[onset]!;
    const i = lastAtOrBefore(this.#nominal, nominal);
    const last = this.#times.length - 1;
    if (i < 0) return this.#times[0]! + (nominal - this.#nominal[0]!) * this.#pace;
    if (i === last) return this.#times[last]! + (nominal - this.#nominal[last]!) * this.#pace;
    const share = (nominal - this.#nominal[i]!) / (this.#nominal[i + 1]! - this.#nominal[i]!);
    return this.#times[i]! + share * (this.#times[i + 1]! - this.#times[i]!);
  }

  /** How far from its time a note of this onset may be found: further where the music moves slowly. */
  reachAt(onset: number): number {
    const i = Math.min(Math.max(1, firstAtOrAfter(this.#nominal, this.#table.nominal[onset]!)), this.#times.length - 1);
    const interval = i < 1 ? 0 : this.#times[i]! - this.#times[i - 1]!;
    return reach + reachShare * interval;
  }
}
