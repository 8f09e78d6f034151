import { lastAtOrBeforeBy } from '../math/search.ts';
import { clamp } from '../math/statistics.ts';
import type { Score } from './score.ts';

/** What a sounding pitch is called in a key: the twelve names around it on the line of fifths. */
export interface Spelling {
  readonly name: string;
  /** -2 double flat .. 2 double sharp */
  readonly alter: number;
  /** Scientific: 4 holds middle C. */
  readonly octave: number;
}

const line = ['f', 'c', 'g', 'd', 'a', 'e', 'b'];
/** How many fifths below the key's first note names begin: flat thirds and sevenths, and a raised leading tone in minor. */
const below = 3;

export function spell(pitch: number, fifths: number): Spelling {
  const wanted = (pitch * 7) % 12; // place on the line of fifths, C = 0, but for twelves
  const lowest = fifths - below;
  const place = lowest + ((((wanted - lowest) % 12) + 12) % 12);
  const alter = Math.floor((place + 1) / 7);
  const name = line[(((place + 1) % 7) + 7) % 7]!;
  return { name, alter, octave: Math.floor((pitch - alter) / 12) - 1 };
}

/** What a key signature does to a name. */
export function alterInKey(name: string, fifths: number): number {
  const place = line.indexOf(name);
  if (fifths > 0) return place < fifths ? 1 : 0;
  return 6 - place < -fifths ? -1 : 0;
}

/** Lines and spaces upwards from the C of the lowest octave, pitch 0. */
export function stepOf(pitch: number, fifths: number): number {
  const { name, octave } = spell(pitch, fifths);
  return 7 * (octave + 1) + 'cdefgab'.indexOf(name);
}

/** Sharps (or, below 0, flats) of the key that holds at a position; none where no key is known. */
export function keyAt(keys: Score['keys'], position: number): number {
  const key = keys[Math.max(0, lastAtOrBeforeBy(keys, position + 1e-6, ({ position: from }) => from))];
  return clamp(key?.fifths ?? 0, -7, 7);
}
