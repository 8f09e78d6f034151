/** Operators that look at a whole axis at once, each beside its gradient. */
import type { Tensor } from './graph.ts';
import { sizeOf } from './graph.ts';
import { exponential, multiply, squareRoot, square, subtract } from './operators.ts';
import { sum } from './shaping.ts';

/** Mean along the axes, which stay as extents of 1; without axes the mean of all, a scalar. */
export function average(x: Tensor, axes?: readonly number[]): Tensor {
  const y = sum(x, axes);
  return multiply(y, sizeOf(y.shape) / sizeOf(x.shape));
}

/** Probabilities along the last axis. */
export function softmax(x: Tensor): Tensor {
  const axis = x.shape.length - 1;
  const y: Tensor = x.graph.apply('Softmax', [x], [x.shape], { axis }, ([d]) => {
    const weighted = multiply(d!, y);
    return [subtract(weighted, multiply(y, sum(weighted, [axis])))];
  })[0]!;
  return y;
}

/** Logarithms of the probabilities along the last axis. */
export function logSoftmax(x: Tensor): Tensor {
  const axis = x.shape.length - 1;
  const y: Tensor = x.graph.apply('LogSoftmax', [x], [x.shape], { axis }, ([d]) => [subtract(d!, multiply(exponential(y), sum(d!, [axis])))])[0]!;
  return y;
}

/** Square root of the sum of the squares of all elements. */
export function euclideanNorm(x: Tensor): Tensor {
  return squareRoot(sum(square(x)));
}
