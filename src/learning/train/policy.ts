/**
 * From what a network says to what is done: a choice among several, or numbers around a mean with a spread that
 * is itself learned. Each has two faces that must agree: one that draws actions, and one that is written into
 * the learning program.
 */
import type { Random } from '../../core/math/random.ts';
import type { Graph, Tensor } from '../nn/graph.ts';
import { chosen } from '../nn/indexing.ts';
import { filledWith } from '../nn/initial.ts';
import { add, divide, exponential, logarithm, multiply, negate, square, subtract } from '../nn/operators.ts';
import type { Parameters, ParameterLayout, ParameterSpec } from '../nn/parameters.ts';
import { logSoftmax } from '../nn/reductions.ts';
import { sum } from '../nn/shaping.ts';
import type { ActionSpace } from './environment.ts';

export interface Likelihood {
  /** Of the actions taken: shape [rows, 1]. */
  readonly logProbability: Tensor;
  /** Shape [rows, 1], or [1, 1] where it is the same for all. */
  readonly entropy: Tensor;
}
export interface Policy {
  /** Numbers that the network must say for each action. */
  readonly outputs: number;
  readonly parameters: readonly ParameterSpec[];
  /** The input `actions` and how likely they are. @param output what the network says, shape [rows, outputs] */
  likelihood(graph: Graph, parameters: Parameters, output: Tensor): Likelihood;
  /** Draws an action into `action`. @returns the logarithm of its probability */
  draw(output: Float32Array, vector: Float32Array, layout: ParameterLayout, random: Random, action: Float32Array): number;
  /** Actions as the input `actions` wants them. */
  feed(actions: Float32Array): Float32Array | Int32Array;
}

export interface Spread {
  /** Standard deviation at first. */
  readonly initial: number;
  /** It never falls below this, so that something is always tried out. */
  readonly floor: number;
}
export const defaultSpread: Spread = { initial: 0.5, floor: 0.05 };

const deviationName = 'policy.deviation';
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

export function policyFor(space: ActionSpace, spread: Spread = defaultSpread): Policy {
  return space.kind === 'discrete' ? choosing(space.choices) : aiming(space.size, spread);
}

function choosing(choices: number): Policy {
  return {
    outputs: choices,
    parameters: [],
    likelihood(graph, _parameters, output) {
      const rows = output.shape[0]!;
      const logits = logSoftmax(output);
      return { logProbability: chosen(logits, graph.input('actions', [rows], 'int32')), entropy: negate(sum(multiply(exponential(logits), logits), [1])) };
    },
    draw(output, _vector, _layout, random, action) {
      let largest = -Infinity;
      for (const logit of output) largest = Math.max(largest, logit);
      let whole = 0;
      for (const logit of output) whole += Math.exp(logit - largest);
      let left = random.uniform() * whole;
      let choice = 0;
      for (; choice < choices - 1; choice++) {
        left -= Math.exp(output[choice]! - largest);
        if (left < 0) break;
      }
      action[0] = choice;
      return output[choice]! - largest - Math.log(whole);
    },
    feed: (actions) => Int32Array.from(actions),
  };
}

/** The deviation is `floor + exp(parameter)`: it can come near its floor but is never stuck there. */
function aiming(size: number, { initial, floor }: Spread): Policy {
  if (!(initial > floor && floor > 0)) throw new RangeError(`a deviation of ${initial} must lie above its floor of ${floor}, and that above 0`);
  return {
    outputs: size,
    parameters: [{ name: deviationName, shape: [1, size], initial: filledWith(Math.log(initial - floor)) }],
    likelihood(graph, parameters, output) {
      const actions = graph.input('actions', output.shape);
      const deviation = add(exponential(parameters(deviationName)), floor);
      const logDeviation = logarithm(deviation);
      const off = divide(subtract(actions, output), deviation);
      return {
        logProbability: subtract(sum(subtract(multiply(square(off), -0.5), logDeviation), [1]), size * halfLogTwoPi),
        entropy: add(sum(logDeviation, [1]), size * (halfLogTwoPi + 0.5)),
      };
    },
    draw(output, vector, layout, random, action) {
      const deviations = layout.part(vector, deviationName);
      let logProbability = -size * halfLogTwoPi;
      for (let i = 0; i < size; i++) {
        const deviation = floor + Math.exp(deviations[i]!);
        action[i] = random.normal(output[i]!, deviation);
        // From the action as it was rounded, which is the one the program will see.
        logProbability -= 0.5 * ((action[i]! - output[i]!) / deviation) ** 2 + Math.log(deviation);
      }
      return logProbability;
    },
    feed: (actions) => actions,
  };
}
