/** Finds a trained listener by name or path, and checks that it fits its card and the synthesizer. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import { columnsOf } from '../../players/listen/features.ts';
import type { SoundModel } from '../../players/listen/sound-model.ts';
import { SoundingSpace } from '../../players/listen/sounding-space.ts';
import type { SoundingTable } from '../../players/listen/sounding-table.ts';
import type { ListeningCard } from '../config/listening-card.ts';
import { checkListeningCard } from '../config/listening-card.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { dataFolder } from '../io/data-files.ts';
import { parseJson } from '../io/json-text.ts';
import type { ListeningNetwork } from '../io/listening-network.ts';
import { userDataFolder } from '../io/take-store.ts';
import { readModelBytes } from '../io/tempo-policy.ts';
import type { Synth } from './synth/synth-argument.ts';

export interface ListeningModel {
  readonly card: ListeningCard;
  readonly bytes: Uint8Array;
}

/** What counts where nobody says: how bright, and which notes. */
export const usualFeatures: readonly string[] = ['specshape-centroid', 'chroma'];
export const usualStep = 0.05;

const folder = (): string => join(dataFolder(), 'models', 'open', 'listen');
/** Where `train listener` leaves what it made. */
const own = (): string => join(userDataFolder(), 'models');
/** Those that come along, then those of this user. */
export const listenerFolders = (): readonly string[] => [folder(), own()];
export const shippedListener = (synth: string): string => `listen-${synth}`;

/** @param name of one that comes along or was trained here, or the path of one @throws UserFault naming file, key, rule and value */
export async function readListeningModel(name: string, synth: Synth): Promise<ListeningModel> {
  const path = name.replace(/\.(onnx|json)$/, '');
  const at = listenerFolders().map((place) => join(place, path)).find((one) => existsSync(`${one}.json`)) ?? path;
  const text = await readFile(`${at}.json`, 'utf8').catch(async (cause: unknown) => {
    throw new UserFault('--model', '', `must be one of ${['none', ...(await listListeningModels())].join(', ')}, or the path of one`, name, { cause });
  });
  const card = checkListeningCard(`${at}.json`, parseJson(`${at}.json`, text));
  if (card.parameters !== synth.params.length || card.synth !== synth.name) throw new UserFault(`${at}.json`, 'synth', `must be ${synth.name}, with ${synth.params.length} parameters`, `${card.synth}, with ${card.parameters}`);
  return { card, bytes: await readModelBytes(`${at}.onnx`, card.sha256) };
}

export async function listListeningModels(): Promise<readonly string[]> {
  const names = await Promise.all(listenerFolders().map((place) => readdir(place).catch(() => [] as string[])));
  return names.flat().filter((name) => name.startsWith('listen-') && name.endsWith('.onnx')).map((name) => name.replace(/\.onnx$/, '')).sort();
}

/** @returns that of this name, the shipped one of this synthesizer where none is said, or undefined where there is none or none is wanted */
export async function listenerFor(name: string | undefined, synth: Synth): Promise<ListeningModel | undefined> {
  if (name === 'none') return undefined;
  if (name !== undefined) return readListeningModel(name, synth);
  return existsSync(join(folder(), `${shippedListener(synth.name)}.json`)) ? readListeningModel(shippedListener(synth.name), synth) : undefined;
}

/** The runtime of models is loaded only where there is one. */
export async function openListener(model: ListeningModel | undefined): Promise<ListeningNetwork | undefined> {
  return model && (await import('../io/listening-network.ts')).ListeningNetwork.open(model.bytes);
}

/** Beside each other: the program, its card, and how it was learned. @param path without an extension */
export async function writeListeningModel(path: string, card: ListeningCard, bytes: Uint8Array, curve: { readonly csv: string; readonly svg: string }): Promise<void> {
  await writeAtomically(`${path}.onnx`, bytes);
  await writeAtomically(`${path}.json`, `${JSON.stringify(card, null, 2)}\n`);
  await writeAtomically(`${path}.curve.csv`, curve.csv);
  await writeAtomically(`${path}.curve.svg`, curve.svg);
}

/** What of a table counts for a model or for settings, and what is heard beside that. @param model of what lies between the rows @throws UserFault */
export function spaceFor(table: SoundingTable, { features, heard = [] }: { readonly features: readonly string[]; readonly heard?: readonly string[] | undefined }, model?: SoundModel): SoundingSpace {
  return new SoundingSpace(table, checkedColumns(features), heard.length === 0 ? [] : checkedColumns(heard), model);
}

/** @throws UserFault */
function checkedColumns(names: readonly string[]): readonly number[] {
  const columns = columnsOf(names);
  if (columns === undefined) throw new UserFault('--features', '', 'must be names of descriptors, or of a category of them (loudness, mfcc, chroma, specshape, sinefeaturefreqs, sinefeaturemags)', names.join(' '));
  return columns;
}
