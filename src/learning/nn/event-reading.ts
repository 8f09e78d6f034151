/** The program with which an event network reads a sequence at once, whoever may see whom in it. */
import type { EventNetwork } from './event-network.ts';
import { writeAnswers } from './event-writing.ts';
import { Graph } from './graph.ts';
import type { CompiledGraph } from './onnx-encoding.ts';
import { encodeOnnx } from './onnx-encoding.ts';
import { ParameterLayout } from './parameters.ts';

/**
 * Inputs: `columns` int32 [length, columns]; `own` and `nextPlaces` [1, length, rulers]; `segments` and `order` int32
 * [1, length], see `sightOf`. Output `thoughts` [length, heads * answering].
 * @param withAnswers also the heads, so that all parameters stand in the file: an input `told` int32 [length, heads - 1] and outputs `answer.H`
 */
export function readingGraph(network: EventNetwork, vector: Float32Array, length: number, withAnswers = false, metadata: Readonly<Record<string, string>> = {}): CompiledGraph {
  const graph = new Graph();
  const parameters = new ParameterLayout(network.parameters).fixed(graph, vector);
  const { columns, transformer: { rulers } } = network.settings;
  const places = { own: graph.input('own', [1, length, rulers.length]), next: graph.input('nextPlaces', [1, length, rulers.length]) };
  const thoughts = network.apply(parameters, graph.input('columns', [length, columns.length], 'int32'), places, graph.input('segments', [1, length], 'int32'), graph.input('order', [1, length], 'int32'));
  graph.output('thoughts', thoughts);
  if (withAnswers) writeAnswers(graph, network, parameters, thoughts, length);
  return encodeOnnx(graph, metadata);
}
