/** How surprised a network is by what truly came. */
import type { Tensor } from './graph.ts';
import { chosen, rowsOf } from './indexing.ts';
import { logarithm, multiply, negate } from './operators.ts';
import { logSoftmax, softmax } from './reductions.ts';
import { sum } from './shaping.ts';

/**
 * Cross-entropy, in nats.
 * @param logits shape [rows, choices]
 * @param truth int32, shape [rows]
 * @returns shape [rows, 1]
 */
export function surprise(logits: Tensor, truth: Tensor): Tensor {
  return negate(chosen(logSoftmax(logits), truth));
}

/** By the group that the truth belongs to. @param groups of each choice, by number @returns shape [rows, 1] */
export function surpriseOfGroup(logits: Tensor, truth: Tensor, groups: readonly number[]): Tensor {
  const size = groups.length;
  const alike = logits.graph.constant(Float32Array.from({ length: size * size }, (_, i) => (groups[Math.floor(i / size)] === groups[i % size] ? 1 : 0)), [size, size]);
  return negate(logarithm(sum(multiply(softmax(logits), rowsOf(alike, truth)), [1])));
}
