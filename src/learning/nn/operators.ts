/**
 * Operators that work element by element, each beside its gradient. A number stands for a constant scalar, and
 * shapes are stretched to each other as ONNX (and NumPy) do: from the right, an extent of 1 fits any.
 * Gradients are written with the same operators, so they can be differentiated again.
 */
import type { Backward, ElementType, Graph, Shape, Tensor } from './graph.ts';
import { sameShape } from './graph.ts';
import { reshape, sum } from './shaping.ts';

export type Operand = Tensor | number;

export function add(a: Operand, b: Operand): Tensor {
  return binary('Add', a, b, () => (d) => [d, d]);
}
export function subtract(a: Operand, b: Operand): Tensor {
  return binary('Sub', a, b, () => (d) => [d, negate(d)]);
}
export function multiply(a: Operand, b: Operand): Tensor {
  return binary('Mul', a, b, (left, right) => (d) => [multiply(d, right), multiply(d, left)]);
}
export function divide(a: Operand, b: Operand): Tensor {
  return binary('Div', a, b, (left, right) => (d) => [divide(d, right), negate(divide(multiply(d, left), square(right)))]);
}
/** At a tie the first one has the gradient. */
export function maximum(a: Operand, b: Operand): Tensor {
  return binary('Max', a, b, (left, right) => (d) => {
    const first = atLeast(left, right);
    return [where(first, d, 0), where(first, 0, d)];
  });
}
/** At a tie the first one has the gradient. */
export function minimum(a: Operand, b: Operand): Tensor {
  return binary('Min', a, b, (left, right) => (d) => {
    const first = atLeast(right, left);
    return [where(first, d, 0), where(first, 0, d)];
  });
}

export function negate(x: Tensor): Tensor {
  return unary('Neg', x, () => (d) => negate(d));
}
export function tanh(x: Tensor): Tensor {
  return unary('Tanh', x, (y) => (d) => multiply(d, subtract(1, square(y))));
}
export function sigmoid(x: Tensor): Tensor {
  return unary('Sigmoid', x, (y) => (d) => multiply(d, subtract(y, square(y))));
}
/** x sigmoid(x). @see Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units", 2018 */
export function silu(x: Tensor): Tensor {
  return multiply(x, sigmoid(x));
}
export function sine(x: Tensor): Tensor {
  return unary('Sin', x, () => (d) => multiply(d, cosine(x)));
}
export function cosine(x: Tensor): Tensor {
  return unary('Cos', x, () => (d) => negate(multiply(d, sine(x))));
}
export function relu(x: Tensor): Tensor {
  return unary('Relu', x, (y) => (d) => where(greater(y, 0), d, 0));
}
export function exponential(x: Tensor): Tensor {
  return unary('Exp', x, (y) => (d) => multiply(d, y));
}
/** Natural logarithm. */
export function logarithm(x: Tensor): Tensor {
  return unary('Log', x, () => (d) => divide(d, x));
}
export function squareRoot(x: Tensor): Tensor {
  return unary('Sqrt', x, (y) => (d) => divide(multiply(d, 0.5), y));
}
export function square(x: Tensor): Tensor {
  return multiply(x, x);
}
/** The whole number at or below; no gradient. */
export function floor(x: Tensor): Tensor {
  return unary('Floor', x);
}
/** The gradient at 0 is 0. */
export function absolute(x: Tensor): Tensor {
  return unary('Abs', x, () => (d) => multiply(d, unary('Sign', x)));
}
/** The gradient is 1 inside the range, its ends included, and 0 outside. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  const { graph } = x;
  const backward: Backward = ([d]) => [where(both(atLeast(x, low), atLeast(high, x)), d!, 0)];
  return graph.apply('Clip', [x, scalar(graph, low), scalar(graph, high)], [x.shape], {}, backward)[0]!;
}
/** `a` where the condition holds, elsewhere `b`. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const { graph } = condition;
  const left = tensorOf(graph, a);
  const right = tensorOf(graph, b);
  const shape = broadcast(condition.shape, broadcast(left.shape, right.shape));
  const backward: Backward = ([d]) => [undefined, shrink(where(condition, d!, 0), left.shape), shrink(where(condition, 0, d!), right.shape)];
  return graph.apply('Where', [condition, left, right], [{ shape, type: left.type }], {}, backward)[0]!;
}

/** a > b; no gradient. */
export const greater = (a: Operand, b: Operand): Tensor => compare('Greater', a, b);
/** a >= b; no gradient. */
export const atLeast = (a: Operand, b: Operand): Tensor => compare('GreaterOrEqual', a, b);
/** a < b; no gradient; false where either is not a number. */
export const less = (a: Operand, b: Operand): Tensor => compare('Less', a, b);
/** a = b; no gradient. */
export const equal = (a: Operand, b: Operand): Tensor => compare('Equal', a, b);
export function both(a: Tensor, b: Tensor): Tensor {
  return a.graph.apply('And', [a, b], [{ shape: broadcast(a.shape, b.shape), type: 'bool' }])[0]!;
}
/** The same number in another type; no gradient. */
export function cast(x: Tensor, type: ElementType): Tensor {
  return x.type === type ? x : x.graph.apply('Cast', [x], [{ shape: x.shape, type }], { to: { type } })[0]!;
}
/** The same value; gradients end here. */
export function constantly(x: Tensor): Tensor {
  return x.graph.apply('Identity', [x], [x.shape])[0]!;
}

/** @throws RangeError when the shapes do not fit each other */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw new RangeError(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not fit each other`);
    return left === 1 ? right : left;
  });
}

/** The gradient of stretching `shape` to that of `x`: the sum over whatever was repeated. */
export function shrink(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((extent, axis) => (axis < lead || (shape[axis - lead] === 1 && extent !== 1) ? [axis] : []));
  return reshape(axes.length === 0 ? x : sum(x, axes), shape);
}

/** The sum of several tensors of one shape. */
export function total(terms: readonly Tensor[]): Tensor {
  const [first, second] = terms;
  if (first === undefined) throw new RangeError('the sum of no tensors has no shape');
  if (second === undefined) return first;
  if (terms.length === 2) return add(first, second);
  return first.graph.apply('Sum', terms, [first.shape], {}, ([d]) => terms.map(() => d!))[0]!;
}

export function scalar(graph: Graph, value: number, type: ElementType = 'float'): Tensor {
  return graph.constant([value], [], type);
}

function tensorOf(graph: Graph, operand: Operand, type?: ElementType): Tensor {
  return typeof operand === 'number' ? scalar(graph, operand, type) : operand;
}

function graphOf(...operands: readonly Operand[]): { graph: Graph; type: ElementType } {
  for (const operand of operands) if (typeof operand !== 'number') return operand;
  throw new RangeError('two numbers are no tensor program');
}

function unary(operator: string, x: Tensor, gradient?: (y: Tensor) => (d: Tensor) => Tensor): Tensor {
  const backward: Backward | undefined = gradient && (([d]) => [gradient(y)(d!)]);
  const y: Tensor = x.graph.apply(operator, [x], [x.shape], {}, backward)[0]!;
  return y;
}

function binary(operator: string, a: Operand, b: Operand, gradient: (a: Tensor, b: Tensor) => (d: Tensor) => readonly [Tensor, Tensor]): Tensor {
  const { graph, type } = graphOf(a, b);
  const left = tensorOf(graph, a, type);
  const right = tensorOf(graph, b, type);
  const backward: Backward = ([d]) => {
    const [da, db] = gradient(left, right)(d!);
    return [shrink(da, left.shape), shrink(db, right.shape)];
  };
  return graph.apply(operator, [left, right], [broadcast(left.shape, right.shape)], {}, backward)[0]!;
}

function compare(operator: string, a: Operand, b: Operand): Tensor {
  const { graph, type } = graphOf(a, b);
  const left = tensorOf(graph, a, type);
  const right = tensorOf(graph, b, type);
  return graph.apply(operator, [left, right], [{ shape: broadcast(left.shape, right.shape), type: 'bool' }])[0]!;
}
