/** The program with which an event network is led by praise: what was praised becomes likelier, but not far from what it was taught. */
import { gradientsOf } from './autodiff.ts';
import { echoInputs } from './event-network.ts';
import type { EventNetwork } from './event-network.ts';
import type { BatchShape } from './event-learning.ts';
import type { Tensor } from './graph.ts';
import { Graph } from './graph.ts';
import type { MuonSettings } from './muon.ts';
import { writeMuonStep } from './muon.ts';
import type { CompiledGraph } from './onnx-encoding.ts';
import { encodeOnnx } from './onnx-encoding.ts';
import { add, exponential, multiply, negate, subtract } from './operators.ts';
import { ParameterLayout } from './parameters.ts';
import { logSoftmax } from './reductions.ts';
import { reshape, split, sum } from './shaping.ts';
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
export function reinforcingGraph(network: EventNetwork, { rows, length }: BatchShape, { entropy, leash }: Leading, learning: MuonSettings): CompiledGraph {
  const graph = new Graph();
  const layout = new ParameterLayout(network.parameters);
  const { columns: { length: columns }, heads, transformer: { rulers } } = network.settings;
  const vector = graph.input('parameters', [layout.size]);
  const events = graph.input('columns', [rows * length, columns], 'int32');
  const places = { own: graph.input('own', [rows, length, rulers.length]), next: graph.input('next', [rows, length, rulers.length]) };
  const segments = graph.input('segments', [rows, length], 'int32');
  const order = graph.input('order', [rows, length], 'int32');
  const single = heads.map(() => 1);
  const chosen = split(graph.input('targets', [rows * length, heads.length], 'int32'), single, 1).map((one) => reshape(one, [rows * length]));
  const weights = split(graph.input('weights', [rows * length, heads.length]), single, 1);
  const praise = reshape(graph.input('praise', [rows * length]), [rows * length, 1]);
  const echoes = echoInputs(graph, network, rows * length);
  const answersOf = (whose: Tensor): readonly Tensor[] => {
    const parameters = layout.open(whose);
    const thoughts = network.apply(parameters, events, places, segments, order);
    return heads.map((_, head) => network.answer(parameters, thoughts, head, chosen.slice(0, head), echoes[head]));
  };
  const taught = answersOf(graph.input('taught', [layout.size])).map((answer) => logSoftmax(answer));
  const answers = answersOf(vector);
  const mean = (each: (answer: Tensor, head: number) => Tensor): Tensor => answers.map((answer, head) => sum(multiply(each(answer, head), weights[head]!))).reduce((a, b) => add(a, b));
  const uncertain = mean((answer) => {
    const likely = logSoftmax(answer);
    return negate(sum(multiply(exponential(likely), likely), [1]));
  });
  const away = mean((answer, head) => {
    const likely = logSoftmax(answer);
    return sum(multiply(exponential(likely), subtract(likely, taught[head]!)), [1]);
  });
  const praised = mean((answer, head) => multiply(surprise(answer, chosen[head]!), praise));
  graph.output('entropy', uncertain);
  graph.output('divergence', away);
  writeMuonStep(layout, vector, gradientsOf(add(subtract(praised, multiply(uncertain, entropy)), multiply(away, leash)), [vector])[0]!, learning);
  return encodeOnnx(graph);
}
