/** The programs with which an event network learns and is judged, on sequences laid out in rows of one length. */
import { gradientsOf } from './autodiff.ts';
import type { Drop } from './dropping.ts';
import { dropping } from './dropping.ts';
import { echoInputs } from './event-network.ts';
import type { EventNetwork } from './event-network.ts';
import type { Tensor } from './graph.ts';
import { Graph } from './graph.ts';
import type { MuonSettings } from './muon.ts';
import { writeMuonStep } from './muon.ts';
import type { CompiledGraph } from './onnx-encoding.ts';
import { encodeOnnx } from './onnx-encoding.ts';
import { multiply } from './operators.ts';
import { ParameterLayout } from './parameters.ts';
import { concatenate, reshape, split, sum } from './shaping.ts';
import { surprise, surpriseOfGroup } from './surprise.ts';

/** Rows of a batch and events of a row. */
export interface BatchShape {
  readonly rows: number;
  readonly length: number;
}

interface EventInputs {
  /** What each head says by a vector of parameters, where the heads before it are told the truth: logits, shape [rows * length, classes] each. */
  readonly answersBy: (vector: Tensor, drop?: Drop) => readonly Tensor[];
  /** Of each head: shapes [rows * length] and [rows * length, 1]. */
  readonly truths: readonly Tensor[];
  readonly weights: readonly Tensor[];
}

/**
 * Inputs: `parameters` [size]; `columns` int32 [rows * length, columns]; `own` and `next` [rows, length, rulers], the
 * places; `segments` and `order` int32 [rows, length], see `sightOf`; `targets` int32 and `weights`
 * [rows * length, heads]; `echoes`, see `echoInputs`. Output `nats` [heads]: how surprised each head was, times the weights, added up.
 * @param learning also takes a step of the optimiser, down the sum of `nats`; see `writeMuonStep`. With a share of `dropout` it has the inputs of `dropping` too
 * @param groups for each head the group of each class, where they are told in groups: an output `told` [heads] says how surprised it was by the group
 */
export function eventGraph(network: EventNetwork, { rows, length }: BatchShape, learning?: MuonSettings & { readonly dropout?: number }, groups?: readonly (readonly number[] | undefined)[]): CompiledGraph {
  const graph = new Graph();
  const layout = new ParameterLayout(network.parameters);
  const vector = graph.input('parameters', [layout.size]);
  const { answersBy, truths, weights } = eventInputs(graph, network, layout, { rows, length });
  const drop = learning?.dropout === undefined || learning.dropout === 0 ? undefined : dropping(graph, learning.dropout, rows * length, network.settings.transformer.width);
  const answers = answersBy(vector, drop);
  const weighed = (by: (answer: Tensor, head: number) => Tensor): Tensor => concatenate(answers.map((answer, head) => reshape(sum(multiply(by(answer, head), weights[head]!)), [1])), 0);
  const nats = weighed((answer, head) => surprise(answer, truths[head]!));
  graph.output('nats', nats);
  if (groups !== undefined) graph.output('told', weighed((answer, head) => (groups[head] === undefined ? surprise(answer, truths[head]!) : surpriseOfGroup(answer, truths[head]!, groups[head]))));
  if (learning !== undefined) writeMuonStep(layout, vector, gradientsOf(sum(nats), [vector])[0]!, learning);
  return encodeOnnx(graph);
}

/** What is heard and asked in a batch: the inputs of `eventGraph` but the parameters. */
export function eventInputs(graph: Graph, network: EventNetwork, layout: ParameterLayout, { rows, length }: BatchShape): EventInputs {
  const { columns, heads, transformer } = network.settings;
  const places = { own: graph.input('own', [rows, length, transformer.rulers.length]), next: graph.input('next', [rows, length, transformer.rulers.length]) };
  const events = graph.input('columns', [rows * length, columns.length], 'int32');
  const [segments, order] = [graph.input('segments', [rows, length], 'int32'), graph.input('order', [rows, length], 'int32')];
  const single = heads.map(() => 1);
  const truths = split(graph.input('targets', [rows * length, heads.length], 'int32'), single, 1).map((truth) => reshape(truth, [rows * length]));
  const weights = split(graph.input('weights', [rows * length, heads.length]), single, 1);
  const echoes = echoInputs(graph, network, rows * length);
  const answersBy = (vector: Tensor, drop?: Drop): readonly Tensor[] => {
    const parameters = layout.open(vector);
    const thoughts = network.apply(parameters, events, places, segments, order, drop);
    return heads.map((_, head) => network.answer(parameters, thoughts, head, truths.slice(0, head), echoes[head]));
  };
  return { answersBy, truths, weights };
}
