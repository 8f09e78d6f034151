import { expect } from 'chai';
import { OnnxTraining } from '../../src/app/io/onnx-training.ts';
import { Random } from '../../src/core/math/random.ts';
import type { RecurrentNetworkSettings } from '../../src/learning/nn/network.ts';
import { defaultRecurrentNetwork, recurrentNetwork } from '../../src/learning/nn/network.ts';
import type { Example, SupervisedProgress, SupervisedResult, SupervisedSettings } from '../../src/learning/train/supervised.ts';
import { defaultSupervisedSettings, supervised } from '../../src/learning/train/supervised.ts';

/** Sequences of 5 to 30 steps; at each step the target is the mean of all that has been heard in this example. */
function runningMeans(random: Random, count: number): Example[] {
  return Array.from({ length: count }, () => {
    const inputs = Float32Array.from({ length: 5 + random.below(26) }, () => random.between(-1, 1));
    let sum = 0;
    const targets = inputs.map((x, i) => (sum += x) / (i + 1));
    return { inputs, targets, weights: new Float32Array(inputs.length).fill(1) };
  });
}

async function learn(network: Partial<RecurrentNetworkSettings>, training: (epoch: number) => readonly Example[], validation: readonly Example[], settings: Partial<SupervisedSettings>):
Promise<{ progress: SupervisedProgress[]; result: SupervisedResult }> {
  const thread = new OnnxTraining();
  const progress: SupervisedProgress[] = [];
  try {
    const trainer = supervised(recurrentNetwork('mean', { ...defaultRecurrentNetwork, inputs: 1, outputs: 1, reading: 0, speaking: 0, units: 16, ...network }), training, [validation], { ...defaultSupervisedSettings, ...settings });
    const result = await thread.complete(trainer, (step: SupervisedProgress) => { progress.push(step); return undefined; });
    return { progress, result: result! };
  } finally {
    await thread.close();
  }
}

describe('learning from examples', function () {
  this.timeout(30_000);
  const heard = runningMeans(new Random(1), 200);
  const unheard = runningMeans(new Random(2), 60);
  const settings = { epochs: 20, steps: 16, lanes: 16, learningRate: 0.01 } as const;
  const silence = unheard.reduce((sum, { targets }) => sum + targets.reduce((a, x) => a + Math.abs(x), 0), 0) / unheard.reduce((sum, { targets }) => sum + targets.length, 0);

  it('with memory finds what depends on the whole example, also in examples it never heard', async () => {
    const { progress, result } = await learn({}, () => heard, unheard, settings);
    expect(result.validationLoss).to.be.below(0.25 * silence);
    expect(result.validationLoss).to.equal(Math.min(...progress.map(({ validationLoss }) => validationLoss)));
    expect(result.parameters).to.deep.equal(progress[result.epoch - 1]!.state.parameters);
  });

  it('without memory does not', async () => {
    const { result } = await learn({ units: 0, reading: 16 }, () => heard, unheard, settings);
    expect(result.validationLoss).to.be.above(0.6 * silence);
  });

  it('minds no target of weight 0, whatever it says', async () => {
    const nonsense = (examples: readonly Example[], wrong: number): Example[] => examples.map((example) => ({
      ...example, targets: example.targets.map((y, i) => (i % 3 === 1 ? wrong : y)), weights: example.weights.map((_, i) => (i % 3 === 1 ? 0 : 1)),
    }));
    const few = { ...settings, epochs: 2 };
    const one = await learn({}, () => nonsense(heard, 1000), nonsense(unheard, 5), few);
    const other = await learn({}, () => nonsense(heard, -7), nonsense(unheard, 0), few);
    expect(one.result).to.deep.equal(other.result);
  });

  it('begins every example with empty memory: the validation loss does not depend on how the examples are laid', async () => {
    const few = { ...settings, epochs: 1 };
    const laid = async (validation: readonly Example[], lanes: number): Promise<number> => (await learn({ outputGain: 3 }, () => heard, validation, { ...few, learningRate: 0, lanes })).result.validationLoss;
    const loss = await laid(unheard, 16);
    expect(await laid(unheard.toReversed(), 16)).to.be.closeTo(loss, 1e-6);
    expect(await laid(unheard, 1)).to.be.closeTo(loss, 1e-6);
  });

  it('ends when it no longer gets better, and goes on from where it was', async () => {
    const whole = await learn({}, () => heard, unheard, { ...settings, epochs: 4 });
    const thread = new OnnxTraining();
    const network = recurrentNetwork('mean', { ...defaultRecurrentNetwork, inputs: 1, outputs: 1, reading: 0, speaking: 0, units: 16 });
    const second = whole.progress[1]!;
    const result = await thread.complete(supervised(network, () => heard, [unheard], { ...defaultSupervisedSettings, ...settings, epochs: 4 }, { state: second.state, epoch: 2, result: second.result }));
    await thread.close();
    expect(result!.parameters).to.deep.equal(whole.result.parameters);
    const { progress } = await learn({}, () => heard, unheard, { ...settings, epochs: 9, learningRate: 0, patience: 2 });
    expect(progress).to.have.length(3);
  });

  it('judges a running mean of the parameters, which near the end of a high learning rate is better than the last ones', async () => {
    const high = { ...settings, epochs: 6, learningRate: 0.03, finalRate: 1 };
    const last = await learn({}, () => heard, unheard, high);
    const average = await learn({}, () => heard, unheard, { ...high, averaging: 0.98 });
    expect(average.progress.at(-1)!.validationLoss).to.be.below(last.progress.at(-1)!.validationLoss);
    // What is learned is the same; only what is kept differs.
    expect(average.progress.at(-1)!.state.parameters).to.deep.equal(last.progress.at(-1)!.state.parameters);
  });

  it('judges groups of examples alike, however large they are', async () => {
    const groups = [unheard.slice(0, 5), unheard.slice(5)];
    const thread = new OnnxTraining();
    const network = recurrentNetwork('mean', { ...defaultRecurrentNetwork, inputs: 1, outputs: 1, reading: 0, speaking: 0, units: 16 });
    const result = await thread.complete(supervised(network, () => heard, groups, { ...defaultSupervisedSettings, ...settings, epochs: 1 }));
    await thread.close();
    expect(result!.validationLosses).to.have.length(2);
    expect(result!.validationLoss).to.be.closeTo((result!.validationLosses[0]! + result!.validationLosses[1]!) / 2, 1e-9);
  });

  it('can use other examples in every epoch, and refuses those that do not fit', async () => {
    const seen: number[] = [];
    await learn({}, (epoch) => { seen.push(epoch); return heard.slice(epoch, epoch + 5); }, [], { ...settings, epochs: 3 });
    expect(seen).to.deep.equal([0, 1, 2]);
    const wrong = { inputs: new Float32Array(3), targets: new Float32Array(2), weights: new Float32Array(2) };
    let fault: unknown;
    await learn({}, () => [wrong], [], settings).catch((error: unknown) => { fault = error; });
    expect(String(fault)).to.contain('does not fit 1 inputs and 1 outputs');
  });
});
