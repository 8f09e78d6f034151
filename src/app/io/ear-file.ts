/** What an ear has learned, as a file of names and numbers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import type { EarWeights } from '../../players/sound/ear-weights.ts';
import { earSizes } from '../../players/sound/ear-weights.ts';
import { dataFolder } from './data-files.ts';
import { parseJson } from './json-text.ts';

/** The one that comes along, without its extension; beside it stands its card. */
export const shippedEar = (): string => join(dataFolder(), 'models', 'open', 'ear-open');
export const earFile = (path: string): string => `${path}.weights.json`;

/**
 * At once, as nobody can listen without it.
 * @param path without extension
 * @throws UserFault where it cannot be read, or is no ear of this program
 */
export function readEar(path: string = shippedEar()): EarWeights {
  const file = earFile(path);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserFault(file, '', 'cannot be read', undefined, { cause });
  }
  const value = parseJson(file, text);
  const part = <Part extends keyof EarWeights>(name: Part): EarWeights[Part] =>
    Object.fromEntries(Object.entries(earSizes[name]).map(([key, size]) => [key, numbersAt(file, value, [name, key], size)])) as unknown as EarWeights[Part];
  return { pitch: part('pitch'), pitchWithoutScore: part('pitchWithoutScore'), besideScore: part('besideScore'), withoutScore: part('withoutScore') };
}

function numbersAt(file: string, value: unknown, keys: readonly string[], size: number): Float64Array {
  let found = value;
  for (const key of keys) found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : undefined;
  if (!Array.isArray(found) || found.length !== size || !found.every((one) => Number.isFinite(one))) throw new UserFault(file, keys.join('.'), `must be ${size} numbers`, Array.isArray(found) ? `${found.length}` : typeof found);
  return Float64Array.from(found as number[]);
}

const digits = 4;

/** The numbers that are kept: rounded, and so the same for whoever reads them. */
export function earText(weights: EarWeights): string {
  const parts = Object.entries(weights).map(([name, part]) => {
    const rows = Object.entries(part as Readonly<Record<string, Float64Array>>).map(([key, values]) => `    ${JSON.stringify(key)}: [${Array.from(values, (value) => String(Number(value.toFixed(digits)))).join(', ')}]`);
    return `  ${JSON.stringify(name)}: {\n${rows.join(',\n')}\n  }`;
  });
  return `{\n${parts.join(',\n')}\n}\n`;
}
