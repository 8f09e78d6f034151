import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { gradientsOf } from '../../src/learning/nn/autodiff.ts';
import { chanceFor, dropping } from '../../src/learning/nn/dropping.ts';
import { EventNetwork } from '../../src/learning/nn/event-network.ts';
import { eventGraph } from '../../src/learning/nn/event-learning.ts';
import { checkGradient } from '../../src/learning/nn/gradient-check.ts';
import { Graph } from '../../src/learning/nn/graph.ts';
import { multiply } from '../../src/learning/nn/operators.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { sum } from '../../src/learning/nn/shaping.ts';
import { surprise } from '../../src/learning/nn/surprise.ts';
import { interpret } from '../support/interpreter.ts';
import { compute, worstDifference } from '../support/networks.ts';

const tiny = new EventNetwork('tiny', {
  columns: [3, 4], heads: [4, 3], answering: 2,
  transformer: { width: 4, layers: 2, heads: 1, inner: 3, rulers: [{ pairs: 1, shortest: 1, longest: 1 }, { pairs: 1, shortest: 8, longest: 8 }] },
});
const network = tiny;
const layout = new ParameterLayout(network.parameters);
/** The same, but that its heads may copy: the first from three slots, the second, whose classes are in a row, from two. */
const copying = new EventNetwork('copying', { ...network.settings, echoes: [{ slots: 3, agreements: 3, inARow: false }, { slots: 2, agreements: 2, inARow: true }] });
const vector = layout.initial(new Random(11));

const random = new Random(4);
/** @param length events of each of two sequences */
function music(length: number) {
  const columns = Int32Array.from({ length: 2 * length * 2 }, (_, i) => Math.floor(random.between(0, i % 2 === 0 ? 3 : 4)));
  const own = Float32Array.from({ length: 2 * length * 2 }, (_, i) => (i % 2 === 0 ? (i >> 1) % length / 4 : (i >> 1) % length));
  return { columns, own, next: own.map((place, i) => place + (i % 2 === 0 ? 0.25 : 1)) };
}

function wholeGraph(length: number): Graph {
  const graph = new Graph();
  const places = { own: graph.input('own', [2, length, 2]), next: graph.input('next', [2, length, 2]) };
  const parameters = layout.open(graph.input('parameters', [layout.size]));
  const thoughts = network.apply(parameters, graph.input('columns', [2 * length, 2], 'int32'), places, graph.input('segments', [2, length], 'int32'), graph.input('order', [2, length], 'int32'));
  graph.output('first', network.answer(parameters, thoughts, 0, []));
  graph.output('second', network.answer(parameters, thoughts, 1, [graph.constant(Array.from({ length: 2 * length }, (_, i) => i % 4), [2 * length], 'int32', 'told')]));
  return graph;
}
const inOrder = (length: number): Int32Array => Int32Array.from({ length: 2 * length }, (_, i) => i % length);

describe('a network that writes events', () => {
  for (const [name, { network, rate }] of Object.entries({ 'that copies nothing': { network: tiny, rate: 0 }, 'that copies': { network: copying, rate: 0 }, 'of which some is left out': { network: tiny, rate: 0.3 } })) it(`has the gradients that finite differences say, in every parameter: one ${name}`, async () => {
    const layout = new ParameterLayout(network.parameters);
    const vector = layout.initial(new Random(11)).map((x, i) => (x === 0 ? Math.sin(i) / 10 : x));
    const graph = new Graph();
    const length = 3;
    const places = { own: graph.input('own', [2, length, 2]), next: graph.input('next', [2, length, 2]) };
    const input = graph.input('parameters', [layout.size]);
    const parameters = layout.open(input);
    const thoughts = network.apply(parameters, graph.input('columns', [2 * length, 2], 'int32'), places, graph.input('segments', [2, length], 'int32'), graph.input('order', [2, length], 'int32'), rate === 0 ? undefined : dropping(graph, rate, 2 * length, network.settings.transformer.width));
    const truths = network.settings.heads.map((size, head) => graph.constant(Array.from({ length: 2 * length }, (_, i) => (3 * i + 1) % size), [2 * length], 'int32', `truth ${head}`));
    const held = network.echoWidths.map((width, head) => {
      const classOf = (i: number): number => (i % width < width / 2 ? (2 * i) % (network.settings.heads[head]! + 1) : (i >> 1) % 2);
      return width === 0 ? undefined : graph.constant(Array.from({ length: 2 * length * width }, (_, i) => classOf(i)), [2 * length, width], 'int32', `held ${head}`);
    });
    // A product of both, so that neither has the same weight everywhere.
    const loss = sum(truths.map((truth, head) => surprise(network.answer(parameters, thoughts, head, truths.slice(0, head), held[head]), truth)).reduce((a, b) => multiply(a, b)));
    graph.output('loss', loss);
    graph.output('gradient', gradientsOf(loss, [input])[0]!);
    const feeds = { ...music(length), parameters: vector, segments: Int32Array.of(0, 0, 0, 0, 1, 1), order: inOrder(length), ...(rate > 0 && chanceFor(new Random(2), 2 * length, network.settings.transformer.width)) };
    const { gradient } = await compute(graph, feeds);
    const check = checkGradient(Float64Array.from(vector), gradient!);
    let step = check.next();
    while (step.done !== true) step = check.next(interpret(graph, { ...feeds, parameters: step.value })['loss']![0]!);
    expect(step.value.worst, `at ${step.value.index}: ${step.value.claimed} but ${step.value.measured}`).to.be.below(1e-4);
    expect(gradient!.filter((x) => x !== 0).length).to.be.above(0.8 * layout.size);
  });

  it('makes what it copies likelier, and of what is in a row its neighbours too', async () => {
    const layout = new ParameterLayout(copying.parameters);
    const vector = layout.initial(new Random(11));
    layout.part(vector, 'copying.gate.1.bias').set([0.5, 0, 0.25, 0, 0, 0]);
    layout.part(vector, 'copying.trust.1').set([0, 0.25]);
    const graph = new Graph();
    const parameters = layout.fixed(graph, vector);
    const thoughts = graph.constant([0.3, -0.2, 0.5, 0.1], [1, 4]);
    const first = graph.constant([1], [1], 'int32', 'first');
    const answer = (name: string, held: readonly number[]) => graph.output(name, copying.answer(parameters, thoughts, 1, [first], graph.constant(held, [1, 4], 'int32', `held ${name}`)));
    answer('plain', [3, 3, 0, 0]);
    answer('copied', [1, 3, 0, 0]);
    answer('trusted', [1, 3, 1, 0]);
    const { plain, copied, trusted } = await compute(graph, {});
    [2, 4, 2].forEach((more, k) => expect(copied![k]! - plain![k]!, `class ${k}`).to.be.closeTo(more, 1e-5));
    [2, 6, 2].forEach((more, k) => expect(trusted![k]! - plain![k]!, `class ${k}, where the slot was right before`).to.be.closeTo(more, 1e-5));
  });

  it('hears nothing of what comes later, nor of another piece in the same row', async () => {
    const length = 5;
    const feeds = { ...music(length), parameters: vector, segments: Int32Array.of(0, 0, 0, 1, 1, 0, 0, 0, 1, 1), order: inOrder(length) };
    const before = await compute(wholeGraph(length), feeds);
    const columns = feeds.columns.slice();
    columns[2 * 2] = (columns[2 * 2]! + 1) % 3;
    const after = await compute(wholeGraph(length), { ...feeds, columns });
    const changed = Array.from({ length: 2 * length }, (_, row) => worstDifference(before['first']!.slice(4 * row, 4 * row + 4), after['first']!.slice(4 * row, 4 * row + 4)) > 1e-6);
    expect(changed).to.deep.equal([false, false, true, false, false, false, false, false, false, false]);
  });

  it('lets events of the same order all see each other', async () => {
    const length = 3;
    const feeds = { ...music(length), parameters: vector, segments: new Int32Array(6) };
    const columns = feeds.columns.slice();
    columns[1 * 2] = (columns[1 * 2]! + 1) % 3;
    const order = Int32Array.of(0, 0, 1, 0, 0, 1);
    const before = await compute(wholeGraph(length), { ...feeds, order });
    const after = await compute(wholeGraph(length), { ...feeds, order, columns });
    const changed = Array.from({ length: 2 * length }, (_, row) => worstDifference(before['first']!.slice(4 * row, 4 * row + 4), after['first']!.slice(4 * row, 4 * row + 4)) > 1e-6);
    expect(changed).to.deep.equal([true, true, true, false, false, false]);
  });

  it('knows distances, not places: the same music later in the piece is the same', async () => {
    const length = 4;
    const feeds = { ...music(length), parameters: vector, segments: new Int32Array(8), order: inOrder(length) };
    const later = { own: feeds.own.map((place, i) => place + (i % 2 === 0 ? 7.3 : 40)), next: feeds.next.map((place, i) => place + (i % 2 === 0 ? 7.3 : 40)) };
    const [here, there] = [await compute(wholeGraph(length), feeds), await compute(wholeGraph(length), { ...feeds, ...later })];
    expect(worstDifference(here['second']!, there['second']!)).to.be.below(1e-4);
    const closer = await compute(wholeGraph(length), { ...feeds, own: feeds.own.map((place, i) => (i % 2 === 0 ? place * 0.7 : place)) });
    expect(worstDifference(here['second']!, closer['second']!)).to.be.above(1e-3);
  });

  it('says how surprised each head is, weighted', async () => {
    const length = 3;
    const feeds = { ...music(length), parameters: vector, segments: new Int32Array(6), order: inOrder(length) };
    const { first } = await compute(wholeGraph(length), feeds);
    const targets = Int32Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? (i >> 1) % 4 : 0));
    const weights = Float32Array.from({ length: 12 }, (_, i) => (i === 2 ? 2 : i === 4 ? 0.5 : 0));
    const compiled = eventGraph(network, { rows: 2, length }, undefined, [[0, 1, 1, 2], undefined]);
    const { GraphSession } = await import('../../src/app/io/graph-session.ts');
    const session = await GraphSession.open(compiled.bytes);
    for (const [name, values] of Object.entries({ ...feeds, targets, weights })) session.set(name, values);
    await session.run();
    const nats = Array.from(session.output('nats'));
    const told = Array.from(session.output('told'));
    await session.close();
    const surpriseAt = (row: number): number => Math.log(first!.slice(4 * row, 4 * row + 4).reduce((s, x) => s + Math.exp(x), 0)) - first![4 * row + targets[2 * row]!]!;
    expect(nats[0]).to.be.closeTo(2 * surpriseAt(1) + 0.5 * surpriseAt(2), 1e-4);
    expect(nats[1]).to.equal(0);
    const likely = (row: number, of: readonly number[]): number => of.reduce((s, k) => s + Math.exp(first![4 * row + k]!), 0) / [0, 1, 2, 3].reduce((s, k) => s + Math.exp(first![4 * row + k]!), 0);
    expect(told[0], 'by the group of what is right: 1 and 2 are one').to.be.closeTo(-2 * Math.log(likely(1, [1, 2])) - 0.5 * Math.log(likely(2, [1, 2])), 1e-4);
  });
});

describe('leaving out', () => {
  it('takes the share that is meant, elsewhere at every place, and keeps the mean', async () => {
    const [rows, columns, rate] = [200, 64, 0.2];
    const graph = new Graph();
    const drop = dropping(graph, rate, rows, columns);
    const x = graph.input('x', [rows, columns]);
    graph.output('one', drop(x));
    graph.output('two', drop(x));
    const { one, two } = await compute(graph, { x: new Float32Array(rows * columns).fill(1), ...chanceFor(new Random(8), rows, columns) });
    const outOf = (values: readonly number[]): number => values.filter((value) => value === 0).length / values.length;
    expect(outOf(one!)).to.be.closeTo(rate, 0.02);
    expect(outOf(two!)).to.be.closeTo(rate, 0.02);
    expect(one!.reduce((a, b) => a + b) / one!.length).to.be.closeTo(1, 0.02);
    expect(outOf(one!.map((value, i) => value + two![i]!)), 'both left out, as if neither knew of the other').to.be.closeTo(rate ** 2, 0.02);
    // Of pairs of rows and of columns, too, it should say nothing of the one what it did to the other.
    const together = (step: number): number => outOf(one!.slice(step).map((value, i) => value + one![i]!));
    for (const step of [1, columns]) expect(together(step), `neighbours ${step} away`).to.be.closeTo(rate ** 2, 0.02);
  });
});

describe('networks that it is compared with', () => {
  const length = 5;
  const settings = tiny.settings;
  const segments = Int32Array.of(0, 0, 0, 1, 1, 0, 0, 0, 1, 1);
  /** Rows of the last layer that change with what stands in a column of row 1. @param order of both sequences */
  async function changed(given: EventNetwork, order: Int32Array): Promise<readonly number[]> {
    const layout = new ParameterLayout(given.parameters);
    const vector = layout.initial(new Random(11));
    const graph = new Graph();
    const places = { own: graph.input('own', [2, length, 2]), next: graph.input('next', [2, length, 2]) };
    graph.output('thoughts', given.apply(layout.open(graph.input('parameters', [layout.size])), graph.input('columns', [2 * length, 2], 'int32'), places, graph.input('segments', [2, length], 'int32'), graph.input('order', [2, length], 'int32')));
    const feeds = { ...music(length), parameters: vector, segments, order };
    const columns = feeds.columns.slice();
    columns[1 * 2] = (columns[1 * 2]! + 1) % 3;
    const [before, after] = [await compute(graph, feeds), await compute(graph, { ...feeds, columns })];
    const width = before['thoughts']!.length / (2 * length);
    return Array.from({ length: 2 * length }, (_, row) => row).filter((row) => worstDifference(before['thoughts']!.slice(width * row, width * (row + 1)), after['thoughts']!.slice(width * row, width * (row + 1))) > 1e-6);
  }

  it('remember what came before, of their own piece only', async () => {
    const memory = new EventNetwork('memory', { ...settings, memory: { layers: 2, units: 3 } });
    expect(await changed(memory, inOrder(length))).to.deep.equal([1, 2]);
  });

  it('read the context both ways in layers of its own, and write by what they read', async () => {
    const both = new EventNetwork('both', { ...settings, transformer: { ...settings.transformer, encoding: 1 } });
    const order = Int32Array.of(0, 0, 2, 0, 1, 0, 0, 2, 0, 1);
    expect(await changed(both, order)).to.deep.equal([0, 1, 2]);
  });

  it('have the gradients that finite differences say', async () => {
    for (const given of [new EventNetwork('memory', { ...settings, memory: { layers: 2, units: 3 } }), new EventNetwork('both', { ...settings, transformer: { ...settings.transformer, encoding: 1 } })]) {
      const layout = new ParameterLayout(given.parameters);
      const graph = new Graph();
      const short = 3;
      const input = graph.input('parameters', [layout.size]);
      const places = { own: graph.input('own', [2, short, 2]), next: graph.input('next', [2, short, 2]) };
      const parameters = layout.open(input);
      const thoughts = given.apply(parameters, graph.input('columns', [2 * short, 2], 'int32'), places, graph.input('segments', [2, short], 'int32'), graph.input('order', [2, short], 'int32'));
      const loss = sum(surprise(given.answer(parameters, thoughts, 0, []), graph.constant([0, 1, 2, 3, 0, 1], [6], 'int32', 'truth')));
      graph.output('loss', loss);
      graph.output('gradient', gradientsOf(loss, [input])[0]!);
      const vector = layout.initial(new Random(11));
      const feeds = { ...music(short), parameters: vector, segments: Int32Array.of(0, 0, 1, 1, 1, 1), order: Int32Array.of(0, 1, 0, 0, 0, 2) };
      const check = checkGradient(Float64Array.from(vector), (await compute(graph, feeds))['gradient']!);
      let step = check.next();
      while (step.done !== true) step = check.next(interpret(graph, { ...feeds, parameters: step.value })['loss']![0]!);
      expect(step.value.worst, `${given.name} at ${step.value.index}: ${step.value.claimed} but ${step.value.measured}`).to.be.below(1e-4);
    }
  });
});
