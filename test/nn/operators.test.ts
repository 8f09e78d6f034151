import { expect } from 'chai';
import { gradientsOf } from '../../src/learning/nn/autodiff.ts';
import { checkGradient } from '../../src/learning/nn/gradient-check.ts';
import type { Shape, Tensor } from '../../src/learning/nn/graph.ts';
import { Graph } from '../../src/learning/nn/graph.ts';
import { chosen, oneHot, rowsOf } from '../../src/learning/nn/indexing.ts';
import { normaliseRows } from '../../src/learning/nn/layer-norm.ts';
import {
  absolute, add, atLeast, clip, constantly, divide, exponential, greater, logarithm, maximum, minimum, multiply, negate, relu, sigmoid, silu, sine, cosine, square, squareRoot, subtract, tanh, total, where,
} from '../../src/learning/nn/operators.ts';
import { attend, intoHeads, outOfHeads, turn, turnsOf } from '../../src/learning/nn/attention.ts';
import { rmsRows, RmsNorm } from '../../src/learning/nn/rms-norm.ts';
import { surprise } from '../../src/learning/nn/surprise.ts';
import { affine, matrixProduct, rowProduct } from '../../src/learning/nn/products.ts';
import { average, euclideanNorm, logSoftmax, softmax } from '../../src/learning/nn/reductions.ts';
import { concatenate, repeat, reshape, slice, split, sum, transpose } from '../../src/learning/nn/shaping.ts';
import { interpret } from '../support/interpreter.ts';
import { compute, noise, worstDifference } from '../support/networks.ts';

interface Case {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly build: (...x: Tensor[]) => Tensor;
  /** Of the random inputs. */
  readonly range?: readonly [number, number];
}
const indices = (x: Tensor, ...values: number[]): Tensor => x.graph.constant(values, [values.length], 'int32');

const cases: readonly Case[] = [
  { name: 'add', shapes: [[3, 4], [3, 4]], build: (a, b) => add(a!, b!) },
  { name: 'add, a row to every row', shapes: [[3, 4], [4]], build: (a, b) => add(a!, b!) },
  { name: 'add, a column and a row', shapes: [[3, 1], [1, 4]], build: (a, b) => add(a!, b!) },
  { name: 'subtract', shapes: [[2, 3], [3]], build: (a, b) => subtract(a!, b!) },
  { name: 'subtract from a number', shapes: [[2, 3]], build: (a) => subtract(1, a!) },
  { name: 'multiply', shapes: [[2, 3], [2, 1]], build: (a, b) => multiply(a!, b!) },
  { name: 'multiply by a scalar', shapes: [[2, 3], []], build: (a, b) => multiply(a!, b!) },
  { name: 'multiply by itself', shapes: [[5]], build: (a) => multiply(a!, a!) },
  { name: 'divide', shapes: [[2, 3], [1, 3]], range: [0.5, 2], build: (a, b) => divide(a!, b!) },
  { name: 'maximum', shapes: [[4, 3], [3]], build: (a, b) => maximum(a!, b!) },
  { name: 'minimum', shapes: [[4, 3], []], build: (a, b) => minimum(a!, b!) },
  { name: 'negate', shapes: [[4]], build: (a) => negate(a!) },
  { name: 'tanh', shapes: [[4, 3]], build: (a) => tanh(a!) },
  { name: 'sigmoid', shapes: [[4, 3]], build: (a) => sigmoid(a!) },
  { name: 'relu', shapes: [[4, 3]], build: (a) => relu(a!) },
  { name: 'exponential', shapes: [[4, 3]], build: (a) => exponential(a!) },
  { name: 'logarithm', shapes: [[4, 3]], range: [0.3, 3], build: (a) => logarithm(a!) },
  { name: 'square root', shapes: [[4, 3]], range: [0.3, 3], build: (a) => squareRoot(a!) },
  { name: 'square', shapes: [[4, 3]], build: (a) => square(a!) },
  { name: 'absolute', shapes: [[4, 3]], build: (a) => absolute(a!) },
  { name: 'clip', shapes: [[4, 5]], build: (a) => clip(a!, -0.8, 1.1) },
  { name: 'where', shapes: [[4, 3], [3]], build: (a, b) => where(greater(a!, 0.2), multiply(a!, 3), b!) },
  { name: 'where, at least', shapes: [[4], [4]], build: (a, b) => where(atLeast(a!, b!), b!, a!) },
  { name: 'total of three', shapes: [[2, 2], [2, 2], [2, 2]], build: (a, b, c) => total([a!, b!, multiply(c!, c!)]) },
  { name: 'affine', shapes: [[5, 3], [3, 4], [4]], build: (x, w, b) => affine(x!, w!, b!) },
  { name: 'affine with a matrix to add', shapes: [[5, 3], [3, 4], [5, 4]], build: (x, w, b) => affine(x!, w!, b!) },
  { name: 'affine, weights used twice', shapes: [[5, 3], [3, 3]], build: (x, w) => affine(tanh(affine(x!, w!)), w!) },
  { name: 'affine, the same matrix on both sides', shapes: [[3, 3]], build: (x) => affine(x!, x!) },
  { name: 'row product', shapes: [[5, 2], [5, 3]], build: (a, b) => rowProduct(a!, b!) },
  { name: 'matrix product', shapes: [[2, 3, 4], [2, 4, 2]], build: (a, b) => matrixProduct(a!, b!) },
  { name: 'matrix product, one matrix for all', shapes: [[2, 3, 4], [4, 2]], build: (a, b) => matrixProduct(a!, b!) },
  { name: 'reshape', shapes: [[3, 4]], build: (a) => square(reshape(a!, [2, 6])) },
  { name: 'transpose', shapes: [[2, 3, 4]], build: (a) => square(transpose(a!, [2, 0, 1])) },
  { name: 'concatenate', shapes: [[2, 3], [2, 1]], build: (a, b) => square(concatenate([a!, b!, a!], 1)) },
  { name: 'split, one part unused', shapes: [[6, 2]], build: (a) => { const [x, , z] = split(a!, [1, 3, 2], 0); return multiply(x!, z!); } },
  { name: 'slice', shapes: [[3, 6]], build: (a) => multiply(slice(a!, 1, 1, 3), slice(a!, 1, 4, 6)) },
  { name: 'sum', shapes: [[3, 4]], build: (a) => square(sum(a!)) },
  { name: 'sum along an axis', shapes: [[3, 4, 2]], build: (a) => square(sum(a!, [0, 2])) },
  { name: 'repeat', shapes: [[3, 1]], build: (a) => repeat(a!, [3, 4]) },
  { name: 'average', shapes: [[3, 4]], build: (a) => square(average(a!, [1])) },
  { name: 'softmax', shapes: [[3, 4]], build: (a) => softmax(a!) },
  { name: 'log softmax', shapes: [[3, 4]], build: (a) => logSoftmax(a!) },
  { name: 'norm', shapes: [[3, 4]], build: (a) => euclideanNorm(a!) },
  { name: 'layer norm', shapes: [[3, 5], [5], [5]], build: (x, scale, shift) => normaliseRows(x!, scale!, shift!) },
  { name: 'rows of a table, one of them twice', shapes: [[4, 3]], build: (table) => rowsOf(table!, indices(table!, 2, 0, 2)) },
  { name: 'sine and cosine', shapes: [[4, 3]], build: (a) => multiply(sine(a!), cosine(multiply(a!, 3))) },
  { name: 'silu', shapes: [[4, 3]], build: (a) => silu(a!) },
  { name: 'root mean square norm', shapes: [[3, 5]], build: (a) => rmsRows(a!) },
  { name: 'root mean square norm with a scale', shapes: [[3, 5], [5]], build: (a, scale) => new RmsNorm('norm', 5).apply(() => scale!, a!) },
  { name: 'turning by musical time', shapes: [[2, 1, 3, 6]], build: (x) => turn(x!, turnsOf(x!.graph.constant([0, 0, 1, 1, 1.5, 2, 0, 0, 0.25, 1, 4, 2], [2, 3, 2], 'float', 'places'), [{ pairs: 2, shortest: 2, longest: 8 }, { pairs: 1, shortest: 5, longest: 5 }], 0.7)) },
  { name: 'attention', shapes: [[2, 2, 3, 4], [2, 2, 3, 4], [2, 2, 3, 4]], build: (q, k, v) => attend(q!, k!, v!, q!.graph.constant([0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0], [1, 1, 3, 3])) },
  { name: 'into heads and back', shapes: [[6, 4]], build: (x) => outOfHeads(square(intoHeads(x!, 2, 2))) },
  { name: 'surprise', shapes: [[3, 4]], build: (x) => surprise(x!, indices(x!, 3, 0, 1)) },
  { name: 'chosen', shapes: [[3, 4]], build: (x) => chosen(logSoftmax(x!), indices(x!, 3, 0, 1)) },
];

describe('each operator', () => {
  for (const { name, shapes, build, range } of cases) {
    it(`agrees with plain arithmetic, and its gradient with finite differences: ${name}`, async () => {
      const graph = new Graph();
      const inputs = shapes.map((shape, i) => graph.input(`x${i}`, shape));
      const y = build(...inputs);
      // A different weight for every element, so that none can hide behind another.
      const loss = sum(multiply(y, graph.constant(noise(`${name} weights`, y.shape, 0.5, 1.5), y.shape, 'float', 'weights')));
      graph.output('y', y);
      graph.output('loss', loss);
      gradientsOf(loss, inputs).forEach((gradient, i) => {
        expect(gradient.shape).to.deep.equal(shapes[i]);
        graph.output(`gradient ${i}`, gradient);
      });
      const feeds = Object.fromEntries(shapes.map((shape, i) => [`x${i}`, noise(`${name} ${i}`, shape, ...(range ?? [-2, 2]))]));

      const ours = interpret(graph, feeds);
      const theirs = await compute(graph, feeds);
      for (const output of graph.outputs.keys()) expect(worstDifference(theirs[output]!, ours[output]!), output).to.be.below(2e-5);

      for (let i = 0; i < shapes.length; i++) {
        const check = checkGradient(Float64Array.from(feeds[`x${i}`]!), theirs[`gradient ${i}`]!);
        let step = check.next();
        while (step.done !== true) step = check.next(interpret(graph, { ...feeds, [`x${i}`]: step.value })['loss']![0]!);
        expect(step.value.worst, `input ${i} at ${step.value.index}: ${step.value.claimed} but ${step.value.measured}`).to.be.below(2e-5);
      }
    });
  }

  it('that is a mere comparison or a constant lets no gradient through', () => {
    const graph = new Graph();
    const x = graph.input('x', [3]);
    expect(() => gradientsOf(sum(constantly(x)), [x])).to.throw(RangeError, 'does not depend');
    expect(() => gradientsOf(sum(oneHot(graph.input('index', [3], 'int32'), 2)), [x])).to.throw(RangeError, 'does not depend');
  });

  it('refuses shapes that do not fit', () => {
    const graph = new Graph();
    const a = graph.input('a', [2, 3]);
    expect(() => add(a, graph.input('b', [2]))).to.throw(RangeError, 'do not fit');
    expect(() => affine(a, graph.input('c', [2, 3]))).to.throw(RangeError, 'cannot be multiplied');
    expect(() => reshape(a, [7])).to.throw(RangeError, 'cannot take the shape');
  });
});

describe('a gradient check', () => {
  it('finds a wrong gradient, and where', () => {
    const check = checkGradient(Float64Array.of(1, 2, 3), [2, 4.1, 6]);
    let step = check.next();
    while (step.done !== true) step = check.next(step.value.reduce((a, x) => a + x * x, 0));
    expect(step.value.index).to.equal(1);
    expect(step.value.worst).to.be.closeTo(0.1 / 4.1, 1e-3);
  });
});
