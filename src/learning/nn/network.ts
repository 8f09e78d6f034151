/**
 * A network is described once. The same description writes the program that learns from whole sequences, the one
 * that lets many environments take a step, and the one that answers a single question on stage.
 */
import { Dense } from './dense.ts';
import type { Tensor } from './graph.ts';
import { Graph } from './graph.ts';
import type { Initial } from './initial.ts';
import { balanced, orthogonal, zeros } from './initial.ts';
import { LayerNorm } from './layer-norm.ts';
import type { Sequences } from './lstm.ts';
import { Lstm } from './lstm.ts';
import type { CompiledGraph } from './onnx-encoding.ts';
import { encodeOnnx } from './onnx-encoding.ts';
import { add, relu, tanh } from './operators.ts';
import type { Parameters, ParameterSpec } from './parameters.ts';
import { ParameterLayout } from './parameters.ts';
import { reshape } from './shaping.ts';

export interface Network {
  readonly inputs: number;
  readonly outputs: number;
  /** Numbers remembered from step to step; 0 for a network without memory. */
  readonly memorySize: number;
  readonly parameters: readonly ParameterSpec[];
  /**
   * @param x shape [steps * sequences, inputs], step by step
   * @param memory shape [sequences, memorySize]; undefined where the network has none
   * @returns `output` of shape [steps * sequences, outputs], the memory after the last step, and where several networks
   * answer as one what each of them says alone
   */
  apply(parameters: Parameters, x: Tensor, memory: Tensor | undefined, sequences: Sequences): { readonly output: Tensor; readonly memory: Tensor | undefined; readonly alone?: readonly Tensor[] };
}

export interface RecurrentNetworkSettings {
  readonly inputs: number;
  readonly outputs: number;
  /** Width of the layer that reads the input; 0 for none. */
  readonly reading: number;
  /** Units of the LSTM; 0 for a network without memory. */
  readonly units: number;
  /** Width of the layer before the output; 0 for none. */
  readonly speaking: number;
  readonly activation: 'tanh' | 'relu';
  /** Normalise what the LSTM says. */
  readonly normalise: boolean;
  /** Let the input also act on the output directly. */
  readonly skip: boolean;
  /** Size of the first outputs: 0 makes an untrained network say nothing. */
  readonly outputGain: number;
}
export const defaultRecurrentNetwork: Omit<RecurrentNetworkSettings, 'inputs' | 'outputs'> =
  { reading: 64, units: 64, speaking: 48, activation: 'tanh', normalise: false, skip: false, outputGain: 1 };

/** Linear, LSTM, linear, output; each but the last may be left out. @param name begins the name of every parameter */
export function recurrentNetwork(name: string, settings: RecurrentNetworkSettings): Network {
  const { inputs, outputs } = settings;
  const activation = settings.activation === 'tanh' ? tanh : relu;
  let width = inputs;
  const dense = (part: string, to: number, initial: Initial): Dense => {
    const layer = new Dense(`${name}.${part}`, width, to, initial);
    width = to;
    return layer;
  };
  const hidden = orthogonal(settings.activation === 'tanh' ? 5 / 3 : Math.SQRT2);
  const reading = settings.reading > 0 ? dense('reading', settings.reading, hidden) : undefined;
  const lstm = settings.units > 0 ? new Lstm(`${name}.lstm`, width, settings.units) : undefined;
  if (lstm !== undefined) width = settings.units;
  const norm = settings.normalise ? new LayerNorm(`${name}.norm`, width) : undefined;
  const speaking = settings.speaking > 0 ? dense('speaking', settings.speaking, hidden) : undefined;
  const output = dense('output', outputs, settings.outputGain === 0 ? zeros : orthogonal(settings.outputGain));
  const skip = settings.skip ? new Dense(`${name}.skip`, inputs, outputs, settings.outputGain === 0 ? zeros : (random, shape) => balanced(random, shape).map((x) => x * settings.outputGain)) : undefined;
  return {
    inputs,
    outputs,
    memorySize: lstm?.memorySize ?? 0,
    parameters: [reading, lstm, norm, speaking, output, skip].flatMap((layer) => layer?.parameters ?? []),
    apply(parameters, x, memory, sequences) {
      let y = reading === undefined ? x : activation(reading.apply(parameters, x));
      let remembered: Tensor | undefined;
      if (lstm !== undefined) {
        if (memory === undefined) throw new RangeError(`the network ${name} needs its memory`);
        ({ output: y, memory: remembered } = lstm.apply(parameters, y, memory, sequences));
      }
      if (norm !== undefined) y = norm.apply(parameters, y);
      if (speaking !== undefined) y = activation(speaking.apply(parameters, y));
      const direct = skip?.apply(parameters, x);
      y = output.apply(parameters, y);
      return { output: direct === undefined ? y : add(y, direct), memory: remembered };
    },
  };
}

/**
 * The same small network for each of several groups of inputs: what one has learned all know. An untrained one says nothing.
 * @param inputs of each group @param hidden widths of the layers between
 */
export function sharedNetwork(name: string, { groups, inputs, hidden }: { readonly groups: number; readonly inputs: number; readonly hidden: readonly number[] }): Network {
  const widths = [inputs, ...hidden];
  const layers = hidden.map((width, i) => new Dense(`${name}.hidden${i}`, widths[i]!, width, orthogonal(5 / 3)));
  const output = new Dense(`${name}.output`, widths.at(-1)!, 1, zeros);
  return {
    inputs: groups * inputs,
    outputs: groups,
    memorySize: 0,
    parameters: [...layers, output].flatMap((layer) => layer.parameters),
    apply(parameters, x) {
      const rows = x.shape[0]!;
      const each = reshape(x, [rows * groups, inputs]);
      const said = output.apply(parameters, layers.reduce((y, layer) => tanh(layer.apply(parameters, y)), each));
      return { output: reshape(said, [rows, groups]), memory: undefined };
    },
  };
}

/**
 * The program that answers on stage, its parameters inside: `input` [1, inputs] and `memory` [1, memorySize] to
 * `output` [1, outputs] and `memory.next`.
 * @param vector the parameters in the order of `network.parameters`
 */
export function inferenceGraph(network: Network, vector: Float32Array, metadata: Readonly<Record<string, string>> = {}): CompiledGraph {
  const graph = new Graph();
  const parameters = new ParameterLayout(network.parameters).fixed(graph, vector);
  const x = graph.input('input', [1, network.inputs]);
  const before = network.memorySize > 0 ? graph.input('memory', [1, network.memorySize]) : undefined;
  const { output, memory } = network.apply(parameters, x, before, { steps: 1, sequences: 1 });
  graph.output('output', output);
  if (memory !== undefined) graph.output('memory.next', memory);
  return encodeOnnx(graph, metadata);
}
