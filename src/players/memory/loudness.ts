/**
 * How loud the soloist was here in earlier takes, against what is written and against the mean of each take: where he
 * always swells, the swell is foreseen and need not be heard first.
 */
import type { Part } from '../../core/music/score.ts';
import type { Take } from '../../core/music/take.ts';
import { onsetAt } from '../../core/music/onsets.ts';
import type { Beats } from '../../core/music/units.ts';
import { lastAtOrBefore } from '../../core/math/search.ts';
import { mean } from '../../core/math/statistics.ts';

/** Onsets so many quarters before and after a place speak for it: one note is an accident. */
const around = 1;

export class RememberedLoudness {
  readonly #positions: Float64Array;
  /** Velocity steps above (below) what is written, of each solo onset; 0 where no take knows it. */
  readonly #louder: Float64Array;

  /** @param positions of the solo part's onsets, rising, beats */
  constructor(takes: readonly Take[], solo: Part, positions: Float64Array) {
    this.#positions = positions;
    const written = loudestOf(solo);
    const sums = new Float64Array(positions.length);
    const counts = new Float64Array(positions.length);
    for (const { onsets } of takes) {
      const indexes = new Int32Array(onsets.length);
      const louder = new Float64Array(onsets.length);
      let known = 0, index = -1;
      for (const { position, velocity } of onsets) {
        index = onsetAt(positions, position, index + 1);
        if (index < 0 || velocity <= 0) continue;
        indexes[known] = index;
        louder[known++] = velocity - written[index]!;
      }
      const usual = mean(louder.subarray(0, known));
      for (let k = 0; k < known; k++) {
        sums[indexes[k]!]! += louder[k]! - usual;
        counts[indexes[k]!]!++;
      }
    }
    this.#louder = smoothed(positions, sums, counts);
  }

  /** Of the solo onset at or before a place. */
  at(position: Beats): number {
    return this.#louder[lastAtOrBefore(this.#positions, position + 1e-6)] ?? 0;
  }
}

/** Velocity of the loudest note of each onset, as written. */
function loudestOf({ onsets }: Part): Float64Array {
  const loudest = new Float64Array(onsets.length);
  for (let i = 0; i < onsets.length; i++) for (const { velocity } of onsets[i]!.notes) loudest[i] = Math.max(loudest[i]!, velocity);
  return loudest;
}

/** Means over the onsets around each. */
function smoothed(positions: Float64Array, sums: Float64Array, counts: Float64Array): Float64Array {
  let from = 0, until = 0, sum = 0, count = 0;
  return positions.map((position) => {
    for (; until < positions.length && positions[until]! <= position + around + 1e-6; until++) {
      sum += sums[until]!;
      count += counts[until]!;
    }
    for (; positions[from]! < position - around - 1e-6; from++) {
      sum -= sums[from]!;
      count -= counts[from]!;
    }
    return count > 0 ? sum / count : 0;
  });
}
