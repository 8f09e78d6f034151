/** Finds and reads presets: a shipped one by its name, anybody's by its path. They are checked in `config/`. */
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserFault } from '../../core/contract/faults.ts';
import type { SettingsLayer } from '../../core/contract/settings.ts';
import { parseJson } from './json-text.ts';

/** Of the repository or of the installed package: dist/src/app/io is four floors above it. */
const presetFolder = fileURLToPath(new URL('../../../../presets/', import.meta.url));

/** Names of the shipped presets, in alphabetical order. */
export async function listPresets(): Promise<readonly string[]> {
  const files = await readdir(presetFolder);
  return files.filter((file) => file.endsWith('.json') && file !== 'schema.json').map((file) => basename(file, '.json')).sort();
}

/**
 * A preset and those it extends, the most general first.
 * @param name  of a shipped preset, or the path of a file (it ends in .json or has a slash)
 * @throws UserFault when one is missing, is no JSON, or extends itself
 */
export async function readPresetLayers(name: string): Promise<readonly SettingsLayer[]> {
  const layers: SettingsLayer[] = [];
  const seen: string[] = [];
  let next: { readonly name: string; readonly beside: string; readonly from: string } | undefined = { name, beside: process.cwd(), from: '--preset' };
  while (next !== undefined) {
    const path: string = pathOf(next.name, next.beside);
    const source = shownAs(path);
    if (seen.includes(path)) throw new UserFault(next.from, 'extends', 'must not lead back to the same preset', next.name);
    seen.push(path);
    const values = await readJson(path, source, next);
    layers.unshift({ source, values });
    const base: unknown = values !== null && typeof values === 'object' && 'extends' in values ? values.extends : undefined;
    next = typeof base === 'string' ? { name: base, beside: dirname(path), from: source } : undefined;
  }
  return layers;
}

const isPath = (name: string): boolean => name.endsWith('.json') || /[\\/]/.test(name);
const pathOf = (name: string, beside: string): string => (isPath(name) ? join(name.startsWith('/') ? '/' : beside, name) : join(presetFolder, `${name}.json`));
/** Shipped presets are called by where they stand in the package, others as seen from here. */
const shownAs = (path: string): string => (path.startsWith(presetFolder) ? join('presets', relative(presetFolder, path)) : relative(process.cwd(), path));

async function readJson(path: string, source: string, asked: { readonly name: string; readonly from: string }): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const rule = isPath(asked.name) ? 'must be a file that can be read' : `must be one of ${(await listPresets()).join(', ')}, or a file`;
    throw new UserFault(asked.from, asked.from === '--preset' ? '' : 'extends', rule, asked.name, { cause });
  }
  return parseJson(source, text, 'hand');
}
