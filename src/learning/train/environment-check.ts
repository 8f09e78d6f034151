/** Does an environment keep its promises? The same seed and the same actions must give the same episode, bit for bit. */
import { Random } from '../../core/math/random.ts';
import type { Action, ActionSpace, Environment, Step } from './environment.ts';

/** The reward may differ from the sum of its terms by rounding. */
const tolerance = 1e-6;

export interface EnvironmentCheck {
  /** What is wrong, in words; empty when all is well. */
  readonly faults: readonly string[];
  readonly steps: number;
  readonly episodes: number;
}

/**
 * Plays each seed three times, with the same random actions: in a new environment, in another one, and in the
 * first again after all others.
 */
export function checkEnvironment(make: () => Environment, seeds: readonly number[], mostSteps = 1000): EnvironmentCheck {
  const faults: string[] = [];
  const first = make();
  const second = make();
  const episodes = seeds.map((seed) => play(first, seed, mostSteps, faults));
  seeds.forEach((seed, i) => {
    compare(episodes[i]!, play(second, seed, mostSteps, []), `seed ${seed}, in another environment`, faults);
  });
  seeds.forEach((seed, i) => {
    compare(episodes[i]!, play(first, seed, mostSteps, []), `seed ${seed}, again after other episodes`, faults);
  });
  return { faults, steps: episodes.reduce((sum, episode) => sum + episode.length - 1, 0), episodes: seeds.length };
}

/** Everything that was said at each step, as numbers; the first is the reset. */
type Episode = readonly Float64Array[];

function play(environment: Environment, seed: number, mostSteps: number, faults: string[]): Episode {
  const random = new Random(seed).split('actions');
  const fault = (text: string): void => { if (faults.length < 20) faults.push(`seed ${seed}: ${text}`); };
  const first = environment.reset(seed);
  const size = environment.observationSize;
  if (first.length !== size) fault(`the first observation has ${first.length} numbers and not ${size}`);
  const episode: Float64Array[] = [Float64Array.from(first)];
  for (let n = 1; n <= mostSteps; n++) {
    const step = environment.step(randomAction(environment.actionSpace, random));
    if (step.observation.length !== size) fault(`observation ${n} has ${step.observation.length} numbers and not ${size}`);
    if (!step.observation.every(Number.isFinite)) fault(`observation ${n} holds something that is not finite`);
    if (!Number.isFinite(step.reward)) fault(`reward ${n} is ${step.reward}`);
    const sum = Object.values(step.terms).reduce((total, term) => total + term, 0);
    if (Math.abs(sum - step.reward) > tolerance * Math.max(1, Math.abs(step.reward))) fault(`reward ${n} is ${step.reward}, but its terms add up to ${sum}`);
    episode.push(flat(step));
    if (step.terminated || step.truncated) break;
  }
  return episode;
}

const flat = (step: Step): Float64Array =>
  Float64Array.of(step.reward, Number(step.terminated), Number(step.truncated), Number(step.ignored ?? false), ...step.observation);

function randomAction(space: ActionSpace, random: Random): Action {
  return space.kind === 'discrete' ? Float32Array.of(random.below(space.choices)) : Float32Array.from({ length: space.size }, () => random.normal());
}

function compare(one: Episode, other: Episode, where: string, faults: string[]): void {
  if (one.length !== other.length) faults.push(`${where}: ${other.length - 1} steps and not ${one.length - 1}`);
  const n = one.findIndex((numbers, i) => other[i] !== undefined && (other[i].length !== numbers.length || numbers.some((x, j) => !Object.is(x, other[i]![j]))));
  if (n >= 0) faults.push(`${where}: step ${n} is not the same`);
}
