import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseSynth } from '../../src/app/cli/synth/synth-argument.ts';
import { checkPatch } from '../../src/app/config/patch.ts';
import { headerOf, readSoundingTable, rowOf } from '../../src/app/io/sounding-table-file.ts';
import { listSynths } from '../../src/app/io/synth-files.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { gridSettings, randomSettings } from '../../src/players/listen/sounding-table.ts';
import type { SynthParameter } from '../../src/players/listen/parameter.ts';
import { settingOf, valueOf } from '../../src/players/listen/parameter.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';

const knob = (curve: SynthParameter['curve'], low: number, high: number): SynthParameter => ({ name: 'k', unit: '', low, high, curve, rest: 0, slew: 1 });

describe('a knob', () => {
  it('goes from its lowest to its highest value, and halfway as its curve says', () => {
    expect([0, 0.5, 1].map((x) => valueOf(knob('exponential', 55, 880), x))).to.deep.equal([55, 220, 880]);
    expect([0, 0.5, 1].map((x) => valueOf(knob('linear', -60, 0), x))).to.deep.equal([-60, -30, 0]);
    expect([0, 0.5, 1].map((x) => valueOf(knob('quadratic', 0, 12), x))).to.deep.equal([0, 3, 12]);
  });
  it('finds the setting that means a value', () => {
    const knobs = fc.constantFrom(knob('exponential', 20, 20_000), knob('linear', 3, -4), knob('quadratic', 1, 9));
    fc.assert(fc.property(knobs, fc.double({ min: 0, max: 1, noNaN: true }), (one, setting) => {
      expect(settingOf(one, valueOf(one, setting))).to.be.closeTo(setting, 1e-4);
    }));
  });
});

describe('the settings of a table', () => {
  it('are every combination, both ends of each range among them', () => {
    const grid = gridSettings(3, 4);
    expect(grid).to.have.length(64);
    expect(new Set(grid.map(String))).to.have.property('size', 64);
    for (let p = 0; p < 3; p++) expect([...new Set(grid.map((row) => row[p]))].sort()).to.deep.equal([0, 1 / 3, 2 / 3, 1]);
  });
  it('are the same by chance from the same seed, with both ends first', () => {
    const rows = randomSettings(16, 100, 7);
    expect(rows).to.deep.equal(randomSettings(16, 100, 7));
    expect([...rows[0]!, ...rows[1]!]).to.deep.equal([...Array<number>(16).fill(0), ...Array<number>(16).fill(1)]);
    expect(rows.slice(2).flatMap((row) => [...row]).every((x) => x > 0 && x < 1)).to.equal(true);
  });
});

describe('a table of sounds', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'table-')); });
  afterEach(() => rmSync(folder, { recursive: true }));
  const descriptors = descriptorNames.map((_, i) => i * 1.5 - 20);

  it('has the 55 columns of the original behind the parameters, and is read as it was written', async () => {
    expect(headerOf(2).split(',')).to.have.length(57).and.to.include.members(['param-1', 'loudness-dBFS', 'mfcc-12', 'chroma-G#', 'specshape-centroid', 'sinefeaturemags-9']);
    const path = join(folder, 'lookup_table.csv');
    writeFileSync(path, `${headerOf(2)}\n${rowOf([0, 1], descriptors)}\n${rowOf([0.25, 0.5], descriptors)}\n`);
    const table = await readSoundingTable(path);
    expect(table.settings.map((row) => [...row])).to.deep.equal([[0, 1], [0.25, 0.5]]);
    expect([...table.descriptors[1]!]).to.deep.equal(descriptors);
  });
  for (const [what, row, said] of [
    ['a setting beyond its range', rowOf([0, 1.2], descriptors), /line 2, column 2 must be a setting of 0 to 1, but is "?1.2/],
    ['a number that is none', rowOf([0, 1], descriptors).replace(/-20/, 'loud'), /line 2, column 3 must be a number, but is "loud"/],
    ['a row that is too short', '0,1,2', /line 2 must have 57 numbers, but is "?3/],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      const path = join(folder, 'lookup_table.csv');
      writeFileSync(path, `${headerOf(2)}\n${row}\n`);
      const fault: unknown = await readSoundingTable(path).catch((error: unknown) => error);
      expect(fault).to.be.instanceOf(UserFault);
      expect((fault as UserFault).message).to.match(said);
    });
  }
});

describe('the synthesizers that come along', () => {
  it('say what each of their knobs means', async () => {
    const names = await listSynths();
    expect(names).to.include.members(['sine', 'fm', 'granular', 'subtractive']);
    for (const name of names) expect((await chooseSynth(name)).name, name).to.equal(name);
  });
  it('are refused with a knob that has no range, or two of one name', () => {
    const patch = (...params: SynthParameter[]): unknown => ({ name: 's', about: '', params });
    expect(() => checkPatch('patch.json', patch(knob('linear', 1, 1)))).to.throw(UserFault, 'patch.json: params.0.high must differ from low, but is 1');
    expect(() => checkPatch('patch.json', patch(knob('linear', 0, 1), knob('linear', 0, 1)))).to.throw(UserFault, 'params.1.name');
    expect(() => checkPatch('patch.json', patch(knob('exponential', 0, 1)))).to.throw(UserFault, 'exponential only between two values above 0');
  });
});
