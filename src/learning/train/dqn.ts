/**
 * Deep Q-learning with factored actions: what each choice is worth is learned from what happened earlier, drawn by chance,
 * and judged by an older self. At first everything is tried by chance, then less and less.
 */
import { Random } from '../../core/math/random.ts';
import type { AdamState } from '../nn/adam.ts';
import { adamStateOf } from '../nn/adam.ts';
import type { GraphOutputs, GraphRun, Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import type { Factors } from './dqn-graphs.ts';
import { valueLearningGraph, valuingGraph } from './dqn-graphs.ts';
import type { ActionSpace, Environment } from './environment.ts';
import { actionLength } from './environment.ts';
import type { EpisodeStatistics } from './rollout.ts';
import { SideBySide } from './rollout.ts';

export interface DqnSettings {
  readonly seed: number;
  /** Times that progress is told. */
  readonly updates: number;
  /** Steps of each environment between two of them. */
  readonly steps: number;
  readonly learningRate: number;
  /** Steps that are remembered, the newest. */
  readonly memory: number;
  /** Of those, for one step of the optimiser. */
  readonly batch: number;
  readonly discount: number;
  /** Steps, over all environments, for one step of the optimiser; at least one step of each comes between. */
  readonly learnEvery: number;
  /** Steps, over all environments, before anything is learned, and after which the older self becomes the present one. */
  readonly learnFrom: number;
  readonly followEvery: number;
  /** Share of what is tried by chance: at first, in the end, and the share of all steps until then. */
  readonly chance: { readonly first: number; readonly last: number; readonly until: number };
}
/** Those of the listening agent of Madaghiele and Fasciani, AIMC 2024, and of the library it uses. */
export const defaultDqnSettings: DqnSettings = {
  seed: 1, updates: 60, steps: 64, learningRate: 1e-4, memory: 200_000, batch: 32, discount: 0.99, learnEvery: 4, learnFrom: 100, followEvery: 10_000, chance: { first: 1, last: 0.05, until: 0.1 },
};

export interface DqnProgress {
  readonly update: number;
  readonly updates: number;
  /** Steps taken in all environments so far. */
  readonly steps: number;
  readonly episodes: EpisodeStatistics;
  readonly loss: number;
  /** Share of what is tried by chance. */
  readonly chance: number;
  readonly state: AdamState;
}
export interface DqnStart {
  /** What was remembered is not kept: it begins to fill anew. */
  readonly state: AdamState;
  readonly update: number;
}

/** Numbers of an action are down, stay and up; of an action that is one choice, its index. */
export const factorsOf = (space: ActionSpace): Factors => (space.kind === 'continuous' ? { factors: space.size, choices: 3 } : { factors: 1, choices: space.choices });

/** @param network says a number for each choice of each factor, and remembers nothing @throws RangeError when they do not fit */
export function* dqn(environments: readonly Environment[], network: Network, settings: DqnSettings, start?: DqnStart): Trainer<DqnProgress, AdamState> {
  const learner = new Learner(environments, network, settings, start);
  for (let update = start?.update ?? 0; update < settings.updates; update++) yield* learner.update(update);
  return learner.state;
}

class Learner {
  readonly #settings: DqnSettings;
  readonly #stage: SideBySide;
  readonly #random: Random;
  readonly #n: number;
  readonly #width: number;
  readonly #factors: Factors;
  /** Added to the index of a choice: the action that it means. */
  readonly #lowest: number;
  readonly #valuing: ReturnType<typeof valuingGraph>;
  readonly #learning: ReturnType<typeof valueLearningGraph>;
  readonly #past: Past;
  #target: Float32Array;
  #done: number;
  state: AdamState;

  constructor(environments: readonly Environment[], network: Network, settings: DqnSettings, start: DqnStart | undefined) {
    const [environment] = environments;
    if (environment === undefined) throw new RangeError('nobody learns without an environment');
    const factors = factorsOf(environment.actionSpace);
    if (network.inputs !== environment.observationSize || network.outputs !== factors.factors * factors.choices) throw new RangeError(`the network must see ${environment.observationSize} numbers and say ${factors.factors * factors.choices}`);
    if (network.memorySize > 0) throw new RangeError('what is drawn by chance from the past has no memory of its own');
    const random = new Random(settings.seed);
    this.#settings = settings;
    this.#random = random;
    this.#n = environments.length;
    this.#width = environment.observationSize;
    this.#factors = factors;
    this.#lowest = environment.actionSpace.kind === 'continuous' ? -1 : 0;
    this.#stage = new SideBySide(environments, random.split(`stage ${start?.update ?? 0}`));
    this.#valuing = valuingGraph(network, this.#n);
    this.#learning = valueLearningGraph(network, factors, settings.batch);
    this.#past = new Past(settings.memory, this.#width, actionLength(environment.actionSpace));
    this.state = start?.state ?? adamStateOf(new ParameterLayout(network.parameters).initial(random.split('parameters')));
    this.#target = this.state.parameters;
    this.#done = (start?.update ?? 0) * settings.steps * this.#n;
  }

  *update(update: number): Trainer<DqnProgress, void> {
    const { steps, updates, learnEvery, learnFrom, followEvery } = this.#settings;
    let loss = 0;
    let learned = 0;
    let owed = 0;
    for (let step = 0; step < steps; step++) {
      yield* this.#play(this.#random.split(`play ${this.#done}`));
      const before = this.#done;
      this.#done += this.#n;
      if (Math.floor(before / followEvery) !== Math.floor(this.#done / followEvery)) this.#target = this.state.parameters;
      if (this.#past.count < learnFrom) continue;
      for (owed += this.#n / learnEvery; owed >= 1; owed--, learned++) loss += yield* this.#learn();
    }
    yield { type: 'progress', progress: { update: update + 1, updates, steps: this.#done, episodes: this.#stage.takeStatistics(), loss: loss / Math.max(1, learned), chance: this.#chance, state: this.state } };
  }

  get #chance(): number {
    const { updates, steps, chance: { first, last, until } } = this.#settings;
    return first + (last - first) * Math.min(1, this.#done / (until * updates * steps * this.#n));
  }

  /** One step of all environments. */
  *#play(random: Random): Generator<GraphRun, void, GraphOutputs> {
    const stage = this.#stage;
    const { factors, choices } = this.#factors;
    const n = this.#n;
    const { worths } = yield { type: 'run', graph: this.#valuing, feeds: { parameters: this.state.parameters, observations: stage.observations }, outputs: ['worths'] };
    const seen = stage.observations.slice();
    const actions = new Float32Array(n * factors);
    for (let i = 0; i < n; i++) {
      const byChance = random.uniform() < this.#chance;
      for (let factor = 0; factor < factors; factor++) {
        const from = (i * factors + factor) * choices;
        let choice = byChance ? random.below(choices) : 0;
        if (!byChance) for (let other = 1; other < choices; other++) if (worths![from + other]! > worths![from + choice]!) choice = other;
        actions[i * factors + factor] = choice + this.#lowest;
      }
    }
    const rewards = new Float32Array(n);
    stage.step(actions, rewards, new Float32Array(n));
    for (let i = 0; i < n; i++) {
      const over = stage.begins[i] === 1 && stage.truncated[i] !== 1;
      this.#past.keep(seen.subarray(i * this.#width, (i + 1) * this.#width), actions.subarray(i * factors, (i + 1) * factors), rewards[i]!, over ? 0 : this.#settings.discount, stage.finalObservations.subarray(i * this.#width, (i + 1) * this.#width));
    }
  }

  *#learn(): Generator<GraphRun, number, GraphOutputs> {
    const { batch, learningRate } = this.#settings;
    const { factors, choices } = this.#factors;
    const drawn = this.#past.draw(batch, this.#random);
    const taken = new Float32Array(batch * factors * choices);
    drawn.actions.forEach((action, i) => (taken[i * choices + action - this.#lowest] = 1));
    const { observations, next, rewards, ahead } = drawn;
    const said = yield { type: 'run', graph: this.#learning, feeds: { ...this.state, target: this.#target, learningRate: Float32Array.of(learningRate), observations, next, rewards, ahead, taken }, outputs: ['loss', 'parameters.next', 'mean.next', 'meanSquare.next', 'count.next'] };
    this.state = { parameters: said['parameters.next']!, mean: said['mean.next']!, meanSquare: said['meanSquare.next']!, count: said['count.next']! };
    return said['loss']![0]!;
  }
}

/** What happened, the oldest overwritten by the newest; it takes room as it fills. */
class Past {
  readonly #most: number;
  readonly #width: number;
  readonly #action: number;
  readonly #rows: { readonly seen: Float32Array; readonly action: Float32Array; readonly reward: number; readonly ahead: number; readonly next: Float32Array }[] = [];
  #at = 0;

  /** @param width of an observation @param action numbers of an action */
  constructor(most: number, width: number, action: number) {
    this.#most = most;
    this.#width = width;
    this.#action = action;
  }

  get count(): number {
    return this.#rows.length;
  }

  keep(seen: Float32Array, action: Float32Array, reward: number, ahead: number, next: Float32Array): void {
    this.#rows[this.#at] = { seen: seen.slice(), action: action.slice(), reward, ahead, next: next.slice() };
    this.#at = (this.#at + 1) % this.#most;
  }

  draw(batch: number, random: Random): { readonly observations: Float32Array; readonly actions: Float32Array; readonly rewards: Float32Array; readonly ahead: Float32Array; readonly next: Float32Array } {
    const width = this.#width;
    const drawn = { observations: new Float32Array(batch * width), actions: new Float32Array(batch * this.#action), rewards: new Float32Array(batch), ahead: new Float32Array(batch), next: new Float32Array(batch * width) };
    for (let i = 0; i < batch; i++) {
      const row = this.#rows[random.below(this.#rows.length)]!;
      drawn.observations.set(row.seen, i * width);
      drawn.actions.set(row.action, i * this.#action);
      drawn.next.set(row.next, i * width);
      drawn.rewards[i] = row.reward;
      drawn.ahead[i] = row.ahead;
    }
    return drawn;
  }
}
