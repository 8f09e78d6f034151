/**
 * A step of learning that treats matrices as what they are. The running mean of a matrix's gradient is turned into
 * the nearest matrix whose directions all have the same strength, so that what is rarely asked for is learned as
 * surely as what is asked for all the time. Tables, scales and biases are learned by Adam at the same rate.
 *
 * The nearest such matrix is found by a few steps of Newton and Schulz, which are products of matrices only.
 * @see Jordan and others, "Muon: an optimizer for hidden layers in neural networks", 2024
 * @see Liu and others, "Muon is scalable for LLM training", 2025, for the factor that makes one rate fit both
 */
import type { AdamSettings } from './adam.ts';
import { adamStride, defaultAdamSettings, isSound, scaledToNorm } from './adam.ts';
import type { Tensor } from './graph.ts';
import { sizeOf } from './graph.ts';
import { add, divide, minimum, multiply, subtract, where } from './operators.ts';
import type { ParameterLayout, ParameterSpec } from './parameters.ts';
import { euclideanNorm } from './reductions.ts';
import { concatenate, reshape, split, transpose } from './shaping.ts';

export interface MuonSettings extends AdamSettings {
  /** How long the mean of a matrix's gradient remembers. */
  readonly matrixMomentum: number;
  /** Turns of Newton and Schulz. */
  readonly turns: number;
  /** A running mean of the parameters, to be judged by, remembers them this well; 0 for none but the last. */
  readonly averaging: number;
}
export const defaultMuonSettings: MuonSettings = { ...defaultAdamSettings, squareMomentum: 0.99, matrixMomentum: 0.95, turns: 5, averaging: 0.998 };

/** What the optimiser remembers; `meanSquare` is only of those parameters that are no matrices. */
export interface MuonState {
  readonly parameters: Float32Array;
  readonly mean: Float32Array;
  readonly meanSquare: Float32Array;
  readonly average: Float32Array;
  readonly count: Float32Array;
}
export const muonStateNames = ['parameters', 'mean', 'meanSquare', 'average', 'count'] as const;

export function muonStateOf(layout: ParameterLayout, parameters: Float32Array): MuonState {
  return { parameters, mean: new Float32Array(layout.size), meanSquare: new Float32Array(sizeOfRest(layout)), average: parameters, count: new Float32Array(1) };
}

/** Updates over which the running mean becomes as slow as it is meant to be. */
const averagingBegins = 10;
/** What Adam's steps have on average, so that the same rate moves a matrix as far. */
const usualStride = 0.2;

/**
 * Inputs `mean` and `average` [size], `meanSquare` [size of the rest], `count` [] and `learningRate` []; an output
 * `NAME.next` for each but the last, and `gradientNorm` []. A gradient that is not finite changes nothing.
 * @param vector the input `parameters`, shape [size]
 */
export function writeMuonStep(layout: ParameterLayout, vector: Tensor, gradient: Tensor, settings: MuonSettings = defaultMuonSettings): void {
  const { graph } = vector;
  const { weightDecay, averaging } = settings;
  const mean = graph.input('mean', vector.shape);
  const meanSquare = graph.input('meanSquare', [sizeOfRest(layout)]);
  const average = graph.input('average', vector.shape);
  const count = graph.input('count', []);
  const learningRate = graph.input('learningRate', []);

  const norm = euclideanNorm(gradient);
  const scaled = scaledToNorm(gradient, norm, settings.largestNorm);
  const nextCount = add(count, 1);
  const sizes = layout.specs.map((spec) => sizeOf(spec.shape));
  const pieces = { gradient: split(scaled, sizes, 0), mean: split(mean, sizes, 0) };
  const rest = layout.specs.flatMap((spec, i) => (spec.matrices === undefined ? [i] : []));
  const joined = (parts: readonly Tensor[]): Tensor => concatenate(rest.map((i) => parts[i]!), 0);
  const restSizes = rest.map((i) => sizes[i]!);
  const adam = adamStride(joined(pieces.gradient), joined(pieces.mean), meanSquare, nextCount, settings);
  const strides = new Map(split(adam.stride, restSizes, 0).map((stride, i) => [rest[i]!, stride]));
  const means = new Map(split(adam.mean, restSizes, 0).map((one, i) => [rest[i]!, one]));
  layout.specs.forEach((spec, i) => {
    if (spec.matrices === undefined) return;
    const nextMean = add(multiply(pieces.mean[i]!, settings.matrixMomentum), pieces.gradient[i]!);
    // As if the next step had already been taken.
    const ahead = add(multiply(nextMean, settings.matrixMomentum), pieces.gradient[i]!);
    means.set(i, nextMean);
    strides.set(i, evenStride(ahead, spec, spec.matrices, settings.turns));
  });
  const inOrder = (parts: ReadonlyMap<number, Tensor>): Tensor => concatenate(layout.specs.map((_, i) => parts.get(i)!), 0);
  const kept = weightDecay === 0 ? vector : multiply(vector, subtract(1, multiply(learningRate, weightDecay)));
  const next = subtract(kept, multiply(inOrder(strides), learningRate));

  const sound = isSound(norm);
  const learned = where(sound, next, vector);
  const counted = where(sound, nextCount, count);
  const remembered = minimum(averaging, divide(counted, add(counted, averagingBegins)));
  graph.output('parameters.next', learned);
  graph.output('mean.next', where(sound, inOrder(means), mean));
  graph.output('meanSquare.next', where(sound, adam.meanSquare, meanSquare));
  graph.output('average.next', add(learned, multiply(subtract(average, learned), remembered)));
  graph.output('count.next', counted);
  graph.output('gradientNorm', norm);
}

function sizeOfRest(layout: ParameterLayout): number {
  return layout.specs.reduce((size, spec) => size + (spec.matrices === undefined ? sizeOf(spec.shape) : 0), 0);
}

function evenStride(gradient: Tensor, spec: ParameterSpec, matrices: number, turns: number): Tensor {
  const [rows, columns] = spec.shape as [number, number];
  const width = columns / matrices;
  const parts = split(reshape(gradient, [rows, columns]), Array.from({ length: matrices }, () => width), 1);
  const strength = usualStride * Math.sqrt(Math.max(rows, width));
  return reshape(concatenate(parts.map((part) => multiply(even(part, turns), strength)), 1), [rows * columns]);
}

/** Of the polynomial a x + b x^3 + c x^5, chosen so that a few turns bring every strength near 1. */
const schulz = { a: 3.4445, b: -4.775, c: 2.0315 } as const;

/**
 * The nearest matrix with all strengths (singular values) near 1: between about .7 and 1.2.
 * @param matrix shape [rows, columns]; has no gradient
 */
export function even(matrix: Tensor, turns: number): Tensor {
  const [rows, columns] = matrix.shape as [number, number];
  const { graph } = matrix;
  const tall = rows > columns;
  let x = tall ? transpose(matrix) : matrix;
  x = divide(x, add(euclideanNorm(x), 1e-7));
  const side = Math.min(rows, columns);
  const gemm = (a: Tensor, b: Tensor, c: Tensor | undefined, alpha: number, beta: number, transB = 0): Tensor =>
    graph.apply('Gemm', c === undefined ? [a, b] : [a, b, c], [[side, transB === 1 ? b.shape[0]! : b.shape[1]!]], { transA: 0, transB, alpha: { float: alpha }, beta: { float: beta } })[0]!;
  for (let i = 0; i < turns; i++) {
    const squared = gemm(x, x, undefined, 1, 0, 1);
    const polynomial = gemm(squared, squared, squared, schulz.c, schulz.b);
    x = gemm(polynomial, x, x, 1, schulz.a);
  }
  return tall ? transpose(x) : x;
}
