import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { gradientsOf } from '../../src/learning/nn/autodiff.ts';
import { checkGradient } from '../../src/learning/nn/gradient-check.ts';
import type { Tensor } from '../../src/learning/nn/graph.ts';
import { Graph } from '../../src/learning/nn/graph.ts';
import { orthogonal } from '../../src/learning/nn/initial.ts';
import { Lstm } from '../../src/learning/nn/lstm.ts';
import { multiply, total } from '../../src/learning/nn/operators.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { sum } from '../../src/learning/nn/shaping.ts';
import { interpret } from '../support/interpreter.ts';
import { compute, noise, worstDifference } from '../support/networks.ts';

const inputs = 2;
const units = 3;
const lstm = new Lstm('lstm', inputs, units);
const layout = new ParameterLayout(lstm.parameters);
const vector = layout.initial(new Random(5));

function lstmGraph(steps: number, sequences: number, begins: boolean): Graph {
  const graph = new Graph();
  const { output, memory } = lstm.apply(layout.open(graph.input('parameters', [layout.size])), graph.input('x', [steps * sequences, inputs]),
    graph.input('memory', [sequences, lstm.memorySize]), { steps, sequences, ...(begins ? { begins: graph.input('begins', [steps * sequences, 1]) } : {}) });
  graph.output('y', output);
  graph.output('memory.next', memory);
  return graph;
}

/** The textbook, one cell at a time. */
function textbook(x: readonly number[], last: readonly number[], cell: readonly number[]): { last: number[]; cell: number[] } {
  const w = layout.part(vector, 'lstm.inputWeights');
  const u = layout.part(vector, 'lstm.recurrentWeights');
  const b = layout.part(vector, 'lstm.bias');
  const gate = (g: number, i: number): number => {
    const column = g * units + i;
    return b[column]! + x.reduce((a, v, k) => a + v * w[k * 4 * units + column]!, 0) + last.reduce((a, v, k) => a + v * u[k * 4 * units + column]!, 0);
  };
  const s = (v: number): number => 1 / (1 + Math.exp(-v));
  const next = cell.map((c, i) => s(gate(1, i)) * c + s(gate(0, i)) * Math.tanh(gate(3, i)));
  return { last: next.map((c, i) => s(gate(2, i)) * Math.tanh(c)), cell: next };
}

describe('an LSTM', () => {
  it('does what the textbook says, step after step', async () => {
    const x = noise('x', [4, inputs]);
    const { y } = await compute(lstmGraph(4, 1, false), { parameters: vector, x });
    let state = { last: [0, 0, 0], cell: [0, 0, 0] };
    const expected: number[] = [];
    for (let step = 0; step < 4; step++) {
      state = textbook([x[2 * step]!, x[2 * step + 1]!], state.last, state.cell);
      expected.push(...state.last);
    }
    expect(worstDifference(y!, expected)).to.be.below(1e-6);
  });

  it('has the same to say step by step with carried memory as all at once', async () => {
    const x = noise('x', [6, inputs]);
    const whole = await compute(lstmGraph(3, 2, false), { parameters: vector, x });
    let memory: readonly number[] = new Array<number>(2 * lstm.memorySize).fill(0);
    const said: number[] = [];
    for (let step = 0; step < 3; step++) {
      const one = await compute(lstmGraph(1, 2, false), { parameters: vector, memory, x: x.subarray(4 * step, 4 * step + 4) });
      said.push(...one['y']!);
      memory = one['memory.next']!;
    }
    expect(worstDifference(said, whole['y']!)).to.be.below(1e-6);
    expect(worstDifference(memory, whole['memory.next']!)).to.be.below(1e-6);
  });

  it('remembers nothing from before an episode begins, in that sequence only', async () => {
    const x = noise('x', [6, inputs]);
    const memory = noise('memory', [2, lstm.memorySize]);
    const { y } = await compute(lstmGraph(3, 2, true), { parameters: vector, x, memory, begins: [0, 0, 1, 0, 0, 0] });
    const { y: onward } = await compute(lstmGraph(3, 2, true), { parameters: vector, x, memory, begins: [0, 0, 0, 0, 0, 0] });
    const { y: afresh } = await compute(lstmGraph(2, 1, false), { parameters: vector, x: [x[4]!, x[5]!, x[8]!, x[9]!] });
    const rows = (values: readonly number[], ...which: number[]): number[] => which.flatMap((row) => values.slice(row * units, row * units + units));
    expect(worstDifference(rows(y!, 2, 4), afresh!)).to.be.below(1e-6);
    expect(worstDifference(rows(y!, 1, 3, 5), rows(onward!, 1, 3, 5))).to.equal(0);
    expect(worstDifference(rows(y!, 2, 4), rows(onward!, 2, 4))).to.be.above(0.01);
  });

  for (const by of [['y'], ['memory.next'], ['y', 'memory.next']]) {
    it(`has the gradient that finite differences find, through time and past the beginning of an episode: of ${by.join(' and ')}`, async () => {
      const graph = lstmGraph(4, 2, true);
      const weighted = (name: string): Tensor => {
        const tensor = graph.outputs.get(name)!;
        return sum(multiply(tensor, graph.constant(noise(`weights of ${name}`, tensor.shape), tensor.shape, 'float', `weights of ${name}`)));
      };
      const loss = total(by.map(weighted));
      const sources = ['parameters', 'memory', 'x'];
      graph.output('loss', loss);
      gradientsOf(loss, sources.map((name) => graph.inputs.find((input) => input.name === name)!)).forEach((gradient, i) => graph.output(`gradient ${sources[i]}`, gradient));
      const feeds: Record<string, ArrayLike<number>> = { parameters: vector, x: noise('x', [8, inputs]), memory: noise('memory', [2, lstm.memorySize]), begins: [0, 0, 0, 1, 0, 0, 1, 0] };
      const outputs = await compute(graph, feeds);
      for (const name of sources) {
        const check = checkGradient(Float64Array.from(feeds[name]!), outputs[`gradient ${name}`]!);
        let step = check.next();
        while (step.done !== true) step = check.next(interpret(graph, { ...feeds, [name]: step.value })['loss']![0]!);
        expect(step.value.worst, `${name} at ${step.value.index}`).to.be.below(1e-5);
      }
    });
  }

  it('gathers the gradients of all steps in one product: the number of weight products does not grow with time', () => {
    const products = (steps: number): number => {
      const graph = lstmGraph(steps, 2, true);
      gradientsOf(sum(graph.outputs.get('y')!), [graph.inputs[0]!]);
      return graph.nodes.filter(({ operator, attributes }) => operator === 'Gemm' && attributes['transA'] === 1).length;
    };
    expect(products(9)).to.equal(products(3));
  });
});

describe('orthogonal initial weights', () => {
  for (const [rows, columns] of [[4, 4], [3, 7], [7, 3]] as const) {
    it(`keep lengths: ${rows} x ${columns}`, () => {
      const m = orthogonal(2)(new Random(1), [rows, columns]);
      const vectors = rows <= columns
        ? Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => m[r * columns + c]!))
        : Array.from({ length: columns }, (_, c) => Array.from({ length: rows }, (_, r) => m[r * columns + c]!));
      vectors.forEach((a, i) => vectors.forEach((b, j) => {
        expect(a.reduce((t, v, k) => t + v * b[k]!, 0)).to.be.closeTo(i === j ? 4 : 0, 1e-5);
      }));
    });
  }
});

describe('a layout of parameters', () => {
  it('starts each parameter from its own chance: another layer changes nothing', () => {
    const more = new ParameterLayout([...new Lstm('other', 2, 2).parameters, ...lstm.parameters]);
    expect(more.part(more.initial(new Random(5)), 'lstm.inputWeights')).to.deep.equal(layout.part(vector, 'lstm.inputWeights'));
  });
  it('refuses two parameters of one name', () => {
    expect(() => new ParameterLayout([...lstm.parameters, ...lstm.parameters])).to.throw(RangeError, 'two parameters');
  });
});
