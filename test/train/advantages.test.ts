import { expect } from 'chai';
import { generalisedAdvantages, normalise } from '../../src/learning/train/advantages.ts';

describe('advantages', () => {
  const nothing = { lastValues: Float32Array.of(0), lastBegins: Float32Array.of(1), begins: Float32Array.of(1, 0, 0), sequences: 1 };

  it('with a full trace are what came, discounted, less what was expected', () => {
    const { advantages, returns } = generalisedAdvantages({ ...nothing, rewards: Float32Array.of(1, 2, 4), values: Float32Array.of(0.5, 1, 1.5), discount: 0.5, trace: 1 });
    expect([...returns]).to.deep.equal([1 + 0.5 * 2 + 0.25 * 4, 2 + 0.5 * 4, 4]);
    expect([...advantages]).to.deep.equal([2.5, 3, 2.5]);
  });

  it('with no trace trust the critic after one step', () => {
    const { advantages } = generalisedAdvantages({ ...nothing, rewards: Float32Array.of(1, 2, 4), values: Float32Array.of(0.5, 1, 1.5), discount: 0.5, trace: 0 });
    expect([...advantages]).to.deep.equal([1 + 0.5 - 0.5, 2 + 0.75 - 1, 4 - 1.5]);
  });

  it('see nothing beyond the end of an episode, but go on beyond the end of the rollout', () => {
    const { returns } = generalisedAdvantages({
      rewards: Float32Array.of(1, 10, 2, 20, 4, 40), values: new Float32Array(6), begins: Float32Array.of(1, 1, 0, 1, 0, 0),
      lastValues: Float32Array.of(8, 80), lastBegins: Float32Array.of(0, 1), sequences: 2, discount: 1, trace: 1,
    });
    expect([...returns]).to.deep.equal([15, 10, 14, 60, 12, 40]);
  });

  it('are of mean 0 and deviation 1 once normalised, where they count', () => {
    const values = normalise(Float32Array.of(1, 2, 3, 100), Float32Array.of(1, 1, 1, 0));
    expect(values[1]).to.be.closeTo(0, 1e-6);
    expect(values[2]! - values[0]!).to.be.closeTo(2 / Math.sqrt(2 / 3), 1e-5);
  });
});
