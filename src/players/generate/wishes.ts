/** What somebody may wish of a cell that is to be filled, in classes; 0 is no wish. */
import { clamp, mean } from '../../core/math/statistics.ts';
import { columnSizes } from './events.ts';

export interface Wishes {
  readonly density: number;
  readonly polyphony: number;
  readonly register: number;
}
export const noWishes: Wishes = { density: 0, polyphony: 0, register: 0 };

/** Fewest notes a bar of each class from 1 on. */
const densities = [1, 2, 3, 5, 7, 10, 14, 20];

/** @param notes a bar */
export const densityClass = (notes: number): number => densities.filter((fewest) => notes >= fewest).length;
/** Fewest and most notes a bar of a class. */
export const notesWished = (density: number): readonly [least: number, most: number] => [densities[density - 1] ?? 0, (densities[density] ?? Infinity) - 1];
/** @param notes that begin together, in the mean */
export const polyphonyClass = (notes: number): number => clamp(Math.round(notes), 1, columnSizes.polyphony - 1);
/** An octave each. @param pitch in the mean */
export const registerClass = (pitch: number): number => clamp(1 + Math.floor(pitch / 12), 1, columnSizes.register - 1);

/** What would have to be wished for these notes of one cell to come out. */
export function wishesFor(notes: readonly { readonly position: number; readonly pitch: number }[]): Wishes {
  if (notes.length === 0) return noWishes;
  const onsets = new Set(notes.map((note) => note.position)).size;
  return { density: densityClass(notes.length), polyphony: polyphonyClass(notes.length / onsets), register: registerClass(mean(notes.map((note) => note.pitch))) };
}
