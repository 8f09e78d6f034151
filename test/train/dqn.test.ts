import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { ListeningNetwork } from '../../src/app/io/listening-network.ts';
import { OnnxTraining } from '../../src/app/io/onnx-training.ts';
import type { Network } from '../../src/learning/nn/network.ts';
import { defaultRecurrentNetwork, inferenceGraph, recurrentNetwork } from '../../src/learning/nn/network.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import type { DqnProgress, DqnSettings } from '../../src/learning/train/dqn.ts';
import { defaultDqnSettings, dqn } from '../../src/learning/train/dqn.ts';
import { choosingOf } from '../../src/learning/train/dqn-graphs.ts';
import { TwoKnobs } from '../support/environments.ts';

const network = recurrentNetwork('worth', { ...defaultRecurrentNetwork, inputs: 4, outputs: 6, reading: 32, units: 0, speaking: 32, activation: 'relu' });
const quick: DqnSettings = { ...defaultDqnSettings, seed: 1, updates: 14, steps: 32, learningRate: 4e-3, discount: 0.9, followEvery: 200, chance: { first: 1, last: 0.1, until: 0.5 } };

async function learn(settings: Partial<DqnSettings>): Promise<DqnProgress[]> {
  const training = new OnnxTraining();
  const progress: DqnProgress[] = [];
  try {
    await training.complete(dqn(Array.from({ length: 16 }, () => new TwoKnobs()), network, { ...quick, ...settings }), (step: DqnProgress) => { progress.push(step); return undefined; });
  } finally {
    await training.close();
  }
  return progress;
}

/** Share of what can be lost between turning no knob and the best way, over forty beginnings, that is lost nevertheless. */
async function lostBy(played: Network, parameters: Float32Array): Promise<number> {
  const player = await ListeningNetwork.open(inferenceGraph(played, parameters).bytes);
  let [earned, most, idle] = [0, 0, 0];
  for (let seed = 0; seed < 40; seed++) {
    const world = new TwoKnobs();
    let observation = world.reset(seed);
    most += world.best;
    idle -= 6 * 4 * (Math.abs(observation[0]!) + Math.abs(observation[1]!));
    for (let turn = 0; turn < 6; turn++) {
      const step = world.step(Float32Array.from((await player.answer(observation))!));
      earned += step.reward;
      observation = step.observation;
    }
  }
  await player.close();
  return (most - earned) / (most - idle);
}

describe('Q-learning with a choice for each knob', function () {
  this.timeout(60_000);

  it('turns both knobs the shortest way, where an untrained network does not', async () => {
    const trained = (await learn({})).at(-1)!.state.parameters;
    expect(await lostBy(choosingOf(network), trained)).to.be.lessThan(0.02);
    expect(await lostBy(choosingOf(network), new ParameterLayout(network.parameters).initial(new Random(1)))).to.be.greaterThan(0.3);
  });

  it('tries everything by chance at first, and little in the end', async () => {
    const progress = await learn({ updates: 4, steps: 8 });
    expect(progress.map(({ chance }) => chance.toFixed(6))).to.deep.equal([0.55, 0.1, 0.1, 0.1].map((chance) => chance.toFixed(6)));
    expect(progress.at(-1)!.steps).to.equal(4 * 8 * 16);
  });

  it('learns the same from the same seed, and something else from another', async () => {
    const [one, again, other] = await Promise.all([1, 1, 2].map(async (seed) => (await learn({ seed, updates: 2 })).at(-1)!.state.parameters));
    expect(one).to.deep.equal(again);
    expect(one).not.to.deep.equal(other);
  });

  it('says for each knob down, stay or up', async () => {
    // biases alone: the first knob likes to go down, the second up
    const layout = new ParameterLayout(network.parameters);
    const parameters = new Float32Array(layout.size);
    layout.part(parameters, 'worth.output.bias').set([3, 1, 2, 0, -1, 1]);
    const player = await ListeningNetwork.open(inferenceGraph(choosingOf(network), parameters).bytes);
    expect(Array.from((await player.answer(new Float32Array(4)))!)).to.deep.equal([-1, 1]);
    await player.close();
  });
});
