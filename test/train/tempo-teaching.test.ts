import { expect } from 'chai';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainTempoPolicy } from '../../src/app/cli/train/tempo.ts';
import { OnnxTraining } from '../../src/app/io/onnx-training.ts';
import { Random } from '../../src/core/math/random.ts';
import { mean } from '../../src/core/math/statistics.ts';
import { beats, seconds, velocity } from '../../src/core/music/units.ts';
import type { PlayedOnset } from '../../src/learning/sim/onset-sequence.ts';
import { takeOf } from '../../src/learning/sim/onset-sequence.ts';
import { ownTake } from '../../src/learning/sim/own-take.ts';
import type { TempoPiece } from '../../src/learning/train/accompaniment-environment.ts';
import { believed, defaultTeaching, teachTempo, tempoNetwork, unseenFeatures, validationOf } from '../../src/learning/train/tempo-teaching.ts';
import { defaultPractice } from '../../src/learning/train/tempo-practice.ts';
import { ParameterLayout } from '../../src/learning/nn/parameters.ts';
import { scoreFingerprint } from '../../src/players/memory/take.ts';
import { tempoFeatures } from '../../src/players/tempo/observation.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';

// Over before rules could have learned from hearing it what he does with its figures.
const score = scoreOf(times(3, 'c4 d4/0.5 e4/0.5 f4 g4 | a4 g4/0.5 f4/0.5 e4 d4'), { accompaniment: times(6, 'c3/4'), bpm: 120 });
const solo = soloOf(score);

/** Somebody who lingers before every bar line, more in some bars than in others, and is otherwise a little uneven. */
function played(random: Random): PlayedOnset[] {
  let time = 1;
  return solo.onsets.map((onset, i) => {
    const before = solo.onsets[i - 1];
    if (before !== undefined) time += (onset.position - before.position) * 0.5 * (onset.position % 4 === 0 ? 1.35 : 1) * Math.exp(random.normal(0, 0.02));
    return { onsetIndex: i, position: beats(onset.position), time: seconds(time), firstTime: seconds(time), velocity: velocity(64) };
  });
}

function pieces(count: number, seed: number): TempoPiece[] {
  const random = new Random(seed);
  const sequences = Array.from({ length: count + 3 }, () => played(random));
  const takes = sequences.map((sequence, i) => takeOf(sequence, `take ${i}`, scoreFingerprint(solo), ''));
  return sequences.slice(3).map((sequence, i) => ({ id: `piece ${i}`, voice: 'all', score, sequence, takes: takes.slice(i, i + 3).reverse() }));
}
const teaching = { ...defaultTeaching, epochs: 6, lessons: 64, steps: 16, lanes: 8, averaging: 0, learningRate: 5e-3, network: { reading: 0, units: 16, speaking: 0, chorus: 1 } };

describe('lessons in tempo', function () {
  this.timeout(60_000);
  const train = pieces(64, 1);
  const groups = validationOf(pieces(24, 2), teaching);
  let engine: OnnxTraining;
  beforeEach(() => { engine = new OnnxTraining(); });
  afterEach(async () => await engine.close());

  it('teach somebody who knows bar lines where a soloist lingers, and half as well somebody who does not know them', async () => {
    const learned = await engine.complete(teachTempo(train, groups, teaching));
    const [without] = learned!.validationLosses;
    expect(without).to.be.below(0.5 * groups[0]!.base);
    const blind = { ...teaching, without: ['bar-lines', 'look-ahead', 'recurrence'] as const };
    const untaught = await engine.complete(teachTempo(train, validationOf(pieces(24, 2), blind), blind));
    expect(untaught!.validationLosses[0]).to.be.above(1.2 * without!);
  });

  it('are believed as far as they do well with others, and entirely where nothing else is better', async () => {
    const judged = groups.slice(0, 1);
    const learned = (await engine.complete(teachTempo(train, judged, { ...teaching, epochs: 8 })))!;
    const layout = new ParameterLayout(tempoNetwork(teaching).parameters);
    const scaled = (by: number): Float32Array => {
      const parameters = learned.parameters.slice();
      for (const { name } of layout.specs) if (/output|skip/.test(name)) layout.part(parameters, name).forEach((value, i, part) => { part[i] = by * value; });
      return parameters;
    };
    expect((await engine.complete(believed(learned, judged, teaching)))!.parameters).to.equal(learned.parameters);
    // Four times as sure as he should be.
    const overdone = { ...learned, parameters: scaled(4), validationLosses: [1], validationLoss: 1 };
    const sober = (await engine.complete(believed(overdone, judged, teaching)))!;
    expect(sober.parameters).to.deep.equal(scaled(1));
    expect(sober.validationLoss).to.be.closeTo(learned.validationLoss, 1e-5);
  });

  it('go on after an interruption as if nothing had happened', async () => {
    const training = { type: 'tempo' as const, teaching: { ...teaching, epochs: 4, lessons: 16 }, practice: { ...defaultPractice, updates: 2, tryEvery: 1, environments: 4, steps: 16 }, invented: { scores: 1, performances: 1 } };
    const run = { train, validation: groups, training, engine };
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const whole = await trainTempoPolicy({ ...run, say });
    const checkpoint = join(await mkdtemp(join(tmpdir(), 'collaparte-')), 'x.checkpoint.json');
    let tried = 0;
    await trainTempoPolicy({ ...run, checkpoint, say: () => { if (++tried === 3) throw new Error('the power is cut'); } }).catch(() => undefined);
    expect((await readFile(checkpoint, 'utf8')).length).to.be.greaterThan(1000);
    const other = { ...training, teaching: { ...training.teaching, seed: 8 } };
    let fault = '';
    await trainTempoPolicy({ ...run, training: other, checkpoint, resume: true, say }).catch((error: unknown) => { fault = String(error); });
    expect(fault).to.contain('must have been made with the same settings');
    const resumed = await trainTempoPolicy({ ...run, checkpoint, resume: true, say });
    expect(resumed.parameters).to.deep.equal(whole.parameters);
    expect(resumed.curve.csv()).to.equal(whole.curve.csv());
    expect(lines.at(-1)).to.match(/practice 2 of 2: whole scores 0 takes 0\.\d+ \(0\.\d+\), whole scores 3 takes .*; \d+ s, about 0 s to go/);
    expect(whole.curve.svg('a curve').match(/<path/g)).to.have.length(4);
  });
});

describe('what a policy is deprived of', () => {
  it('is what its name says', () => {
    const named = (what: Parameters<typeof unseenFeatures>[0]): string[] => unseenFeatures(what).map((i) => tempoFeatures[i]!);
    expect(named(['memory'])).to.include.members(['take-0', 'take-known-2', 'mean', 'gain-mean', 'recalled', 'take-error-1']).and.not.include('past-0');
    expect(named(['habits'])).to.have.members(['leaning', ...tempoFeatures.filter((name) => name.startsWith('habit'))]);
    expect(named(['bar-lines'])).to.include.members(['bar-line-0', 'bar-sine', 'on-downbeat', 'next-on-downbeat']);
    expect(named(['look-ahead'])).to.include.members(['coming-1', 'contour-0', 'grace-next', 'end-near']).and.not.include.members(['coming-0', 'bar-line-0']);
    expect(named(['recurrence'])).to.deep.equal([]);
  });
});

describe('a take of one\'s own, invented', () => {
  const [{ sequence }] = pieces(1, 3) as [TempoPiece];
  const intervals = (onsets: readonly PlayedOnset[]): number[] => onsets.slice(1).map((onset, i) => onset.time - onsets[i]!.time);

  it('differs by what one player differs from take to take', () => {
    const random = new Random(4);
    const differences = Array.from({ length: 40 }, () => intervals(ownTake(sequence, random))).flatMap((take) => take.map((interval, i) => Math.abs(interval - intervals(sequence)[i]!) / Math.SQRT2));
    expect(mean(differences)).to.be.within(0.018, 0.036);
  });

  it('moves onward at every onset, and is another one each time', () => {
    const random = new Random(5);
    const one = ownTake(sequence, random);
    expect(Math.min(...intervals(one))).to.be.greaterThan(0);
    expect(ownTake(sequence, random).at(-1)!.time).to.not.equal(one.at(-1)!.time);
    expect(one.map((onset) => onset.position)).to.deep.equal(sequence.map((onset) => onset.position));
  });
});
