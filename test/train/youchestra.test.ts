import { expect } from 'chai';
import { OnnxTraining } from '../../src/app/io/onnx-training.ts';
import { beats, seconds, velocity } from '../../src/core/music/units.ts';
import { inferenceGraph } from '../../src/learning/nn/network.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { mean } from '../../src/core/math/statistics.ts';
import { Random } from '../../src/core/math/random.ts';
import type { PlayedOnset } from '../../src/learning/sim/onset-sequence.ts';
import { takeOf } from '../../src/learning/sim/onset-sequence.ts';
import type { TempoPiece } from '../../src/learning/train/accompaniment-environment.ts';
import { checkEnvironment } from '../../src/learning/train/environment-check.ts';
import { lessonOf } from '../../src/learning/train/tempo-lessons.ts';
import { youchestraLesson, youchestraObservations, youchestraSize } from '../../src/learning/train/youchestra.ts';
import { youchestraActor } from '../../src/learning/train/youchestra-network.ts';
import { defaultYouchestra, practiseYouchestra, YouchestraEnvironment, youchestraGroups } from '../../src/learning/train/youchestra-practice.ts';
import { OfflinePolicy } from '../../src/app/io/tempo-policy.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';

const score = scoreOf(times(10, 'c4 d4/0.5 e4/0.5 f4 g4 | a4 g4/0.5 f4/0.5 e4 d4'), { accompaniment: times(20, 'c3/4'), bpm: 120 });
const solo = soloOf(score);

function played(period: number, broad: (index: number) => number): PlayedOnset[] {
  let time = 1;
  return solo.onsets.map((onset, i) => {
    const before = solo.onsets[i - 1];
    if (before !== undefined) time += (onset.position - before.position) * period * broad(i - 1);
    return { onsetIndex: i, position: beats(onset.position), time: seconds(time), firstTime: seconds(time), velocity: velocity(64) };
  });
}
const slowly = played(0.9, (i) => (i % 5 === 4 ? 1.3 : 1));
const take = takeOf(played(0.5, (i) => (i % 5 === 4 ? 1.3 : 1)), 'take', '', '');

describe('the configuration called youchestra', function () {
  this.timeout(60_000);
  it('sees and says the speed against a reference at the tempo of the first notes', () => {
    for (const kind of youchestraObservations) {
      const { observations, targets, length } = youchestraLesson(score, slowly, [take], kind);
      expect(length).to.equal(slowly.length - 1);
      expect(observations.every(Number.isFinite)).to.equal(true);
      expect(targets[21]).to.be.closeTo(0, 1e-3);
      expect(targets[24]).to.be.closeTo(Math.log(1.3), 1e-3);
    }
  });

  it('remembers only takes that are earlier: what is still to come changes nothing', () => {
    const other = slowly.map((onset, i) => (i > 30 ? { ...onset, time: seconds(onset.time + 0.1 * (i - 30)) } : onset));
    const seen = (sequence: PlayedOnset[]): number[] => [...youchestraLesson(score, sequence, [take], 'memory-enhanced').observations.subarray(0, 31 * youchestraSize)];
    expect(seen(other)).to.deep.equal(seen(slowly));
  });

  it('is compared on the same notes: its answer and the offset are the speed that it meant', () => {
    const { targets, offset, mask } = youchestraLesson(score, slowly, [take], 'ratio');
    const lesson = lessonOf(score, slowly, [take], 'same');
    for (let i = 10; i < lesson.length; i++) if (mask[i] === 1) expect(targets[i]! + offset[2 * i]!).to.be.closeTo(lesson.targets[2 * i]!, 1e-5);
  });

  it('is an environment like any other, and begins with a gate that lets in nearly only the newest take', async () => {
    const pieces: TempoPiece[] = [{ id: 'a', voice: 'all', score, sequence: slowly, takes: [take] }];
    expect(checkEnvironment(() => new YouchestraEnvironment(pieces, defaultYouchestra, 30), [1, 2]).faults).to.deep.equal([]);
    const network = youchestraActor();
    const layout = new ParameterLayout(network.parameters);
    const vector = layout.initial(new Random(1));
    const policy = await OfflinePolicy.open(inferenceGraph(network, vector).bytes, youchestraSize);
    const { observations } = youchestraLesson(score, slowly, [take], 'memory-enhanced');
    const said = await policy.answer(observations);
    await policy.close();
    expect(said).to.have.length(slowly.length - 1);
    expect([...layout.part(vector, 'youchestra.gate')].map((logit) => Math.exp(logit))).to.satisfy((gate: number[]) => [0.9, 0.09, 0.009].every((share, k) => Math.abs(gate[k]! - share) < 1e-6));
  });

  it('learns to broaden where the take was broad', async () => {
    const pieces: TempoPiece[] = [{ id: 'a', voice: 'all', score, sequence: slowly, takes: [take] }, { id: 'b', voice: 'all', score, sequence: played(0.5, (i) => (i % 5 === 4 ? 1.25 : 1)), takes: [take] }];
    const engine = new OnnxTraining();
    const settings = { ...defaultYouchestra, updates: 30, environments: 4, steps: 32, batch: 16, epochs: 6, learningRate: 1e-3, discount: 0, tryEvery: 10 };
    const groups = youchestraGroups(pieces, settings);
    const trained = await engine.complete(practiseYouchestra(pieces, groups, settings));
    await engine.close();
    const silence = mean(groups[0]!.examples.flatMap(({ targets }) => [...targets]).map(Math.abs));
    expect(trained!.validationLosses[0]).to.be.below(0.65 * silence);
  });
});
