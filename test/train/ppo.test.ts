import { expect } from 'chai';
import { OnnxTraining } from '../../src/app/io/onnx-training.ts';
import type { Network } from '../../src/learning/nn/network.ts';
import { defaultRecurrentNetwork, inferenceGraph, recurrentNetwork } from '../../src/learning/nn/network.ts';
import type { Environment } from '../../src/learning/train/environment.ts';
import type { PpoProgress, PpoSettings } from '../../src/learning/train/ppo.ts';
import { defaultPpoSettings, ppo } from '../../src/learning/train/ppo.ts';
import { bestGain, CueAndAnswer, Steadying } from '../support/environments.ts';

const network = (name: string, inputs: number, outputs: number, units: number): Network =>
  recurrentNetwork(name, { ...defaultRecurrentNetwork, inputs, outputs, reading: units > 0 ? 0 : 16, units, speaking: 0, activation: 'relu', outputGain: name === 'policy' ? 0.01 : 1 });

async function learn(environments: readonly Environment[], units: number, settings: Partial<PpoSettings>): Promise<PpoProgress[]> {
  const training = new OnnxTraining();
  const [{ observationSize, actionSpace }] = environments as [Environment];
  const actor = network('policy', observationSize, actionSpace.kind === 'discrete' ? actionSpace.choices : actionSpace.size, units);
  const critic = network('value', observationSize, 1, units);
  const progress: PpoProgress[] = [];
  try {
    await training.complete(ppo(environments, actor, critic, { ...defaultPpoSettings, ...settings }), (step: PpoProgress) => { progress.push(step); return undefined; });
  } finally {
    await training.close();
  }
  return progress;
}

/** Mean reward of an episode over the last updates. */
function lately(progress: readonly PpoProgress[], updates = 10): number {
  let sum = 0;
  let episodes = 0;
  for (const step of progress.slice(-updates)) {
    sum += step.episodes.reward * step.episodes.episodes;
    episodes += step.episodes.episodes;
  }
  return sum / episodes;
}

describe('PPO', function () {
  this.timeout(60_000);
  // Eleven steps: episodes of three to five steps end and begin anywhere in what is learned from.
  const cues = { seed: 3, updates: 60, steps: 11, epochs: 4, minibatches: 2, learningRate: 0.01, finalRate: 0.3, discount: 0.95, entropyWeight: 0.01 };
  const many = <T>(make: () => T): T[] => Array.from({ length: 32 }, make);

  it('remembers a cue and answers when asked', async () => {
    expect(lately(await learn(many(() => new CueAndAnswer()), 12, cues))).to.be.above(0.97);
  });

  it('cannot do better than chance at that without memory', async () => {
    expect(lately(await learn(many(() => new CueAndAnswer()), 0, cues))).to.be.within(0.4, 0.6);
  });

  it('finds the best way to steady a point, as if it went on for ever though it is stopped after two steps', async () => {
    const gain = async (stopIsEnd: boolean): Promise<number> => {
      const progress = await learn(many(() => new Steadying(2, stopIsEnd)), 0, {
        seed: 2, updates: 80, steps: 16, epochs: 6, minibatches: 2, discount: 0.9, learningRate: 0.01, finalRate: 0.1, spread: { initial: 0.4, floor: 0.1 },
      });
      return gainOf(network('policy', 1, 1, 0), progress.at(-1)!.state.parameters);
    };
    expect(bestGain(0.9)).to.be.closeTo(0.588, 0.001);
    expect(await gain(false)).to.be.closeTo(bestGain(0.9), 0.06);
    // Who takes the stop for an end sees no use in a push at the last step.
    expect(await gain(true)).to.be.below(0.45);
  });

  it('learns bit for bit the same from the same seed, and something else from another', async () => {
    const settings = { ...cues, updates: 3 };
    const [first, second, other] = [await learn(many(() => new CueAndAnswer()), 6, settings), await learn(many(() => new CueAndAnswer()), 6, settings), await learn(many(() => new CueAndAnswer()), 6, { ...settings, seed: 4 })];
    expect(first).to.deep.equal(second);
    expect(first.at(-1)!.state.parameters).to.not.deep.equal(other.at(-1)!.state.parameters);
  });

  it('has moved nothing yet when it first looks: the likelihoods it drew with are those it learns with', async () => {
    for (const environments of [many(() => new CueAndAnswer()), many(() => new Steadying())]) {
      const [progress] = await learn(environments as Environment[], 6, { ...cues, updates: 2, epochs: 1, minibatches: 1 });
      expect(Math.abs(progress!.divergence)).to.be.below(1e-6);
      expect(progress!.clipped).to.equal(0);
    }
  });

  it('lets only the critic learn at first when told so', async () => {
    const [one, two] = await learn(many(() => new Steadying()), 0, { updates: 2, criticFirst: 1, steps: 8, minibatches: 2 });
    const size = network('policy', 1, 1, 0).parameters.reduce((n, { shape }) => n + shape.reduce((a, b) => a * b, 1), 0);
    expect(one!.divergence).to.be.closeTo(0, 1e-7);
    expect(one!.state.parameters.slice(size + 1)).to.not.deep.equal(two!.state.parameters.slice(size + 1));
    expect(one!.state.mean.slice(0, size + 1).every((x) => x === 0)).to.equal(true);
    expect(two!.state.mean.slice(0, size).some((x) => x !== 0)).to.equal(true);
  });

  it('refuses networks that do not fit', () => {
    const environment = new CueAndAnswer();
    expect(() => ppo([environment], network('policy', 3, 1, 0), network('value', 3, 1, 0), { ...defaultPpoSettings, minibatches: 1 }).next()).to.throw(RangeError, 'must say 2 numbers');
    expect(() => ppo([environment], network('policy', 3, 2, 0), network('value', 3, 1, 0), defaultPpoSettings).next()).to.throw(RangeError, '4 equal parts');
  });
});

/** How hard the policy pushes back at 1/2 on either side, per distance. */
async function gainOf(actor: Network, parameters: Float32Array): Promise<number> {
  const size = actor.parameters.reduce((n, { shape }) => n + shape.reduce((a, b) => a * b, 1), 0);
  const training = new OnnxTraining();
  const graph = inferenceGraph(actor, parameters.subarray(0, size));
  const push = async (x: number): Promise<number> => (await training.run({ graph, feeds: { input: Float32Array.of(x) }, outputs: ['output'] }))['output']![0]!;
  const gain = (await push(-0.5)) - (await push(0.5));
  await training.close();
  return gain;
}
