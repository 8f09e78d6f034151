import { expect } from 'chai';
import type { InferenceModel } from '../../src/app/io/onnx-inference.ts';
import { OnnxInference, Unanswered } from '../../src/app/io/onnx-inference.ts';
import { Random } from '../../src/core/math/random.ts';
import { Graph } from '../../src/learning/nn/graph.ts';
import { defaultRecurrentNetwork, inferenceGraph, recurrentNetwork } from '../../src/learning/nn/network.ts';
import { encodeOnnx } from '../../src/learning/nn/onnx-encoding.ts';
import { add, logarithm } from '../../src/learning/nn/operators.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';

/** Remembers the sum of all it heard, and answers with it. */
function summing(): InferenceModel {
  const graph = new Graph();
  const y = add(graph.input('memory', [1, 1]), graph.input('input', [1, 1]));
  graph.output('output', y);
  graph.output('memory.next', add(y, 0));
  return { role: 'tempo', source: 'summing', bytes: encodeOnnx(graph).bytes };
}
/** The logarithm of the sum: not a number when the sum is below zero. */
function failing(): InferenceModel {
  const graph = new Graph();
  const y = add(graph.input('memory', [1, 1]), graph.input('input', [1, 1]));
  graph.output('output', logarithm(y));
  graph.output('memory.next', y);
  return { role: 'listening', source: 'failing', bytes: encodeOnnx(graph).bytes };
}
const one = (value: number): Float32Array => Float32Array.of(value);
const settled = async (answer: Promise<Float32Array>): Promise<number | string> =>
  answer.then((output) => output[0]!, (error: unknown) => (error instanceof Unanswered ? error.reason : String(error)));

describe('the networks on their threads', () => {
  let inference: OnnxInference | undefined;
  afterEach(async () => { await inference?.close(); inference = undefined; });

  it('answer in the order of the questions, remembering what came before', async () => {
    inference = await OnnxInference.open({ models: [summing()] });
    const heard: number[] = [];
    const answers = [1, 2, 3].map((x) => inference!.ask('tempo', one(x), false).then(([sum]) => { heard.push(sum!); return sum; }));
    expect(await Promise.all(answers)).to.deep.equal([1, 3, 6]);
    expect(heard).to.deep.equal([1, 3, 6]);
  });

  it('begin with empty memory when asked to', async () => {
    inference = await OnnxInference.open({ models: [summing()] });
    await inference.ask('tempo', one(5), false);
    expect(await settled(inference.ask('tempo', one(2), true))).to.equal(2);
  });

  it('keep a memory for each asker', async () => {
    inference = await OnnxInference.open({ models: [summing()] });
    const asked: (readonly [string, number])[] = [['a', 1], ['b', 10], ['a', 2], ['b', 20], ['b', 30], ['a', 3]];
    const answers = await Promise.all(asked.map(([asker, x]) => settled(inference!.ask('tempo', one(x), false, asker))));
    expect(answers).to.deep.equal([1, 10, 3, 30, 60, 6]);
  });

  it('drop everything and begin afresh when too many questions wait', async () => {
    const troubles: string[] = [];
    inference = await OnnxInference.open({ models: [summing()], longestQueue: 4, onTrouble: (trouble, questions) => troubles.push(`${trouble.reason} ${questions}`) });
    const answers = Array.from({ length: 6 }, (_, i) => settled(inference!.ask('tempo', one(i + 1), false)));
    expect(await Promise.all(answers)).to.deep.equal(['overflow', 'overflow', 'overflow', 'overflow', 5, 11]);
    expect(troubles).to.deep.equal(['overflow 4']);
  });

  it('report an answer that is not a number, and forget what led to it', async () => {
    const troubles: string[] = [];
    inference = await OnnxInference.open({ models: [failing()], onTrouble: (trouble) => troubles.push(trouble.reason) });
    expect(await settled(inference.ask('listening', one(-1), false))).to.equal('not-a-number');
    expect(await settled(inference.ask('listening', one(1), false))).to.equal(0);
    expect(troubles).to.deep.equal(['not-a-number']);
  });

  it('come back after their thread was killed, and lose only the open questions', async () => {
    const troubles: string[] = [];
    inference = await OnnxInference.open({ models: [summing()], onTrouble: (trouble) => troubles.push(trouble.reason) });
    await inference.ask('tempo', one(5), false);
    const open = settled(inference.ask('tempo', one(1), false));
    await inference.interrupt('tempo');
    expect(await open).to.be.oneOf(['thread-ended', 6]);
    let answer: number | string = 'thread-ended';
    while (answer === 'thread-ended') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      answer = await settled(inference.ask('tempo', one(7), false));
    }
    expect(answer).to.equal(7);
  });

  it('reject a question of a wrong size, one for a role without a model, and one after the end', async () => {
    inference = await OnnxInference.open({ models: [summing()] });
    expect(await settled(inference.ask('tempo', Float32Array.of(1, 2), false))).to.equal('failed');
    expect(await settled(inference.ask('infill', one(1), false))).to.equal('no-model');
    await inference.close();
    expect(await settled(inference.ask('tempo', one(1), false))).to.equal('closed');
  });

  it('are refused before the first note when they cannot be run', async () => {
    let fault: unknown;
    try {
      inference = await OnnxInference.open({ models: [{ role: 'tempo', source: 'models/broken.onnx', bytes: Uint8Array.of(1, 2, 3) }] });
    } catch (error) {
      fault = error;
    }
    expect(String(fault)).to.contain('models/broken.onnx: must be a model that can be run');
  });

  it('answer the small policy in the blink of an eye', async () => {
    const network = recurrentNetwork('policy', { ...defaultRecurrentNetwork, inputs: 63, outputs: 2, skip: true });
    const { bytes } = inferenceGraph(network, new ParameterLayout(network.parameters).initial(new Random(1)));
    inference = await OnnxInference.open({ models: [{ role: 'tempo', source: 'policy', bytes }] });
    const random = new Random(2);
    const waits: number[] = [];
    for (let i = 0; i < 200; i++) {
      const input = Float32Array.from({ length: 63 }, () => random.normal());
      const asked = performance.now();
      const output = await inference.ask('tempo', input, false);
      waits.push(performance.now() - asked);
      expect(output).to.have.length(2);
    }
    // The tail belongs to the machine; `bench nn` shows it.
    expect(waits.sort((a, b) => a - b)[100]).to.be.below(5);
  });
});
