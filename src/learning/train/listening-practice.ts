/**
 * A listener practises: recurrent PPO on the corrections to its planner. An untrained network corrects nothing. A2C is the
 * same with all that was played gone through once and at once: then the clipping of PPO never acts. DQN does without a planner,
 * as the agents of Madaghiele and Fasciani: down, stay or up for each parameter, each frame.
 * @see Mnih et al., "Asynchronous methods for deep reinforcement learning", ICML 2016
 */
import type { AdamState } from '../nn/adam.ts';
import { dqn, defaultDqnSettings } from './dqn.ts';
import type { DqnStart } from './dqn.ts';
import { choosingOf } from './dqn-graphs.ts';
import type { Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import { defaultRecurrentNetwork, recurrentNetwork } from '../nn/network.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import type { Environment } from './environment.ts';
import { actionLength } from './environment.ts';
import type { PpoSettings, PpoStart } from './ppo.ts';
import { defaultPpoSettings, ppo } from './ppo.ts';

export const listeningLearners = ['ppo', 'a2c', 'dqn'] as const;
export type ListeningLearner = (typeof listeningLearners)[number];

export interface ListeningPractice {
  readonly learner: ListeningLearner;
  readonly seed: number;
  readonly updates: number;
  /** Listeners side by side, a multiple of 4. */
  readonly environments: number;
  /** Frames of each before something is learned; of DQN, before it is told how far it is. */
  readonly steps: number;
  /** DQN has one of its own. */
  readonly learningRate: number;
}
export const defaultListeningPractice: ListeningPractice = { learner: 'ppo', seed: 1, updates: 60, environments: 16, steps: 64, learningRate: 1e-3 };

const width = { reading: 48, units: 32, speaking: 0 };

const listeningActor = (inputs: number, outputs: number): Network => recurrentNetwork('actor', { ...defaultRecurrentNetwork, ...width, inputs, outputs, outputGain: 0 });
const listeningCritic = (inputs: number): Network => recurrentNetwork('critic', { ...defaultRecurrentNetwork, ...width, inputs, outputs: 1 });

const valuing = (inputs: number, parameters: number): Network => recurrentNetwork('worth', { ...defaultRecurrentNetwork, inputs, outputs: 3 * parameters, reading: 64, units: 0, speaking: 64, activation: 'relu' });

/** Whether this learner learns to play without a planner. */
export const playsAlone = (learner: ListeningLearner): boolean => learner === 'dqn';

/** Who plays in the end: what it says are steps of each parameter. */
export const listeningPlayer = (learner: ListeningLearner, inputs: number, parameters: number): Network => (learner === 'dqn' ? choosingOf(valuing(inputs, parameters)) : listeningActor(inputs, parameters));

/** Of a state of the learner, those of `listeningPlayer`. */
export const playerOf = (player: Network, state: AdamState): Float32Array => state.parameters.slice(0, new ParameterLayout(player.parameters).size);

/** Of any learner. */
export interface ListeningProgress {
  readonly update: number;
  readonly updates: number;
  readonly steps: number;
  readonly state: AdamState;
}

/** @param start to go on from where practice was interrupted */
export function practiseListening(environments: readonly Environment[], practice: ListeningPractice, start?: PpoStart & DqnStart): Trainer<ListeningProgress, AdamState> {
  const [environment] = environments;
  if (environment === undefined) throw new RangeError('nobody learns without an environment');
  const { learner, seed, updates, steps, learningRate } = practice;
  const outputs = actionLength(environment.actionSpace);
  if (learner === 'dqn') return dqn(environments, valuing(environment.observationSize, outputs), { ...defaultDqnSettings, seed, updates, steps }, start);
  // what a step does is heard within a few frames; notes last some ten
  const shared: PpoSettings = { ...defaultPpoSettings, seed, updates, steps, learningRate, finalRate: 0.1, discount: 0.9, trace: 0.9, spread: { initial: 0.5, floor: 0.15 }, criticFirst: 3 };
  const settings: PpoSettings = learner === 'a2c' ? { ...shared, epochs: 1, minibatches: 1, largestDivergence: Infinity } : { ...shared, epochs: 4, minibatches: 4 };
  return ppo(environments, listeningActor(environment.observationSize, outputs), listeningCritic(environment.observationSize), settings, start);
}
