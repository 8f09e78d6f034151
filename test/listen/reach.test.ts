import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { columnsOf } from '../../src/players/listen/features.ts';
import { Reach } from '../../src/players/listen/reach.ts';
import { SettingGrid } from '../../src/players/listen/setting-grid.ts';
import { gridSettings, randomSettings } from '../../src/players/listen/sounding-table.ts';
import { SoundingSpace } from '../../src/players/listen/sounding-space.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';

const flat = (settings: readonly Float64Array[]): Float64Array => Float64Array.from(settings.flatMap((row) => Array.from(row)));
const chroma = descriptorNames.indexOf('chroma-A');

/** One knob over six octaves in whole tones: each pitch class comes again an octave later, all equally often. */
const settings = gridSettings(1, 36);
const descriptors = settings.map((_, row) => Float64Array.from(descriptorNames, (_name, i) => (i === chroma + 2 * (row % 6) ? 1 : 0)));
const space = new SoundingSpace({ settings, descriptors }, columnsOf(['chroma'])!);

describe('the row that lies nearest to a setting', () => {
  it('is the same on a grid as when all rows are looked at', () => {
    const grid = gridSettings(3, 7);
    const found = SettingGrid.of(flat(grid), 3)!;
    const chance = new Random(1);
    for (let i = 0; i < 500; i++) {
      const setting = Float64Array.from({ length: 3 }, () => chance.uniform());
      const far = (row: number): number => grid[row]!.reduce((sum, value, p) => sum + Math.abs(value - setting[p]!), 0);
      const nearest = grid.reduce((best, _, row) => (far(row) < far(best) ? row : best), 0);
      expect(far(found.rowAt(setting))).to.be.closeTo(far(nearest), 1e-12);
    }
  });
  it('is not looked for line by line where the settings are no grid', () => {
    expect(SettingGrid.of(flat(randomSettings(3, 50, 1)), 3)).to.equal(undefined);
    const turned = gridSettings(2, 4).reverse();
    expect(SettingGrid.of(flat(turned), 2)).to.equal(undefined);
  });
});

describe('where to go when no hand is infinitely fast', () => {
  const plan = (from: number, towards: number, lasting: number): number => {
    const target = new Float64Array(space.width);
    space.soundOf(towards, target);
    return new Reach(space, { step: 1 / 35, lasting }).plan(target, settings[from]!, new Float64Array(1));
  };
  it('is the same note in the octave that is near', () => {
    expect(plan(20, 2, 0.95)).to.equal(20);
    expect(plan(19, 2, 0.95)).to.equal(20);
    expect(plan(33, 2, 0.95)).to.equal(32);
  });
  it('is not moved from for something that will be over before one is there', () => {
    expect(plan(17, 2, 0)).to.equal(17);
  });
});
