/** Finds a learned tempo policy by name, checks that it fits this program, and opens it for the stage. */
import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Logger } from 'winston';
import { UserFault } from '../../core/contract/faults.ts';
import { youchestraLayout, youchestraObservations, youchestraSize } from '../../learning/train/youchestra.ts';
import { isComposerName } from '../config/composer-card.ts';
import type { ModelCard } from '../config/model-card.ts';
import { checkForStage, checkModelCard } from '../config/model-card.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { dataFolder } from '../io/data-files.ts';
import { parseJson } from '../io/json-text.ts';
import { userDataFolder } from '../io/take-store.ts';
import { readModelBytes } from '../io/tempo-policy.ts';
import type { LearningCurve } from './train/learning-curve.ts';

export interface TempoModel {
  readonly card: ModelCard;
  readonly bytes: Uint8Array;
}

/** Models that come along: the open ones, and those for research in a folder with a licence of their own. */
const folders = [join('models', 'open'), join('models', 'research')] as const;

/** There to be measured beside the others. */
const comparedWith = youchestraObservations.map((kind) => ({ name: youchestraLayout(kind), inputs: youchestraSize, outputs: 1 }));

export async function listTempoModels(): Promise<readonly string[]> {
  const places = [...folders.map((folder) => join(dataFolder(), folder)), personalFolder()];
  const names = await Promise.all(places.map(async (folder) => (await readdir(folder).catch(() => [] as string[])).filter((name) => name.endsWith('.onnx') && !isComposerName(name))));
  return names.flat().map((name) => name.replace(/\.onnx$/, '')).sort();
}

/**
 * A model that comes along, or one that was made on this machine for one's own use.
 * @throws UserFault naming file, key, rule and value
 */
export async function readTempoModel(name: string): Promise<TempoModel> {
  for (const folder of [...folders.map((one) => join(dataFolder(), one)), personalFolder()]) {
    if (existsSync(join(folder, `${name}.json`))) return readModelAt(join(folder, name));
  }
  throw new UserFault('tempo.policy', '', `must be one of none, ${(await listTempoModels()).join(', ')}`, name);
}

/** Models of this user's own, which nobody else has. */
export const personalFolder = (): string => join(userDataFolder(), 'models');

/** Under which a policy taught by one player is kept. */
export const personalName = (policy: string, player: string): string => `${policy}-${encodeURIComponent(player).replaceAll('%', '_')}`;

/** @param path without an extension @throws UserFault naming file, key, rule and value */
export async function readModelAt(path: string): Promise<TempoModel> {
  const shown = `${path.startsWith(dataFolder()) ? relative(dataFolder(), path) : path}.json`;
  const text = await readFile(`${path}.json`, 'utf8').catch((cause: unknown) => {
    throw new UserFault(shown, '', 'cannot be read', undefined, { cause });
  });
  const card = checkModelCard(shown, parseJson(shown, text), comparedWith);
  return { card, bytes: await readModelBytes(`${path}.onnx`, card.sha256) };
}

/** Beside each other: the program, its card, and how it was learned. @param path without an extension */
export async function writeModel(path: string, card: ModelCard, bytes: Uint8Array, curve?: LearningCurve): Promise<void> {
  await writeAtomically(`${path}.onnx`, bytes);
  await writeAtomically(`${path}.json`, `${JSON.stringify(card, null, 2)}\n`);
  if (curve === undefined) return;
  await writeAtomically(`${path}.curve.csv`, curve.csv());
  await writeAtomically(`${path}.curve.svg`, curve.svg(card.name));
}

/**
 * Only who wants a model loads the runtime: it is large.
 * @param player where he has taught this policy his own way, that is what plays
 */
export async function openTempoModel(name: string, log: Logger, player: string) {
  const own = personalName(name, player);
  const { card, bytes } = await readTempoModel(player !== '' && existsSync(join(personalFolder(), `${own}.json`)) ? own : name);
  checkForStage(card);
  const { OnnxInference } = await import('../io/onnx-inference.ts');
  log.info('a tempo policy listens', { model: card.name, licence: card.licence });
  return OnnxInference.open({ models: [{ role: 'tempo', source: card.name, bytes }], onTrouble: (trouble) => log.warn('the tempo policy is in trouble; plain rules play on', { reason: trouble.message }) });
}
