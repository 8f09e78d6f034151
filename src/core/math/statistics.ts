/** Statistics of plain numbers. Empty input gives NaN, never 0. */
import type { Random } from './random.ts';

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

export function standardDeviation(values: ArrayLike<number>): number {
  const middle = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - middle) ** 2;
  return Math.sqrt(sum / values.length);
}

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Of deviations from what is usual, as a standard deviation that a few outliers leave alone: 1.4826 times the median of their sizes (as for normal ones). */
export const usualDeviation = (deviations: readonly number[]): number => 1.4826 * median(deviations.map(Math.abs));

/** Linear between the order statistics. @param share 0..1 */
export function quantile(values: ArrayLike<number>, share: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), share);
}

/** As `quantile`, for values that already rise. */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/** Share of values for which the statement holds, 0..1. */
export function share(values: ArrayLike<number>, holds: (value: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (holds(values[i]!)) count++;
  return count / values.length;
}

/**
 * Between which bounds a figure lies in 95 of 100 samples like this one, by drawing as many parts of it again and again, each as often as it comes.
 * @param parts what could have come out otherwise as a whole, such as the songs of a sample
 * @see Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979)
 */
export function bootstrapInterval<T>(parts: readonly T[], figureOf: (drawn: readonly T[]) => number, random: Random, draws = 1000): readonly [low: number, high: number] {
  const figures = Float64Array.from({ length: draws }, () => figureOf(parts.map(() => random.pick(parts)))).sort();
  return [quantileOfSorted(figures, 0.025), quantileOfSorted(figures, 0.975)];
}

/** To so many digits behind the point. */
export const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
