import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { columnsOf } from '../../src/players/listen/features.ts';
import { Reach } from '../../src/players/listen/reach.ts';
import { plannerFor } from '../../src/players/listen/planner.ts';
import type { ReachSettings } from '../../src/players/listen/planner.ts';
import { slewTowards } from '../../src/players/listen/rules.ts';
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

/** A landscape of one knob's worth of two: what is wanted lies straight ahead behind something ugly, and can be walked around. */
const corner = gridSettings(2, 11);
const isUgly = (row: number): boolean => row % 11 === 5 && Math.floor(row / 11) !== 0;
const cornerSounds = corner.map((_, row) => Float64Array.from(descriptorNames, (_name, i) => (i === chroma ? (row % 11) / 10 : i === chroma + 1 && isUgly(row) ? 30 : 0)));

describe('where to go when no hand is infinitely fast', () => {
  const step = 1 / 35;
  const target = new Float64Array(space.width);
  const plan = (from: number, towards: number, lasting: number): number => {
    const wanted = new Float64Array(1);
    space.soundOf(towards, target);
    new Reach(space, { step, lasting }).plan(target, settings[from]!, wanted);
    return space.rowAt(wanted);
  };
  /** Step by step, until nothing moves. */
  const walk = (place: SoundingSpace, from: Float64Array, goal: Float64Array, reach: ReachSettings): number[] => {
    const planner = plannerFor(place, reach);
    const setting = from.slice();
    const wanted = new Float64Array(setting.length);
    return Array.from({ length: 60 }, () => {
      planner.plan(goal, setting, wanted);
      slewTowards(setting, wanted, reach.step);
      return place.rowAt(setting);
    });
  };

  it('is the same note in the octave that is near', () => {
    expect(plan(20, 2, 0.95)).to.equal(20);
    expect(plan(19, 2, 0.95)).to.equal(20);
    expect(plan(33, 2, 0.95)).to.equal(32);
  });
  it('is not moved from for something that will be over before one is there', () => {
    expect(plan(17, 2, 0)).to.equal(17);
  });
  it('is left in time for what is expected, and stayed at where nothing is', () => {
    const line = gridSettings(1, 21);
    const sounds = line.map(([x]) => Float64Array.from(descriptorNames, (_name, i) => (i === chroma ? x! : 0)));
    const expected = new Float64Array(1);
    const sound = new Float64Array(1);
    // from the other end it is no grid
    for (const [rows, heard] of [[line, sounds], [[...line].reverse(), [...sounds].reverse()]] as const) {
      const place = new SoundingSpace({ settings: rows, descriptors: heard }, columnsOf(['chroma-A'])!);
      const planner = plannerFor(place, { step: 0.05, lasting: 0.9 });
      const [here, wanted] = [Float64Array.of(0.5), new Float64Array(1)];
      place.soundOf(place.rowAt(here), sound);
      place.soundOf(place.rowAt(Float64Array.of(0.7)), expected);
      planner.plan(sound, here, wanted);
      expect(wanted[0]).to.equal(0.5);
      planner.plan(sound, here, wanted, expected);
      expect(wanted[0]).to.be.greaterThan(0.5);
    }
  });
  it('is reached step by step on a grid, and then stayed at', () => {
    space.soundOf(2, target);
    for (const [from, to] of [[20, 20], [19, 20], [33, 32]] as const) expect(walk(space, settings[from]!, target, { step, lasting: 0.95 }).at(-1)).to.equal(to);
  });
  it('is reached around what sounds ugly, where a straight way would lead through it', () => {
    const place = new SoundingSpace({ settings: corner, descriptors: cornerSounds }, columnsOf(['chroma'])!);
    const goal = new Float64Array(place.width);
    const [from, to] = [2 * 11 + 3, 2 * 11 + 8];
    place.soundOf(to, goal);
    const rows = walk(place, corner[from]!, goal, { step: 0.1, lasting: 0.98 });
    expect(rows.at(-1)! % 11).to.equal(to % 11);
    expect(rows.filter(isUgly)).to.deep.equal([]);
  });
  it('is gone to step by step where lines are wider apart than a step, and not through what sounds while one knob is late', () => {
    // two knobs that only together mean another note: who turns one of them alone sounds ugly
    const wide = gridSettings(2, 5);
    const sounds = wide.map((setting) => Float64Array.from(descriptorNames, (_name, i) => (i === chroma ? setting[0]! : i === chroma + 1 && setting[0] !== setting[1] ? 30 : 0)));
    const place = new SoundingSpace({ settings: wide, descriptors: sounds }, columnsOf(['chroma'])!);
    const goal = new Float64Array(place.width);
    place.soundOf(6, goal);
    const rows = walk(place, Float64Array.of(0.05, 0), goal, { step: 0.1, lasting: 0.9 });
    expect(rows.at(-1)).to.equal(6);
    expect(rows.filter((row) => wide[row]![0] !== wide[row]![1])).to.deep.equal([]);
  });
});
