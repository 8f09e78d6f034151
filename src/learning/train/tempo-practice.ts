/**
 * After the lessons, practice: recurrent PPO in rehearsals, from the policy that was taught. What the policy says
 * does not change what the soloist does next, so nothing is gained by looking ahead: the discount is 0.
 */
import { Random } from '../../core/math/random.ts';
import { mean } from '../../core/math/statistics.ts';
import { KnownParts } from '../../players/memory/known-parts.ts';
import { tempoObservationSize } from '../../players/tempo/observation.ts';
import type { AdamState } from '../nn/adam.ts';
import { adamStateOf } from '../nn/adam.ts';
import type { GraphOutputs, GraphRun, Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import { defaultRecurrentNetwork, recurrentNetwork } from '../nn/network.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import type { TempoPiece } from './accompaniment-environment.ts';
import { AccompanimentEnvironment } from './accompaniment-environment.ts';
import type { PpoProgress, PpoSettings } from './ppo.ts';
import { defaultPpoSettings, ppo, ppoLayout } from './ppo.ts';
import type { SupervisedResult } from './supervised.ts';
import type { TeachingSettings, ValidationGroup } from './tempo-teaching.ts';
import { tempoJudge, tempoNetwork } from './tempo-teaching.ts';

export interface PracticeSettings {
  readonly seed: number;
  readonly updates: number;
  readonly environments: number;
  /** Onsets that each environment plays before something is learned: much at once, because one answer tells little. */
  readonly steps: number;
  /** Updates after which the policy is tried out. */
  readonly tryEvery: number;
  readonly learningRate: number;
  /** Deviation of what is tried out, in log tempo: at first, and at least. */
  readonly spread: { readonly initial: number; readonly floor: number };
}
export const defaultPractice: PracticeSettings = { seed: 7, updates: 40, environments: 64, steps: 128, tryEvery: 10, learningRate: 3e-5, spread: { initial: 0.2, floor: 0.08 } };
/** Who was taught nothing must learn faster. */
export const practiceFromScratch: PracticeSettings = { ...defaultPractice, learningRate: 1e-3 };

export interface PracticeProgress {
  readonly update: number;
  readonly updates: number;
  readonly steps: number;
  readonly reward: number;
  readonly divergence: number;
  readonly validationLosses: readonly number[];
  readonly state: AdamState;
  /** The best until now. */
  readonly result: Practised;
}

/** The best in validation: the taught policy, after 0 updates, where practice did not better it. */
export interface Practised extends Omit<SupervisedResult, 'epoch'> {
  readonly update: number;
}
export interface PracticeStart {
  readonly state: AdamState;
  readonly update: number;
  readonly result: Practised;
}

const criticNetwork = (): Network => recurrentNetwork('critic', { ...defaultRecurrentNetwork, inputs: tempoObservationSize, outputs: 1, reading: 32, units: 32, speaking: 0 });

/**
 * @param taught parameters of `tempoNetwork`; undefined to begin from the base alone
 * @param start to go on from where practice was interrupted
 */
export function* practiseTempo(
  train: readonly TempoPiece[], validation: readonly ValidationGroup[], teaching: TeachingSettings, settings: PracticeSettings, taught: Float32Array | undefined, start?: PracticeStart,
): Trainer<PracticeProgress, Practised> {
  const actor = tempoNetwork(teaching);
  const known = new KnownParts();
  const environments = Array.from({ length: settings.environments }, () => new AccompanimentEnvironment(train, undefined, known));
  const ppoSettings: PpoSettings = { ...defaultPpoSettings, ...settings, epochs: 3, discount: 0, trace: 0, finalRate: 0.1, criticFirst: taught === undefined ? 0 : 6 };
  const critic = criticNetwork();
  const layout = ppoLayout(actor, critic, environments[0]!, settings.spread);
  const size = new ParameterLayout(actor.parameters).size;
  const vector = layout.initial(new Random(settings.seed).split('practice'));
  if (taught !== undefined) vector.set(taught);
  const judge = tempoJudge(validation, teaching);
  const tried = function* (parameters: Float32Array, update: number): Generator<GraphRun, Practised, GraphOutputs> {
    const validationLosses = yield* judge.losses(parameters);
    return { parameters, validationLosses, validationLoss: mean(validationLosses), update };
  };
  let best = start?.result ?? (yield* tried(vector.slice(0, size), 0));
  const learner = ppo(environments, actor, critic, ppoSettings, start ?? { state: adamStateOf(vector), update: 0 });
  let outputs: GraphOutputs = {};
  for (;;) {
    const step = learner.next(outputs);
    if (step.done === true) return best;
    if (step.value.type === 'run') {
      outputs = yield step.value satisfies GraphRun;
      continue;
    }
    const told: PpoProgress = step.value.progress;
    if (told.update % settings.tryEvery !== 0 && told.update !== told.updates) continue;
    const now = yield* tried(told.state.parameters.slice(0, size), told.update);
    if (now.validationLoss < best.validationLoss) best = now;
    yield { type: 'progress', progress: { update: told.update, updates: told.updates, steps: told.steps, reward: told.episodes.reward, divergence: told.divergence, validationLosses: now.validationLosses, state: told.state, result: best } };
  }
}
