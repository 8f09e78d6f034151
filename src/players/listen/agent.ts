/**
 * Who moves a synthesizer in answer to a sound. A planner says where to go; a network that was trained may correct it, and
 * one that says nothing, or is not there, leaves the planner as it is. The same object plays, is trained and is measured.
 */
import { clamp } from '../../core/math/statistics.ts';
import type { Planner, ReachSettings } from './planner.ts';
import { plannerFor } from './planner.ts';
import type { SoundingSpace } from './sounding-space.ts';

/** Of what a network sees; another number when it sees something else. */
export const listeningLayout = 'listening-1';

const furthest = 4; // deviations of the table: what is beyond is just as far

/** Of what one sees who plays without a planner, as the agents of Madaghiele and Fasciani do. */
export const aloneLayout = 'listening-alone-1';

export interface ListeningAgentSettings extends ReachSettings {
  /** Without a planner: a network says every step by itself. */
  readonly alone?: boolean | undefined;
}

/** Numbers of what a network sees. */
export function listeningObservationSize({ width, parameters }: Pick<SoundingSpace, 'width' | 'parameters'>, alone = false): number {
  return alone ? 2 * width + parameters : 2 * width + 4 * parameters + 2;
}

export class ListeningAgent {
  readonly #space: SoundingSpace;
  readonly #step: number;
  readonly #planner: Planner | undefined;
  readonly #wanted: Float64Array;
  readonly #direction: Float64Array;
  readonly #near: Float64Array;
  /** Overwritten by the next frame. */
  readonly observation: Float32Array;

  constructor(space: SoundingSpace, settings: ListeningAgentSettings) {
    this.#space = space;
    this.#step = settings.step;
    this.#planner = settings.alone === true ? undefined : plannerFor(space, settings);
    this.#wanted = new Float64Array(space.parameters);
    this.#direction = new Float64Array(space.parameters);
    this.#near = new Float64Array(space.parameters);
    this.observation = new Float32Array(listeningObservationSize(space, settings.alone));
  }

  /**
   * Thinks about the next step, which `act` then takes.
   * @param target scaled @param own what the synthesizer sounds like, scaled @param setting where it stands, 0..1
   * @returns `observation`: target, own sound and setting; of a planner, too, its direction, how far it goes in all, what changes by one parameter alone, and how far off it sounds now and will after the planner's step
   */
  observe(target: Float64Array, own: Float64Array, setting: Float64Array): Float32Array {
    const space = this.#space;
    const { width, parameters } = space;
    const { observation } = this;
    for (let i = 0; i < width; i++) {
      observation[i] = clamp(target[i]!, -furthest, furthest);
      observation[width + i] = clamp(own[i]!, -furthest, furthest);
    }
    for (let p = 0; p < parameters; p++) observation[2 * width + p] = 2 * setting[p]! - 1;
    if (this.#planner === undefined) return observation;
    this.#planner.plan(target, setting, this.#wanted);
    const here = differenceOf(own, target);
    const known = space.grid === undefined ? 0 : space.distance(space.rowAt(setting), target);
    for (let p = 0, at = 2 * width; p < parameters; p++, at++) {
      const off = this.#wanted[p]! - setting[p]!;
      this.#direction[p] = clamp(off / this.#step, -1, 1);
      observation[at + parameters] = this.#direction[p]!;
      observation[at + 2 * parameters] = off;
      // only a grid says quickly what is near
      observation[at + 3 * parameters] = space.grid === undefined ? 0 : this.#slope(target, setting, p, known);
    }
    for (let p = 0; p < parameters; p++) this.#near[p] = clamp(setting[p]! + this.#step * this.#direction[p]!, 0, 1);
    observation[2 * width + 4 * parameters] = Math.min(furthest, here);
    observation[2 * width + 4 * parameters + 1] = Math.min(furthest, space.distance(space.rowAt(this.#near), target));
    return observation;
  }

  /** What the musician likes has changed. */
  reconsider(): void {
    this.#planner?.reconsider();
  }

  /** @param correction in steps, shape [parameters]; undefined to go where the planner says @param setting moved, by a step at most */
  act(correction: ArrayLike<number> | undefined, setting: Float64Array): void {
    for (let p = 0; p < setting.length; p++) setting[p] = clamp(setting[p]! + this.#step * clamp(this.#direction[p]! + (correction?.[p] ?? 0), -1, 1), 0, 1);
  }

  /** How much worse it sounds a step up than a step down. */
  #slope(target: Float64Array, setting: Float64Array, p: number, here: number): number {
    const space = this.#space;
    const near = this.#near;
    near.set(setting);
    near[p] = Math.min(1, setting[p]! + this.#step);
    const up = space.distance(space.rowAt(near), target);
    near[p] = Math.max(0, setting[p]! - this.#step);
    const down = space.distance(space.rowAt(near), target);
    return clamp(Math.min(up, here) - Math.min(down, here), -1, 1);
  }
}

/** Root mean square of the differences. */
export function differenceOf(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += (one[i]! - other[i]!) ** 2;
  return Math.sqrt(sum / one.length);
}
