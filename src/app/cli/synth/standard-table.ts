/** The table by which an agent of a shipped synthesizer learns, is measured and plays where it cannot hear itself. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gridSettings, randomSettings } from '../../../players/listen/sounding-table.ts';
import type { SoundingTable } from '../../../players/listen/sounding-table.ts';
import { writeAtomically } from '../../io/atomic-file.ts';
import { readSoundingTable } from '../../io/sounding-table-file.ts';
import { renderLayout } from '../../io/synth-render.ts';
import { pureDataInstrument } from './instrument.ts';
import type { Moments } from './moments.ts';
import { writeVaries } from './moments.ts';
import { renderTable, tableFile } from './render-table.ts';
import type { Synth } from './synth-argument.ts';
import { synthFolderOf } from './table.ts';

/** Samples in a frame, of tables and recordings alike: shorter ones cannot tell low notes apart. */
export const listeningWindow = 2048;
/** The lines of a grid lie a step of .05 apart or a divisor of it, where that is affordable. */
const subdivisions: readonly (number | undefined)[] = [undefined, 101, 41, 21, 9];
const byChance = 8000;
const step = 0.05; // of a parameter in a frame, as usual

/** By how much its rows differ when they are heard again. */
const variesFile = 'heard_again.csv';

/** Who moves by steps comes to stand between lines that are wider apart: those are heard more often, and beside themselves too. */
function hearingAgain(lines: number): Pick<Moments, 'times' | 'seed' | 'beside'> {
  const gap = 1 / (lines - 1);
  return gap > step + 1e-9 ? { times: 8, seed: 1, beside: gap } : { times: 4, seed: 1, beside: 0 };
}

/** @param path of a table made by "synth table"; where left out, one in the data folder of this user, rendered when it is not there; where it is a grid, heard again at other moments */
export async function tableOf(synth: Synth, path: string | undefined): Promise<SoundingTable> {
  if (path !== undefined) return readSoundingTable(path);
  const folder = join(synthFolderOf(synth.name), 'standard');
  const parameters = synth.params.length;
  const lines = subdivisions[parameters];
  const instrument = await pureDataInstrument(synth);
  const print = JSON.stringify({ rendering: renderLayout, listeningWindow, madeOf: instrument.madeOf, settling: instrument.settling, ...(lines !== undefined && { again: hearingAgain(lines) }) });
  const made = join(folder, 'made-of.json');
  const [rows, varies] = [tableFile, variesFile].map((name) => join(folder, name)) as [string, string];
  if (!existsSync(rows) || (await readFile(made, 'utf8').catch(() => '')) !== print) {
    await renderTable({ instrument, settings: lines === undefined ? randomSettings(parameters, byChance, 1) : gridSettings(parameters, lines), window: listeningWindow, folder });
    if (lines !== undefined) await writeVaries(varies, await readSoundingTable(rows), { instrument, window: listeningWindow, ...hearingAgain(lines) });
    await writeAtomically(made, print);
  }
  const table = await readSoundingTable(rows);
  return lines === undefined ? table : { ...table, varies: (await readSoundingTable(varies)).descriptors };
}
