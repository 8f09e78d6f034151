/**
 * A listener practises: PPO on what its planner is told to expect. An untrained network expects that all stays. A2C is the
 * same with all that was played gone through once and at once: then the clipping of PPO never acts. DQN does without a planner,
 * as the agents of Madaghiele and Fasciani: down, stay or up for each parameter, each frame.
 * @see Mnih et al., "Asynchronous methods for deep reinforcement learning", ICML 2016
 */
import { Random } from '../../core/math/random.ts';
import { seenOfEach } from '../../players/listen/expectation.ts';
import type { AdamState } from '../nn/adam.ts';
import { adamStateOf } from '../nn/adam.ts';
import { dqn, defaultDqnSettings } from './dqn.ts';
import type { DqnStart } from './dqn.ts';
import { choosingOf } from './dqn-graphs.ts';
import type { Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import { defaultRecurrentNetwork, recurrentNetwork, sharedNetwork } from '../nn/network.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import type { Environment } from './environment.ts';
import { actionLength } from './environment.ts';
import type { PpoSettings, PpoStart } from './ppo.ts';
import { defaultPpoSettings, ppo, ppoLayout } from './ppo.ts';

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

/** Who says of each descriptor how it will move; as many as count, or one alone. */
export const listeningActor = (descriptors: number): Network => sharedNetwork('actor', { groups: descriptors, inputs: seenOfEach, hidden: [24, 24] });
/** The same actor, who expects only a share of the movements. @param taught of `listeningActor` */
export function moreCautious(taught: Float32Array, share: number): Float32Array {
  const parameters = taught.slice();
  const layout = new ParameterLayout(listeningActor(1).parameters); // the same for any number of descriptors
  for (const { name } of layout.specs.slice(-2)) layout.part(parameters, name).forEach((value, i, part) => (part[i] = share * value));
  return parameters;
}
const listeningCritic = (inputs: number): Network => recurrentNetwork('critic', { ...defaultRecurrentNetwork, reading: 48, units: 32, speaking: 0, inputs, outputs: 1 });

const valuing = (inputs: number, parameters: number): Network => recurrentNetwork('worth', { ...defaultRecurrentNetwork, inputs, outputs: 3 * parameters, reading: 64, units: 0, speaking: 64, activation: 'relu' });

/** Whether this learner learns to play without a planner. */
export const playsAlone = (learner: ListeningLearner): boolean => learner === 'dqn';

/** Who plays in the end: what it says are the movements to expect, or of DQN steps of each parameter. @param outputs `listeningActionSize` */
export const listeningPlayer = (learner: ListeningLearner, inputs: number, outputs: number): Network => (learner === 'dqn' ? choosingOf(valuing(inputs, outputs)) : listeningActor(outputs));

/** Of a state of the learner, those of `listeningPlayer`. */
export const playerOf = (player: Network, state: AdamState): Float32Array => state.parameters.slice(0, new ParameterLayout(player.parameters).size);

/** Of any learner. */
export interface ListeningProgress {
  readonly update: number;
  readonly updates: number;
  readonly steps: number;
  readonly state: AdamState;
}

const tried = { initial: 0.3, floor: 0.1 }; // times what moves in all

/** Where practice begins after lessons: the actor knows what they taught, the critic nothing. @param taught of `listeningActor` */
export function practiceAfter(taught: Float32Array, environment: Environment, seed: number): AdamState {
  const layout = ppoLayout(listeningActor(actionLength(environment.actionSpace)), listeningCritic(environment.observationSize), environment, tried);
  const parameters = layout.initial(new Random(seed).split('parameters'));
  parameters.set(taught);
  return adamStateOf(parameters);
}

/** @param start to go on from where practice was interrupted */
export function practiseListening(environments: readonly Environment[], practice: ListeningPractice, start?: PpoStart & DqnStart): Trainer<ListeningProgress, AdamState> {
  const [environment] = environments;
  if (environment === undefined) throw new RangeError('nobody learns without an environment');
  const { learner, seed, updates, steps, learningRate } = practice;
  const outputs = actionLength(environment.actionSpace);
  if (learner === 'dqn') return dqn(environments, valuing(environment.observationSize, outputs), { ...defaultDqnSettings, seed, updates, steps }, start);
  // what a step does is heard within a few frames; notes last some ten
  const shared: PpoSettings = { ...defaultPpoSettings, seed, updates, steps, learningRate, finalRate: 0.1, discount: 0.9, trace: 0.9, spread: tried, criticFirst: 3 };
  const settings: PpoSettings = learner === 'a2c' ? { ...shared, epochs: 1, minibatches: 1, largestDivergence: Infinity } : { ...shared, epochs: 4, minibatches: 4 };
  return ppo(environments, listeningActor(outputs), listeningCritic(environment.observationSize), settings, start);
}
