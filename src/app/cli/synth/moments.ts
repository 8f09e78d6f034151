/**
 * The same settings at other moments: each time in another order by chance, so that what came before, where the oscillators
 * stand and where the grains fall is never the same. What differs then is what nobody can know of a sound by its setting.
 */
import { Random } from '../../../core/math/random.ts';
import { clamp } from '../../../core/math/statistics.ts';
import { DescriptorStream, descriptorNames } from '../../../players/sound/descriptors.ts';
import type { SoundingTable } from '../../../players/listen/sounding-table.ts';
import { writeAtomically } from '../../io/atomic-file.ts';
import { headerOf, rowOf } from '../../io/sounding-table-file.ts';
import { Progress } from '../progress.ts';
import type { Instrument } from './instrument.ts';

export interface Moments {
  readonly instrument: Instrument;
  /** Samples in a frame. */
  readonly window: number;
  /** How often each setting is heard; every second time as far beside it as `beside` says. */
  readonly times: number;
  readonly seed: number;
  /** Whole width by which a setting is off every second time, 0..1; 0 for never. */
  readonly beside: number;
}
/** Of each moment, one after the other. */
export const framesOfMoment = 2;

/** @param settings shape [rows][parameters] @param onFrame of a row, the descriptors overwritten by the next frame */
export async function hearMoments({ instrument, window, times, seed, beside }: Moments, settings: readonly Float64Array[], onFrame: (row: number, values: Float64Array) => void): Promise<void> {
  const chance = new Random(seed);
  const { rate, settling, piece } = instrument;
  const stream = new DescriptorStream({ sampleRate: rate, frame: window, hop: window });
  const progress = new Progress('sounds', times * settings.length);
  for (let time = 0; time < times; time++) {
    const order = chance.shuffled(settings.map((_, row) => row));
    const off = (value: number): number => (time % 2 === 1 && beside > 0 ? clamp(value + beside * (chance.uniform() - 0.5), 0, 1) : value);
    for (let from = 0; from < order.length; from += piece) {
      const rows = order.slice(from, from + piece);
      const sounds = await instrument.play(rows.map((row) => settings[row]!.map(off)), settling + framesOfMoment * window);
      rows.forEach((row, i) => {
        stream.begin();
        stream.push(sounds[i]!.subarray(settling), (values) => onFrame(row, values));
        progress.step();
      });
    }
  }
  progress.close();
}

/** Writes by how much each row of a table differs at other moments, root mean square, in the columns of the table. @param path of the file */
export async function writeVaries(path: string, table: SoundingTable, moments: Moments): Promise<void> {
  const varies = table.descriptors.map(() => new Float64Array(descriptorNames.length));
  const frames = moments.times * framesOfMoment;
  await hearMoments(moments, table.settings, (row, values) => {
    const told = table.descriptors[row]!;
    const square = varies[row]!;
    for (let i = 0; i < square.length; i++) square[i]! += (values[i]! - told[i]!) ** 2 / frames;
  });
  await writeAtomically(path, [headerOf(table.settings[0]!.length), ...table.settings.map((setting, row) => rowOf(setting, varies[row]!.map(Math.sqrt)))].map((line) => `${line}\n`).join(''));
}
