import type { Score } from '../../core/music/score.ts';
import { lastAtOrBeforeBy } from '../../core/math/search.ts';

/** Rising score positions of every beat of every bar, in the denominator of its meter. */
export function beatGrid(score: Score): Float64Array {
  const grid: number[] = [];
  score.bars.forEach((bar, index) => {
    const end = score.bars[index + 1]?.position ?? score.end;
    const meter = score.meters[Math.max(0, lastAtOrBeforeBy(score.meters, bar.position, (change) => change.position))];
    const step = 4 / (meter?.denominator ?? 4);
    for (let position: number = bar.position; position < end - 1e-6; position += step) grid.push(position);
  });
  return Float64Array.from(grid);
}
