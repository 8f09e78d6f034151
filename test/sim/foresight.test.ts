import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { mean } from '../../src/core/math/statistics.ts';
import { foreseen } from '../../src/learning/sim/foresight.ts';
import { columnsOf } from '../../src/players/listen/features.ts';
import { plannerFor } from '../../src/players/listen/planner.ts';
import { slewTowards } from '../../src/players/listen/rules.ts';
import { SoundingSpace } from '../../src/players/listen/sounding-space.ts';
import { gridSettings, randomSettings } from '../../src/players/listen/sounding-table.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';

const centroid = descriptorNames.indexOf('specshape-centroid');
const spread = descriptorNames.indexOf('specshape-spread');
const soundsOf = (settings: readonly Float64Array[]): Float64Array[] => settings.map((setting) => Float64Array.from(descriptorNames, (_, i) => (i === centroid ? setting[0]! : i === spread ? setting[1] ?? 0 : 0)));
const columns = columnsOf(['specshape-centroid', 'specshape-spread'])!;
const spaceOf = (settings: readonly Float64Array[]) => new SoundingSpace({ settings, descriptors: soundsOf(settings) }, columns);

/** One knob, which is the centroid. */
const knob = spaceOf(gridSettings(1, 11));
const sounding = (space: SoundingSpace, row: number): Float64Array => {
  const sound = new Float64Array(space.width);
  space.soundOf(row, sound);
  return sound;
};
const costOf = (space: SoundingSpace, way: readonly Float64Array[], targets: readonly Float64Array[]): number => mean(way.map((setting, frame) => space.distance(space.rowAt(setting), targets[frame]!)));
/** A new sound of the table every few frames. */
const melody = (space: SoundingSpace, seed: number): Float64Array[] => {
  const chance = new Random(seed);
  return Array.from({ length: 8 }, () => chance.below(space.rows)).flatMap((row) => Array.from({ length: 5 }, () => sounding(space, row)));
};
const played = (space: SoundingSpace, rest: readonly number[], targets: readonly Float64Array[]): Float64Array[] => {
  const planner = plannerFor(space, { step: 0.1, lasting: 0.9 });
  const setting = Float64Array.from(rest);
  const wanted = new Float64Array(rest.length);
  return targets.map((target) => {
    planner.plan(target, setting, wanted);
    slewTowards(setting, wanted, 0.1);
    return setting.slice();
  });
};

describe('who knows the recording beforehand', () => {
  it('sets out before the note does, so that half of the way lies on each side', () => {
    const targets = [...Array.from({ length: 10 }, () => sounding(knob, 2)), ...Array.from({ length: 10 }, () => sounding(knob, 8))];
    const rows = foreseen({ space: knob, rest: [0.2], step: 0.1 }, targets).map((setting) => knob.rowAt(setting));
    expect(rows.slice(0, 5)).to.deep.equal([2, 2, 2, 2, 2]);
    expect(rows.slice(-5)).to.deep.equal([8, 8, 8, 8, 8]);
    expect(rows[9]).to.be.within(3, 7);
  });
  it('is never quicker than a hand', () => {
    for (const [rest, space] of [[[0.33], knob], [[0.5, 0.1], spaceOf(randomSettings(2, 40, 1))]] as const) {
      let before: ArrayLike<number> = rest;
      for (const setting of foreseen({ space, rest, step: 0.1 }, melody(space, 1))) {
        for (let p = 0; p < setting.length; p++) expect(Math.abs(setting[p]! - before[p]!)).to.be.at.most(0.1 + 1e-9);
        before = setting;
      }
    }
  });
  it('is as near as trying all ways', () => {
    const few = spaceOf(gridSettings(1, 5));
    const targets = [4, 0, 0, 3, 3, 1].map((row) => sounding(few, row));
    let least = Infinity;
    const lines = Array.from({ length: 5 }, (_, i) => i / 4);
    const search = (line: number, frame: number, cost: number): void => {
      if (frame === targets.length) least = Math.min(least, cost / targets.length);
      else for (const to of [line - 1, line, line + 1]) if (lines[to] !== undefined) search(to, frame + 1, cost + few.distance(to, targets[frame]!));
    };
    search(2, 0, 0);
    expect(costOf(few, foreseen({ space: few, rest: [0.5], step: 0.25 }, targets), targets)).to.be.closeTo(least, 1e-9);
  });
  for (const [name, space, rest] of [['on a grid', spaceOf(gridSettings(2, 11)), [0.5, 0.5]], ['with so many knobs that journeys must do', spaceOf(randomSettings(8, 60, 2)), Array.from({ length: 8 }, () => 0.5)]] as const) {
    it(`comes nearer than who is surprised, ${name}`, () => {
      for (const seed of [1, 2, 3]) {
        const targets = melody(space, seed);
        expect(costOf(space, foreseen({ space, rest, step: 0.1 }, targets), targets)).to.be.lessThan(costOf(space, played(space, rest, targets), targets));
      }
    });
  }
});
