/**
 * How a tempo policy is trained, as a person writes it: JSON in which every key may be left out and none misspelt.
 * What is said nowhere is as in the shipped models.
 */
import { z } from 'zod';
import { UserFault } from '../../../core/contract/faults.ts';
import type { PracticeSettings } from '../../../learning/train/tempo-practice.ts';
import { defaultPractice } from '../../../learning/train/tempo-practice.ts';
import type { TeachingSettings } from '../../../learning/train/tempo-teaching.ts';
import { defaultTeaching, deprivations } from '../../../learning/train/tempo-teaching.ts';
import type { YouchestraSettings } from '../../../learning/train/youchestra-practice.ts';
import { defaultYouchestra } from '../../../learning/train/youchestra-practice.ts';
import { youchestraObservations } from '../../../learning/train/youchestra.ts';
import { between, group, oneOf, whole } from '../../config/rules.ts';
import { faultIn } from '../../config/wording.ts';

export type TempoTraining =
  | { readonly type: 'tempo'; readonly teaching: TeachingSettings; readonly practice: PracticeSettings; readonly invented: { readonly scores: number; readonly performances: number } }
  | { readonly type: 'youchestra'; readonly youchestra: YouchestraSettings };
export const defaultTempoTraining = { type: 'tempo', teaching: defaultTeaching, practice: defaultPractice, invented: { scores: 300, performances: 4 } } as const satisfies TempoTraining;

const seed = whole(0, 2 ** 32 - 1);
const rate = between(0, 1);
const teaching = group({
  seed: seed.optional().describe('The same seed gives the same policy'),
  epochs: whole(0, 10_000).optional().describe('0: nothing is taught, and practice begins from plain rules'),
  lessons: whole(1, 100_000).optional().describe('Performances of one epoch'),
  steps: whole(1, 1024).optional().describe('Onsets through which gradients reach back'),
  lanes: whole(1, 1024).optional().describe('Performances that are learned from side by side'),
  learningRate: rate.optional(),
  finalRate: rate.optional().describe('Share of the learning rate that is left in the end'),
  weightDecay: rate.optional(),
  averaging: between(0, 0.99999).optional().describe('How well the kept mean of the parameters remembers earlier ones; 0 keeps the last'),
  patience: whole(1, 10_000).optional().describe('Ends after so many epochs that were no better on the validation split'),
  melodies: rate.optional().describe('Share of the melodies that are taught beside whole scores'),
  beatsAlone: rate.optional().describe('Likewise of the performances of which the beats alone are known'),
  ownTakes: rate.optional().describe("Share of the lessons with memory in which the newest takes are as the player's own would be"),
  without: z.array(oneOf(...deprivations), { error: 'must be a list' }).optional().describe('What the policy is deprived of, to see what it is good for'),
  network: group({ reading: whole(0, 4096).optional(), units: whole(1, 4096).optional(), speaking: whole(0, 4096).optional(), chorus: whole(1, 16).optional() }).optional().describe('Width of the layer before the LSTM, its units, and the layer after it; and how many such networks answer together, by their mean'),
});
const practice = group({
  seed: seed.optional(),
  updates: whole(0, 100_000).optional().describe('Of PPO after the lessons; 0 for none'),
  environments: whole(4, 4096).optional().describe('Rehearsals side by side, a multiple of 4'),
  steps: whole(1, 4096).optional().describe('Onsets of each before something is learned'),
  tryEvery: whole(1, 100_000).optional().describe('Updates after which the policy is tried out on the validation split'),
  learningRate: rate.optional(),
  spread: group({ initial: between(0.001, 2), floor: between(0.0001, 1) }).optional().describe('Deviation of what is tried out, in log tempo: at first, and at least'),
});
const youchestra = group({
  seed: seed.optional(),
  observation: oneOf(...youchestraObservations).optional().describe('What of the intervals is seen'),
  memoryDropout: rate.optional().describe('Chance that the takes are left out of an observation, in training'),
  updates: whole(1, 100_000).optional(),
  environments: whole(1, 1024).optional(),
  steps: whole(2, 4096).optional().describe('Onsets of each before something is learned, a multiple of the batch'),
  batch: whole(1, 4096).optional(),
  epochs: whole(1, 100).optional().describe('Times that what was played is gone through'),
  learningRate: rate.optional(),
  discount: rate.optional(),
  tryEvery: whole(1, 100_000).optional(),
});
export const tempoTrainingSchema = group({
  type: oneOf('tempo', 'youchestra').optional().describe('"youchestra" is the configuration that this program grew out of, to be compared with'),
  invented: group({ scores: whole(1, 100_000).optional(), performances: whole(1, 100).optional() }).optional().describe('Where a corpus is given: how many scores of each source invented players play, and how often'),
  teaching: teaching.optional(), practice: practice.optional(), youchestra: youchestra.optional(),
});

/** @throws UserFault naming file, key, rule and value */
export function checkTempoTraining(source: string, value: unknown): TempoTraining {
  const checked = tempoTrainingSchema.safeParse(value);
  if (!checked.success) throw faultIn(source, value, checked.error.issues, z.toJSONSchema(tempoTrainingSchema, { io: 'input' }));
  const { type = 'tempo', teaching, practice, invented, youchestra } = checked.data;
  if (type === 'youchestra') {
    const all = { ...defaultYouchestra, ...said(youchestra) };
    if (all.steps % all.batch !== 0) throw new UserFault(source, 'youchestra.steps', `must be a multiple of the batch of ${all.batch}`, all.steps);
    return { type, youchestra: all };
  }
  const all = { ...defaultPractice, ...said(practice) };
  if (all.environments % 4 !== 0) throw new UserFault(source, 'practice.environments', 'must be a multiple of 4', all.environments);
  return { type, teaching: { ...defaultTeaching, ...said(teaching), network: { ...defaultTeaching.network, ...said(teaching?.network) } }, practice: all, invented: { ...defaultTempoTraining.invented, ...said(invented) } };
}

const said = <T extends object>(group: T | undefined) => Object.fromEntries(Object.entries(group ?? {}).filter(([, value]) => value !== undefined));
