/** `bench nn`: what a step of learning and an answer on stage cost on this machine. */
import { performance } from 'node:perf_hooks';
import { Random } from '../../../core/math/random.ts';
import { median, quantile, rounded } from '../../../core/math/statistics.ts';
import { adamStateOf, writeAdamStep } from '../../../learning/nn/adam.ts';
import { gradientsOf } from '../../../learning/nn/autodiff.ts';
import type { Tensor } from '../../../learning/nn/graph.ts';
import { Graph } from '../../../learning/nn/graph.ts';
import type { Network } from '../../../learning/nn/network.ts';
import { inferenceGraph, recurrentNetwork } from '../../../learning/nn/network.ts';
import type { CompiledGraph } from '../../../learning/nn/onnx-encoding.ts';
import { encodeOnnx } from '../../../learning/nn/onnx-encoding.ts';
import { square, subtract } from '../../../learning/nn/operators.ts';
import { ParameterLayout } from '../../../learning/nn/parameters.ts';
import { affine, affineBackwards, rowProduct } from '../../../learning/nn/products.ts';
import { average } from '../../../learning/nn/reductions.ts';
import { concatenate, split } from '../../../learning/nn/shaping.ts';
import { GraphSession } from '../../io/graph-session.ts';
import { OnnxInference } from '../../io/onnx-inference.ts';

export interface NnBenchOptions {
  /** Steps of learning to be timed. */
  readonly steps?: number;
  /** Questions to be timed. */
  readonly questions?: number;
}
export interface NnBenchResult {
  /** Forward, backward and Adam: an LSTM of 64 units on 64 inputs, 64 steps, 32 sequences, one thread. */
  readonly lstm: {
    readonly parameters: number;
    /** Operations of the program, and what it takes to write it down and to open it. */
    readonly operations: number;
    readonly writeMs: number;
    readonly openMs: number;
    readonly stepMs: { readonly median: number; readonly min: number; readonly p99: number };
    /** The step's products of matrices alone, of the same shapes, in turns with the steps: what this machine takes just now. */
    readonly products: { readonly medianMs: number; readonly minMs: number; readonly cpuMs: number };
    /** Processor time of the step over that of its products: says the same on a fast machine and a slow one, or a busy one. */
    readonly ratio: number;
    /** Processor time a step, which other programs on the machine disturb less. */
    readonly cpuMs: number;
  };
  /** A question to a policy of 63 inputs, a layer of 64, an LSTM of 64 and 2 outputs, there and back across threads. */
  readonly answer: { readonly parameters: number; readonly questions: number; readonly medianMs: number; readonly p99Ms: number; readonly maxMs: number };
}

const units = 64;
const lengths = { steps: 64, sequences: 32 };

export async function benchNn({ steps = 100, questions = 2000 }: NnBenchOptions = {}): Promise<NnBenchResult> {
  return { lstm: await timeLearning(steps), answer: await timeAnswers(questions) };
}

async function timeLearning(steps: number): Promise<NnBenchResult['lstm']> {
  const started = performance.now();
  const network = recurrentNetwork('bench', { inputs: units, outputs: 2, reading: 0, units, speaking: 0, activation: 'tanh', normalise: false, skip: false, outputGain: 1 });
  const layout = new ParameterLayout(network.parameters);
  const { compiled, operations } = learningGraph(network, layout);
  const written = performance.now();
  const session = await GraphSession.open(compiled.bytes);
  const opened = performance.now();
  const random = new Random(1);
  for (const [name, values] of Object.entries(adamStateOf(layout.initial(random)))) session.set(name, values as Float32Array);
  for (const name of ['x', 'y']) session.input(name).forEach((_, i, data) => { data[i] = random.normal(); });
  session.input('learningRate')[0] = 1e-3;
  const products = await GraphSession.open(productsGraph().bytes);
  for (const name of ['x', 'd', 'weights', 'recurrentWeights']) products.input(name).forEach((_, i, data) => { data[i] = random.normal(); });
  for (let i = 0; i < 5; i++) {
    await session.run();
    await products.run();
  }
  const step = new Stopwatch(steps);
  const itsProducts = new Stopwatch(steps);
  for (let i = 0; i < steps; i++) {
    await step.time(() => session.run());
    await itsProducts.time(() => products.run());
  }
  await session.close();
  await products.close();
  return {
    parameters: layout.size, operations, writeMs: toMicroseconds(written - started), openMs: toMicroseconds(opened - written),
    stepMs: { median: toMicroseconds(median(step.times)), min: toMicroseconds(Math.min(...step.times)), p99: toMicroseconds(quantile(step.times, 0.99)) },
    products: { medianMs: toMicroseconds(median(itsProducts.times)), minMs: toMicroseconds(Math.min(...itsProducts.times)), cpuMs: toMicroseconds(itsProducts.cpuMs) },
    ratio: rounded(step.cpuMs / itsProducts.cpuMs, 2),
    cpuMs: toMicroseconds(step.cpuMs),
  };
}

function learningGraph(network: Network, layout: ParameterLayout): { compiled: CompiledGraph; operations: number } {
  const graph = new Graph();
  const { steps, sequences } = lengths;
  const rows = steps * sequences;
  const vector = graph.input('parameters', [layout.size]);
  const { output } = network.apply(layout.open(vector), graph.input('x', [rows, network.inputs]), graph.input('memory', [sequences, network.memorySize]),
    { steps, sequences, begins: graph.input('begins', [rows, 1]) });
  const loss = average(square(subtract(output, graph.input('y', [rows, network.outputs]))));
  graph.output('loss', loss);
  writeAdamStep(graph, vector, gradientsOf(loss, [vector])[0]!);
  return { compiled: encodeOnnx(graph), operations: graph.nodes.length };
}

class Stopwatch {
  /** Milliseconds of each run; not a number until it was timed. */
  readonly times: Float64Array;
  #runs = 0;
  #cpu = 0;

  constructor(runs: number) {
    this.times = new Float64Array(runs).fill(NaN);
  }

  async time(run: () => Promise<void>): Promise<void> {
    const before = process.cpuUsage();
    const begun = performance.now();
    await run();
    this.times[this.#runs++] = performance.now() - begun;
    const { user, system } = process.cpuUsage(before);
    this.#cpu += user + system;
  }

  /** Processor time of a run in the mean. */
  get cpuMs(): number {
    return this.#cpu / 1000 / this.#runs;
  }
}

/** What is heard of the input, then step by step what is heard of oneself; back again; and the gradients of both weights. */
function productsGraph(): CompiledGraph {
  const graph = new Graph();
  const { steps, sequences } = lengths;
  const rows = steps * sequences;
  const inSteps = (all: Tensor): readonly Tensor[] => split(all, Array.from({ length: steps }, () => sequences), 0);
  const x = graph.input('x', [rows, units]);
  const d = graph.input('d', [rows, 4 * units]);
  const recurrentWeights = graph.input('recurrentWeights', [units, 4 * units]);
  graph.output('heard', affine(x, graph.input('weights', [units, 4 * units])));
  graph.output('forwards', concatenate(inSteps(x).map((last) => affine(last, recurrentWeights)), 0));
  graph.output('backwards', concatenate(inSteps(d).map((sums) => affineBackwards(sums, recurrentWeights)), 0));
  // Both have the same gradient on their right: one product gives the two.
  graph.output('gradients', rowProduct(concatenate([x, x], 1), d));
  return encodeOnnx(graph);
}

async function timeAnswers(questions: number): Promise<NnBenchResult['answer']> {
  const network = recurrentNetwork('policy', { inputs: 63, outputs: 2, reading: 64, units, speaking: 48, activation: 'tanh', normalise: false, skip: true, outputGain: 0 });
  const layout = new ParameterLayout(network.parameters);
  const { bytes } = inferenceGraph(network, layout.initial(new Random(1)));
  const inference = await OnnxInference.open({ models: [{ role: 'tempo', source: 'bench', bytes }] });
  const random = new Random(2);
  const times = new Float64Array(questions);
  for (let i = 0; i < questions; i++) {
    const input = Float32Array.from({ length: network.inputs }, () => random.normal());
    const asked = performance.now();
    await inference.ask('tempo', input, i === 0);
    times[i] = performance.now() - asked;
  }
  await inference.close();
  return { parameters: layout.size, questions, medianMs: toMicroseconds(median(times)), p99Ms: toMicroseconds(quantile(times, 0.99)), maxMs: toMicroseconds(Math.max(...times)) };
}

const toMicroseconds = (milliseconds: number): number => rounded(milliseconds, 3);
