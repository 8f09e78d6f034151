/** How surprised a network is by what truly came. */
import type { Tensor } from './graph.ts';
import { chosen } from './indexing.ts';
import { negate } from './operators.ts';
import { logSoftmax } from './reductions.ts';

/**
 * Cross-entropy, in nats.
 * @param logits shape [rows, choices]
 * @param truth int32, shape [rows]
 * @returns shape [rows, 1]
 */
export function surprise(logits: Tensor, truth: Tensor): Tensor {
  return negate(chosen(logSoftmax(logits), truth));
}
