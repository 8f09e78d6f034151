/** How that configuration learns: by PPO alone, from its own reward, with memory left out by chance. */
import { Random } from '../../core/math/random.ts';
import { clamp, mean } from '../../core/math/statistics.ts';
import type { AdamState } from '../nn/adam.ts';
import { adamStateOf } from '../nn/adam.ts';
import type { GraphOutputs, GraphRun, Trainer } from '../nn/graph-run.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import type { TempoPiece } from './accompaniment-environment.ts';
import { passageOf } from './accompaniment-environment.ts';
import type { Action, Environment, Observation, Step } from './environment.ts';
import type { PpoSettings } from './ppo.ts';
import { defaultPpoSettings, ppo, ppoLayout } from './ppo.ts';
import { mostWrong } from './reward.ts';
import type { Example } from './supervised.ts';
import { defaultSupervisedSettings, Judge } from './supervised.ts';
import { takesTried } from './tempo-teaching.ts';
import type { YouchestraLesson, YouchestraObservation } from './youchestra.ts';
import { youchestraLesson, youchestraSize, youchestraTakes, youchestraWindow } from './youchestra.ts';
import { youchestraActor, youchestraCritic } from './youchestra-network.ts';

export interface YouchestraSettings {
  readonly seed: number;
  readonly observation: YouchestraObservation;
  /** Chance that the takes are left out of an observation, in training. */
  readonly memoryDropout: number;
  readonly updates: number;
  readonly environments: number;
  readonly steps: number;
  readonly batch: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly discount: number;
  readonly tryEvery: number;
}
export const defaultYouchestra: YouchestraSettings = {
  seed: 7, observation: 'memory-enhanced', memoryDropout: 0.5, updates: 300, environments: 8, steps: 128, batch: 64, epochs: 10, learningRate: 3e-4, discount: 0.99, tryEvery: 20,
};

/** The action is the log of the speed, no more than this either way. */
export const loudestAction = 1;

export class YouchestraEnvironment implements Environment {
  readonly observationSize = youchestraSize;
  readonly actionSpace = { kind: 'continuous', size: 1 } as const;
  readonly #pieces: readonly TempoPiece[];
  readonly #settings: Pick<YouchestraSettings, 'observation' | 'memoryDropout'>;
  readonly #mostSteps: number;
  #episode: { readonly lesson: YouchestraLesson; readonly random: Random; step: number } | undefined;

  constructor(pieces: readonly TempoPiece[], settings: Pick<YouchestraSettings, 'observation' | 'memoryDropout'>, mostSteps = 256) {
    if (pieces.length === 0) throw new RangeError('there is nothing to rehearse');
    this.#pieces = pieces;
    this.#settings = settings;
    this.#mostSteps = mostSteps;
  }

  reset(seed: number): Observation {
    const random = new Random(seed);
    const { piece, sequence } = passageOf(this.#pieces, this.#mostSteps, random);
    const lesson = youchestraLesson(piece.score, sequence, piece.takes.slice(0, youchestraTakes), this.#settings.observation);
    this.#episode = { lesson, random, step: 0 };
    return this.#seen();
  }

  step(action: Action): Step {
    const episode = this.#episode;
    if (episode === undefined) throw new RangeError('an episode begins with a reset');
    const { lesson, step } = episode;
    const reward = lesson.mask[step] === 1 ? -Math.abs(clamp(action[0]!, -loudestAction, loudestAction) - lesson.targets[step]!) : 0;
    const ignored = lesson.mask[step] !== 1;
    episode.step = Math.min(step + 1, lesson.length - 1);
    return { observation: this.#seen(), reward, terms: { nextInterval: reward }, terminated: step + 1 >= lesson.length, truncated: false, ignored };
  }

  #seen(): Observation {
    const { lesson, random, step } = this.#episode!;
    const seen = lesson.observations.slice(step * youchestraSize, (step + 1) * youchestraSize);
    // The gate multiplies by which takes there are: without any, nothing is remembered.
    if (random.uniform() < this.#settings.memoryDropout) seen.fill(0, 3 * youchestraWindow, youchestraSize - 1);
    return seen;
  }
}

export interface YouchestraGroup {
  readonly voice: TempoPiece['voice'];
  readonly takes: number;
  readonly examples: readonly Example[];
}
export function youchestraGroups(pieces: readonly TempoPiece[], { observation }: Pick<YouchestraSettings, 'observation'>): YouchestraGroup[] {
  return (['all', 'melody'] as const).flatMap((voice) => takesTried.flatMap((takes) => {
    const examples = pieces.filter((piece) => piece.voice === voice && piece.takes.length >= takes).map((piece): Example => {
      const { observations, targets, mask } = youchestraLesson(piece.score, piece.sequence, piece.takes.slice(0, takes), observation);
      return { inputs: observations, targets, weights: mask };
    });
    return examples.length === 0 ? [] : [{ voice, takes, examples }];
  }));
}

export interface YouchestraTrained {
  readonly parameters: Float32Array;
  readonly validationLosses: readonly number[];
  readonly update: number;
}
export interface YouchestraProgress extends YouchestraTrained {
  readonly updates: number;
  readonly reward: number;
  readonly state: AdamState;
  readonly result: YouchestraTrained;
}

/** @returns the parameters of `youchestraActor` that were best in validation */
export function* practiseYouchestra(train: readonly TempoPiece[], validation: readonly YouchestraGroup[], settings: YouchestraSettings, start?: { readonly state: AdamState; readonly update: number; readonly result: YouchestraTrained }):
Trainer<YouchestraProgress, YouchestraTrained> {
  const { steps, batch, environments: count } = settings;
  const actor = youchestraActor();
  const critic = youchestraCritic();
  const environments = Array.from({ length: count }, () => new YouchestraEnvironment(train, settings));
  // The deviation of its actions begins at 1, as it did there.
  const spread = { initial: 1, floor: 0.01 };
  const slices = steps / batch;
  const ppoSettings: PpoSettings = { ...defaultPpoSettings, ...settings, slices, minibatches: count * slices, trace: 0.95, largestDivergence: Infinity, spread };
  const layout = ppoLayout(actor, critic, environments[0]!, spread);
  const size = new ParameterLayout(actor.parameters).size;
  const judge = new Judge(actor, validation.map((group) => group.examples), { ...defaultSupervisedSettings, loss: { type: 'capped', most: mostWrong } });
  const learner = ppo(environments, actor, critic, ppoSettings, start ?? { state: adamStateOf(layout.initial(new Random(settings.seed).split('practice'))), update: 0 });
  let best: YouchestraTrained | undefined = start?.result;
  let outputs: GraphOutputs = {};
  for (;;) {
    const step = learner.next(outputs);
    if (step.done === true) return best!;
    if (step.value.type === 'run') {
      outputs = yield step.value satisfies GraphRun;
      continue;
    }
    const { update, updates, episodes, state } = step.value.progress;
    if (update % settings.tryEvery !== 0 && update !== updates) continue;
    const parameters = state.parameters.slice(0, size);
    const validationLosses = yield* judge.losses(parameters);
    if (best === undefined || mean(validationLosses) < mean(best.validationLosses)) best = { parameters, validationLosses, update };
    yield { type: 'progress', progress: { parameters, validationLosses, update, updates, reward: episodes.reward, state, result: best } };
  }
}
