/**
 * The programs of deep Q-learning with factored actions. A network says for each factor, as a knob, what each of its choices
 * (down, stay, up) is worth; what all of them do together is worth their sum. So the best action is the best choice of each
 * factor by itself, and twenty knobs ask for 60 numbers and not for 3^20.
 * @see Mnih et al., "Human-level control through deep reinforcement learning", Nature 2015
 * @see Sunehag et al., "Value-decomposition networks for cooperative multi-agent learning", AAMAS 2018
 */
import { writeAdamStep } from '../nn/adam.ts';
import { gradientsOf } from '../nn/autodiff.ts';
import type { Tensor } from '../nn/graph.ts';
import { Graph } from '../nn/graph.ts';
import type { Network } from '../nn/network.ts';
import type { CompiledGraph } from '../nn/onnx-encoding.ts';
import { encodeOnnx } from '../nn/onnx-encoding.ts';
import { absolute, add, cast, greater, maximum, minimum, multiply, square, subtract } from '../nn/operators.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import { average } from '../nn/reductions.ts';
import { reshape, slice, sum } from '../nn/shaping.ts';

export interface Factors {
  readonly factors: number;
  /** Of each factor. */
  readonly choices: number;
}

/** `parameters` and `observations` [rows, inputs] to `worths` [rows, factors * choices]. */
export function valuingGraph(network: Network, rows: number): CompiledGraph {
  const graph = new Graph();
  const layout = new ParameterLayout(network.parameters);
  const parameters = layout.open(graph.input('parameters', [layout.size]));
  graph.output('worths', network.apply(parameters, graph.input('observations', [rows, network.inputs]), undefined, { steps: 1, sequences: rows }).output);
  return encodeOnnx(graph);
}

/**
 * One step of the optimiser. `taken` is 1 for each choice that was made, `ahead` what a later frame counts: the discount, or
 * 0 where nothing came after; `target` are the parameters by which what comes after is judged, which follow from time to time.
 * Outputs what `writeAdamStep` does, and `loss`.
 */
export function valueLearningGraph(network: Network, { factors, choices }: Factors, rows: number): CompiledGraph {
  const graph = new Graph();
  const layout = new ParameterLayout(network.parameters);
  const vector = graph.input('parameters', [layout.size]);
  const worthsOf = (parameters: Tensor, name: string): Tensor => network.apply(layout.open(parameters), graph.input(name, [rows, network.inputs]), undefined, { steps: 1, sequences: rows }).output;
  const said = sum(multiply(worthsOf(vector, 'observations'), graph.input('taken', [rows, factors * choices])), [1]);
  const after = sum(reshape(best(reshape(worthsOf(graph.input('target', [layout.size]), 'next'), [rows * factors, choices])), [rows, factors]), [1]);
  const wanted = add(graph.input('rewards', [rows, 1]), multiply(after, graph.input('ahead', [rows, 1])));
  const off = absolute(subtract(said, wanted));
  // a square near 0 and straight further off, so that a rare shock does not tear everything along
  const near = minimum(off, 1);
  const loss = sum(average(add(multiply(square(near), 0.5), subtract(off, near))));
  writeAdamStep(graph, vector, gradientsOf(loss, [vector])[0]!, { momentum: 0.9, squareMomentum: 0.999, floor: 1e-8, largestNorm: 10, weightDecay: 0 });
  graph.output('loss', loss);
  return encodeOnnx(graph);
}

/** @param x shape [rows, choices] @returns shape [rows, 1] */
function best(x: Tensor): Tensor {
  const each = Array.from({ length: x.shape[1]! }, (_, choice) => slice(x, 1, choice, choice + 1));
  return each.slice(1).reduce(maximum, each[0]!);
}

/** The same network, saying of each factor whether down (-1), stay (0) or up (1) is worth most: what plays. */
export function choosingOf(network: Network): Network {
  const factors = network.outputs / 3;
  if (!Number.isInteger(factors)) throw new RangeError(`a network that says ${network.outputs} numbers does not weigh down, stay and up`);
  return {
    ...network,
    outputs: factors,
    apply(parameters, x, memory, sequences) {
      const { output, memory: remembered } = network.apply(parameters, x, memory, sequences);
      const rows = output.shape[0]!;
      const each = reshape(output, [rows * factors, 3]);
      const [down, stay, up] = [0, 1, 2].map((choice) => slice(each, 1, choice, choice + 1)) as [Tensor, Tensor, Tensor];
      const goes = (one: Tensor, other: Tensor): Tensor => cast(greater(one, maximum(stay, other)), 'float');
      return { output: reshape(subtract(goes(up, down), goes(down, up)), [rows, factors]), memory: remembered };
    },
  };
}
