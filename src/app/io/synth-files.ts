/** Where synthesizers lie: those that come along in `patches/synths`, anybody's own in a folder. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import { dataFolder } from './data-files.ts';
import { parseJson } from './json-text.ts';

const shipped = (): string => join(dataFolder(), 'patches', 'synths');
const descriptionFile = 'patch.json';

/** The names of those that come along. */
export async function listSynths(): Promise<readonly string[]> {
  const entries = await readdir(shipped(), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

/**
 * @param name of one that comes along, or the path of a folder
 * @returns the folder, and what its `patch.json` holds, unchecked
 * @throws UserFault where there is none
 */
export async function readSynthFolder(name: string): Promise<{ readonly folder: string; readonly source: string; readonly value: unknown }> {
  const comesAlong = basename(name) === name && existsSync(join(shipped(), name, descriptionFile));
  const folder = comesAlong ? join(shipped(), name) : resolve(name);
  const source = comesAlong ? join('patches', 'synths', name, descriptionFile) : join(name, descriptionFile);
  let text: string;
  try {
    text = await readFile(join(folder, descriptionFile), 'utf8');
  } catch (cause) {
    throw new UserFault('synth', '', `must be one of ${(await listSynths()).join(', ')}, or a folder with a ${descriptionFile}`, name, { cause });
  }
  return { folder, source, value: parseJson(source, text) };
}
