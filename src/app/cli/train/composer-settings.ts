/** How a writer is trained, as a person writes it: JSON in which every key may be left out and none misspelt. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UserFault } from '../../../core/contract/faults.ts';
import type { ComposerNetworkSettings } from '../../../learning/train/composer-network.ts';
import { composerForms, defaultComposerNetwork } from '../../../learning/train/composer-network.ts';
import type { ComposingSettings } from '../../../learning/train/composing.ts';
import { defaultComposingSettings } from '../../../learning/train/composing.ts';
import type { ReinforcingSettings, RewardName } from '../../../learning/train/reinforcing.ts';
import { defaultReinforcingSettings, rewardNames } from '../../../learning/train/reinforcing.ts';
import { between, group, whole } from '../../config/rules.ts';
import { faultIn } from '../../config/wording.ts';
import { parseJson } from '../../io/json-text.ts';

export interface ComposerTraining {
  readonly network: ComposerNetworkSettings;
  readonly teaching: ComposingSettings;
  /** Windows of each task by which it is judged. */
  readonly windows: number;
  /** For the stage of that name. */
  readonly reinforcing: ReinforcingSettings;
}
export const defaultComposerTraining: ComposerTraining = { network: { ...defaultComposerNetwork, echoes: true }, teaching: defaultComposingSettings, windows: 64, reinforcing: defaultReinforcingSettings };

/** For the one who repairs: he is asked for little, and must not keep anybody waiting. */
export const defaultRefinerTraining: ComposerTraining = { ...defaultComposerTraining, network: { width: 96, layers: 3, heads: 4, inner: 192, answering: 64 }, teaching: { ...defaultComposingSettings, updates: 2000, coolDown: 0.5, averaging: 0.99 } };

const share = between(0, 1);
const schema = group({
  network: group({ width: whole(8, 2048).optional(), layers: whole(1, 48).optional(), heads: whole(1, 64).optional(), inner: whole(8, 8192).optional(), answering: whole(8, 2048).optional(), echoes: z.boolean().optional().describe('Whether it may copy what notes around, and at places of the song that are like this one, have'), form: z.enum(composerForms).optional().describe('decoder, or what it is compared with') }).optional(),
  windows: whole(1, 10_000).optional().describe('Of each task, by which it is judged'),
  teaching: group({
    seed: whole(0, 2 ** 32 - 1).optional(), updates: whole(1, 100_000_000).optional(),
    rows: whole(1, 1024).optional(), length: whole(64, 4096).optional().describe('Rows of a batch, and events in each'),
    learningRate: share.optional(), warmUp: whole(1, 100_000).optional(), coolDown: share.optional().describe('Share of the updates over which the rate falls in the end'),
    weightDecay: share.optional(), dropout: between(0, 0.9).optional(), averaging: between(0, 0.99999).optional(), share: share.optional().describe('With --from: how far what is judged and kept lies from there to where it is now'), trialEvery: whole(1, 100_000).optional(), patience: whole(1, 10_000).optional(),
    lessons: group({
      bars: z.tuple([whole(2, 32), whole(2, 32)], { error: 'must be [fewest, most]' }).optional(), contextWeight: share.optional(), contextPlaying: share.optional(), transposed: share.optional(), otherDay: share.optional(), chords: share.optional(), wishes: share.optional(),
      inSong: share.optional().describe('Lessons that know the rest of their song'), soFar: share.optional().describe('Of these, those that know only what was before'),
      sources: z.record(z.string(), between(0, 1000)).optional().describe('How often a song of a source is picked, beside 1 for one of any other'),
    }).optional(),
  }).optional(),
  reinforcing: group({
    seed: whole(0, 2 ** 32 - 1).optional(), iterations: whole(1, 1_000_000).optional(), windows: whole(1, 1000).optional(), variations: whole(2, 64).optional().describe('Holes in an iteration, and how often each is filled'),
    bars: whole(4, 32).optional(), hole: whole(1, 16).optional(), learningRate: share.optional(), baselineDecay: share.optional(), sameHole: share.optional().describe('By how much a filling is compared with the others of its hole in place of all before'), entropy: between(0, 10).optional(), repeating: z.union([z.literal(0), z.literal(1)]).optional().describe('0: he is led where he is told nothing that he could copy'), leash: between(0, 10).optional(), manner: group({ temperature: between(0, 4).optional(), rhythmTemperature: between(0, 4).optional(), topP: between(0.01, 1).optional() }).optional().describe('In which it is to write afterwards, and is judged'), share: share.optional().describe('How far the weights go in the end from what it was taught to where it was led'),
    rewards: group(Object.fromEntries(rewardNames.map((name) => [name, between(0, 1000).optional()])) as Record<RewardName, z.ZodOptional<z.ZodNumber>>).optional().describe('What each kind of praise weighs'),
    length: whole(64, 4096).optional(), rows: whole(1, 1024).optional(),
  }).optional(),
});

/** @param path undefined for the defaults @throws UserFault naming file, key, rule and value */
export async function readComposerTraining(path: string | undefined, base: ComposerTraining = defaultComposerTraining): Promise<ComposerTraining> {
  if (path === undefined) return base;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserFault('--config', '', 'must be a file that can be read', path, { cause });
  });
  return checkComposerTraining(path, parseJson(path, text, 'hand'), base);
}

/** @throws UserFault naming file, key, rule and value */
export function checkComposerTraining(source: string, value: unknown, base: ComposerTraining = defaultComposerTraining): ComposerTraining {
  const checked = schema.safeParse(value);
  if (!checked.success) throw faultIn(source, value, checked.error.issues, z.toJSONSchema(schema, { io: 'input' }));
  const { network, teaching, windows, reinforcing } = checked.data;
  const all = {
    network: { ...base.network, ...said(network) }, windows: windows ?? base.windows,
    teaching: { ...base.teaching, ...said(teaching), lessons: { ...base.teaching.lessons, ...said(teaching?.lessons) } },
    reinforcing: { ...base.reinforcing, ...said(reinforcing), manner: { ...base.reinforcing.manner, ...said(reinforcing?.manner) }, rewards: { ...base.reinforcing.rewards, ...said(reinforcing?.rewards) } },
  };
  const { width, heads } = all.network;
  if (width % heads !== 0 || (width / heads) % 8 !== 0) throw new UserFault(source, 'network.width', `must be a multiple of 8 for each of ${heads} heads`, width);
  if (all.reinforcing.hole + 2 > all.reinforcing.bars) throw new UserFault(source, 'reinforcing.hole', 'must leave two of its bars at least', all.reinforcing.hole);
  const [fewest, most] = all.teaching.lessons.bars;
  if (fewest > most) throw new UserFault(source, 'teaching.lessons.bars', 'must be [fewest, most]', [fewest, most]);
  return all;
}

const said = <T extends object>(given: T | undefined) => Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined));
