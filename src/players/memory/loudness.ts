/**
 * How loud the soloist was here in earlier takes, against what is written and against the mean of each take: where he
 * always swells, the swell is foreseen and need not be heard first.
 */
import type { Part } from '../../core/music/score.ts';
import type { Take } from '../../core/music/take.ts';
import type { Beats } from '../../core/music/units.ts';
import { firstAtOrAfter, lastAtOrBefore } from '../../core/math/search.ts';
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
    const written = Float64Array.from(solo.onsets, (onset) => onset.notes.reduce((loudest, note) => Math.max(loudest, note.velocity), 0));
    const sums = new Float64Array(positions.length);
    const counts = new Float64Array(positions.length);
    for (const take of takes) {
      const known = take.onsets.flatMap(({ position, velocity }) => {
        const index = firstAtOrAfter(positions, position - 1e-6);
        return velocity > 0 && Math.abs((positions[index] ?? Infinity) - position) < 1e-6 ? [{ index, louder: velocity - written[index]! }] : [];
      });
      const usual = mean(known.map(({ louder }) => louder));
      for (const { index, louder } of known) {
        sums[index]! += louder - usual;
        counts[index]!++;
      }
    }
    this.#louder = smoothed(positions, sums, counts);
  }

  /** Of the solo onset at or before a place. */
  at(position: Beats): number {
    return this.#louder[lastAtOrBefore(this.#positions, position + 1e-6)] ?? 0;
  }
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
