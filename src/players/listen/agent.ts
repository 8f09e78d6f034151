/**
 * Who moves a synthesizer in answer to a sound. A planner says where to go. A network that was trained tells it what will be
 * heard a frame later; where there is none, or it says nothing, the planner expects what it hears. The same object plays, is
 * trained and is measured.
 */
import { clamp } from '../../core/math/statistics.ts';
import { Expectation, seenOfEach } from './expectation.ts';
import type { Planner, ReachSettings } from './planner.ts';
import { plannerFor } from './planner.ts';
import type { SoundingSpace } from './sounding-space.ts';

/** Of what a network sees; another number when it sees something else. */
export const listeningLayout = 'listening-2';

const furthest = 4; // deviations of the table: what is beyond is just as far

/** Of what one sees who plays without a planner, as the agents of Madaghiele and Fasciani do. */
export const aloneLayout = 'listening-alone-1';

export interface ListeningAgentSettings extends ReachSettings {
  /** Without a planner: a network says every step by itself. */
  readonly alone?: boolean | undefined;
}

/** Numbers of what a network sees. */
export function listeningObservationSize({ width, parameters }: Pick<SoundingSpace, 'width' | 'parameters'>, alone = false): number {
  return alone ? 2 * width + parameters : seenOfEach * width;
}
/** Numbers that a network says: how each descriptor will move, or alone a step of each parameter. */
export const listeningActionSize = ({ width, parameters }: Pick<SoundingSpace, 'width' | 'parameters'>, alone = false): number => (alone ? parameters : width);

/** Of what its own sound is off what the table says, so much is learned in a frame: it takes a second. */
const learnedOfItself = 0.03;
const mostOff = 0.5; // deviations of the table: more is somebody else's sound
/** A sound that has not moved for so many frames is taken to stay: then one does not put up with less than what is most like it. */
const patience = 20;
const rounding = 1e-9;
const unmoved = 0.02; // deviations of the table, in two frames together

export class ListeningAgent {
  readonly #space: SoundingSpace;
  readonly #step: number;
  readonly #planner: Planner | undefined;
  readonly #expectation: Expectation;
  readonly #target: Float64Array;
  readonly #expected: Float64Array;
  readonly #wanted: Float64Array;
  readonly #next: Float64Array;
  /** Where it stood a frame ago. */
  readonly #before: Float64Array;
  /** Times in a row that it went back where it had come from. */
  #returns = 0;
  readonly #promised: Float64Array;
  readonly #there: Float64Array;
  /** By how much its sound differs from the table on the whole, scaled. */
  readonly #off: Float64Array;
  readonly #alone: Float32Array;
  readonly #malus: Float64Array | undefined;
  /** Frames for which the target has not moved. */
  #held = 0;
  /** The row that it goes straight to. */
  #goal: number | undefined;

  constructor(space: SoundingSpace, settings: ListeningAgentSettings) {
    this.#space = space;
    this.#step = settings.step;
    this.#malus = settings.malus;
    this.#planner = settings.alone === true ? undefined : plannerFor(space, settings);
    this.#expectation = new Expectation(space.width);
    this.#target = new Float64Array(space.width);
    this.#expected = new Float64Array(space.width);
    this.#wanted = new Float64Array(space.parameters);
    this.#next = new Float64Array(space.parameters);
    this.#before = new Float64Array(space.parameters).fill(NaN);
    this.#promised = new Float64Array(space.width);
    this.#there = new Float64Array(space.parameters);
    this.#off = new Float64Array(space.width);
    this.#alone = new Float32Array(listeningObservationSize(space, true));
  }

  /** What comes next has nothing to do with what was heard. */
  begin(): void {
    this.#expectation.begin();
    this.#before.fill(NaN);
    this.#returns = 0;
    this.#held = 0;
  }

  /**
   * Hears a frame; `act` then answers it.
   * @param target scaled @param own what the synthesizer sounds like, scaled @param setting where it stands, 0..1
   * @returns what a network is asked, overwritten by the next frame: how the target moves; of who plays alone target, own sound and setting
   */
  observe(target: Float64Array, own: Float64Array, setting: Float64Array): Float32Array {
    const { width, parameters } = this.#space;
    if (this.#planner === undefined) {
      const seen = this.#alone;
      for (let i = 0; i < width; i++) {
        seen[i] = clamp(target[i]!, -furthest, furthest);
        seen[width + i] = clamp(own[i]!, -furthest, furthest);
      }
      for (let p = 0; p < parameters; p++) seen[2 * width + p] = 2 * setting[p]! - 1;
      return seen;
    }
    this.#hearItself(own, setting);
    // whose sound is off what the table says aims beside it
    for (let i = 0; i < width; i++) this.#target[i] = target[i]! - this.#off[i]!;
    this.#expectation.hear(this.#target);
    this.#held = this.#expectation.movement < unmoved ? this.#held + 1 : 0;
    return this.#expectation.seen;
  }

  /** What the musician likes has changed. */
  reconsider(): void {
    this.#planner?.reconsider();
  }

  /** @param said by the network, shape [`listeningActionSize`]; undefined where there is none @param setting moved, by a step at most */
  act(said: ArrayLike<number> | undefined, setting: Float64Array): void {
    const step = this.#step;
    if (this.#planner === undefined) {
      for (let p = 0; p < setting.length; p++) setting[p] = clamp(setting[p]! + step * clamp(said?.[p] ?? 0, -1, 1), 0, 1);
      return;
    }
    if (said === undefined) this.#planner.plan(this.#target, setting, this.#wanted);
    else {
      this.#expectation.tell(said, this.#expected);
      this.#planner.plan(this.#target, setting, this.#wanted, this.#expected);
    }
    this.#goStraight(setting);
    for (let p = 0; p < setting.length; p++) this.#next[p] = clamp(setting[p]! + clamp(this.#wanted[p]! - setting[p]!, -step, step), 0, 1);
    const goesBack = this.#next.every((value, p) => Math.abs(value - this.#before[p]!) < rounding);
    this.#returns = goesBack ? this.#returns + 1 : 0;
    if (this.#returns > 1 && this.#isNoBetter(this.#next, setting)) return;
    this.#before.set(setting);
    setting.set(this.#next);
  }

  /** From either of two places the other may look better; going to and fro sounds worse than both. */
  #isNoBetter(there: Float64Array, here: Float64Array): boolean {
    return this.#space.distanceAt(there, this.#target) >= this.#space.distanceAt(here, this.#target);
  }

  /** Where the planner would stay for ever beside a sound that stays, though something is more like it. */
  #goStraight(setting: Float64Array): void {
    if (this.#held < patience) this.#goal = undefined;
    else if (this.#goal === undefined && (this.#space.model === undefined ? this.#staysAt(setting) : this.#held === patience)) {
      const row = this.#likest();
      this.#space.settingOf(row, this.#there);
      if (this.#offAt(this.#there) < this.#offAt(this.#wanted) - rounding) this.#goal = row;
    }
    if (this.#goal !== undefined) this.#space.settingOf(this.#goal, this.#wanted);
  }

  #staysAt(setting: Float64Array): boolean {
    return this.#wanted.every((value, p) => Math.abs(value - setting[p]!) < rounding);
  }

  #offOf(row: number): number {
    return this.#space.distance(row, this.#target) + (this.#malus?.[row] ?? 0);
  }

  #offAt(setting: Float64Array): number {
    return this.#space.distanceAt(setting, this.#target) + (this.#malus?.[this.#space.rowAt(setting)] ?? 0);
  }

  /** The row most like the target, and to the musician's liking. */
  #likest(): number {
    const space = this.#space;
    let best = 0;
    let least = Infinity;
    for (let row = 0; row < space.rows; row++) {
      const off = this.#offOf(row);
      if (off < least) (least = off), (best = row);
    }
    return best;
  }

  #hearItself(own: Float64Array, setting: Float64Array): void {
    this.#space.soundAt(setting, this.#promised);
    for (let i = 0; i < own.length; i++) this.#off[i] = clamp(this.#off[i]! + learnedOfItself * (own[i]! - this.#promised[i]! - this.#off[i]!), -mostOff, mostOff);
  }
}

/** Root mean square of the differences. */
export function differenceOf(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += (one[i]! - other[i]!) ** 2;
  return Math.sqrt(sum / one.length);
}
