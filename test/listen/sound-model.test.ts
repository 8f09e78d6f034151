import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { besideWhatWasPlayed } from '../../src/learning/train/sound-lessons.ts';
import { columnsOf } from '../../src/players/listen/features.ts';
import { slewTowards } from '../../src/players/listen/rules.ts';
import type { SynthParameter } from '../../src/players/listen/parameter.ts';
import { plannerFor } from '../../src/players/listen/planner.ts';
import { SoundModel, soundInputs, soundOutputs, soundParameters } from '../../src/players/listen/sound-model.ts';
import { SoundingSpace } from '../../src/players/listen/sounding-space.ts';
import { gridSettings, randomSettings } from '../../src/players/listen/sounding-table.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';

const knob = { unit: '', rest: 0, slew: 8 } as const;
const params: readonly SynthParameter[] = [
  { ...knob, name: 'frequency', low: 55, high: 1760, curve: 'exponential' },
  { ...knob, name: 'loudness', low: 0, high: 1, curve: 'linear' },
];
const columns = columnsOf(['specshape-centroid', 'chroma-A', 'chroma-C'])!;
const hidden = 12;

/** Of some instrument: what it is does not matter here. @param varies whether it sounds otherwise each time */
function someModel(seed: number, varies = true): SoundModel {
  const chance = new Random(seed);
  const outputs = soundOutputs(columns.length);
  const size = soundParameters({ inputs: soundInputs(params), hidden, outputs });
  const last = size - (hidden + 1) * outputs;
  const isVarying = (i: number): boolean => i >= last && (i - last) % outputs >= columns.length;
  // logarithms: what is -20 never varies
  const weights = Float32Array.from({ length: size }, (_, i) => (!varies && isVarying(i) ? (i >= size - outputs ? -20 : 0) : chance.normal(0, 0.3)));
  return new SoundModel({ params, hidden, columns, deviation: [1, 1, 1], weights });
}

describe('a way beside the one that was played', () => {
  const way = Array.from({ length: 200 }, () => Float64Array.of(0.5, 0));
  const [beside] = besideWhatWasPlayed([way], 1) as [Float64Array[]];

  it('is as long, near it, and within the range of every parameter', () => {
    expect(beside).to.have.length(way.length);
    for (const [frequency, loudness] of beside) {
      expect(frequency).to.be.within(0.35, 0.65);
      expect(loudness).to.be.within(0, 0.15);
    }
  });
  it('drifts, so that who goes it makes no steps that nobody makes', () => {
    for (let i = 1; i < beside.length; i++) expect(Math.abs(beside[i]![0]! - beside[i - 1]![0]!)).to.be.lessThan(0.05);
  });
});

describe('what lies between the rows of a table', () => {
  it('says which way a sound comes nearer', () => {
    const model = someModel(1);
    const chance = new Random(2);
    const slope = new Float64Array(2);
    for (let i = 0; i < 20; i++) {
      const [setting, sound] = [Float64Array.of(chance.uniform(), chance.uniform()), Float64Array.of(chance.normal(), chance.normal(), chance.normal())];
      model.distance(setting, sound, 3);
      model.slopeOf(sound, 3, slope);
      for (const p of [0, 1]) {
        const [less, more] = [-1e-6, 1e-6].map((off) => model.distance(setting.map((value, q) => value + (q === p ? off : 0)), sound, 3) ** 2) as [number, number];
        expect(slope[p]).to.be.closeTo((more - less) / 2e-6, 1e-3 * (1 + Math.abs(slope[p]!)));
      }
    }
  });
  it('says the same in another scale and another order, and nothing of what it does not know', () => {
    const model = someModel(3);
    const setting = Float64Array.of(0.3, 0.8);
    const [plain, scaled] = [new Float64Array(3), new Float64Array(2)];
    model.soundOf(setting, plain);
    model.scaledTo([columns[2]!, columns[0]!], [10, -1], [2, 4])!.soundOf(setting, scaled);
    expect(scaled[0]).to.be.closeTo((plain[2]! - 10) / 2, 1e-5);
    expect(scaled[1]).to.be.closeTo((plain[0]! + 1) / 4, 1e-5);
    expect(model.scaledTo(columnsOf(['loudness-dB'])!, [0], [1])).to.equal(undefined);
  });
  it('lets a player come nearer than any row of the table', () => {
    const settings = randomSettings(2, 12, 1);
    const model = someModel(5, false);
    const mean = new Float64Array(3);
    const descriptors = settings.map((setting) => {
      model.soundOf(setting, mean);
      return Float64Array.from(descriptorNames, (_, i) => (columns.includes(i) ? mean[columns.indexOf(i)]! : 0));
    });
    const space = new SoundingSpace({ settings, descriptors }, columns, [], model);
    const planner = plannerFor(space, { step: 0.05, lasting: 0.98 });
    const [setting, wanted, target] = [Float64Array.of(0.5, 0.5), new Float64Array(2), new Float64Array(3)];
    space.soundAt(Float64Array.of(0.71, 0.37), target);
    for (let frame = 0; frame < 60; frame++) {
      planner.plan(target, setting, wanted);
      slewTowards(setting, wanted, 0.05);
    }
    const nearestRow = Math.min(...settings.map((row) => space.distanceAt(row, target)));
    expect(space.distanceAt(setting, target)).to.be.lessThan(0.5 * nearestRow);
  });
});

describe('what varies from moment to moment', () => {
  const settings = gridSettings(1, 21);
  const bright = descriptorNames.indexOf('specshape-centroid');
  const only = (value: number): Float64Array => Float64Array.from(descriptorNames, (_, i) => (i === bright ? value : 0));
  const table = { settings, descriptors: settings.map(([x]) => only(x!)) };
  const unsteady = 12;
  const space = new SoundingSpace({ ...table, varies: settings.map((_, row) => only(row === unsteady ? 0.5 : 0)) }, [bright]);

  it('counts as distance', () => {
    const sound = new Float64Array(1);
    space.soundOf(unsteady, sound);
    expect(space.distance(unsteady, sound)).to.be.greaterThan(1);
    expect(new SoundingSpace(table, [bright]).distance(unsteady, sound)).to.equal(0);
  });
  it('is kept away from: who plays stands beside a sound that cannot be relied upon', () => {
    const planner = plannerFor(space, { step: 0.05, lasting: 0.95 });
    const [setting, wanted, target] = [Float64Array.of(0.3), new Float64Array(1), new Float64Array(1)];
    space.soundOf(unsteady, target);
    for (let frame = 0; frame < 30; frame++) {
      planner.plan(target, setting, wanted);
      slewTowards(setting, wanted, 0.05);
    }
    expect(space.rowAt(setting)).to.equal(unsteady - 1);
  });
});
