/**
 * What earlier takes do with a figure, wherever it stands: what a place itself is remembered by is one interval of
 * each take, and the finger's part in it is large; of its kind there are many. Figures are mixed from the general to
 * the particular, as those of today are.
 * @see Cleary and Witten, "Data compression using adaptive coding and partial string matching", 1984, for the mixing
 */
import { clamp } from '../../core/math/statistics.ts';
import type { Figures } from './figures.ts';
import type { Recollection } from './recollection.ts';

/** For each likeness, how many intervals of a kind must be known before they count as much as the more general ones before it. */
const known = [20, 12, 7, 3, 6] as const;
/** One interval says no more than this, in log tempo. */
const largest = 1;

/** @returns for each onset, what the takes do at other places like this one, against their own tempo there: log tempo, shape [onsets] */
export function rememberedFigures(recollection: Recollection, { kinds, counts: kindsOf }: Figures): Float64Array {
  const onsets = kinds[0]?.length ?? 0;
  const sums = kindsOf.map((count) => new Float64Array(count));
  const counts = kindsOf.map((count) => new Float64Array(count));
  const ownSum = new Float64Array(onsets);
  const ownCount = new Float64Array(onsets);
  for (let i = 0; i < onsets; i++) {
    for (let take = 0; take < recollection.takes; take++) {
      const delta = recollection.deltaOf(take, i);
      if (Number.isNaN(delta)) continue;
      ownSum[i]! += clamp(delta, -largest, largest);
      ownCount[i]!++;
    }
    for (let q = 0; q < kinds.length; q++) {
      const kind = kinds[q]![i]!;
      sums[q]![kind]! += ownSum[i]!;
      counts[q]![kind]! += ownCount[i]!;
    }
  }
  const expected = new Float64Array(onsets);
  for (let i = 0; i < onsets; i++) {
    for (let q = 0; q < kinds.length; q++) {
      const kind = kinds[q]![i]!;
      expected[i] = (sums[q]![kind]! - ownSum[i]! + known[q]! * expected[i]!) / (counts[q]![kind]! - ownCount[i]! + known[q]!);
    }
  }
  return expected;
}
