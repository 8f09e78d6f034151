/** Finds what was learned of a synthesizer's sound, and makes sure that it is this synthesizer. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import { columnsOf } from '../../players/listen/features.ts';
import { SoundModel } from '../../players/listen/sound-model.ts';
import { checkSoundCard } from '../config/sound-card.ts';
import type { SoundCard } from '../config/sound-card.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { parseJson } from '../io/json-text.ts';
import { listenerFolders } from './listening-model.ts';
import { pureDataInstrument } from './synth/instrument.ts';
import type { Synth } from './synth/synth-argument.ts';

export const soundModelName = (synth: string): string => `sound-${synth}`;

/** Another when the patch is another, or means something else by its parameters. */
export async function printOf(synth: Synth): Promise<string> {
  const { madeOf } = await pureDataInstrument(synth);
  return createHash('sha256').update(JSON.stringify([madeOf, synth.params.map(({ low, high, curve }) => [low, high, curve])])).digest('hex');
}

/** @returns undefined where nothing was learned, or of another state of the patch @throws UserFault naming file, key, rule and value */
export async function soundModelFor(synth: Synth): Promise<SoundModel | undefined> {
  const path = listenerFolders().map((folder) => join(folder, `${soundModelName(synth.name)}.json`)).find((one) => existsSync(one));
  if (path === undefined) return undefined;
  const card = checkSoundCard(path, parseJson(path, await readFile(path, 'utf8')));
  if (card.synth !== synth.name || card.parameters !== synth.params.length || card.heardOf !== (await printOf(synth).catch(() => ''))) return undefined;
  return modelOf(path, card, synth);
}

export function modelOf(source: string, card: SoundCard, { params }: Synth): SoundModel {
  const columns = card.features.map((name) => columnsOf([name])?.[0] ?? -1);
  if (columns.includes(-1)) throw new UserFault(source, 'features', 'must be names of descriptors', card.features.join(', '));
  const bytes = Buffer.from(card.weights, 'base64');
  try {
    return new SoundModel({ params, hidden: card.hidden, columns, deviation: card.deviation, weights: Float32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readFloatLE(4 * i)) });
  } catch (cause) {
    throw new UserFault(source, 'weights', `must fit ${params.length} parameters, ${card.hidden} units and ${columns.length} features`, `${bytes.length >> 2} numbers`, { cause });
  }
}

export function writeSoundModel(path: string, card: SoundCard): Promise<void> {
  return writeAtomically(path, `${JSON.stringify(card, null, 1)}\n`);
}

export const weightsText = (weights: Float32Array): string => {
  const bytes = Buffer.alloc(4 * weights.length);
  weights.forEach((value, i) => bytes.writeFloatLE(value, 4 * i));
  return bytes.toString('base64');
};
