/** What parameters are before anything has been learned. */
import type { Random } from '../../core/math/random.ts';
import type { Shape } from './graph.ts';
import { sizeOf } from './graph.ts';

/** Row by row, filling the shape. */
export type Initial = (random: Random, shape: Shape) => Float32Array;

export const zeros: Initial = (_random, shape) => new Float32Array(sizeOf(shape));

export const filledWith = (value: number): Initial => (_random, shape) => new Float32Array(sizeOf(shape)).fill(value);

export const normal = (deviation: number): Initial => (random, shape) => Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, deviation));

/** Keeps the variance of what goes through, forwards and backwards. @see Glorot and Bengio, AISTATS 2010 */
export const balanced: Initial = (random, shape) => {
  const [inputs, outputs] = shape as [number, number];
  const bound = Math.sqrt(6 / (inputs + outputs));
  return Float32Array.from({ length: sizeOf(shape) }, () => random.between(-bound, bound));
};

/**
 * A matrix whose rows or columns, whichever are fewer, are perpendicular and of length `gain`: nothing fades or
 * grows on its way through, also not after many steps.
 * @see Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning", ICLR 2014
 */
export const orthogonal = (gain = 1): Initial => (random, shape) => {
  const [rows, columns] = shape as [number, number];
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = perpendicular(Float64Array.from({ length }, () => random.normal()), vectors);
    // What is left of an unlucky draw may be mostly rounding.
    if (vector !== undefined) vectors.push(vector);
  }
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    const column = i % columns;
    return gain * (rows <= columns ? vectors[row]![column]! : vectors[column]![row]!);
  });
};

/** Several initial matrices side by side, as the gates of an LSTM. @param parts of equal width */
export const sideBySide = (parts: readonly Initial[]): Initial => (random, shape) => {
  const [rows, columns] = shape as [number, number];
  const width = columns / parts.length;
  const values = new Float32Array(rows * columns);
  parts.forEach((part, p) => {
    const block = part(random, [rows, width]);
    for (let row = 0; row < rows; row++) values.set(block.subarray(row * width, (row + 1) * width), row * columns + p * width);
  });
  return values;
};

/** Gram and Schmidt, twice for precision; undefined where hardly anything is left. */
function perpendicular(vector: Float64Array, to: readonly Float64Array[]): Float64Array | undefined {
  for (let turn = 0; turn < 2; turn++) {
    for (const other of to) {
      const along = dot(vector, other);
      for (let i = 0; i < vector.length; i++) vector[i]! -= along * other[i]!;
    }
    const length = Math.sqrt(dot(vector, vector));
    if (length < 1e-6) return undefined;
    for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  }
  return vector;
}

function dot(a: Float64Array, b: Float64Array): number {
  let product = 0;
  for (let i = 0; i < a.length; i++) product += a[i]! * b[i]!;
  return product;
}
