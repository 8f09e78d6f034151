import { expect } from 'chai';
import { GraphSession } from '../../src/app/io/graph-session.ts';
import { Random } from '../../src/core/math/random.ts';
import { EventHeads } from '../../src/learning/nn/event-heads.ts';
import { EventNetwork } from '../../src/learning/nn/event-network.ts';
import { hearingGraph, writingGraph } from '../../src/learning/nn/event-writing.ts';
import { Graph } from '../../src/learning/nn/graph.ts';
import { readOnnx } from '../../src/learning/nn/onnx-encoding.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { compute, worstDifference } from '../support/networks.ts';

const network = new EventNetwork('writer', {
  columns: [5, 7], heads: [6, 4, 3], answering: 8,
  transformer: { width: 32, layers: 3, heads: 2, inner: 24, rulers: [{ pairs: 6, shortest: 0.5, longest: 64 }, { pairs: 2, shortest: 4, longest: 64 }] },
});
const { layers, heads: lookers, width } = network.settings.transformer;
const layout = new ParameterLayout(network.parameters);
const vector = layout.initial(new Random(21));
const length = 23;
const random = new Random(5);
const music = {
  columns: Int32Array.from({ length: 2 * length }, (_, i) => random.below(i % 2 === 0 ? 5 : 7)),
  own: Float32Array.from({ length: 2 * length }, (_, i) => (i % 2 === 0 ? Math.floor(i / 6) / 4 : i >> 1)),
  told: Int32Array.from({ length: 2 * length }, (_, i) => random.below(i % 2 === 0 ? 6 : 4)),
};
const next = music.own.map((place, i) => place + (i % 2 === 0 ? 0.25 : 1));

/** What each head says at every event, all events at once. */
async function atOnce(): Promise<readonly number[][]> {
  const graph = new Graph();
  const parameters = layout.fixed(graph, vector);
  const int = (name: string, shape: readonly number[]) => graph.input(name, shape, 'int32');
  const thoughts = network.apply(parameters, int('columns', [length, 2]), { own: graph.input('own', [1, length, 2]), next: graph.input('next', [1, length, 2]) }, int('segments', [1, length]), int('order', [1, length]));
  const told = [int('told 0', [length]), int('told 1', [length])];
  network.settings.heads.forEach((_, head) => graph.output(`answer ${head}`, network.answer(parameters, thoughts, head, told.slice(0, head))));
  const outputs = await compute(graph, { ...music, next, order: Int32Array.from({ length }, (_, i) => i), 'told 0': music.told.filter((_, i) => i % 2 === 0), 'told 1': music.told.filter((_, i) => i % 2 === 1) });
  return network.settings.heads.map((_, head) => outputs[`answer ${head}`]!);
}

/** Puts what is new into the store, from place `at` on. @param taken events that are kept, of each sequence */
function keep(session: GraphSession, shape: { readonly sequences: number; readonly length: number; readonly size: number }, at: number, taken: number): void {
  const deep = width / lookers;
  for (let layer = 0; layer < layers; layer++) {
    for (const [from, to] of [[`newKeys.${layer}`, `keys.${layer}`], [`newValues.${layer}`, `values.${layer}`]] as const) {
      const fresh = session.output(from);
      const store = session.input(to);
      for (let one = 0; one < shape.sequences * lookers; one++) store.set(fresh.subarray(one * shape.length * deep, (one * shape.length + taken) * deep), (one * shape.size + at) * deep);
    }
  }
}

async function stepByStep(chunk: number, sequences: number, bits?: 8): Promise<readonly number[][]> {
  const shape = { sequences, length: chunk, size: 32, ...(bits && { bits }) };
  const session = await GraphSession.open(writingGraph(network, vector, shape, true).bytes);
  const said: number[][] = network.settings.heads.map(() => []);
  for (let at = 0; at < length; at += chunk) {
    const taken = Math.min(chunk, length - at);
    // Every variation is given the same; what fills up the last run is rubbish.
    const laid = <T extends Float32Array | Int32Array>(values: T, rubbish: number): number[] => Array.from({ length: sequences * chunk * 2 }, (_, i) => values[2 * at + (i % (2 * chunk))] ?? rubbish);
    session.set('columns', Int32Array.from(laid(music.columns, 1)));
    session.set('own', Float32Array.from(laid(music.own, 99)));
    session.set('nextPlaces', Float32Array.from(laid(next, 99)));
    session.set('told', Int32Array.from(laid(music.told, 0)));
    session.set('filled', Int32Array.of(at));
    await session.run();
    network.settings.heads.forEach((size, head) => said[head]!.push(...Array.from(session.output(`answer.${head}`)).slice((sequences - 1) * chunk * size, ((sequences - 1) * chunk + taken) * size)));
    keep(session, shape, at, taken);
  }
  await session.close();
  return said;
}

describe('writing event by event', () => {
  it('goes on after a context that was heard at once as after one heard event by event', async () => {
    const shape = { sequences: 1, length: 1, size: 32 };
    const stepwise = await GraphSession.open(writingGraph(network, vector, shape).bytes);
    for (let at = 0; at < length; at++) {
      for (const [name, values] of [['columns', music.columns], ['own', music.own], ['nextPlaces', next]] as const) stepwise.set(name, values.slice(2 * at, 2 * at + 2));
      stepwise.set('filled', Int32Array.of(at));
      await stepwise.run();
      keep(stepwise, shape, at, 1);
    }
    const longer = 32;
    const atOnce = await GraphSession.open(hearingGraph(network, vector, { length: longer }).bytes, 2, true);
    // What fills up the length is rubbish.
    for (const [name, values] of [['columns', music.columns], ['own', music.own], ['nextPlaces', next]] as const) atOnce.input(name).fill(3).set(values);
    await atOnce.run();
    const deep = width / lookers;
    const known = (from: ArrayLike<number>): readonly number[] => Array.from({ length: lookers }, (_, head) => Array.from(from).slice(head * longer * deep, (head * longer + length) * deep)).flat();
    for (let layer = 0; layer < layers; layer++) {
      for (const [heard, stored] of [[`newKeys.${layer}`, `keys.${layer}`], [`newValues.${layer}`, `values.${layer}`]] as const) {
        expect(worstDifference(known(atOnce.output(heard)), known(stepwise.input(stored))), stored).to.be.below(1e-4);
      }
    }
    for (const session of [stepwise, atOnce]) await session.close();
  });

  for (const [chunk, sequences] of [[1, 1], [1, 3], [8, 1]] as const) {
    it(`says the same as all at once: ${chunk} at a time, ${sequences} side by side`, async () => {
      const [whole, steps] = [await atOnce(), await stepByStep(chunk, sequences)];
      whole.forEach((answers, head) => expect(worstDifference(steps[head]!, answers), `head ${head}`).to.be.below(1e-4));
    });
  }

  it('says nearly the same in eight bits', async () => {
    const [whole, steps] = [await atOnce(), await stepByStep(1, 2, 8)];
    const spread = Math.max(...whole[0]!) - Math.min(...whole[0]!);
    whole.forEach((answers, head) => expect(worstDifference(steps[head]!, answers), `head ${head}`).to.be.within(1e-6, 0.03 * spread));
  });

  for (const [name, given] of Object.entries({ 'copies nothing': network, copies: new EventNetwork('writer', { ...network.settings, echoes: [{ slots: 3, agreements: 4, inARow: false }, { slots: 0, agreements: 0, inARow: false }, { slots: 2, agreements: 2, inARow: true }] }) })) it(`asks each head by itself as all heads together: one that ${name}`, async () => {
    const network = given;
    const vector = new ParameterLayout(network.parameters).initial(new Random(21)).map((x, i) => (x === 0 ? Math.sin(i) / 5 : x));
    const held = [Int32Array.of(5, 6, 2, 1, 0, 3, 0, 0, 6, 2, 2, 1), undefined, Int32Array.of(1, 3, 0, 1, 0, 2, 1, 0)];
    const session = await GraphSession.open(writingGraph(network, vector, { sequences: 2, length: 1, size: 4 }, true).bytes);
    session.set('columns', Int32Array.of(1, 2, 3, 4));
    session.set('told', Int32Array.of(5, 1, 0, 3));
    if (network.echoWidths[0]! > 0) session.set('echoes', Int32Array.of(5, 6, 2, 1, 0, 3, 1, 3, 0, 1, 0, 0, 6, 2, 2, 1, 0, 2, 1, 0));
    await session.run();
    const heads = new EventHeads(network, vector, 2);
    for (const head of [0, 1, 2]) {
      const told = Int32Array.from([[5, 1], [0, 3]].flatMap((each) => each.slice(0, head)));
      const said = (repeating?: readonly number[]): Float32Array => heads.answer(head, session.output('thoughts'), told, held[head], repeating).slice();
      const asLearned = said();
      expect(worstDifference(asLearned, session.output(`answer.${head}`))).to.be.below(1e-5);
      // What is copied counts as much as it is leant on, in each variation for itself.
      const [without, twice] = [said([0, 0]), said([0, 2])];
      const classes = asLearned.length / 2;
      twice.forEach((one, i) => expect(one).to.be.closeTo(i < classes ? without[i]! : 2 * asLearned[i]! - without[i]!, 1e-4));
      if (held[head] !== undefined && network.echoWidths[0]! > 0) expect(worstDifference(asLearned, without)).to.be.above(0.01);
    }
    await session.close();
  });

  it('keeps all parameters in its file', () => {
    const { bytes } = writingGraph(network, vector, { sequences: 1, length: 1, size: 4 }, true, { events: 'test' });
    expect(Array.from(layout.read(readOnnx(bytes)))).to.deep.equal(Array.from(vector));
  });
});
