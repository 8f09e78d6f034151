/** The program with which an event network is led by praise: what was praised becomes likelier, but not far from what it was taught. */
import { gradientsOf } from './autodiff.ts';
import type { EventNetwork } from './event-network.ts';
import type { BatchShape } from './event-learning.ts';
import { eventInputs } from './event-learning.ts';
import type { Tensor } from './graph.ts';
import { Graph } from './graph.ts';
import type { MuonSettings } from './muon.ts';
import { writeMuonStep } from './muon.ts';
import type { CompiledGraph } from './onnx-encoding.ts';
import { encodeOnnx } from './onnx-encoding.ts';
import { add, exponential, multiply, negate, subtract } from './operators.ts';
import { ParameterLayout } from './parameters.ts';
import { logSoftmax } from './reductions.ts';
import { reshape, sum } from './shaping.ts';
import { surprise } from './surprise.ts';

export interface Leading {
  /** What a nat of uncertainty is worth, and what a nat costs by which it goes away from what was taught. */
  readonly entropy: number;
  readonly leash: number;
}

/**
 * Inputs as those of `eventGraph`, where `weights` say where the network is asked and add up to the mean that is meant;
 * and `praise` [rows * length], by how much the choices there are to become likelier, and `taught` [size], parameters.
 * Outputs `entropy` and `divergence`, means by the weights, and those of a step of learning.
 * @see Williams, "Simple statistical gradient-following algorithms for connectionist reinforcement learning", 1992
 */
export function reinforcingGraph(network: EventNetwork, shape: BatchShape, { entropy, leash }: Leading, learning: MuonSettings): CompiledGraph {
  const graph = new Graph();
  const layout = new ParameterLayout(network.parameters);
  const vector = graph.input('parameters', [layout.size]);
  const { answersBy, truths, weights } = eventInputs(graph, network, layout, shape);
  const praise = reshape(graph.input('praise', [shape.rows * shape.length]), [shape.rows * shape.length, 1]);
  const taught = answersBy(graph.input('taught', [layout.size])).map((answer) => logSoftmax(answer));
  const answers = answersBy(vector);
  const likely = answers.map((answer) => logSoftmax(answer));
  const mean = (each: (head: number) => Tensor): Tensor => weights.map((weight, head) => sum(multiply(each(head), weight))).reduce((a, b) => add(a, b));
  const byLikelihood = (head: number, of: Tensor): Tensor => sum(multiply(exponential(likely[head]!), of), [1]);
  const uncertain = mean((head) => negate(byLikelihood(head, likely[head]!)));
  const away = mean((head) => byLikelihood(head, subtract(likely[head]!, taught[head]!)));
  const praised = mean((head) => multiply(surprise(answers[head]!, truths[head]!), praise));
  graph.output('entropy', uncertain);
  graph.output('divergence', away);
  writeMuonStep(layout, vector, gradientsOf(add(subtract(praised, multiply(uncertain, entropy)), multiply(away, leash)), [vector])[0]!, learning);
  return encodeOnnx(graph);
}
