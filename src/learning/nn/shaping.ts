/** Operators that move, repeat and add up numbers, each beside its gradient: repeating and adding up are each other's. */
import type { Shape, Tensor } from './graph.ts';
import { sameShape, sizeOf } from './graph.ts';

export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (sizeOf(shape) !== sizeOf(x.shape)) throw new RangeError(`[${x.shape.join(', ')}] cannot take the shape [${shape.join(', ')}]`);
  const { graph } = x;
  return graph.apply('Reshape', [x, graph.constant(shape, [shape.length], 'int64')], [shape], {}, ([d]) => [reshape(d!, x.shape)])[0]!;
}

/** @param order `order[i]` is the axis of `x` that becomes axis i; by default the last two change places */
export function transpose(x: Tensor, order?: readonly number[]): Tensor {
  const rank = x.shape.length;
  const perm = order ?? x.shape.map((_, axis) => (axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis));
  const inverse = perm.map((_, axis) => perm.indexOf(axis));
  return x.graph.apply('Transpose', [x], [perm.map((axis) => x.shape[axis]!)], { perm }, ([d]) => [transpose(d!, inverse)])[0]!;
}

export function concatenate(parts: readonly Tensor[], axis: number): Tensor {
  const first = parts[0];
  if (first === undefined) throw new RangeError('nothing to put together');
  if (parts.length === 1) return first;
  const sizes = parts.map((part) => part.shape[axis]!);
  const extent = sizes.reduce((a, b) => a + b, 0);
  return first.graph.apply('Concat', parts, [withExtent(first.shape, axis, extent)], { axis }, ([d]) => split(d!, sizes, axis))[0]!;
}

/** @param sizes extents of the parts along `axis`, in order, filling it */
export function split(x: Tensor, sizes: readonly number[], axis: number): readonly Tensor[] {
  const { graph } = x;
  if (sizes.reduce((a, b) => a + b, 0) !== x.shape[axis]) throw new RangeError(`parts of ${sizes.join(' + ')} do not fill an extent of ${x.shape[axis]}`);
  if (sizes.length === 1) return [x];
  const shapes = sizes.map((size) => withExtent(x.shape, axis, size));
  return graph.apply('Split', [x, graph.constant(sizes, [sizes.length], 'int64')], shapes, { axis }, (parts) => [
    concatenate(parts.map((part, i) => part ?? graph.constant(new Float32Array(sizeOf(shapes[i]!)), shapes[i]!)), axis),
  ]);
}

/** Elements `from` (included) to `to` (not included) along one axis. */
export function slice(x: Tensor, axis: number, from: number, to: number): Tensor {
  const extent = x.shape[axis]!;
  if (!(from >= 0 && from < to && to <= extent)) throw new RangeError(`${from}..${to} is no slice of an extent of ${extent}`);
  const sizes = [from, to - from, extent - to];
  return split(x, sizes.filter((size) => size > 0), axis)[from > 0 ? 1 : 0]!;
}

/** Sum along the axes, which stay as extents of 1; without axes the sum over all, a scalar. */
export function sum(x: Tensor, axes?: readonly number[]): Tensor {
  const { graph } = x;
  if (axes === undefined) return graph.apply('ReduceSum', [x], [[]], { keepdims: 0 }, ([d]) => [repeat(d!, x.shape)])[0]!;
  const shape = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return graph.apply('ReduceSum', [x, graph.constant(axes, [axes.length], 'int64')], [shape], { keepdims: 1 }, ([d]) => [repeat(d!, x.shape)])[0]!;
}

/** Stretches a scalar, or the extents of 1, to `shape`. */
export function repeat(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const { graph } = x;
  const repeated = x.shape.flatMap((extent, axis) => (extent === 1 && shape[axis] !== 1 ? [axis] : []));
  return graph.apply('Expand', [x, graph.constant(shape, [shape.length], 'int64')], [shape], {}, ([d]) => [
    x.shape.length === 0 ? sum(d!) : sum(d!, repeated),
  ])[0]!;
}

const withExtent = (shape: Shape, axis: number, extent: number): Shape => shape.map((old, i) => (i === axis ? extent : old));
