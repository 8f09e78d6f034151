/**
 * The grid on which surprise is told: sixteenths, for onsets and lengths alike. A writer who says how likely each of
 * his finer classes is says by their sum how likely a class of this grid is; what he says beyond it, whether a note
 * stands on a triplet and how short it was cut, is told apart, as microtiming is. Nats on a finer grid are more,
 * and no two grids can be compared.
 */
import { positionsPerQuarter } from '../../core/music/song.ts';
import type { Head } from './events.ts';
import { durationClasses, endOfCell, heads, headSizes } from './events.ts';

export const sixteenthsPerQuarter = 4;
const positionsPerSixteenth = positionsPerQuarter / sixteenthsPerQuarter;

const lengthIn = (positions: number): number => Math.max(1, Math.round(positions / positionsPerSixteenth));
/** Lengths that are told apart, in sixteenths: each up to a bar of 4/4, coarser above. */
export const lengthsTold: readonly number[] = [...new Set(durationClasses.map(lengthIn))];

/** The class of this grid for each class of a head, where they differ. */
const coarser: Readonly<Partial<Record<Head, (index: number) => number>>> = {
  duration: (index) => lengthsTold.indexOf(lengthIn(durationClasses[index]!)),
  next: (index) => (index === endOfCell ? endOfCell : Math.floor(index / positionsPerSixteenth)),
};

/** For each head, in the order of `heads`, the class told of each of its classes; undefined where they are the same. */
export const toldClasses: readonly (readonly number[] | undefined)[] = heads.map((head) => {
  const told = coarser[head];
  return told && Array.from({ length: headSizes[head] }, (_, index) => told(index));
});

/** How likely a writer holds the class that is told, of a right one of his own. @param likely sums to 1 */
export function likelyTold(head: Head, likely: ArrayLike<number>, right: number): number {
  const told = toldClasses[heads.indexOf(head)];
  if (told === undefined) return likely[right]!;
  let sum = 0;
  for (let index = 0; index < likely.length; index++) if (told[index] === told[right]) sum += likely[index]!;
  return sum;
}
