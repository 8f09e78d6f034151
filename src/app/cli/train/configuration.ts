/** A training's settings: one that comes along by its name, anybody's by its path. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UserFault } from '../../../core/contract/faults.ts';
import type { TempoTraining } from './settings.ts';
import { checkTempoTraining, defaultTempoTraining } from './settings.ts';
import { dataFolder } from '../../io/data-files.ts';
import { parseJson } from '../../io/json-text.ts';

const folder = (): string => join(dataFolder(), 'models', 'configurations');

/** @throws UserFault naming file, key, rule and value */
export async function readTempoTraining(name: string | undefined): Promise<TempoTraining> {
  if (name === undefined) return defaultTempoTraining;
  const isPath = name.endsWith('.json') || /[\\/]/.test(name);
  const path = isPath ? name : join(folder(), `${name}.json`);
  const source = isPath ? name : relative(dataFolder(), path);
  const text = await readFile(path, 'utf8').catch(async (cause: unknown) => {
    const known = (await readdir(folder()).catch(() => [])).filter((file) => file.endsWith('.json')).map((file) => file.replace(/\.json$/, ''));
    throw new UserFault('--config', '', `must be ${known.length === 0 ? '' : `one of ${known.sort().join(', ')}, or `}a file that can be read`, name, { cause });
  });
  return checkTempoTraining(source, parseJson(source, text, 'hand'));
}
