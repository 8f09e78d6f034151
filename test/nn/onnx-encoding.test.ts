import { expect } from 'chai';
import { GraphSession } from '../../src/app/io/graph-session.ts';
import { Random } from '../../src/core/math/random.ts';
import { Dense } from '../../src/learning/nn/dense.ts';
import { Graph } from '../../src/learning/nn/graph.ts';
import { encodeOnnx, readOnnx } from '../../src/learning/nn/onnx-encoding.ts';
import { add, multiply, tanh } from '../../src/learning/nn/operators.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';

describe('a model file', () => {
  const dense = new Dense('head', 3, 2);
  const layout = new ParameterLayout(dense.parameters);
  const vector = layout.initial(new Random(3));

  it('gives back its parameters and what was written beside them', () => {
    const graph = new Graph();
    graph.output('y', tanh(dense.apply(layout.fixed(graph, vector), graph.input('x', [1, 3]))));
    const { bytes } = encodeOnnx(graph, { observation: 'tempo-3' });
    const contents = readOnnx(bytes);
    expect(layout.read(contents)).to.deep.equal(vector);
    expect(contents.metadata).to.deep.equal({ observation: 'tempo-3' });
  });

  it('is byte for byte the same when written twice', () => {
    const written = (): Uint8Array => {
      const graph = new Graph();
      graph.output('y', dense.apply(layout.fixed(graph, vector), graph.input('x', [1, 3])));
      return encodeOnnx(graph).bytes;
    };
    expect(written()).to.deep.equal(written());
  });

  it('leaves out what no output needs', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    multiply(x, graph.constant([3, 4], [2], 'float', 'unused'));
    graph.output('y', add(x, graph.constant([1, 2], [2], 'float', 'used')));
    expect([...readOnnx(encodeOnnx(graph).bytes).constants.keys()]).to.deep.equal(['used']);
  });

  it('of another network is refused', () => {
    const graph = new Graph();
    graph.output('y', dense.apply(layout.fixed(graph, vector), graph.input('x', [1, 3])));
    const contents = readOnnx(encodeOnnx(graph).bytes);
    expect(() => new ParameterLayout(new Dense('head', 3, 4).parameters).read(contents)).to.throw(RangeError, 'head.weights has the shape [3, 2] and not [3, 4]');
    expect(() => readOnnx(Uint8Array.of(255, 255, 255))).to.throw(RangeError, 'no ONNX model');
  });
});

describe('a program', () => {
  it('carries the output NAME.next on to the input NAME, until it is told to forget', async () => {
    const graph = new Graph();
    const count = graph.input('count', [1]);
    graph.output('count.next', add(count, graph.input('by', [1])));
    const session = await GraphSession.open(encodeOnnx(graph).bytes);
    session.set('by', Float32Array.of(2));
    for (let i = 0; i < 3; i++) await session.run();
    expect(session.output('count.next')[0]).to.equal(6);
    session.forget();
    await session.run();
    expect(session.output('count.next')[0]).to.equal(2);
    await session.close();
  });

  it('computes the same thing only once', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    expect(tanh(x)).to.equal(tanh(x));
  });
});
