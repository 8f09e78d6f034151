/**
 * A listener practises: recurrent PPO on the corrections to its planner. An untrained network corrects nothing. A2C is the
 * same with all that was played gone through once and at once: then the clipping of PPO never acts.
 * @see Mnih et al., "Asynchronous methods for deep reinforcement learning", ICML 2016
 */
import type { AdamState } from '../nn/adam.ts';
import type { Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import { defaultRecurrentNetwork, recurrentNetwork } from '../nn/network.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import type { Environment } from './environment.ts';
import { actionLength } from './environment.ts';
import type { PpoProgress, PpoSettings, PpoStart } from './ppo.ts';
import { defaultPpoSettings, ppo } from './ppo.ts';

export const listeningLearners = ['ppo', 'a2c'] as const;
export type ListeningLearner = (typeof listeningLearners)[number];

export interface ListeningPractice {
  readonly learner: ListeningLearner;
  readonly seed: number;
  readonly updates: number;
  /** Listeners side by side, a multiple of 4. */
  readonly environments: number;
  /** Frames of each before something is learned. */
  readonly steps: number;
  readonly learningRate: number;
}
export const defaultListeningPractice: ListeningPractice = { learner: 'ppo', seed: 1, updates: 60, environments: 16, steps: 64, learningRate: 1e-3 };

const width = { reading: 48, units: 32, speaking: 0 };

export const listeningActor = (inputs: number, outputs: number): Network => recurrentNetwork('actor', { ...defaultRecurrentNetwork, ...width, inputs, outputs, outputGain: 0 });
const listeningCritic = (inputs: number): Network => recurrentNetwork('critic', { ...defaultRecurrentNetwork, ...width, inputs, outputs: 1 });

/** Of a state of the learner, those of `listeningActor`. */
export const actorOf = (actor: Network, state: AdamState): Float32Array => state.parameters.slice(0, new ParameterLayout(actor.parameters).size);

/** @param start to go on from where practice was interrupted */
export function practiseListening(environments: readonly Environment[], practice: ListeningPractice, start?: PpoStart): Trainer<PpoProgress, AdamState> {
  const [environment] = environments;
  if (environment === undefined) throw new RangeError('nobody learns without an environment');
  const { learner, seed, updates, steps, learningRate } = practice;
  // what a step does is heard within a few frames; notes last some ten
  const shared: PpoSettings = { ...defaultPpoSettings, seed, updates, steps, learningRate, finalRate: 0.1, discount: 0.9, trace: 0.9, spread: { initial: 0.5, floor: 0.15 }, criticFirst: 3 };
  const settings: PpoSettings = learner === 'a2c' ? { ...shared, epochs: 1, minibatches: 1, largestDivergence: Infinity } : { ...shared, epochs: 4, minibatches: 4 };
  return ppo(environments, listeningActor(environment.observationSize, actionLength(environment.actionSpace)), listeningCritic(environment.observationSize), settings, start);
}
