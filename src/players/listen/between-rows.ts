/**
 * Where to go when a sound model says what lies between the rows of a table. The rows that promise most, where it wanted to go
 * a frame ago and where it stands are beginnings: from each it goes downhill to what sounds more like the target, a few steps
 * a frame, since a model of many parameters says at once which way that is. Of all these ends it takes the one that will
 * have sounded best on the whole, on the way and there.
 */
import { clamp } from '../../core/math/statistics.ts';
import type { Planner, ReachSettings } from './planner.ts';
import type { SoundModel } from './sound-model.ts';
import type { SoundingSpace } from './sounding-space.ts';

const looked = 3; // rows
const downhill = { steps: 6, begin: 0.06, longer: 1.3, shorter: 0.4 };
const heard = 2; // places on a way, at most, before its end
const rounding = 1e-9;

interface Goal {
  readonly setting: Float64Array;
  /** How far its sound is from what is expected. */
  off: number;
}

export class BetweenRows implements Planner {
  readonly #space: SoundingSpace;
  readonly #model: SoundModel;
  readonly #step: number;
  readonly #malus: Float64Array | undefined;
  readonly #powers: Float64Array;
  readonly #rows = new Int32Array(looked);
  readonly #rowCosts = new Float64Array(looked);
  readonly #goals: readonly Goal[];
  readonly #tried: Float64Array;
  readonly #slope: Float64Array;
  readonly #way: Float64Array;
  /** The goal of a frame ago, undefined before the first. */
  readonly #last: Float64Array;
  #hasLast = false;

  constructor(space: SoundingSpace, model: SoundModel, { step, lasting, malus }: ReachSettings) {
    if (!(step > 0 && lasting >= 0 && lasting < 1)) throw new RangeError(`a step of ${step} and a chance of ${lasting} to last`);
    this.#space = space;
    this.#model = model;
    this.#step = step;
    this.#malus = malus;
    this.#powers = Float64Array.from({ length: Math.ceil(1 / step) + 2 }, (_, frames) => lasting ** frames);
    const room = (): Float64Array => new Float64Array(space.parameters);
    this.#goals = Array.from({ length: looked + 2 }, () => ({ setting: room(), off: Infinity }));
    [this.#tried, this.#slope, this.#way, this.#last] = [room(), room(), room(), room()];
  }

  plan(target: Float64Array, setting: Float64Array, wanted: Float64Array, expected = target): void {
    const space = this.#space;
    const here = this.#distance(setting, expected);
    const found = space.nearestInReach({ target: expected, setting, step: this.#step, here, powers: this.#powers }, this.#rows, this.#rowCosts);
    let goals = 0;
    this.#goals[goals++]!.setting.set(setting);
    if (this.#hasLast) this.#goals[goals++]!.setting.set(this.#last);
    for (let i = 0; i < found; i++) space.settingOf(this.#rows[i]!, this.#goals[goals++]!.setting);
    // who gains nothing by moving stays
    let least = here + this.#atFirst(setting, target, expected) + this.#dislike(setting) - rounding;
    wanted.set(setting);
    for (let i = 0; i < goals; i++) {
      const goal = this.#goals[i]!;
      this.#goDown(goal, expected);
      const cost = this.#costOfWay(goal, target, expected, setting) + this.#dislike(goal.setting);
      if (cost < least) (least = cost), wanted.set(goal.setting);
    }
    this.#last.set(wanted);
    this.#hasLast = true;
  }

  reconsider(): void {
    this.#hasLast = false;
  }

  #distance(setting: Float64Array, sound: Float64Array): number {
    return this.#model.distance(setting, sound, this.#space.counting);
  }

  #dislike(setting: Float64Array): number {
    return this.#malus === undefined ? 0 : this.#malus[this.#space.rowAt(setting)]!;
  }

  /** To where it sounds more like what is expected. */
  #goDown(goal: Goal, expected: Float64Array): void {
    const { setting } = goal;
    const [tried, slope] = [this.#tried, this.#slope];
    const { counting } = this.#space;
    goal.off = this.#distance(setting, expected);
    let length = downhill.begin;
    let isNew = true;
    for (let step = 0; step < downhill.steps; step++) {
      if (isNew) this.#model.slopeOf(expected, counting, slope);
      let steepest = 0;
      for (let p = 0; p < slope.length; p++) {
        const isAtEnd = slope[p]! > 0 ? setting[p] === 0 : setting[p] === 1;
        if (!isAtEnd) steepest = Math.max(steepest, Math.abs(slope[p]!));
      }
      if (steepest < rounding) return;
      for (let p = 0; p < slope.length; p++) tried[p] = clamp(setting[p]! - length * clamp(slope[p]! / steepest, -1, 1), 0, 1);
      const off = this.#distance(tried, expected);
      isNew = off < goal.off;
      if (isNew) {
        setting.set(tried);
        goal.off = off;
        length *= downhill.longer;
      } else length *= downhill.shorter;
    }
  }

  /** Mean distance of all that will sound, each frame weighted by the chance that it still matters. */
  #costOfWay({ setting: end, off }: Goal, target: Float64Array, expected: Float64Array, from: Float64Array): number {
    const way = this.#way;
    let furthest = 0;
    for (let p = 0; p < end.length; p++) furthest = Math.max(furthest, Math.abs(end[p]! - from[p]!));
    const frames = Math.max(1, Math.ceil(furthest / this.#step - 1e-9));
    const stride = Math.max(1, Math.ceil((frames - 1) / heard));
    let cost = 0;
    for (let frame = 1; frame < frames; frame += stride) {
      const moved = this.#step * frame; // the first of the stretch: it matters most
      for (let p = 0; p < end.length; p++) way[p] = from[p]! + clamp(end[p]! - from[p]!, -moved, moved);
      if (frame === 1) cost += this.#atFirst(way, target, expected);
      cost += (this.#powers[frame - 1]! - this.#powers[Math.min(frames, frame + stride) - 1]!) * this.#distance(way, expected);
    }
    if (frames === 1) cost += this.#atFirst(end, target, expected);
    return cost + this.#powers[frames - 1]! * off;
  }

  /** What it costs more that the next frame is judged by what sounds now, and not by what is expected. */
  #atFirst(setting: Float64Array, target: Float64Array, expected: Float64Array): number {
    return expected === target ? 0 : (1 - this.#powers[1]!) * (this.#distance(setting, target) - this.#distance(setting, expected));
  }
}
