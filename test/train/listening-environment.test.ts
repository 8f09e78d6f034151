import { expect } from 'chai';
import { checkEnvironment } from '../../src/learning/train/environment-check.ts';
import type { ListeningSettings } from '../../src/learning/train/listening-environment.ts';
import { ListeningEnvironment } from '../../src/learning/train/listening-environment.ts';
import { columnsOf } from '../../src/players/listen/features.ts';
import { rewardTypes } from '../../src/players/listen/reward.ts';
import { gridSettings } from '../../src/players/listen/sounding-table.ts';
import { SoundingSpace } from '../../src/players/listen/sounding-space.ts';
import { trainingModes } from '../../src/players/listen/targets.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';

/** Two knobs: one is the centroid, the other the loudness. */
const settings = gridSettings(2, 21);
const descriptors = settings.map(([bright, loud]) => Float64Array.from(descriptorNames, (name) => (name === 'specshape-centroid' ? 4000 * bright! : name === 'loudness-dB' ? 60 * loud! - 60 : 0)));
const space = new SoundingSpace({ settings, descriptors }, columnsOf(['specshape-centroid', 'loudness-dB'])!);
/** Brighter and brighter, and back again. */
const recording = Array.from({ length: 40 }, (_, i) => descriptors[(i < 20 ? i : 39 - i) * 21 + 10]!);
const usual: ListeningSettings = { step: 0.05, lasting: 0.95, rewardType: 'cubic', rewardNoise: 0.01, trainingMode: 'corpus', frames: 160 };
const environment = (changed: Partial<ListeningSettings> = {}) => new ListeningEnvironment(space, [recording], { ...usual, ...changed });

/** Mean reward of an episode in which nothing is corrected, or always the same. */
function rewardOf(one: ListeningEnvironment, correction: readonly number[]): number {
  one.reset(3);
  let sum = 0;
  let frames = 0;
  for (let over = false; !over; frames++) {
    const { reward, truncated } = one.step(Float32Array.from(correction));
    sum += reward;
    over = truncated;
  }
  return sum / frames;
}

describe('a listener that learns', () => {
  for (const trainingMode of trainingModes) {
    it(`hears the same in the same episode: ${trainingMode}`, () => {
      expect(checkEnvironment(() => environment({ trainingMode }), [1, 2, 3], 200).faults).to.deep.equal([]);
    });
  }
  it('hears more than it is rewarded for', () => {
    const both = columnsOf(['specshape-centroid', 'loudness-dB'])!;
    const bright = columnsOf(['specshape-centroid'])!;
    const [wide, narrow] = [new SoundingSpace({ settings, descriptors }, bright, both), new SoundingSpace({ settings, descriptors }, bright)];
    const [one, other] = [wide, narrow].map((each) => new ListeningEnvironment(each, [recording], usual)) as [ListeningEnvironment, ListeningEnvironment];
    expect([one.observationSize, other.observationSize]).to.deep.equal([12, 6]);
    // its brightness alone counts, whatever it hears of the loudness
    expect(rewardOf(one, [0, 0])).to.equal(rewardOf(other, [0]));
    expect(rewardOf(one, [0, 3])).to.be.closeTo(rewardOf(one, [0, 0]), 0.05);
    expect(rewardOf(one, [-4, 0])).to.be.lessThan(rewardOf(one, [0, -4]));
  });
  it('is rewarded differently by each of the four rewards', () => {
    const rewards = rewardTypes.map((rewardType) => rewardOf(environment({ rewardType }), [0, 0]));
    expect(new Set(rewards.map((reward) => reward.toFixed(6))).size).to.equal(rewardTypes.length);
  });
  it('goes where the planner says as long as it expects no movement, and does worse when it expects what never comes', () => {
    expect(rewardOf(environment({ rewardNoise: 0 }), [0, 0])).to.be.greaterThan(0.5);
    expect(rewardOf(environment({ rewardNoise: 0 }), [4, -4])).to.be.lessThan(rewardOf(environment({ rewardNoise: 0 }), [0, 0]));
  });
  it('ends after the frames that were asked for, as if something would have come', () => {
    const one = environment({ frames: 3 });
    one.reset(1);
    expect([0, 1, 2].map(() => one.step(new Float32Array(2))).map(({ terminated, truncated }) => [terminated, truncated])).to.deep.equal([[false, false], [false, false], [false, true]]);
  });
  it('moves by itself where it plays alone, and pays nothing for it', () => {
    const one = environment({ alone: true, rewardNoise: 0 });
    expect(checkEnvironment(() => environment({ alone: true }), [1, 2], 200).faults).to.deep.equal([]);
    const before = Array.from(one.reset(1).slice(-2));
    const { observation, terms } = one.step(Float32Array.of(before[0]! < 0 ? 1 : -1, 0));
    expect(Math.abs(observation.at(-2)! - before[0]!)).to.be.closeTo(2 * usual.step, 1e-6);
    expect(observation.at(-1)).to.equal(before[1]);
    expect(terms['calm']).to.equal(0);
  });
});
