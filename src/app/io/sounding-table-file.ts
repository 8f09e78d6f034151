/** A table of a synthesizer's sounds as `lookup_table.csv`: param-0.., then the 55 descriptors, one row a setting. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { UserFault } from '../../core/contract/faults.ts';
import type { SoundingTable } from '../../players/listen/sounding-table.ts';
import { descriptorNames } from '../../players/sound/descriptors.ts';

const digits = 7; // of a number: more than any ear hears

export const headerOf = (parameters: number): string => [...Array.from({ length: parameters }, (_, i) => `param-${i}`), ...descriptorNames].join(',');

export const rowOf = (setting: ArrayLike<number>, descriptors: ArrayLike<number>): string => [...Array.from(setting), ...Array.from(descriptors)].map((value) => Number(value.toPrecision(digits))).join(',');

/** @throws UserFault naming file, line, rule and value */
export function readSoundingTable(path: string): Promise<SoundingTable> {
  return readRows(path, (parameters) => parameters >= 1, 'must name param-0.. and the 55 descriptors in their order');
}

/** What somebody played, frame by frame: the same columns without parameters. @returns shape [frames][55] @throws UserFault as above */
export async function readDescribedRecording(path: string): Promise<readonly Float64Array[]> {
  return (await readRows(path, (parameters) => parameters === 0, 'must name the 55 descriptors in their order, and nothing else')).descriptors;
}

async function readRows(path: string, has: (parameters: number) => boolean, rule: string): Promise<SoundingTable> {
  const settings: Float64Array[] = [];
  const descriptors: Float64Array[] = [];
  let parameters = -1;
  let line = 0;
  try {
    for await (const text of createInterface({ input: textOf(path), crlfDelay: Infinity })) {
      line++;
      if (text === '') continue;
      const cells = text.split(',');
      if (parameters < 0) {
        parameters = cells.length - descriptorNames.length;
        if (!has(parameters) || text !== headerOf(parameters)) throw new UserFault(path, `line ${line}`, rule);
        continue;
      }
      const numbers = cells.map(Number);
      if (numbers.length !== parameters + descriptorNames.length) throw new UserFault(path, `line ${line}`, `must have ${parameters + descriptorNames.length} numbers`, numbers.length);
      const wrong = numbers.findIndex((value, i) => !Number.isFinite(value) || cells[i] === '' || (i < parameters && (value < 0 || value > 1)));
      if (wrong >= 0) throw new UserFault(path, `line ${line}, column ${wrong + 1}`, wrong < parameters ? 'must be a setting of 0 to 1' : 'must be a number', cells[wrong]);
      settings.push(Float64Array.from(numbers.slice(0, parameters)));
      descriptors.push(Float64Array.from(numbers.slice(parameters)));
    }
  } catch (error) {
    if (error instanceof UserFault) throw error;
    throw new UserFault(path, '', 'cannot be read', undefined, { cause: error });
  }
  if (settings.length === 0) throw new UserFault(path, '', 'must hold a row at least');
  return { settings, descriptors };
}

/** Packed where the name says so. What goes wrong while reading is told by whoever reads the lines. */
function textOf(path: string): NodeJS.ReadableStream {
  const bytes = createReadStream(path);
  return path.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => undefined) : bytes;
}
