import { expect } from 'chai';
import { OnnxTraining } from '../../src/app/io/onnx-training.ts';
import { Random } from '../../src/core/math/random.ts';
import { quantile } from '../../src/core/math/statistics.ts';
import { adamStateOf, writeAdamStep } from '../../src/learning/nn/adam.ts';
import { gradientsOf } from '../../src/learning/nn/autodiff.ts';
import { Graph } from '../../src/learning/nn/graph.ts';
import { defaultRecurrentNetwork, inferenceGraph, recurrentNetwork } from '../../src/learning/nn/network.ts';
import type { CompiledGraph } from '../../src/learning/nn/onnx-encoding.ts';
import { encodeOnnx, readOnnx } from '../../src/learning/nn/onnx-encoding.ts';
import { add, logarithm, multiply, sigmoid, square, subtract } from '../../src/learning/nn/operators.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { average } from '../../src/learning/nn/reductions.ts';
import { sum } from '../../src/learning/nn/shaping.ts';

const delay = 5;
const steps = 12;
const sequences = 16;

/** Says at each step the bit it was given `delay` steps ago. */
function bits(random: Random): { x: Float32Array; y: Float32Array; counts: Float32Array } {
  const x = Float32Array.from({ length: steps * sequences }, () => random.below(2));
  const row = (step: number, sequence: number): number => step * sequences + sequence;
  const y = new Float32Array(x.length);
  const counts = new Float32Array(x.length);
  for (let step = delay; step < steps; step++) for (let s = 0; s < sequences; s++) { y[row(step, s)] = x[row(step - delay, s)]!; counts[row(step, s)] = 1; }
  return { x, y, counts };
}

const network = recurrentNetwork('copy', { ...defaultRecurrentNetwork, inputs: 1, outputs: 1, reading: 0, units: 12, speaking: 0 });
const layout = new ParameterLayout(network.parameters);

function copyGraph(): CompiledGraph {
  const graph = new Graph();
  const parameters = graph.input('parameters', [layout.size]);
  const rows = steps * sequences;
  const { output } = network.apply(layout.open(parameters), graph.input('x', [rows, 1]), graph.input('memory', [sequences, network.memorySize]), { steps, sequences });
  const y = graph.input('y', [rows, 1]);
  const counts = graph.input('counts', [rows, 1]);
  const said = sigmoid(output);
  const surprise = add(multiply(y, logarithm(add(said, 1e-6))), multiply(subtract(1, y), logarithm(subtract(1 + 1e-6, said))));
  const loss = multiply(sum(multiply(surprise, counts)), -1 / ((steps - delay) * sequences));
  writeAdamStep(graph, parameters, gradientsOf(loss, [parameters])[0]!);
  graph.output('loss', loss);
  return encodeOnnx(graph);
}

describe('the training thread', () => {
  let training: OnnxTraining | undefined;
  afterEach(async () => { await training?.close(); training = undefined; });

  const learn = async (updates: number): Promise<{ losses: number[]; parameters: Float32Array }> => {
    training = new OnnxTraining();
    const graph = copyGraph();
    const random = new Random(11);
    const state = adamStateOf(layout.initial(new Random(4)));
    await training.run({ graph, feeds: { ...state, ...bits(random), learningRate: Float32Array.of(0.02) }, outputs: [] });
    const losses: number[] = [];
    for (let i = 1; i < updates; i++) losses.push((await training.run({ graph, feeds: bits(random), outputs: ['loss'] }))['loss']![0]!);
    const { 'parameters.next': parameters } = await training.run({ graph, feeds: bits(random), outputs: ['parameters.next'] });
    await training.close();
    return { losses, parameters: parameters! };
  };

  it('teaches an LSTM to say a bit again five steps later', async function () {
    this.timeout(30_000);
    const { losses, parameters } = await learn(600);
    expect(losses[0]).to.be.closeTo(Math.LN2, 0.15);
    // A single draw of sequences may be a hard one; who does not remember stays at log 2.
    expect(quantile(losses.slice(-50), 0.5)).to.be.below(0.1);
    // What was learned goes into a file that says the same, one step at a time.
    const { bytes } = inferenceGraph(network, parameters);
    expect(layout.read(readOnnx(bytes))).to.deep.equal(parameters);
  });

  it('gives bit for bit the same when it learns twice from the same seed', async () => {
    const [first, second] = [await learn(20), await learn(20)];
    expect(first.parameters).to.deep.equal(second.parameters);
    expect(first.losses).to.deep.equal(second.losses);
  });

  it('says what is wrong, and goes on', async () => {
    training = new OnnxTraining();
    const graph = new Graph();
    graph.output('y', multiply(graph.input('x', [2]), 2));
    const compiled = encodeOnnx(graph);
    const wrong = async (run: () => Promise<unknown>): Promise<string> => run().then(() => 'nothing', (error: unknown) => String(error));
    expect(await wrong(() => training!.run({ graph: compiled, feeds: { x: Float32Array.of(1) }, outputs: ['y'] }))).to.contain('has 2 numbers, not 1');
    expect(await wrong(() => training!.run({ graph: { ...compiled, bytes: Uint8Array.of(9) }, feeds: {}, outputs: ['y'] }))).to.contain('training program failed');
    expect((await training.run({ graph: compiled, feeds: { x: Float32Array.of(1, 4) }, outputs: ['y'] }))['y']).to.deep.equal(Float32Array.of(2, 8));
    await training.close();
    expect(await wrong(() => training!.run({ graph: compiled, feeds: {}, outputs: [] }))).to.contain('ended');
  });
});

describe('Adam', () => {
  /** Loss: the mean of (parameters - target)^2. */
  const adamGraph = (largestNorm: number): CompiledGraph => {
    const graph = new Graph();
    const parameters = graph.input('parameters', [3]);
    const loss = average(square(subtract(parameters, graph.input('target', [3]))));
    writeAdamStep(graph, parameters, gradientsOf(loss, [parameters])[0]!, { momentum: 0.9, squareMomentum: 0.999, floor: 1e-8, largestNorm, weightDecay: 0 });
    return encodeOnnx(graph);
  };
  let training: OnnxTraining | undefined;
  afterEach(async () => { await training?.close(); });

  for (const largestNorm of [Infinity, 0.5]) {
    it(`takes the steps of the paper, gradients ${largestNorm === Infinity ? 'as they are' : 'scaled down'}`, async () => {
      training = new OnnxTraining();
      const graph = adamGraph(largestNorm);
      const target = [1, -2, 0.5];
      let [p, m, v] = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
      let feeds: Record<string, Float32Array> = { ...adamStateOf(new Float32Array(3)), target: Float32Array.from(target), learningRate: Float32Array.of(0.1) };
      for (let t = 1; t <= 5; t++) {
        let g = p.map((x, i) => (2 * (x - target[i]!)) / 3);
        const norm = Math.hypot(...g);
        if (norm > largestNorm) g = g.map((x) => (x * largestNorm) / (norm + 1e-6));
        m = m.map((x, i) => 0.9 * x + 0.1 * g[i]!);
        v = v.map((x, i) => 0.999 * x + 0.001 * g[i]! ** 2);
        p = p.map((x, i) => x - (0.1 * (m[i]! / (1 - 0.9 ** t))) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 1e-8));
        const outputs = await training.run({ graph, feeds, outputs: ['parameters.next', 'gradientNorm', 'count.next'] });
        feeds = {};
        outputs['parameters.next']!.forEach((x, i) => expect(x).to.be.closeTo(p[i]!, 2e-5));
        expect(outputs['gradientNorm']![0]).to.be.closeTo(norm, 1e-5);
        expect(outputs['count.next']![0]).to.equal(t);
      }
    });
  }

  it('leaves everything as it is when the gradient is not a number', async () => {
    training = new OnnxTraining();
    const outputs = await training.run({
      graph: adamGraph(1), outputs: ['parameters.next', 'mean.next', 'count.next'],
      feeds: { ...adamStateOf(Float32Array.of(1, 2, 3)), target: Float32Array.of(NaN, 0, 0), learningRate: Float32Array.of(0.1) },
    });
    expect(outputs['parameters.next']).to.deep.equal(Float32Array.of(1, 2, 3));
    expect(outputs['mean.next']).to.deep.equal(new Float32Array(3));
    expect(outputs['count.next']![0]).to.equal(0);
  });
});
