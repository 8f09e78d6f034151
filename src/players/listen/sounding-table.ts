/**
 * What a synthesizer sounds like at many settings: the table of Madaghiele and Fasciani (AIMC 2024), by which an agent
 * learns without the synthesizer. One row a setting; its descriptors are means over the frames that were recorded.
 */
import { Random } from '../../core/math/random.ts';

export interface SoundingTable {
  /** Shape [rows][parameters], 0..1. */
  readonly settings: readonly Float64Array[];
  /** Shape [rows][55], in the order of `descriptorNames`. */
  readonly descriptors: readonly Float64Array[];
  /** By how much each differed (root mean square) when the row was heard again at other moments; undefined where it was not. Shape [rows][55]. */
  readonly varies?: readonly Float64Array[] | undefined;
}

/** Every combination of `subdivisions` steps from 0 to 1, both ends among them; the last parameter changes first. */
export function gridSettings(parameters: number, subdivisions: number): Float64Array[] {
  if (!(Number.isInteger(subdivisions) && subdivisions >= 2)) throw new RangeError(`a range has two ends at least, not ${subdivisions}`);
  const line = Array.from({ length: subdivisions }, (_, i) => i / (subdivisions - 1));
  return gridOfLines(Array.from({ length: parameters }, () => line));
}

/** Every combination of these values of each parameter; the last parameter changes first. */
export function gridOfLines(lines: readonly (readonly number[])[]): Float64Array[] {
  return Array.from({ length: lines.reduce((product, line) => product * line.length, 1) }, (_, row) => {
    const setting = new Float64Array(lines.length);
    for (let p = lines.length - 1, rest = row; p >= 0; rest = Math.floor(rest / lines[p]!.length), p--) setting[p] = lines[p]![rest % lines[p]!.length]!;
    return setting;
  });
}

/** Settings by chance, where a grid would have too many; the two ends of all ranges come first. */
export function randomSettings(parameters: number, rows: number, seed: number): Float64Array[] {
  const chance = new Random(seed);
  return Array.from({ length: rows }, (_, row) => Float64Array.from({ length: parameters }, () => (row < 2 ? row : chance.uniform())));
}
