/** Finds a learned tempo policy by name, checks that it fits this program, and opens it for the stage. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'winston';
import { UserFault } from '../../core/contract/faults.ts';
import type { ModelCard } from '../config/model-card.ts';
import { checkModelCard } from '../config/model-card.ts';
import { dataFolder } from '../io/data-files.ts';
import { readModelBytes } from '../io/tempo-policy.ts';

export interface TempoModel {
  readonly card: ModelCard;
  readonly bytes: Uint8Array;
}

/** Models that come along: the open ones, and those for research in a folder with a licence of their own. */
const folders = ['models', join('models', 'research')] as const;

export async function listTempoModels(): Promise<readonly string[]> {
  const names = await Promise.all(folders.map(async (folder) => (await readdir(join(dataFolder(), folder)).catch(() => [] as string[])).filter((name) => name.endsWith('.onnx'))));
  return names.flat().map((name) => name.replace(/\.onnx$/, '')).sort();
}

/** @throws UserFault naming file, key, rule and value */
export async function readTempoModel(name: string): Promise<TempoModel> {
  for (const folder of folders) {
    const shown = join(folder, `${name}.json`);
    const text = await readFile(join(dataFolder(), shown), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new UserFault(shown, '', 'must be JSON', undefined, { cause });
    }
    const card = checkModelCard(shown, value);
    return { card, bytes: await readModelBytes(join(dataFolder(), folder, `${name}.onnx`), card.sha256) };
  }
  throw new UserFault('tempo.policy', '', `must be one of none, ${(await listTempoModels()).join(', ')}`, name);
}

/** Only who wants a model loads the runtime: it is large. */
export async function openTempoModel(name: string, log: Logger) {
  const { card, bytes } = await readTempoModel(name);
  const { OnnxInference } = await import('../io/onnx-inference.ts');
  log.info('a tempo policy listens', { model: card.name, licence: card.licence });
  return OnnxInference.open({ models: [{ role: 'tempo', source: card.name, bytes }], onTrouble: (trouble) => log.warn('the tempo policy is in trouble; plain rules play on', { reason: trouble.message }) });
}
