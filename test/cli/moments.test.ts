import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { hearMoments, writeVaries } from '../../src/app/cli/synth/moments.ts';
import type { Instrument } from '../../src/app/cli/synth/instrument.ts';
import { readSoundingTable } from '../../src/app/io/sounding-table-file.ts';
import { gridSettings } from '../../src/players/listen/sounding-table.ts';
import { describe as described, descriptorNames } from '../../src/players/sound/descriptors.ts';

const rate = 44_100;
const window = 1024;
const tone = (loudness: number, length: number): Float32Array => Float32Array.from({ length }, (_, i) => loudness * Math.sin((2 * Math.PI * 440 * i) / rate));

/** Steady below the middle of its one knob; above it every other sound is half as loud. */
function unsteadyAbove(): Instrument & { readonly heard: number[] } {
  let sounds = 0;
  const heard: number[] = [];
  return {
    rate, settling: 512, piece: 3, madeOf: [], heard, broken: () => 0, close: () => undefined,
    play: (settings, length) => Promise.resolve(settings.map((setting) => {
      heard.push(setting[0]!);
      return tone(setting[0]! > 0.5 && sounds++ % 2 === 0 ? 0.2 : 0.4, length);
    })),
  };
}

describe('a table that is heard again', () => {
  const settings = gridSettings(1, 5);

  it('tells of each row by how much it differs from moment to moment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'collaparte-moments-'));
    try {
      const [usual] = described(tone(0.4, window), { sampleRate: rate, frame: window, hop: window });
      const table = { settings, descriptors: settings.map(() => usual!.slice(0, descriptorNames.length)) };
      const path = join(folder, 'heard_again.csv');
      await writeVaries(path, table, { instrument: unsteadyAbove(), window, times: 4, seed: 1, beside: 0 });
      const loudness = descriptorNames.indexOf('loudness-dBFS');
      const varies = (await readSoundingTable(path)).descriptors.map((row) => row[loudness]!);
      for (const row of [0, 1, 2]) expect(varies[row]).to.be.lessThan(0.2);
      expect(Math.max(varies[3]!, varies[4]!)).to.be.greaterThan(1.5);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
  it('hears every setting each time, in another order, and every second time beside it', async () => {
    const instrument = unsteadyAbove();
    const frames = settings.map(() => 0);
    await hearMoments({ instrument, window, times: 2, seed: 1, beside: 0.1 }, settings, (row) => void frames[row]!++);
    expect(new Set(frames)).to.deep.equal(new Set([4]));
    const [first, second] = [instrument.heard.slice(0, 5), instrument.heard.slice(5)];
    expect([...first].sort()).to.deep.equal([0, 0.25, 0.5, 0.75, 1]);
    expect(second.some((value) => ![0, 0.25, 0.5, 0.75, 1].includes(value))).to.equal(true);
    for (const value of second) expect(Math.min(...settings.map(([row]) => Math.abs(row! - value)))).to.be.at.most(0.05);
  });
});
