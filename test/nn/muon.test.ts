import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { gradientsOf } from '../../src/learning/nn/autodiff.ts';
import { Graph } from '../../src/learning/nn/graph.ts';
import { normal, zeros } from '../../src/learning/nn/initial.ts';
import { defaultMuonSettings, even, muonStateNames, muonStateOf, writeMuonStep } from '../../src/learning/nn/muon.ts';
import { encodeOnnx } from '../../src/learning/nn/onnx-encoding.ts';
import { square, subtract, tanh } from '../../src/learning/nn/operators.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { affine } from '../../src/learning/nn/products.ts';
import { average } from '../../src/learning/nn/reductions.ts';
import { GraphSession } from '../../src/app/io/graph-session.ts';
import { interpret } from '../support/interpreter.ts';
import { compute, noise, worstDifference } from '../support/networks.ts';

/** Strengths of a matrix: square roots of the eigenvalues of M M^T, by Jacobi's rotations. */
function strengths(matrix: ArrayLike<number>, rows: number, columns: number): number[] {
  const a = Array.from({ length: rows }, (_, i) => Array.from({ length: rows }, (_, j) => { let s = 0; for (let k = 0; k < columns; k++) s += matrix[i * columns + k]! * matrix[j * columns + k]!; return s; }));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < rows; p++) for (let q = p + 1; q < rows; q++) {
      const angle = 0.5 * Math.atan2(2 * a[p]![q]!, a[q]![q]! - a[p]![p]!);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let k = 0; k < rows; k++) [a[k]![p], a[k]![q]] = [c * a[k]![p]! - s * a[k]![q]!, s * a[k]![p]! + c * a[k]![q]!];
      for (let k = 0; k < rows; k++) [a[p]![k], a[q]![k]] = [c * a[p]![k]! - s * a[q]![k]!, s * a[p]![k]! + c * a[q]![k]!];
    }
  }
  return a.map((row, i) => Math.sqrt(Math.max(0, row[i]!)));
}

const layout = new ParameterLayout([
  { name: 'first', shape: [3, 8], initial: normal(0.5), matrices: 2 },
  { name: 'bias', shape: [8], initial: zeros },
  { name: 'second', shape: [8, 2], initial: normal(0.3), matrices: 1 },
]);

function learningGraph(): Graph {
  const graph = new Graph();
  const vector = graph.input('parameters', [layout.size]);
  const parameters = layout.open(vector);
  const y = affine(tanh(affine(graph.input('x', [16, 3]), parameters('first'), parameters('bias'))), parameters('second'));
  const loss = average(square(subtract(y, graph.input('y', [16, 2]))));
  graph.output('loss', loss);
  writeMuonStep(layout, vector, gradientsOf(loss, [vector])[0]!, { ...defaultMuonSettings, averaging: 0.9 });
  return graph;
}

describe('Muon', () => {
  it('makes all directions of a matrix about equally strong and keeps them as they are', async () => {
    for (const [rows, columns] of [[6, 10], [10, 6]] as const) {
      const graph = new Graph();
      graph.output('even', even(graph.input('x', [rows, columns]), 5));
      const x = noise('even', [rows, columns]);
      const { even: y } = await compute(graph, { x });
      const [wide, side, length] = rows < columns ? [y!, rows, columns] : [Array.from({ length: rows * columns }, (_, i) => y![(i % rows) * columns + Math.floor(i / rows)]!), columns, rows];
      for (const strength of strengths(wide, side, length)) expect(strength).to.be.within(0.6, 1.25);
      const along = x.reduce((sum, value, i) => sum + value * y![i]!, 0);
      expect(along, 'it goes where the gradient goes').to.be.above(0.9 * strengths(rows < columns ? x : Array.from({ length: rows * columns }, (_, i) => x[(i % rows) * columns + Math.floor(i / rows)]!), side, length).reduce((a, b) => a + b) * 0.7);
    }
  });

  it('takes the same step as plain arithmetic', async () => {
    const graph = learningGraph();
    const feeds = { ...muonStateOf(layout, layout.initial(new Random(3))), x: noise('x', [16, 3]), y: noise('y', [16, 2]), learningRate: [0.01] };
    const ours = interpret(graph, feeds);
    const theirs = await compute(graph, feeds);
    for (const name of graph.outputs.keys()) expect(worstDifference(theirs[name]!, ours[name]!), name).to.be.below(1e-4);
  });

  it('learns', async () => {
    const session = await GraphSession.open(encodeOnnx(learningGraph()).bytes);
    const state = muonStateOf(layout, layout.initial(new Random(3)));
    for (const name of muonStateNames) session.set(name, state[name]);
    const x = noise('x', [16, 3]);
    session.set('x', x);
    session.set('y', Float32Array.from({ length: 32 }, (_, i) => Math.sin(x[3 * (i >> 1) + (i & 1)]! * 2)));
    session.set('learningRate', Float32Array.of(0.02));
    const losses: number[] = [];
    for (let i = 0; i < 200; i++) {
      await session.run();
      losses.push(session.output('loss')[0]!);
    }
    await session.close();
    expect(losses.at(-1)).to.be.below(losses[0]! / 20);
  });

  it('changes nothing when a gradient is not a number', async () => {
    const parameters = layout.initial(new Random(3));
    const after = await compute(learningGraph(), { ...muonStateOf(layout, parameters), x: noise('x', [16, 3]), y: new Float32Array(32).fill(NaN), learningRate: [0.01] });
    expect(after['parameters.next']).to.deep.equal(Array.from(parameters));
    expect(after['count.next']).to.deep.equal([0]);
  });
});
