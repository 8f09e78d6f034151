/** Products of matrices, each beside its gradient. */
import type { Gradient, Tensor } from './graph.ts';
import { broadcast, shrink } from './operators.ts';
import { transpose } from './shaping.ts';

/**
 * Rows through a linear map.
 * @param x shape [rows, inputs]
 * @param weights shape [inputs, outputs]
 * @param bias shape [outputs], or [rows, outputs] for something to be added that differs from row to row
 * @returns shape [rows, outputs]
 */
export function affine(x: Tensor, weights: Tensor, bias?: Tensor): Tensor {
  return gemm({ matrix: x, flipped: false }, { matrix: weights, flipped: false }, bias);
}

/** What the outputs of a linear map are worth, as what its inputs are: shapes [rows, outputs] and [inputs, outputs] give [rows, inputs]. @param added of the same shape */
export function affineBackwards(d: Tensor, weights: Tensor, added?: Tensor): Tensor {
  return gemm({ matrix: d, flipped: false }, { matrix: weights, flipped: true }, added);
}

/** left^T right: shapes [rows, m] and [rows, n] give [m, n]. */
export function rowProduct(left: Tensor, right: Tensor): Tensor {
  return gemm({ matrix: left, flipped: true }, { matrix: right, flipped: false });
}

/** Matrices along the last two axes, the same product for every element of the axes before. */
export function matrixProduct(a: Tensor, b: Tensor): Tensor {
  const m = a.shape.at(-2)!;
  const n = b.shape.at(-1)!;
  if (a.shape.at(-1) !== b.shape.at(-2)) throw new RangeError(`matrices [${a.shape.join(', ')}] and [${b.shape.join(', ')}] cannot be multiplied`);
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n];
  return a.graph.apply('MatMul', [a, b], [shape], {}, ([d]) => [
    shrink(matrixProduct(d!, transpose(b)), a.shape),
    shrink(matrixProduct(transpose(a), d!), b.shape),
  ])[0]!;
}

interface Factor {
  readonly matrix: Tensor;
  /** The transposed matrix is meant. */
  readonly flipped: boolean;
}

const flip = (factor: Factor): Factor => ({ matrix: factor.matrix, flipped: !factor.flipped });
const plain = (matrix: Tensor): Factor => ({ matrix, flipped: false });

/** The gradients of Y = A B are D B^T and A^T D; where a row product comes out, it is left to be gathered with its like. */
function gemm(a: Factor, b: Factor, bias?: Tensor): Tensor {
  const [m, k] = shapeOf(a);
  const [l, n] = shapeOf(b);
  if (k !== l) throw new RangeError(`matrices [${m}, ${k}] and [${l}, ${n}] cannot be multiplied`);
  const inputs = bias === undefined ? [a.matrix, b.matrix] : [a.matrix, b.matrix, bias];
  return a.matrix.graph.apply('Gemm', inputs, [[m, n]], { transA: a.flipped ? 1 : 0, transB: b.flipped ? 1 : 0 }, ([gradient]) => {
    const d = plain(gradient!);
    const da = a.flipped ? lazily(b, flip(d)) : lazily(d, flip(b));
    const db = b.flipped ? lazily(flip(d), a) : lazily(flip(a), d);
    return bias === undefined ? [da, db] : [da, db, shrink(gradient!, bias.shape)];
  })[0]!;
}

function lazily(a: Factor, b: Factor): Gradient {
  return a.flipped && !b.flipped ? { left: a.matrix, right: b.matrix } : gemm(a, b);
}

function shapeOf({ matrix, flipped }: Factor): readonly [number, number] {
  const [rows, columns] = matrix.shape as [number, number];
  if (matrix.shape.length !== 2) throw new RangeError(`[${matrix.shape.join(', ')}] is no matrix`);
  return flipped ? [columns, rows] : [rows, columns];
}
