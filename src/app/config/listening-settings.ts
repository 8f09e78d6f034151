/**
 * `environment_settings.json` of Madaghiele and Fasciani's listening agent (AIMC 2024), as it is. What this program does
 * otherwise is told, and so is a key that nobody knows.
 */
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import { columnsOf } from '../../players/listen/features.ts';
import { rewardTypes } from '../../players/listen/reward.ts';
import type { RewardType } from '../../players/listen/reward.ts';
import { trainingModes } from '../../players/listen/targets.ts';
import type { TrainingMode } from '../../players/listen/targets.ts';

const names = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => (typeof value === 'string' ? [value] : value));
const port = z.number().int().min(1).max(65_535);
const keys = {
  instrument_name: z.string(),
  corpus_name: z.string(),
  N_synth_params: z.number().int().positive(),
  features_keep: names,
  features_reward: names,
  reward_noise: z.number().min(0).max(10),
  training_mode: z.enum(trainingModes),
  reward_type: z.enum(rewardTypes),
  step_size: z.number().positive().max(1),
  ip_send: z.string(),
  port_send: port,
  port_send_optimal: port,
  max_episode_duration: z.number().int().min(2).max(1_000_000),
  seed: z.number().int().min(0).max(2 ** 32 - 1),
};
const schema = z.object(keys).partial().loose();

export interface ListeningEnvironmentSettings {
  readonly instrument?: string | undefined;
  readonly corpus?: string | undefined;
  readonly parameters?: number | undefined;
  /** Names or categories of the descriptors that are rewarded. */
  readonly features: readonly string[];
  /** Of those that are heard beside them. */
  readonly heard: readonly string[];
  readonly rewardNoise: number;
  readonly trainingMode: TrainingMode;
  readonly rewardType: RewardType;
  readonly step: number;
  /** Where the parameters go, and those of the nearest sound. */
  readonly send: { readonly host: string; readonly port: number; readonly portOptimal: number };
  /** Frames of an episode. */
  readonly frames: number;
  readonly seed: number;
}
export const defaultListeningSettings: ListeningEnvironmentSettings = {
  features: ['specshape-centroid', 'chroma'], heard: [], rewardNoise: 0.01, trainingMode: 'mixed_random+corpus', rewardType: 'cubic', step: 0.05, send: { host: '127.0.0.1', port: 6667, portOptimal: 6668 }, frames: 250, seed: 1,
};

/** @param tell  what is not done as the file says @throws UserFault naming file, key, rule and value */
export function checkListeningSettings(source: string, value: unknown, tell: (line: string) => void): ListeningEnvironmentSettings {
  const checked = schema.safeParse(value);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    throw new UserFault(source, path.join('.'), message, path.length > 0 ? (value as Readonly<Record<string, unknown>>)[String(path[0])] : undefined);
  }
  const said = checked.data;
  for (const key of Object.keys(said)) if (!Object.hasOwn(keys, key)) tell(`${source}: ${key} means nothing here and is left out`);
  for (const key of ['features_keep', 'features_reward'] as const) {
    if (said[key] !== undefined && columnsOf(said[key]) === undefined) throw new UserFault(source, key, 'must be names of descriptors, or of a category of them', said[key].join(', '));
  }
  const features = said.features_reward ?? said.features_keep ?? defaultListeningSettings.features;
  const heard = said.features_keep ?? [];
  const kept = columnsOf(heard) ?? [];
  if (said.features_keep !== undefined && columnsOf(features)!.some((column) => !kept.includes(column))) tell(`${source}: features_keep: what is rewarded is heard too, ${features.join(', ')}`);
  const usual = defaultListeningSettings;
  return {
    instrument: said.instrument_name, corpus: said.corpus_name, parameters: said.N_synth_params, features, heard, rewardNoise: said.reward_noise ?? usual.rewardNoise, trainingMode: said.training_mode ?? usual.trainingMode,
    rewardType: said.reward_type ?? usual.rewardType, step: said.step_size ?? usual.step, frames: said.max_episode_duration ?? usual.frames, seed: said.seed ?? usual.seed,
    send: { host: said.ip_send ?? usual.send.host, port: said.port_send ?? usual.send.port, portOptimal: said.port_send_optimal ?? usual.send.portOptimal },
  };
}
