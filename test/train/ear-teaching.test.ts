import { expect } from 'chai';
import { OnnxTraining } from '../../src/app/io/onnx-training.ts';
import { Random } from '../../src/core/math/random.ts';
import type { EarLessons, SoundingNote } from '../../src/learning/train/ear-lessons.ts';
import { addLessons } from '../../src/learning/train/ear-lessons.ts';
import { teachAttack, teachPitch } from '../../src/learning/train/ear-teaching.ts';
import type { AttackWeights } from '../../src/players/sound/ear-weights.ts';
import { attackInputs, pitchInputs } from '../../src/players/sound/ear-weights.ts';
import type { PitchWeights } from '../../src/players/sound/ear-weights.ts';
import { defaultSynthesizerSettings, synthesize } from '../../src/players/sound/synthesizer.ts';

const { sampleRate } = defaultSynthesizerSettings;
const flute = 73;

/** A tune that nobody wrote, with repeated notes and silences. */
function lessonsOf(seed: number, count: number, near = { lowest: 66, highest: 77 }): EarLessons {
  const random = new Random(seed);
  const played: SoundingNote[] = [];
  let time = 0.3;
  for (let i = 0; i < count; i++) {
    const pitch = i > 0 && random.uniform() < 0.3 ? played[i - 1]!.pitch : 66 + random.below(12);
    const duration = random.between(0.15, 0.3);
    played.push({ time, duration, pitch });
    time += duration + random.pick([0.03, 0.2]);
  }
  const blocks: number[] = [];
  for (const { left } of synthesize(played.map((note) => ({ ...note, velocity: 80, program: flute, pan: 0 })), { ...defaultSynthesizerSettings, room: 0 })) blocks.push(...left);
  const lessons: EarLessons = { nearMoments: [], moments: [], strokes: [] };
  addLessons({ samples: Float32Array.from(blocks), sampleRate, lowest: 62, highest: 82, near, played, own: [], ringsOn: 0.2 }, lessons, random);
  return lessons;
}

const share = (of: readonly boolean[]): number => of.filter(Boolean).length / of.length;

function pitchHeard({ direct, inward, bias, outward, silence }: PitchWeights, known: Float32Array, calm: number): number {
  const odds = Array.from({ length: known.length / pitchInputs }, (_, p) => {
    const here = known.subarray(p * pitchInputs, (p + 1) * pitchInputs);
    const weigh = (weights: Float64Array, from: number): number => here.reduce((sum, x, k) => sum + weights[from + k]! * x, 0);
    return weigh(direct, 0) + outward.reduce((sum, out, unit) => sum + out * Math.max(0, bias[unit]! + weigh(inward, unit * pitchInputs)), 0);
  });
  odds.push(silence[0]! + silence[1]! * calm + silence[2]! * calm * calm);
  return odds.indexOf(Math.max(...odds));
}

const strokeHeard = ({ inward, bias, outward, constant }: AttackWeights, seen: Float32Array): boolean =>
  constant[0]! + outward.reduce((sum, out, unit) => sum + out * Math.tanh(bias[unit]! + seen.reduce((inner, x, k) => inner + inward[unit * attackInputs + k]! * x, 0)), 0) > 0;

describe('teaching an ear', function () {
  this.timeout(30_000);
  let heard: EarLessons, unheard: EarLessons;
  before(() => {
    heard = lessonsOf(1, 60);
    unheard = lessonsOf(2, 30);
  });

  it('lets it tell pitches and silence in music that it never heard, the same for the same seed', async () => {
    const engine = new OnnxTraining();
    try {
      const learned = async () => (await engine.complete(teachPitch(heard.moments, { seed: 1, updates: 400 })))!;
      const weights = await learned();
      const right = unheard.moments.map(({ known, calm, sounds }) => pitchHeard(weights, known, calm) === sounds);
      const silent = unheard.moments.map(({ known, sounds }) => sounds === known.length / pitchInputs);
      expect(share(silent)).to.be.within(0.05, 0.6);
      expect(share(right)).to.be.above(0.95);
      expect(await learned()).to.deep.equal(weights);
    } finally {
      await engine.close();
    }
  });

  it('lets it tell a repeated stroke from a tone that is held or dies away', async () => {
    const engine = new OnnxTraining();
    try {
      const weights = (await engine.complete(teachAttack(heard.strokes, { seed: 1, updates: 400 })))!;
      const of = (struck: boolean): number => share(unheard.strokes.filter((one) => one.struck === struck).map(({ seen }) => strokeHeard(weights, seen)));
      expect(of(true)).to.be.above(0.85);
      expect(of(false)).to.be.below(0.15);
    } finally {
      await engine.close();
    }
  });

  it('asks who knows the score about the pitches near it alone, and not at all where another one sounds', () => {
    const near = { lowest: 66, highest: 71 };
    const all = lessonsOf(2, 30, near);
    expect(all.moments).to.deep.equal(unheard.moments);
    const above = near.highest - 62;
    const silence = all.moments[0]!.known.length / pitchInputs;
    const expected = all.moments.filter(({ sounds }) => sounds <= above || sounds === silence);
    expect(expected.length).to.be.within(10, all.moments.length - 10);
    const [from, until] = [near.lowest - 62, above + 1];
    expect(all.nearMoments).to.deep.equal(expected.map((moment) => ({ ...moment, known: moment.known.slice(from * pitchInputs, until * pitchInputs), sounds: moment.sounds === silence ? until - from : moment.sounds - from })));
  });

  it('needs something to learn from', () => {
    expect(() => teachPitch([], { seed: 1, updates: 1 }).next()).to.throw(RangeError);
    expect(() => teachAttack(heard.strokes.filter(({ struck }) => struck), { seed: 1, updates: 1 }).next()).to.throw(RangeError, '0');
  });
});
