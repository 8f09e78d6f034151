import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { GraphSession } from '../../src/app/io/graph-session.ts';
import { chorus } from '../../src/learning/nn/chorus.ts';
import { defaultRecurrentNetwork, inferenceGraph, recurrentNetwork } from '../../src/learning/nn/network.ts';
import type { Network } from '../../src/learning/nn/network.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';

const singer = (name: string, units = 4): Network => recurrentNetwork(name, { ...defaultRecurrentNetwork, inputs: 3, outputs: 2, reading: 0, units, speaking: 0, skip: true });
const alone = [singer('high'), singer('middle', 6), singer('low')];
const together = chorus(alone);

/** What is said to five inputs, one after the other. */
async function said(network: Network, vector: Float32Array): Promise<number[][]> {
  const session = await GraphSession.open(inferenceGraph(network, vector).bytes);
  const random = new Random(3);
  const answers: number[][] = [];
  for (let step = 0; step < 5; step++) {
    session.set('input', Float32Array.from({ length: network.inputs }, () => random.normal()));
    await session.run();
    answers.push([...session.output('output')]);
  }
  await session.close();
  return answers;
}

describe('a chorus of networks', () => {
  const layout = new ParameterLayout(together.parameters);
  const vector = layout.initial(new Random(1));

  it('says the mean of what each says, and each remembers for itself', async () => {
    const each = await Promise.all(alone.map((network) => {
      const own = new ParameterLayout(network.parameters);
      const part = new Float32Array(own.size);
      for (const { name } of own.specs) own.part(part, name).set(layout.part(vector, name));
      return said(network, part);
    }));
    const all = await said(together, vector);
    all.forEach((answer, step) => answer.forEach((number, i) => {
      expect(number).to.be.closeTo(each.reduce((sum, one) => sum + one[step]![i]!, 0) / 3, 1e-6);
    }));
    expect(each[0]).to.not.deep.equal(each[2]);
  });

  it('of one is that one', () => {
    expect(chorus([alone[0]!])).to.equal(alone[0]);
  });

  it('does not take up who hears something else', () => {
    const stranger = recurrentNetwork('stranger', { ...defaultRecurrentNetwork, inputs: 2, outputs: 2, reading: 0, units: 4, speaking: 0 });
    expect(() => chorus([alone[0]!, stranger])).to.throw(RangeError, 'alike');
  });
});
