/**
 * The networks of that configuration: an LSTM goes over the window anew at every onset, beside it an encoder of the
 * reference, and the takes go through one projector and a gate that at first lets in nearly only the newest.
 */
import { Dense } from '../nn/dense.ts';
import type { Tensor } from '../nn/graph.ts';
import { orthogonal } from '../nn/initial.ts';
import { Lstm } from '../nn/lstm.ts';
import type { Network } from '../nn/network.ts';
import { add, multiply, tanh } from '../nn/operators.ts';
import type { Parameters, ParameterSpec } from '../nn/parameters.ts';
import { softmax } from '../nn/reductions.ts';
import { concatenate, slice, split } from '../nn/shaping.ts';
import { youchestraSize, youchestraTakes, youchestraWindow } from './youchestra.ts';

const units = 64;
const referenceWidth = 32;
const memoryWidth = 64;
/** What the gate lets in of each take at first, newest first. */
const firstGate = [0.9, 0.09, 0.009] as const;

/** Says the log of the speed; it is clipped where it is used. */
export function youchestraActor(): Network {
  const window = windowReader('youchestra');
  const encoder = new Dense('youchestra.reference', youchestraWindow, referenceWidth, orthogonal(5 / 3));
  const projector = new Dense('youchestra.memory', youchestraWindow, memoryWidth, orthogonal(5 / 3));
  const gate: ParameterSpec = { name: 'youchestra.gate', shape: [1, youchestraTakes], initial: () => Float32Array.from(firstGate, Math.log) };
  const output = new Dense('youchestra.output', units + referenceWidth + memoryWidth + 1, 1, orthogonal(0.01));
  return {
    inputs: youchestraSize, outputs: 1, memorySize: 0,
    parameters: [...window.parameters, ...encoder.parameters, ...projector.parameters, gate, ...output.parameters],
    apply(parameters, x) {
      const { reference, memory, known, place } = partsOf(x);
      const shares = split(multiply(softmax(parameters(gate.name)), known), new Array<number>(youchestraTakes).fill(1), 1);
      const takes = memory.map((take, k) => multiply(tanh(projector.apply(parameters, take)), shares[k]!));
      const seen = concatenate([window.read(parameters, x), tanh(encoder.apply(parameters, reference)), takes.reduce((a, b) => add(a, b)), place], 1);
      return { output: output.apply(parameters, seen), memory: undefined };
    },
  };
}

export function youchestraCritic(): Network {
  const window = windowReader('critic');
  const output = new Dense('critic.output', units, 1, orthogonal(1));
  return {
    inputs: youchestraSize, outputs: 1, memorySize: 0, parameters: [...window.parameters, ...output.parameters],
    apply: (parameters, x) => ({ output: output.apply(parameters, window.read(parameters, x)), memory: undefined }),
  };
}

interface WindowReader {
  readonly parameters: readonly ParameterSpec[];
  /** @returns what the LSTM says after the last interval: shape [rows, units] */
  read(parameters: Parameters, x: Tensor): Tensor;
}

function windowReader(name: string): WindowReader {
  const lstm = new Lstm(`${name}.lstm`, 3, units);
  return {
    parameters: lstm.parameters,
    read(parameters, x) {
      const rows = x.shape[0]!;
      const { solo, reference, bars } = partsOf(x);
      const columns = [solo, reference, bars].map((part) => split(part, new Array<number>(youchestraWindow).fill(1), 1));
      const steps = Array.from({ length: youchestraWindow }, (_, k) => concatenate(columns.map((column) => column[k]!), 1));
      const empty = x.graph.constant(new Float32Array(rows * lstm.memorySize), [rows, lstm.memorySize]);
      const { output } = lstm.apply(parameters, concatenate(steps, 0), empty, { steps: youchestraWindow, sequences: rows });
      return slice(output, 0, (youchestraWindow - 1) * rows, youchestraWindow * rows);
    },
  };
}

function partsOf(x: Tensor) {
  const [solo, reference, bars, ...rest] = split(x, [...new Array<number>(3 + youchestraTakes).fill(youchestraWindow), youchestraTakes, 1], 1) as [Tensor, Tensor, Tensor, ...Tensor[]];
  return { solo, reference, bars, memory: rest.slice(0, youchestraTakes), known: rest[youchestraTakes]!, place: rest[youchestraTakes + 1]! };
}
