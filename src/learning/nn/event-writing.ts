/**
 * The programs with which an event network writes: one hears the context at once, one goes on note by note. What was seen is kept outside in a store of fixed
 * size: a run reads it and hands back the keys and values of the new events, which the caller puts in their place.
 * Thus nothing is copied but what is new, and several variations are written side by side.
 */
import { sightOf } from './attention.ts';
import type { RoundedMatrices } from './eight-bits.ts';
import { inEightBits } from './eight-bits.ts';
import { echoInputs } from './event-network.ts';
import type { EventNetwork } from './event-network.ts';
import type { Tensor } from './graph.ts';
import { Graph } from './graph.ts';
import type { CompiledGraph } from './onnx-encoding.ts';
import { encodeOnnx } from './onnx-encoding.ts';
import { less, where } from './operators.ts';
import type { Parameters } from './parameters.ts';
import { ParameterLayout } from './parameters.ts';
import { reshape, slice } from './shaping.ts';

export interface WritingShape {
  /** Variations side by side. */
  readonly sequences: number;
  /** New events of each in one run. */
  readonly length: number;
  /** Events that the store has room for. */
  readonly size: number;
  /** In how many bits the matrices are; 32 unless said. */
  readonly bits?: 8 | 32;
  /** In eight bits, what was rounded for other programs of the same numbers; what is new is added. */
  readonly rounded?: RoundedMatrices | undefined;
}

const unseen = -1e9;

/**
 * Inputs: `columns` int32 [sequences * length, columns]; `own` and `nextPlaces` [sequences, length, rulers]; `filled`
 * int32 [1], how many events of the store are there; `keys.L` and `values.L` of each layer,
 * [sequences, heads, size, width of a head]. Outputs: `thoughts` [sequences * length, heads * answering], and
 * `newKeys.L`, `newValues.L` [sequences, heads, length, width of a head]. Of new events, each sees those before it,
 * so that what is laid in at the end to fill up a run disturbs nobody.
 * @param withAnswers also the heads: an input `told` int32 [sequences * length, heads - 1] and outputs `answer.H`
 */
export function writingGraph(network: EventNetwork, vector: Float32Array, { sequences, length, size, bits, rounded }: WritingShape, withAnswers = false, metadata: Readonly<Record<string, string>> = {}): CompiledGraph {
  const graph = new Graph();
  const parameters = new ParameterLayout(network.parameters).fixed(graph, vector);
  const { columns, transformer: { layers, heads: lookers, width, rulers } } = network.settings;
  const rows = sequences * length;
  const newColumns = graph.input('columns', [rows, columns.length], 'int32');
  const places = { own: graph.input('own', [sequences, length, rulers.length]), next: graph.input('nextPlaces', [sequences, length, rulers.length]) };
  const numbers = graph.constant(Array.from({ length: size }, (_, i) => i), [1, 1, 1, size], 'int32', 'numbers');
  const every = Array.from({ length: layers }, (_, layer) => layer);
  const kept = (name: string): Tensor[] => every.map((layer) => graph.input(`${name}.${layer}`, [sequences, lookers, size, width / lookers]));
  const store = { keys: kept('keys'), values: kept('values'), sight: where(less(numbers, reshape(graph.input('filled', [1], 'int32'), [1, 1, 1, 1])), 0, unseen) };
  const order = graph.constant(Array.from({ length: rows }, (_, i) => i % length), [sequences, length], 'int32', 'order');
  const segments = graph.constant(new Int32Array(rows), [sequences, length], 'int32', 'segments');
  const { thoughts, seen } = network.goOn(parameters, newColumns, places, store, sightOf(segments, order));
  graph.output('thoughts', thoughts);
  for (const layer of every) {
    graph.output(`newKeys.${layer}`, seen.keys[layer]!);
    graph.output(`newValues.${layer}`, seen.values[layer]!);
  }
  if (withAnswers) writeAnswers(graph, network, parameters, thoughts, rows);
  if (bits === 8) inEightBits(graph, rounded);
  return encodeOnnx(graph, metadata);
}

/**
 * Inputs: `columns`, `own` and `nextPlaces` as of `writingGraph`, of one sequence. Outputs: `newKeys.L` and
 * `newValues.L` of each layer, [1, heads, length, width of a head]. Nobody asks about the context: what the last layer
 * finds in it and thinks of it is not computed. What is laid in at the end to fill up the length disturbs nobody.
 */
export function hearingGraph(network: EventNetwork, vector: Float32Array, { length, bits, rounded }: Omit<WritingShape, 'sequences' | 'size'>): CompiledGraph {
  const graph = new Graph();
  const parameters = new ParameterLayout(network.parameters).fixed(graph, vector);
  const { columns, transformer: { rulers } } = network.settings;
  const places = { own: graph.input('own', [1, length, rulers.length]), next: graph.input('nextPlaces', [1, length, rulers.length]) };
  const order = graph.constant(Array.from({ length }, (_, i) => i), [1, length], 'int32', 'order');
  const segments = graph.constant(new Int32Array(length), [1, length], 'int32', 'segments');
  const { keys, values } = network.transformer.apply(parameters, network.read(parameters, graph.input('columns', [length, columns.length], 'int32')), places, segments, order);
  keys.forEach((key, layer) => graph.output(`newKeys.${layer}`, key));
  values.forEach((value, layer) => graph.output(`newValues.${layer}`, value));
  if (bits === 8) inEightBits(graph, rounded);
  return encodeOnnx(graph);
}

/** An input `told` int32 [rows, heads - 1], those of `echoInputs`, and an output `answer.H` of each head. */
export function writeAnswers(graph: Graph, network: EventNetwork, parameters: Parameters, thoughts: Tensor, rows: number): void {
  const { heads } = network.settings;
  const told = graph.input('told', [rows, heads.length - 1], 'int32');
  const toldTo = heads.slice(1).map((_, i) => reshape(slice(told, 1, i, i + 1), [rows]));
  const echoes = echoInputs(graph, network, rows);
  heads.forEach((_, head) => graph.output(`answer.${head}`, network.answer(parameters, thoughts, head, toldTo.slice(0, head), echoes[head])));
}
