/** Delays that were measured on this machine, by port, in the user's data folder. A preset that names a delay knows better. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import { rounded } from '../../core/math/statistics.ts';
import type { InputSettings, OutputSettings } from '../../core/contract/settings.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import { writeAtomically } from './atomic-file.ts';

/** Seconds by the name of a port. */
export type MeasuredLatencies = ReadonlyMap<string, Seconds>;

const longest = 2000; // ms, as in a preset
const kept = z.strictObject({ format: z.literal('collaparte-latencies'), ms: z.record(z.string(), z.number().min(0).max(longest)) });

/** `out midi NAME`, `out osc HOST:PORT`, `in ...`: what is sent to and what is heard of may bear the same name. */
export function portKey(direction: 'in' | 'out', settings: InputSettings | OutputSettings): string {
  return `${direction} ${settings.type === 'midi' ? `midi ${settings.name}` : `osc ${settings.host}:${settings.port}`}`;
}

const pathIn = (folder: string): string => join(folder, 'latencies.json');

/** @throws UserFault naming the file when it is not ours to read */
export async function readLatencies(folder: string): Promise<MeasuredLatencies> {
  const path = pathIn(folder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new UserFault(path, '', 'cannot be read', undefined, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserFault(path, '', 'must be JSON: delete it, and calibrate again', undefined, { cause });
  }
  const checked = kept.safeParse(value);
  if (!checked.success) throw new UserFault(path, checked.error.issues[0]!.path.join('.'), `must hold measured delays (0 to ${longest} ms by port): delete it, and calibrate again`);
  return new Map(Object.entries(checked.data.ms).map(([key, ms]) => [key, seconds(ms / 1000)]));
}

/** @param latency undefined to forget it @throws UserFault when it cannot be written */
export async function keepLatency(folder: string, key: string, latency: Seconds | undefined): Promise<void> {
  const known = new Map(await readLatencies(folder));
  if (latency === undefined) known.delete(key);
  else known.set(key, latency);
  const ms = Object.fromEntries([...known].map(([name, value]) => [name, rounded(value * 1000, 2)]));
  await writeAtomically(pathIn(folder), `${JSON.stringify({ format: 'collaparte-latencies', ms }, null, 2)}\n`);
}
