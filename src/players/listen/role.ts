/**
 * What a listener makes of a musician: the same, the opposite, nothing, or the same later. In silence it has a way of its own:
 * it wanders from sound to sound of its synthesizer, so that it neither freezes nor trembles.
 */
import type { Random } from '../../core/math/random.ts';
import { descriptorNames } from '../sound/descriptors.ts';
import type { SoundingSpace } from './sounding-space.ts';

export const listeningRoles = ['imitate', 'contrast', 'ignore', 'delay'] as const;
export type ListeningRole = (typeof listeningRoles)[number];

export interface RoleSettings {
  readonly role: ListeningRole;
  /** Frames that `delay` waits. */
  readonly delay: number;
  /** Frames of silence after which it goes its own way. */
  readonly patience: number;
  /** Frames for which it stays with an idea of its own: half of that to half as much again. */
  readonly idea: number;
}

const loudness = descriptorNames.indexOf('loudness-dBFS');
const silence = -60; // dBFS: a room, and what an instrument leaves in it

export class RolePlay {
  readonly #space: SoundingSpace;
  readonly #settings: RoleSettings;
  readonly #chance: Random;
  readonly #heard: Float64Array;
  readonly #target: Float64Array;
  /** What was heard lately, shape [delay + 1][width]; going around. */
  readonly #past: Float64Array[];
  readonly #idea: Float64Array;
  #frame = 0;
  #nextIdea = 0;
  #silent = 0;
  #begun = false;

  constructor(space: SoundingSpace, settings: RoleSettings, chance: Random) {
    this.#space = space;
    this.#settings = settings;
    this.#chance = chance;
    this.#heard = new Float64Array(space.width);
    this.#target = new Float64Array(space.width);
    this.#past = Array.from({ length: settings.delay + 1 }, () => new Float64Array(space.width));
    this.#idea = new Float64Array(space.width);
  }

  /** Whether it goes its own way because nobody plays. */
  get isAlone(): boolean {
    return this.#silent >= this.#settings.patience || !this.#begun;
  }

  /** @param descriptors shape [55], of the musician @returns what to sound like, scaled; overwritten by the next frame */
  hear(descriptors: ArrayLike<number>): Float64Array {
    const { role, idea, delay } = this.#settings;
    const plays = descriptors[loudness]! > silence;
    this.#silent = plays ? 0 : this.#silent + 1;
    if (plays) {
      this.#space.scale(descriptors, this.#heard);
      this.#begun = true;
    }
    // the last that was played stands while he breathes
    this.#past[this.#frame % (delay + 1)]!.set(this.#heard);
    if (this.#frame >= this.#nextIdea) {
      this.#space.soundOf(this.#chance.below(this.#space.rows), this.#idea);
      this.#nextIdea = this.#frame + this.#chance.between(0.5, 1.5) * idea;
    }
    this.#frame++;
    if (role === 'ignore' || this.isAlone) return this.#idea;
    if (role === 'delay') return this.#past[this.#frame % (delay + 1)]!;
    for (let i = 0; i < this.#target.length; i++) this.#target[i] = role === 'contrast' ? -this.#heard[i]! : this.#heard[i]!;
    return this.#target;
  }
}
