/**
 * Is this song in the corpus already, in another key, by another hand, or as the same file under another name? Each
 * song leaves a small print of its top line, and prints are compared, never songs: a corpus may be larger than memory.
 *
 * @see Broder, "On the resemblance and containment of documents", SEQUENCES 1997 (the least hash of each kind agrees
 *      as often as the sets are alike); bands of few hashes find whom to compare with
 */
import type { Song } from '../../core/music/song.ts';

const hashes = 64;
const bandSize = 2;
/** Intervals that make one phrase of the print. */
const phrase = 6;

/** Shape [hashes]. */
export type Print = Uint32Array;

/** Of the top line of all pitched tracks: which intervals follow each other, and how, in any key and at any tempo. */
export function printOf(song: Song): Print {
  const top = new Map<number, number>();
  for (const { role, notes } of song.tracks) {
    if (role === 'drums') continue;
    for (let i = 0; i < notes.position.length; i++) top.set(notes.position[i]!, Math.max(top.get(notes.position[i]!) ?? 0, notes.pitch[i]!));
  }
  const line = [...top].sort(([a], [b]) => a - b);
  const print = new Uint32Array(hashes).fill(0xffffffff);
  for (let i = phrase; i < line.length; i++) {
    let shingle = 0x811c9dc5;
    for (let k = i - phrase; k < i; k++) {
      const [from, low] = line[k]!;
      const [to, high] = line[k + 1]!;
      // Longer than before, as long, or shorter: the tempo does not matter.
      const before = k === 0 ? 0 : Math.sign(to - from - (from - line[k - 1]![0]));
      shingle = mixed(shingle, (high - low + 128) * 4 + before + 1);
    }
    for (let h = 0; h < hashes; h++) {
      const value = mixed(shingle, h + 1);
      if (value < print[h]!) print[h] = value;
    }
  }
  return print;
}

/** Estimated share of the phrases of either that both have, 0..1; nothing is known of a song without a line. */
export function likeness(a: Print, b: Print): number {
  let equal = 0;
  for (let h = 0; h < hashes; h++) if (a[h] === b[h] && a[h] !== 0xffffffff) equal++;
  return equal / hashes;
}

interface Known<T> {
  readonly print: Print;
  readonly song: T;
}

/** The prints so far. `T` is what the caller remembers of a song. */
export class Prints<T> {
  readonly #songs: Known<T>[] = [];
  readonly #bands = new Map<string, number[]>();

  /** The song that is most alike, if any is at all. */
  nearest(print: Print): { readonly song: T; readonly likeness: number } | undefined {
    const candidates = new Set(bandsOf(print).flatMap((band) => this.#bands.get(band) ?? []));
    let best: { song: T; likeness: number } | undefined;
    for (const index of candidates) {
      const { song, print: other } = this.#songs[index]!;
      const alike = likeness(print, other);
      if (alike > (best?.likeness ?? 0)) best = { song, likeness: alike };
    }
    return best;
  }

  add(print: Print, song: T): void {
    const index = this.#songs.push({ print, song }) - 1;
    for (const band of bandsOf(print)) {
      const known = this.#bands.get(band);
      if (known === undefined) this.#bands.set(band, [index]);
      // A commonplace is no evidence, and would make the search long.
      else if (known.length < 50) known.push(index);
    }
  }
}

function bandsOf(print: Print): string[] {
  const bands: string[] = [];
  for (let h = 0; h < hashes; h += bandSize) if (print[h] !== 0xffffffff) bands.push(`${h} ${print[h]!} ${print[h + 1]!}`);
  return bands;
}

function mixed(hash: number, value: number): number {
  let z = Math.imul(hash ^ value, 0x9e3779b1);
  z = Math.imul(z ^ (z >>> 15), 0x85ebca77);
  return (z ^ (z >>> 13)) >>> 0;
}
