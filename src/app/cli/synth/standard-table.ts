/** The table by which an agent of a shipped synthesizer learns, is measured and plays where it cannot hear itself. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gridSettings, randomSettings } from '../../../players/listen/sounding-table.ts';
import type { SoundingTable } from '../../../players/listen/sounding-table.ts';
import { writeAtomically } from '../../io/atomic-file.ts';
import { readSoundingTable } from '../../io/sounding-table-file.ts';
import { pureDataInstrument } from './instrument.ts';
import { renderTable, tableFile } from './render-table.ts';
import type { Synth } from './synth-argument.ts';
import { synthFolderOf } from './table.ts';

/** Samples in a frame, of tables and recordings alike: shorter ones cannot tell low notes apart. */
export const listeningWindow = 2048;
/** The lines of a grid lie a step of .05 apart or a divisor of it, where that is affordable. */
const subdivisions: readonly (number | undefined)[] = [undefined, 101, 41, 21, 9];
const byChance = 8000;

/** @param path of a table made by "synth table"; where left out, one in the data folder of this user, rendered when it is not there */
export async function tableOf(synth: Synth, path: string | undefined): Promise<SoundingTable> {
  if (path !== undefined) return readSoundingTable(path);
  const folder = join(synthFolderOf(synth.name), 'standard');
  const print = JSON.stringify({ listeningWindow, patch: await readFile(join(synth.folder, 'synth.pd'), 'utf8').catch(() => '') });
  const made = join(folder, 'made-of.json');
  if (!existsSync(join(folder, tableFile)) || (await readFile(made, 'utf8').catch(() => '')) !== print) {
    const parameters = synth.params.length;
    const lines = subdivisions[parameters];
    await renderTable({ instrument: await pureDataInstrument(synth), settings: lines === undefined ? randomSettings(parameters, byChance, 1) : gridSettings(parameters, lines), window: listeningWindow, folder });
    await writeAtomically(made, print);
  }
  return readSoundingTable(join(folder, tableFile));
}
