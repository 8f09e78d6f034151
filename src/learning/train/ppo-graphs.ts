/** The three programs of PPO: say what to do and what it is worth, say only what it is worth, and learn. */
import { writeAdamStep } from '../nn/adam.ts';
import { gradientsOf } from '../nn/autodiff.ts';
import type { Tensor } from '../nn/graph.ts';
import { Graph } from '../nn/graph.ts';
import type { Network } from '../nn/network.ts';
import type { CompiledGraph } from '../nn/onnx-encoding.ts';
import { encodeOnnx } from '../nn/onnx-encoding.ts';
import { add, cast, clip, exponential, greater, absolute, minimum, multiply, negate, square, subtract } from '../nn/operators.ts';
import type { ParameterLayout } from '../nn/parameters.ts';
import { sum } from '../nn/shaping.ts';
import type { Policy } from './policy.ts';

export interface PpoNetworks {
  readonly policy: Policy;
  readonly actor: Network;
  readonly critic: Network;
  readonly layout: ParameterLayout;
}
export interface PpoLossSettings {
  readonly clip: number;
  readonly entropyWeight: number;
  readonly valueWeight: number;
  readonly largestNorm: number;
}

const memoryOf = (graph: Graph, name: string, network: Network, sequences: number): Tensor | undefined =>
  network.memorySize > 0 ? graph.input(name, [sequences, network.memorySize]) : undefined;

/** `observations`, `begins` and the memories, one step of each environment, to `output`, `value` and the memories after. */
export function actingGraph({ actor, critic, layout }: PpoNetworks, sequences: number): CompiledGraph {
  const graph = new Graph();
  const parameters = layout.open(graph.input('parameters', [layout.size]));
  const observations = graph.input('observations', [sequences, actor.inputs]);
  const shape = { steps: 1, sequences, begins: graph.input('begins', [sequences, 1]) };
  const acts = actor.apply(parameters, observations, memoryOf(graph, 'actorMemory', actor, sequences), shape);
  const judges = critic.apply(parameters, observations, memoryOf(graph, 'criticMemory', critic, sequences), shape);
  graph.output('output', acts.output);
  graph.output('value', judges.output);
  if (acts.memory !== undefined) graph.output('actorMemory.next', acts.memory);
  if (judges.memory !== undefined) graph.output('criticMemory.next', judges.memory);
  return encodeOnnx(graph);
}

/** What the critic says, its memory left as it was. */
export function judgingGraph({ critic, layout }: PpoNetworks, sequences: number): CompiledGraph {
  const graph = new Graph();
  const parameters = layout.open(graph.input('parameters', [layout.size]));
  const shape = { steps: 1, sequences, begins: graph.input('begins', [sequences, 1]) };
  graph.output('value', critic.apply(parameters, graph.input('observations', [sequences, critic.inputs]), memoryOf(graph, 'criticMemory', critic, sequences), shape).output);
  return encodeOnnx(graph);
}

/**
 * One step of the optimiser on whole sequences. `weights` add up to 1; `policyWeight` is 0 while only the critic
 * learns. Outputs what `writeAdamStep` does, and `policyLoss`, `valueLoss`, `entropy`, `divergence`, `clipped`.
 * @see Schulman et al., "Proximal policy optimization algorithms", 2017
 */
export function learningGraph({ policy, actor, critic, layout }: PpoNetworks, steps: number, sequences: number, settings: PpoLossSettings): CompiledGraph {
  const graph = new Graph();
  const rows = steps * sequences;
  const vector = graph.input('parameters', [layout.size]);
  const parameters = layout.open(vector);
  const observations = graph.input('observations', [rows, actor.inputs]);
  const shape = { steps, sequences, begins: graph.input('begins', [rows, 1]) };
  const { output } = actor.apply(parameters, observations, memoryOf(graph, 'actorMemory', actor, sequences), shape);
  const { output: value } = critic.apply(parameters, observations, memoryOf(graph, 'criticMemory', critic, sequences), shape);
  const weights = graph.input('weights', [rows, 1]);
  const advantages = graph.input('advantages', [rows, 1]);
  const mean = (x: Tensor): Tensor => sum(multiply(x, weights));

  const { logProbability, entropy } = policy.likelihood(graph, parameters, output);
  const logRatio = subtract(logProbability, graph.input('logProbabilities', [rows, 1]));
  const ratio = exponential(logRatio);
  const gain = minimum(multiply(ratio, advantages), multiply(clip(ratio, 1 - settings.clip, 1 + settings.clip), advantages));
  const policyLoss = negate(mean(gain));
  const meanEntropy = mean(entropy);
  const valueLoss = mean(square(subtract(value, graph.input('returns', [rows, 1]))));
  const forPolicy = multiply(subtract(policyLoss, multiply(meanEntropy, settings.entropyWeight)), graph.input('policyWeight', []));
  const loss = add(forPolicy, multiply(valueLoss, settings.valueWeight));
  writeAdamStep(graph, vector, gradientsOf(loss, [vector])[0]!, { momentum: 0.9, squareMomentum: 0.999, floor: 1e-5, largestNorm: settings.largestNorm, weightDecay: 0 });

  graph.output('policyLoss', policyLoss);
  graph.output('valueLoss', valueLoss);
  graph.output('entropy', meanEntropy);
  // Never negative, and of low variance. @see Schulman, "Approximating KL divergence", 2020
  graph.output('divergence', mean(subtract(subtract(ratio, 1), logRatio)));
  graph.output('clipped', mean(cast(greater(absolute(subtract(ratio, 1)), settings.clip), 'float')));
  return encodeOnnx(graph);
}
