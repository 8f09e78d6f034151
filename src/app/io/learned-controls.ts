/** The controls that somebody taught the program: a file of his own in the data folder, in the form of a preset. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SettingsLayer } from '../../core/contract/settings.ts';
import { UserFault } from '../../core/contract/faults.ts';
import { writeAtomically } from './atomic-file.ts';
import { parseJson } from './json-text.ts';
import { userDataFolder } from './take-store.ts';

export const learnedControlsPath = (): string => join(userDataFolder(), 'controls.json');

/** @returns undefined where there is no such file @throws UserFault where it cannot be read or is no JSON object */
export async function readSettingsFile(path: string): Promise<SettingsLayer | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserFault(path, '', 'cannot be read', undefined, { cause });
  }
  const values = parseJson(path, text, 'hand');
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw new UserFault(path, '', 'must be an object');
  return { source: path, values };
}

/** The file with other controls, and everything else in it as it was. @throws UserFault where it cannot be written */
export async function writeControls(path: string, before: SettingsLayer | undefined, controls: readonly unknown[]): Promise<void> {
  await writeAtomically(path, `${JSON.stringify({ ...(before?.values as object | undefined), controls }, null, 2)}\n`);
}
