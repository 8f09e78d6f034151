/**
 * After the lessons, practice: recurrent PPO in rehearsals, from the policy that was taught. What the policy says
 * does not change what the soloist does next, so nothing is gained by looking ahead: the discount is 0.
 */
import { Random } from '../../core/math/random.ts';
import { tempoObservationSize } from '../../players/tempo/observation.ts';
import { adamStateOf } from '../nn/adam.ts';
import type { GraphOutputs, GraphRun, Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import { defaultRecurrentNetwork, recurrentNetwork } from '../nn/network.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import type { TempoPiece } from './accompaniment-environment.ts';
import { AccompanimentEnvironment } from './accompaniment-environment.ts';
import type { PpoProgress, PpoSettings } from './ppo.ts';
import { defaultPpoSettings, ppo, ppoLayout } from './ppo.ts';
import type { Tried } from './tempo-teaching.ts';
import { defaultTeaching, overall, tempoNetwork, tryingGraph, tryTempo } from './tempo-teaching.ts';

export interface PracticeSettings {
  readonly seed: number;
  readonly updates: number;
  readonly environments: number;
  readonly tryEvery: number;
  readonly learningRate: number;
}
export const defaultPractice: PracticeSettings = { seed: 7, updates: 40, environments: 64, tryEvery: 10, learningRate: 3e-5 };

/** Onsets that each environment plays before something is learned: much at once, because one answer tells little. */
const stepsBetweenLessons = 128;

export interface PracticeProgress {
  readonly update: number;
  readonly updates: number;
  readonly steps: number;
  readonly reward: number;
  readonly divergence: number;
  readonly validation: readonly Tried[];
  readonly parameters: Float32Array;
}

const criticNetwork = (): Network => recurrentNetwork('critic', { ...defaultRecurrentNetwork, inputs: tempoObservationSize, outputs: 1, reading: 32, units: 32, speaking: 0 });

export interface Practised {
  /** The best in validation: the taught ones, where practice did not better them. */
  readonly parameters: Float32Array;
  readonly validation: readonly Tried[];
  /** After how many updates; 0 for what was taught. */
  readonly update: number;
}

/** @param taught parameters of `tempoNetwork`; undefined to begin from the base alone */
export function* practiseTempo(train: readonly TempoPiece[], validation: readonly TempoPiece[], settings: PracticeSettings, taught: Float32Array | undefined): Trainer<PracticeProgress, Practised> {
  const actor = tempoNetwork();
  const critic = criticNetwork();
  const environments = Array.from({ length: settings.environments }, () => new AccompanimentEnvironment(train));
  const fromScratch = taught === undefined;
  const ppoSettings: PpoSettings = {
    ...defaultPpoSettings, seed: settings.seed, updates: settings.updates, steps: stepsBetweenLessons, epochs: 3, discount: 0, trace: 0, learningRate: settings.learningRate, finalRate: 0.1,
    criticFirst: fromScratch ? 0 : 6, spread: { initial: 0.2, floor: 0.08 },
  };
  const layout = ppoLayout(actor, critic, environments[0]!, ppoSettings.spread);
  const size = new ParameterLayout(actor.parameters).size;
  const vector = layout.initial(new Random(settings.seed).split('practice'));
  if (taught !== undefined) vector.set(taught);
  const asTaught = vector.slice(0, size);
  const trying = tryingGraph(defaultTeaching);
  let best: Practised = { parameters: asTaught, validation: yield* tryTempo(trying, validation, asTaught, defaultTeaching), update: 0 };
  const learner = ppo(environments, actor, critic, ppoSettings, { state: adamStateOf(vector), update: 0 });
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
    const parameters = told.state.parameters.slice(0, size);
    const tried = yield* tryTempo(trying, validation, parameters, defaultTeaching);
    if (overall(tried) < overall(best.validation)) best = { parameters, validation: tried, update: told.update };
    yield { type: 'progress', progress: { update: told.update, updates: told.updates, steps: told.steps, reward: told.episodes.reward, divergence: told.divergence, validation: tried, parameters: best.parameters } };
  }
}
