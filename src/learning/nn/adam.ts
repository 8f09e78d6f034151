/**
 * The optimiser step, as operations of the program: gradients scaled down to a largest norm, then Adam with
 * bias correction. A step whose gradient is not finite changes nothing.
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015
 * @see Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019
 */
import type { Graph, Tensor } from './graph.ts';
import { add, divide, exponential, less, minimum, multiply, square, squareRoot, subtract, where } from './operators.ts';
import { euclideanNorm } from './reductions.ts';

export interface AdamSettings {
  /** How long the mean of the gradient, and of its square, remembers. */
  readonly momentum: number;
  readonly squareMomentum: number;
  /** Added to the root mean square, against division by nearly nothing. */
  readonly floor: number;
  /** Gradients of a larger norm over all parameters are scaled down to it; Infinity for never. */
  readonly largestNorm: number;
  /** Share of each parameter that a step of rate 1 would take away. */
  readonly weightDecay: number;
}
export const defaultAdamSettings: AdamSettings = { momentum: 0.9, squareMomentum: 0.999, floor: 1e-8, largestNorm: 1, weightDecay: 0 };

/** What an optimiser remembers; `count` is the number of steps done. Vectors have the size of the parameters. */
export interface AdamState {
  readonly parameters: Float32Array;
  readonly mean: Float32Array;
  readonly meanSquare: Float32Array;
  readonly count: Float32Array;
}
export const adamStateOf = (parameters: Float32Array): AdamState =>
  ({ parameters, mean: new Float32Array(parameters.length), meanSquare: new Float32Array(parameters.length), count: new Float32Array(1) });

/**
 * Inputs `mean`, `meanSquare` [size], `count` [] and `learningRate` []; outputs `parameters.next`, `mean.next`,
 * `meanSquare.next`, `count.next` and `gradientNorm` [].
 * @param parameters the input `parameters`, shape [size]
 * @returns the parameters and the count after the step
 */
export function writeAdamStep(graph: Graph, parameters: Tensor, gradient: Tensor, settings: AdamSettings = defaultAdamSettings): { readonly parameters: Tensor; readonly count: Tensor } {
  const { largestNorm, weightDecay } = settings;
  const mean = graph.input('mean', parameters.shape);
  const meanSquare = graph.input('meanSquare', parameters.shape);
  const count = graph.input('count', []);
  const learningRate = graph.input('learningRate', []);

  const norm = euclideanNorm(gradient);
  const sound = isSound(norm);
  const nextCount = add(count, 1);
  const { stride, mean: nextMean, meanSquare: nextSquare } = adamStride(scaledToNorm(gradient, norm, largestNorm), mean, meanSquare, nextCount, settings);
  const kept = weightDecay === 0 ? parameters : multiply(parameters, subtract(1, multiply(learningRate, weightDecay)));
  const next = subtract(kept, multiply(stride, learningRate));

  const learned = where(sound, next, parameters);
  const counted = where(sound, nextCount, count);
  graph.output('parameters.next', learned);
  graph.output('mean.next', where(sound, nextMean, mean));
  graph.output('meanSquare.next', where(sound, nextSquare, meanSquare));
  graph.output('count.next', counted);
  graph.output('gradientNorm', norm);
  return { parameters: learned, count: counted };
}

/** Is this the norm of numbers? A comparison with something that is not a number is false. */
export const isSound = (norm: Tensor): Tensor => less(norm, 1e18);

/** A gradient of this norm, scaled down to the largest allowed. */
export function scaledToNorm(gradient: Tensor, norm: Tensor, largestNorm: number): Tensor {
  return largestNorm === Infinity ? gradient : multiply(gradient, minimum(1, divide(largestNorm, add(norm, 1e-6))));
}

/**
 * How far a step of rate 1 goes, and what is remembered after it.
 * @param count of steps, this one included
 */
export function adamStride(gradient: Tensor, mean: Tensor, meanSquare: Tensor, count: Tensor, { momentum, squareMomentum, floor }: AdamSettings): { readonly stride: Tensor; readonly mean: Tensor; readonly meanSquare: Tensor } {
  const nextMean = add(multiply(mean, momentum), multiply(gradient, 1 - momentum));
  const nextSquare = add(multiply(meanSquare, squareMomentum), multiply(square(gradient), 1 - squareMomentum));
  // Both begin at zero and are too small at first.
  const share = (decay: number): Tensor => subtract(1, exponential(multiply(count, Math.log(decay))));
  const root = add(squareRoot(divide(nextSquare, share(squareMomentum))), floor);
  return { stride: divide(divide(nextMean, share(momentum)), root), mean: nextMean, meanSquare: nextSquare };
}
