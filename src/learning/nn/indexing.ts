/** Operators that look things up by whole numbers, each beside its gradient. */
import type { Tensor } from './graph.ts';
import { sizeOf } from './graph.ts';
import { cast, equal, multiply } from './operators.ts';
import { concatenate, reshape, split, sum } from './shaping.ts';

/**
 * Rows of a table, as an embedding needs them.
 * @param table shape [entries, width]
 * @param indices int32, any shape
 * @returns shape [...indices, width]
 */
export function rowsOf(table: Tensor, indices: Tensor): Tensor {
  const [entries, width] = table.shape as [number, number];
  const n = sizeOf(indices.shape);
  return table.graph.apply('Gather', [table, indices], [[...indices.shape, width]], { axis: 0 }, ([d]) => [
    { left: oneHot(reshape(indices, [n]), entries), right: reshape(d!, [n, width]) },
  ])[0]!;
}

/**
 * The chosen element of each row, as the probability of the action taken.
 * @param x shape [rows, choices]
 * @param indices int32, shape [rows]
 * @returns shape [rows, 1]
 */
export function chosen(x: Tensor, indices: Tensor): Tensor {
  const [, choices] = x.shape as [number, number];
  return sum(multiply(x, oneHot(indices, choices)), [1]);
}

/** @param indices int32, shape [rows] @returns 1 at the index and 0 elsewhere, shape [rows, entries]; no gradient */
export function oneHot(indices: Tensor, entries: number): Tensor {
  const { graph } = indices;
  const every = graph.constant(Array.from({ length: entries }, (_, i) => i), [1, entries], 'int32');
  return cast(equal(reshape(indices, [indices.shape[0]!, 1]), every), 'float');
}

/**
 * Several choices side by side, as one row of zeros and ones: a product with it adds up rows of many tables at once.
 * @param indices int32, shape [rows, sizes.length] @param sizes entries of each
 * @returns shape [rows, sum of sizes]; no gradient
 */
export function multiHot(indices: Tensor, sizes: readonly number[]): Tensor {
  const { graph } = indices;
  const columns = split(indices, sizes.map(() => 1), 1);
  const hot = columns.map((column, i) => equal(column, graph.constant(Array.from({ length: sizes[i]! }, (_, entry) => entry), [1, sizes[i]!], 'int32')));
  return cast(concatenate(hot, 1), 'float');
}
