/**
 * Where to go on a table of sounds when no hand is infinitely fast: not to the row that sounds most like the target, however
 * far it is, but to the one that will have sounded best on the whole. On the way one sounds about as one sounds now, then as
 * the row does; and with every frame the chance grows that the target is another one by then. Another octave of the same
 * note that is near is thus better than the right one far away.
 */
import type { Planner, ReachSettings } from './planner.ts';
import type { SoundingSpace } from './sounding-space.ts';

const looked = 4; // rows whose way is listened to, after all were judged by their ends
const rounding = 1e-12;
const heard = 2; // places on a way, at most

export class Reach implements Planner {
  readonly #space: SoundingSpace;
  readonly #step: number;
  readonly #malus: Float64Array | undefined;
  readonly #powers: Float64Array;
  readonly #best: Int32Array;
  readonly #bestCost: Float64Array;
  readonly #way: Float64Array;
  readonly #end: Float64Array;
  /** Where it was a frame ago. */
  #here = 0;

  constructor(space: SoundingSpace, { step, lasting, malus }: ReachSettings) {
    if (!(step > 0 && lasting >= 0 && lasting < 1)) throw new RangeError(`a step of ${step} and a chance of ${lasting} to last`);
    this.#space = space;
    this.#step = step;
    this.#malus = malus;
    this.#powers = Float64Array.from({ length: Math.ceil(1 / step) + 2 }, (_, frames) => lasting ** frames);
    this.#best = new Int32Array(looked);
    this.#bestCost = new Float64Array(looked);
    this.#way = new Float64Array(space.parameters);
    this.#end = new Float64Array(space.parameters);
  }

  plan(target: Float64Array, setting: Float64Array, wanted: Float64Array, expected = target): void {
    const space = this.#space;
    let row = space.rowAt(setting, this.#here);
    this.#here = row;
    const here = space.distance(row, expected);
    const count = space.nearestInReach({ target: expected, setting, step: this.#step, here, powers: this.#powers }, this.#best, this.#bestCost);
    // who gains nothing by moving stays
    let least = here + this.#atFirst(row, target, expected) + (this.#malus?.[row] ?? 0) - rounding;
    for (let i = 0; i < count; i++) {
      const malus = this.#malus?.[this.#best[i]!] ?? 0;
      const cost = malus + this.#costOfWay(this.#best[i]!, this.#here, target, expected, setting, least - malus);
      if (cost < least) (least = cost), (row = this.#best[i]!);
    }
    space.settingOf(row, wanted);
  }

  /** Nothing is kept from frame to frame that could be old. */
  reconsider(): void {}

  /** Mean distance of all that will sound, each frame weighted by the chance that it still matters; more than `most` where that is certain early. */
  #costOfWay(row: number, from: number, target: Float64Array, expected: Float64Array, setting: Float64Array, most: number): number {
    const space = this.#space;
    const way = this.#way;
    const end = this.#end;
    space.settingOf(row, end);
    let furthest = 0;
    for (let p = 0; p < end.length; p++) furthest = Math.max(furthest, Math.abs(end[p]! - setting[p]!));
    const frames = Math.max(1, Math.ceil(furthest / this.#step - 1e-9));
    const stride = Math.max(1, Math.ceil((frames - 1) / heard));
    let cost = 0;
    let passed = from;
    for (let frame = 1; frame < frames && cost < most; frame += stride) {
      const moved = this.#step * frame; // the first of the stretch: it matters most
      for (let p = 0; p < end.length; p++) {
        const off = end[p]! - setting[p]!;
        way[p] = setting[p]! + (Math.abs(off) <= moved ? off : off > 0 ? moved : -moved);
      }
      passed = space.rowAt(way, passed);
      if (frame === 1) cost += this.#atFirst(passed, target, expected);
      cost += (this.#powers[frame - 1]! - this.#powers[Math.min(frames, frame + stride) - 1]!) * space.distance(passed, expected);
    }
    if (frames === 1) cost += this.#atFirst(row, target, expected);
    return cost + this.#powers[frames - 1]! * space.distance(row, expected);
  }

  /** What it costs more that the next frame is judged by what sounds now, and not by what is expected. */
  #atFirst(row: number, target: Float64Array, expected: Float64Array): number {
    return expected === target ? 0 : (1 - this.#powers[1]!) * (this.#space.distance(row, target) - this.#space.distance(row, expected));
  }
}
