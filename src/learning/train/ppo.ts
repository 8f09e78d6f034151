/**
 * Recurrent proximal policy optimisation. Many environments are played for a while; then actor and critic, each
 * with an LSTM of its own, learn from what happened, going through whole sequences from the memory with which
 * they were played, forgetting where an episode begins. Then the next while.
 * @see Schulman et al., "Proximal policy optimization algorithms", 2017
 * @see Andrychowicz et al., "What matters in on-policy reinforcement learning?", ICLR 2021
 */
import { Random } from '../../core/math/random.ts';
import type { AdamState } from '../nn/adam.ts';
import { adamStateOf } from '../nn/adam.ts';
import type { GraphOutputs, GraphRun, Trainer } from '../nn/graph-run.ts';
import type { Network } from '../nn/network.ts';
import type { CompiledGraph } from '../nn/onnx-encoding.ts';
import { ParameterLayout } from '../nn/parameters.ts';
import { generalisedAdvantages, normalise } from './advantages.ts';
import type { Environment } from './environment.ts';
import { actionLength } from './environment.ts';
import type { Spread } from './policy.ts';
import { defaultSpread, policyFor } from './policy.ts';
import type { PpoLossSettings, PpoNetworks } from './ppo-graphs.ts';
import { actingGraph, judgingGraph, learningGraph } from './ppo-graphs.ts';
import type { EpisodeStatistics } from './rollout.ts';
import { Rollout, sequencesOf, SideBySide } from './rollout.ts';

export interface PpoSettings extends PpoLossSettings {
  readonly seed: number;
  /** Times to play and to learn. */
  readonly updates: number;
  /** Steps of each environment before something is learned. */
  readonly steps: number;
  /** Times that what was played is gone through. */
  readonly epochs: number;
  /** Into how many parts the environments, or their slices, are dealt for it. */
  readonly minibatches: number;
  /** Networks without memory may learn from shorter slices: every so many-th step of an environment is one; else 1. */
  readonly slices: number;
  readonly discount: number;
  readonly trace: number;
  readonly learningRate: number;
  /** The rate falls in a straight line to this share of itself. */
  readonly finalRate: number;
  /** Learning from what was played ends early when the policy has moved this far; Infinity for never. */
  readonly largestDivergence: number;
  /** In so many updates at first only the critic learns: for a policy that already knows something. */
  readonly criticFirst: number;
  readonly spread: Spread;
}
export const defaultPpoSettings: PpoSettings = {
  seed: 1, updates: 100, steps: 64, epochs: 4, minibatches: 4, slices: 1, discount: 0.99, trace: 0.95, learningRate: 3e-4, finalRate: 1, largestDivergence: 0.05, criticFirst: 0,
  clip: 0.2, entropyWeight: 0, valueWeight: 0.5, largestNorm: 0.5, spread: defaultSpread,
};

export interface PpoProgress {
  /** Updates done, of how many. */
  readonly update: number;
  readonly updates: number;
  /** Steps taken in all environments so far. */
  readonly steps: number;
  readonly episodes: EpisodeStatistics;
  readonly policyLoss: number;
  readonly valueLoss: number;
  readonly entropy: number;
  readonly divergence: number;
  /** Share of the actions whose likelihood had reached the end of the clipping range. */
  readonly clipped: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Enough to go on from here, and to try the policy out. */
  readonly state: AdamState;
}
export interface PpoStart {
  readonly state: AdamState;
  /** Updates already done. */
  readonly update: number;
}

/** Where each parameter lies: the actor's come first, so that `vector.subarray(0, actorSize)` is his. */
export function ppoLayout(actor: Network, critic: Network, environment: Environment, spread: Spread = defaultSpread): ParameterLayout {
  return new ParameterLayout([...actor.parameters, ...policyFor(environment.actionSpace, spread).parameters, ...critic.parameters]);
}

/**
 * @param actor says as many numbers as the action needs: one a choice, or the means
 * @param critic says one number
 * @param start to go on from, or a state made of a policy that was taught otherwise
 * @returns what was learned
 * @throws RangeError when networks, environments and settings do not fit
 */
export function* ppo(environments: readonly Environment[], actor: Network, critic: Network, settings: PpoSettings, start?: PpoStart): Trainer<PpoProgress, AdamState> {
  const learner = new Learner(environments, actor, critic, settings, start);
  for (let update = start?.update ?? 0; update < settings.updates; update++) yield* learner.update(update);
  return learner.state;
}

class Learner {
  readonly #settings: PpoSettings;
  readonly #networks: PpoNetworks;
  readonly #stage: SideBySide;
  readonly #random: Random;
  readonly #n: number;
  readonly #acting: CompiledGraph;
  readonly #judging: CompiledGraph;
  readonly #learning: CompiledGraph;
  readonly #rollout: Rollout;
  readonly #width: { readonly observation: number; readonly action: number };
  #actorMemory: Float32Array;
  #criticMemory: Float32Array;
  state: AdamState;

  constructor(environments: readonly Environment[], actor: Network, critic: Network, settings: PpoSettings, start: PpoStart | undefined) {
    const [environment] = environments;
    if (environment === undefined) throw new RangeError('nobody learns without an environment');
    const n = environments.length;
    const policy = policyFor(environment.actionSpace, settings.spread);
    if (actor.inputs !== environment.observationSize || critic.inputs !== environment.observationSize) throw new RangeError(`actor and critic must see ${environment.observationSize} numbers`);
    if (actor.outputs !== policy.outputs || critic.outputs !== 1) throw new RangeError(`the actor must say ${policy.outputs} numbers and the critic one`);
    const { slices } = settings;
    if ((n * slices) % settings.minibatches !== 0 || settings.steps % slices !== 0) throw new RangeError(`${n} environments of ${settings.steps} steps cannot be dealt into ${settings.minibatches} equal parts`);
    if (slices !== 1 && actor.memorySize + critic.memorySize > 0) throw new RangeError('who remembers learns from whole sequences');
    const random = new Random(settings.seed);
    const layout = ppoLayout(actor, critic, environment, settings.spread);
    this.#settings = settings;
    this.#networks = { policy, actor, critic, layout };
    this.#random = random;
    // Who goes on from somewhere hears other episodes than those already heard.
    this.#stage = new SideBySide(environments, random.split(`stage ${start?.update ?? 0}`));
    this.#n = n;
    this.#width = { observation: environment.observationSize, action: actionLength(environment.actionSpace) };
    this.#acting = actingGraph(this.#networks, n);
    this.#judging = judgingGraph(this.#networks, n);
    this.#learning = learningGraph(this.#networks, settings.steps / slices, (n * slices) / settings.minibatches, settings);
    this.#rollout = new Rollout(settings.steps, n, this.#width.observation, this.#width.action);
    this.#actorMemory = new Float32Array(n * actor.memorySize);
    this.#criticMemory = new Float32Array(n * critic.memorySize);
    this.state = start?.state ?? adamStateOf(layout.initial(random.split('parameters')));
    if (this.state.parameters.length !== layout.size) throw new RangeError(`the networks have ${layout.size} parameters, not ${this.state.parameters.length}`);
  }

  *update(update: number): Trainer<PpoProgress, void> {
    const { steps, updates, learningRate, finalRate } = this.#settings;
    const memories = { actor: this.#actorMemory, critic: this.#criticMemory };
    const { lastValues, lastBegins } = yield* this.#play(this.#random.split(`play ${update}`));
    const { rewards, values, begins } = this.#rollout;
    const gained = generalisedAdvantages({ rewards, values, begins, lastValues, lastBegins, sequences: this.#n, discount: this.#settings.discount, trace: this.#settings.trace });
    const rate = learningRate * (1 - (1 - finalRate) * (update / updates));
    const figures = yield* this.#learn(gained, memories, rate, update);
    yield { type: 'progress', progress: { update: update + 1, updates, steps: (update + 1) * steps * this.#n, episodes: this.#stage.takeStatistics(), learningRate: rate, ...figures, state: this.state } };
  }

  /** Fills the rollout. @returns what the critic expects of where it ended */
  *#play(random: Random): Generator<GraphRun, { lastValues: Float32Array; lastBegins: Float32Array }, GraphOutputs> {
    const { policy, layout } = this.#networks;
    const { parameters } = this.state;
    const stage = this.#stage;
    const rollout = this.#rollout;
    const n = this.#n;
    const { observation, action } = this.#width;
    const memoryFeeds = (): Record<string, Float32Array> => ({
      ...(this.#actorMemory.length > 0 ? { actorMemory: this.#actorMemory } : {}), ...(this.#criticMemory.length > 0 ? { criticMemory: this.#criticMemory } : {}),
    });
    const outputs = ['output', 'value', ...Object.keys(memoryFeeds()).map((name) => `${name}.next`)];
    for (let step = 0; step < rollout.steps; step++) {
      const row = step * n;
      rollout.observations.set(stage.observations, row * observation);
      rollout.begins.set(stage.begins, row);
      // Memory is carried on by the program; the first time it must hear what this side remembers.
      const first = step === 0 ? { parameters, ...memoryFeeds() } : {};
      const said = yield { type: 'run', graph: this.#acting, feeds: { observations: stage.observations, begins: stage.begins, ...first }, outputs };
      this.#actorMemory = said['actorMemory.next'] ?? this.#actorMemory;
      this.#criticMemory = said['criticMemory.next'] ?? this.#criticMemory;
      rollout.values.set(said['value']!, row);
      const actions = rollout.actions.subarray(row * action, (row + n) * action);
      for (let i = 0; i < n; i++) {
        const output = said['output']!.subarray(i * policy.outputs, (i + 1) * policy.outputs);
        rollout.logProbabilities[row + i] = policy.draw(output, parameters, layout, random, actions.subarray(i * action, (i + 1) * action));
      }
      const rewards = rollout.rewards.subarray(row, row + n);
      stage.step(actions, rewards, rollout.weights.subarray(row, row + n));
      if (stage.truncated.some((flag) => flag === 1)) {
        const onward = yield* this.#judge(stage.finalObservations, new Float32Array(n));
        for (let i = 0; i < n; i++) if (stage.truncated[i] === 1) rewards[i]! += this.#settings.discount * onward[i]!;
      }
    }
    return { lastValues: yield* this.#judge(stage.observations, stage.begins), lastBegins: stage.begins.slice() };
  }

  *#judge(observations: Float32Array, begins: Float32Array): Generator<GraphRun, Float32Array, GraphOutputs> {
    const memory = this.#criticMemory.length > 0 ? { criticMemory: this.#criticMemory } : {};
    const { value } = yield { type: 'run', graph: this.#judging, feeds: { parameters: this.state.parameters, observations, begins, ...memory }, outputs: ['value'] };
    return value!;
  }

  *#learn(gained: { readonly advantages: Float32Array; readonly returns: Float32Array }, memories: { readonly actor: Float32Array; readonly critic: Float32Array }, rate: number, update: number):
  Generator<GraphRun, Omit<PpoProgress, 'update' | 'updates' | 'steps' | 'episodes' | 'learningRate' | 'state'>, GraphOutputs> {
    const { epochs, minibatches, largestDivergence, criticFirst } = this.#settings;
    const sums = { policyLoss: 0, valueLoss: 0, entropy: 0, divergence: 0, clipped: 0, gradientNorm: 0 };
    const figures = Object.keys(sums) as (keyof typeof sums)[];
    const outputs = [...figures, 'parameters.next', 'mean.next', 'meanSquare.next', 'count.next'];
    let feeds: GraphRun['feeds'] = { ...this.state, learningRate: Float32Array.of(rate), policyWeight: Float32Array.of(update < criticFirst ? 0 : 1) };
    let count = 0;
    let moved = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const sequences = this.#n * this.#settings.slices;
      const dealt = this.#random.split(`deal ${update} ${epoch}`).shuffled(Array.from({ length: sequences }, (_, i) => i));
      const size = sequences / minibatches;
      for (let part = 0; part < minibatches && moved <= largestDivergence; part++) {
        const batch = this.#minibatch(dealt.slice(part * size, (part + 1) * size), gained, memories);
        const said = yield { type: 'run', graph: this.#learning, feeds: { ...feeds, ...batch }, outputs };
        // From now on the program carries the parameters on by itself.
        feeds = {};
        this.state = { parameters: said['parameters.next']!, mean: said['mean.next']!, meanSquare: said['meanSquare.next']!, count: said['count.next']! };
        for (const name of figures) sums[name] += said[name]![0]!;
        moved = said['divergence']![0]!;
        count++;
      }
    }
    for (const name of figures) sums[name] /= count;
    return sums;
  }

  #minibatch(which: readonly number[], { advantages, returns }: { readonly advantages: Float32Array; readonly returns: Float32Array },
    memories: { readonly actor: Float32Array; readonly critic: Float32Array }): GraphRun['feeds'] {
    const rollout = this.#rollout;
    const { policy, actor, critic } = this.#networks;
    const pick = (values: Float32Array, width = 1): Float32Array => sequencesOf(values, this.#n * this.#settings.slices, which, width);
    const weights = pick(rollout.weights);
    const share = 1 / Math.max(1, weights.reduce((sum, weight) => sum + weight, 0));
    return {
      observations: pick(rollout.observations, this.#width.observation),
      actions: policy.feed(pick(rollout.actions, this.#width.action)),
      begins: pick(rollout.begins),
      logProbabilities: pick(rollout.logProbabilities),
      advantages: normalise(pick(advantages), weights),
      returns: pick(returns),
      weights: weights.map((weight) => weight * share),
      ...(actor.memorySize > 0 ? { actorMemory: pick(memories.actor, actor.memorySize) } : {}),
      ...(critic.memorySize > 0 ? { criticMemory: pick(memories.critic, critic.memorySize) } : {}),
    };
  }
}
