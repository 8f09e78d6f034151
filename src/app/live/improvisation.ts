/**
 * A musician's frames in, a synthesizer's parameters out. A frame that comes while the last one is still thought about waits,
 * and gives way to a newer one: late answers help nobody.
 */
import { clamp, quantile, rounded } from '../../core/math/statistics.ts';
import type { ListeningAgent } from '../../players/listen/agent.ts';
import type { RolePlay } from '../../players/listen/role.ts';
import type { SoundingSpace } from '../../players/listen/sounding-space.ts';
import type { ListeningNetwork } from '../io/listening-network.ts';

export interface ImprovisationSettings {
  readonly space: SoundingSpace;
  readonly agent: ListeningAgent;
  readonly role: RolePlay;
  /** Without one the planner plays alone. */
  readonly network: ListeningNetwork | undefined;
  /** Where it begins, and goes back to while it rests, 0..1. */
  readonly rest: readonly number[];
  /** How far each parameter may move in a frame. */
  readonly furthest: readonly number[];
  /** In seconds; of any clock that goes on evenly. */
  readonly now: () => number;
  readonly send: (setting: Float64Array) => void;
  /** Of the row that sounds most like what is wanted; left out where nobody asks. */
  readonly sendOptimal?: ((setting: Float64Array) => void) | undefined;
}
export interface ImprovisationReport {
  readonly frames: number;
  /** Frames that gave way to newer ones. */
  readonly givenWay: number;
  /** From the descriptors to the parameters. */
  readonly answerMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Frames in which it heard its own real sound, and not what the table says of it. */
  readonly heardItself: number;
}

const described = 55;
const remembered = 10_000; // answers of which the times are kept
const fresh = 0.5; // s that its own sound holds after it was heard

export class Improvisation {
  readonly #settings: ImprovisationSettings;
  readonly setting: Float64Array;
  readonly #before: Float64Array;
  readonly #own: Float64Array;
  readonly #optimal: Float64Array;
  readonly #answers: number[] = [];
  #ownHeardAt = -Infinity;
  #isResting = false;
  #waiting: { readonly musician: Float64Array; readonly at: number } | undefined;
  #thinking = false;
  #thought: Promise<void> = Promise.resolve();
  #ended = false;
  #frames = 0;
  #givenWay = 0;
  #heardItself = 0;
  #longest = 0;

  constructor(settings: ImprovisationSettings) {
    const { space, rest } = settings;
    this.#settings = settings;
    this.setting = Float64Array.from(rest);
    this.#before = new Float64Array(space.parameters);
    this.#own = new Float64Array(space.width);
    this.#optimal = new Float64Array(space.parameters);
  }

  /** In an ensemble it is not always its turn: it goes to where it rests, and stays there until it may play again. */
  rest(isResting: boolean): void {
    this.#isResting = isResting;
  }

  /** What the synthesizer really sounds like. @param descriptors shape [55] */
  hearOwn(descriptors: ArrayLike<number>): void {
    this.#settings.space.scale(descriptors, this.#own);
    this.#ownHeardAt = this.#settings.now();
  }

  /** @param descriptors shape [55] or longer, of the musician; copied */
  hear(descriptors: Float64Array | readonly number[]): void {
    if (this.#ended) return;
    if (this.#waiting !== undefined) this.#givenWay++;
    this.#waiting = { musician: Float64Array.from(descriptors.slice(0, described)), at: this.#settings.now() };
    if (!this.#thinking) this.#thought = this.#think();
  }

  /** When what was heard until now is answered. */
  answered(): Promise<void> {
    return this.#thought;
  }

  /** Hears no more; what was heard is still answered, and then nobody asks the network any longer. */
  end(): Promise<void> {
    this.#ended = true;
    return this.#thought;
  }

  report(): ImprovisationReport {
    const times = this.#answers;
    const of = (share: number): number => (times.length === 0 ? 0 : rounded(1000 * quantile(times, share), 3));
    return { frames: this.#frames, givenWay: this.#givenWay, answerMs: { p50: of(0.5), p99: of(0.99), max: rounded(1000 * this.#longest, 3) }, heardItself: this.#heardItself };
  }

  async #think(): Promise<void> {
    this.#thinking = true;
    try {
      for (let frame = this.#waiting; frame !== undefined; frame = this.#waiting) {
        this.#waiting = undefined;
        await this.#answer(frame.musician);
        this.#count(this.#settings.now() - frame.at);
      }
    } finally {
      this.#thinking = false;
    }
  }

  async #answer(musician: Float64Array): Promise<void> {
    const { space, agent, role, network, furthest, send, sendOptimal, now } = this.#settings;
    const { setting } = this;
    if (this.#isResting) return this.#goToRest();
    const target = role.hear(musician);
    if (now() - this.#ownHeardAt > fresh) space.soundAt(setting, this.#own);
    else this.#heardItself++;
    this.#before.set(setting);
    const seen = agent.observe(target, this.#own, setting);
    agent.act(await network?.answer(seen), setting);
    for (let p = 0; p < setting.length; p++) setting[p] = this.#before[p]! + clamp(setting[p]! - this.#before[p]!, -furthest[p]!, furthest[p]!);
    send(setting);
    if (sendOptimal === undefined) return;
    space.settingOf(space.rowLike(target), this.#optimal);
    sendOptimal(this.#optimal);
  }

  #goToRest(): void {
    const { rest, furthest, send } = this.#settings;
    for (let p = 0; p < rest.length; p++) this.setting[p] = this.setting[p]! + clamp(rest[p]! - this.setting[p]!, -furthest[p]!, furthest[p]!);
    send(this.setting);
  }

  #count(taken: number): void {
    this.#answers[this.#frames++ % remembered] = taken;
    if (taken > this.#longest) this.#longest = taken;
  }
}
