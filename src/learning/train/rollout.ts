/** Many environments played side by side for a while, and what is kept of it to learn from. */
import type { Random } from '../../core/math/random.ts';
import type { Environment } from './environment.ts';
import { actionLength } from './environment.ts';

/** All arrays go step by step, in each step one row an environment. */
export class Rollout {
  readonly steps: number;
  readonly sequences: number;
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly begins: Float32Array;
  readonly rewards: Float32Array;
  readonly values: Float32Array;
  readonly logProbabilities: Float32Array;
  /** 0 where nothing is to be learned, else 1. */
  readonly weights: Float32Array;

  constructor(steps: number, sequences: number, observationSize: number, actionSize: number) {
    const rows = steps * sequences;
    this.steps = steps;
    this.sequences = sequences;
    this.observations = new Float32Array(rows * observationSize);
    this.actions = new Float32Array(rows * actionSize);
    this.begins = new Float32Array(rows);
    this.rewards = new Float32Array(rows);
    this.values = new Float32Array(rows);
    this.logProbabilities = new Float32Array(rows);
    this.weights = new Float32Array(rows);
  }
}

/** The rows of some sequences, of all steps. @param width numbers a row */
export function sequencesOf(values: Float32Array, sequences: number, which: readonly number[], width: number): Float32Array {
  const steps = values.length / (sequences * width);
  const picked = new Float32Array(steps * which.length * width);
  for (let step = 0; step < steps; step++) {
    which.forEach((sequence, i) => {
      const from = (step * sequences + sequence) * width;
      picked.set(values.subarray(from, from + width), (step * which.length + i) * width);
    });
  }
  return picked;
}

export interface EpisodeStatistics {
  readonly episodes: number;
  /** Means over the episodes that ended; NaN where none did. */
  readonly reward: number;
  readonly length: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** Environments that begin again by themselves, and who counts how their episodes went. */
export class SideBySide {
  readonly #environments: readonly Environment[];
  readonly #seeds: readonly Random[];
  /** What is seen now: shape [environments, observationSize]. */
  readonly observations: Float32Array;
  /** 1 where an episode is about to begin: shape [environments]. */
  readonly begins: Float32Array;
  /** What was seen when an episode was truncated, in place of what is seen now. */
  readonly finalObservations: Float32Array;
  readonly truncated: Uint8Array;
  readonly #rewards: Float64Array;
  readonly #lengths: Float64Array;
  readonly #terms: Record<string, number> = {};
  #ended = { episodes: 0, reward: 0, length: 0 };

  /** @throws RangeError when the environments are of different kinds */
  constructor(environments: readonly Environment[], random: Random) {
    const [first] = environments;
    if (first === undefined) throw new RangeError('nobody learns without an environment');
    const size = first.observationSize;
    for (const other of environments) {
      if (other.observationSize !== size || actionLength(other.actionSpace) !== actionLength(first.actionSpace)) throw new RangeError('all environments must have the same observations and actions');
    }
    this.#environments = environments;
    this.#seeds = environments.map((_, i) => random.split(`environment ${i}`));
    this.observations = new Float32Array(environments.length * size);
    this.finalObservations = new Float32Array(environments.length * size);
    this.begins = new Float32Array(environments.length);
    this.truncated = new Uint8Array(environments.length);
    this.#rewards = new Float64Array(environments.length);
    this.#lengths = new Float64Array(environments.length);
    environments.forEach((_, i) => this.#begin(i));
  }

  /** One step of each; where an episode ends, the next begins. @param actions shape [environments, action size] */
  step(actions: Float32Array, rewards: Float32Array, weights: Float32Array): void {
    const width = actions.length / this.#environments.length;
    this.#environments.forEach((environment, i) => {
      const step = environment.step(actions.subarray(i * width, (i + 1) * width));
      rewards[i] = step.reward;
      weights[i] = step.ignored === true ? 0 : 1;
      this.#rewards[i]! += step.reward;
      this.#lengths[i]! += 1;
      for (const name of Object.keys(step.terms)) this.#terms[name] = (this.#terms[name] ?? 0) + step.terms[name]!;
      this.truncated[i] = step.truncated && !step.terminated ? 1 : 0;
      this.begins[i] = 0;
      this.observations.set(step.observation, i * environment.observationSize);
      this.finalObservations.set(step.observation, i * environment.observationSize);
      if (step.terminated || step.truncated) {
        this.#ended.episodes++;
        this.#ended.reward += this.#rewards[i]!;
        this.#ended.length += this.#lengths[i]!;
        this.#begin(i);
      }
    });
  }

  /** Since the last time; terms are sums over all steps, by episode. */
  takeStatistics(): EpisodeStatistics {
    const { episodes, reward, length } = this.#ended;
    const terms = Object.fromEntries(Object.entries(this.#terms).map(([name, sum]) => [name, sum / episodes]));
    this.#ended = { episodes: 0, reward: 0, length: 0 };
    for (const name of Object.keys(this.#terms)) this.#terms[name] = 0;
    return { episodes, reward: reward / episodes, length: length / episodes, terms };
  }

  #begin(i: number): void {
    const environment = this.#environments[i]!;
    this.observations.set(environment.reset(this.#seeds[i]!.below(2 ** 32)), i * environment.observationSize);
    this.begins[i] = 1;
    this.#rewards[i] = 0;
    this.#lengths[i] = 0;
  }
}
