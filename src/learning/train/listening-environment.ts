/** A musician is heard, a synthesizer answers: the learner tells the planner what will come, and is told how near the sound came. */
import { Random } from '../../core/math/random.ts';
import type { ListeningAgentSettings } from '../../players/listen/agent.ts';
import { listeningActionSize, ListeningAgent, listeningObservationSize } from '../../players/listen/agent.ts';
import type { RewardType } from '../../players/listen/reward.ts';
import { rewardOf } from '../../players/listen/reward.ts';
import type { SoundingSpace } from '../../players/listen/sounding-space.ts';
import { Targets } from '../../players/listen/targets.ts';
import type { TrainingMode } from '../../players/listen/targets.ts';
import type { Action, Environment, Observation, Step } from './environment.ts';

export interface ListeningSettings extends ListeningAgentSettings {
  readonly rewardType: RewardType;
  /** Deviation of what is added to the distance before it is rewarded, so that nobody learns a table by heart. */
  readonly rewardNoise: number;
  readonly trainingMode: TrainingMode;
  /** Frames of an episode. */
  readonly frames: number;
}

/** What it costs to expect a movement as large as the last ones, in rewards: who expects without need only trembles. */
const trembling = 0.01;
/** In silence, or far outside of what the synthesizer can do, one frame must not outweigh a minute. */
const farEnough = 2; // deviations of the table

export class ListeningEnvironment implements Environment {
  readonly observationSize: number;
  readonly actionSpace: { readonly kind: 'continuous'; readonly size: number };
  readonly #space: SoundingSpace;
  readonly #settings: ListeningSettings;
  readonly #agent: ListeningAgent;
  readonly #recordings: readonly (readonly Float64Array[])[];
  readonly #target: Float64Array;
  readonly #own: Float64Array;
  readonly #setting: Float64Array;
  #episode: { readonly chance: Random; readonly targets: Targets; frames: number } | undefined;

  /** @param recordings shape [recordings][frames][55] */
  constructor(space: SoundingSpace, recordings: readonly (readonly Float64Array[])[], settings: ListeningSettings) {
    this.observationSize = listeningObservationSize(space, settings.alone);
    this.actionSpace = { kind: 'continuous', size: listeningActionSize(space, settings.alone) };
    this.#space = space;
    this.#settings = settings;
    this.#agent = new ListeningAgent(space, settings);
    this.#recordings = recordings;
    this.#target = new Float64Array(space.width);
    this.#own = new Float64Array(space.width);
    this.#setting = new Float64Array(space.parameters);
  }

  reset(seed: number): Observation {
    const chance = new Random(seed);
    const targets = new Targets(this.#space, this.#settings.trainingMode, this.#recordings, chance.split('targets'));
    targets.begin();
    this.#agent.begin();
    this.#episode = { chance, targets, frames: 0 };
    for (let p = 0; p < this.#setting.length; p++) this.#setting[p] = chance.uniform();
    targets.next(this.#target);
    return this.#observe();
  }

  step(action: Action): Step {
    const episode = this.#episode;
    if (episode === undefined) throw new RangeError('an episode begins with a reset');
    const { rewardType, rewardNoise, frames } = this.#settings;
    this.#agent.act(action, this.#setting);
    const distance = Math.min(farEnough, this.#space.distanceAt(this.#setting, this.#target));
    const nearness = rewardOf(rewardType, Math.max(0, distance + rewardNoise * episode.chance.normal()));
    // who plays alone expects nothing
    const calm = this.#settings.alone === true ? 0 : -trembling * action.reduce((sum, movement) => sum + movement * movement, 0) / action.length;
    episode.targets.next(this.#target);
    return { observation: this.#observe(), reward: nearness + calm, terminated: false, truncated: ++episode.frames >= frames, terms: { nearness, calm } };
  }

  #observe(): Observation {
    this.#space.soundAt(this.#setting, this.#own);
    return this.#agent.observe(this.#target, this.#own, this.#setting);
  }
}
