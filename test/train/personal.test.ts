import { expect } from 'chai';
import { OnnxTraining } from '../../src/app/io/onnx-training.ts';
import { Random } from '../../src/core/math/random.ts';
import type { Take } from '../../src/core/music/take.ts';
import { beats, seconds, velocity } from '../../src/core/music/units.ts';
import { inferenceGraph } from '../../src/learning/nn/network.ts';
import { readOnnx } from '../../src/learning/nn/onnx-encoding.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { takeOf } from '../../src/learning/sim/onset-sequence.ts';
import { dealt, defaultPersonal, networkOf, personalise, personalPieces } from '../../src/learning/train/personal.ts';
import { tempoNetwork } from '../../src/learning/train/tempo-teaching.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';

const score = scoreOf(times(8, 'c4 d4/0.5 e4/0.5 f4 g4 | a4 g4/0.5 f4/0.5 e4 d4'), { accompaniment: times(16, 'c3/4'), bpm: 120 });
const solo = soloOf(score);

/**
 * Takes his time on a note, now here, now there, and makes up for it on the next: rules that remember places and
 * figures find out only while he plays. @param makesUp for which share of it, take by take
 */
function takes(count: number, makesUp: (take: number) => number): Take[] {
  const random = new Random(1);
  return Array.from({ length: count }, (_, k) => {
    let time = 1;
    let taken = 0;
    return takeOf(solo.onsets.map((onset, i) => {
      const before = solo.onsets[i - 1];
      if (before !== undefined) {
        const owed = taken;
        taken = random.normal(0, 0.08);
        time += (onset.position - before.position) * 0.5 * Math.exp(taken - makesUp(k) * owed);
      }
      return { onsetIndex: i, position: beats(onset.position), time: seconds(time), firstTime: seconds(time), velocity: velocity(64) };
    }), `take ${k}`, '', 'Clara');
  });
}

describe('a policy for one player', function () {
  this.timeout(60_000);
  const network = tempoNetwork({ network: { reading: 8, units: 16, speaking: 0, chorus: 1 }, without: [] });
  const start = new ParameterLayout(network.parameters).initial(new Random(2));
  const learn = async (of: readonly Take[]) => {
    const engine = new OnnxTraining();
    const learned = await engine.complete(personalise(network, start, dealt(personalPieces(score, of)), { ...defaultPersonal, epochs: 20, learningRate: 3e-3 }));
    await engine.close();
    return learned!;
  };

  it('foresees what he does in takes that were left out better than the policy that it was', async () => {
    const { before, after, base } = await learn(takes(8, () => 0.9));
    expect(before).to.be.closeTo(base, 1e-6);
    expect(after).to.be.below(0.9 * before);
  });

  it('does not say that it is better where he has changed his mind', async () => {
    // What he did in the takes it learned from, he does the other way round in those left out.
    const { before, after } = await learn(takes(8, (k) => (k < 6 ? 0.9 : -0.5)));
    expect(after).to.be.above(0.97 * before);
  });

  it('learns from the older takes, stops by the next, and is checked by the newest', () => {
    const { train, stopBy, check } = dealt(personalPieces(score, takes(8, () => 0)));
    expect([train, stopBy, check].map((pieces) => pieces.map((piece) => piece.id))).to.deep.equal([['take 0', 'take 1', 'take 2', 'take 3', 'take 4'], ['take 5'], ['take 6', 'take 7']]);
    for (const piece of [...train, ...check]) expect(piece.takes.every((take) => Number(take.id.slice(5)) < Number(piece.id.slice(5)))).to.equal(true);
  });

  it('takes a restart for the end of a passage', () => {
    const [take] = takes(1, () => 0) as [Take];
    const again = { ...take, onsets: [...take.onsets.slice(0, 40), ...take.onsets.slice(10).map((onset, i) => ({ ...onset, time: seconds(onset.time + 60), joined: i > 0 }))] };
    expect(personalPieces(score, [again])[0]!.map((piece) => piece.sequence.length)).to.deep.equal([40, take.onsets.length - 10]);
  });

  it('has the shape that its file tells', () => {
    const three = tempoNetwork({ network: { reading: 8, units: 16, speaking: 0, chorus: 3 }, without: [] });
    for (const one of [network, three]) {
      const read = networkOf(readOnnx(inferenceGraph(one, new Float32Array(new ParameterLayout(one.parameters).size)).bytes));
      expect(read.parameters.map(({ name, shape }) => [name, shape])).to.deep.equal(one.parameters.map(({ name, shape }) => [name, shape]));
    }
  });
});
