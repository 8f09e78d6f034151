/**
 * What a sound will be a frame later. Frames overlap, so a note that has just begun is only half in the first frame that
 * holds it: what rises will rise further, and what fades will fade. How far, a network says, of each descriptor by itself
 * and of all in the same way: it sees movements beside how much moves in all, and knows no units, notes or synthesizers.
 * Who says nothing expects that everything stays. So does everybody of what stood wholly still before it moved or since:
 * no instrument does, only somebody who sends descriptors.
 */
import { clamp } from '../../core/math/statistics.ts';

/** Numbers that are seen of each descriptor. */
export const seenOfEach = 6;

const most = 4; // times what moves in all
const stillness = 1e-6; // deviations of the table: below this nothing moves

export class Expectation {
  readonly #width: number;
  /** The present and the two frames before it, scaled; going around. */
  readonly #heard: readonly Float64Array[];
  #frames = 0;
  /** How much moves, in deviations: what the network says is in parts of this. */
  #movement = 0;
  #jumps = true;
  /** Shape [width * seenOfEach]; overwritten by the next frame. */
  readonly seen: Float32Array;

  constructor(width: number) {
    this.#width = width;
    this.#heard = [0, 1, 2].map(() => new Float64Array(width));
    this.seen = new Float32Array(width * seenOfEach);
  }

  /** What comes next has nothing to do with what was. */
  begin(): void {
    this.#frames = 0;
  }

  /** @param target scaled, of the next frame @returns `seen` */
  hear(target: Float64Array): Float32Array {
    const { seen } = this;
    this.#frames++;
    const now = this.#ago(0);
    now.set(target);
    // before the first frame there was silence, of which nothing can be told
    if (this.#frames === 1) (this.#ago(1).set(target), this.#ago(2).set(target));
    const [before, earlier] = [this.#ago(1), this.#ago(2)];
    let moved = 0;
    let movedBefore = 0;
    let level = 0;
    for (let i = 0; i < this.#width; i++) {
      moved += (now[i]! - before[i]!) ** 2;
      movedBefore += (before[i]! - earlier[i]!) ** 2;
      level += now[i]! ** 2;
    }
    const [newly, lately, size] = [Math.sqrt(moved / this.#width), Math.sqrt(movedBefore / this.#width), Math.sqrt(level / this.#width)];
    const movement = (this.#movement = newly + lately + stillness);
    this.#jumps = newly < stillness || lately < stillness;
    for (let i = 0, at = 0; i < this.#width; i++, at += seenOfEach) {
      seen[at] = clamp((now[i]! - before[i]!) / movement, -most, most);
      seen[at + 1] = clamp((before[i]! - earlier[i]!) / movement, -most, most);
      seen[at + 2] = clamp(now[i]! / (size + movement), -most, most);
      seen[at + 3] = newly / movement;
      seen[at + 4] = movement / (movement + size);
      seen[at + 5] = Math.min(1, movement);
    }
    return seen;
  }

  /** What the network should have said, of the frame that followed. @param said overwritten, shape [width] */
  truth(next: Float64Array, said: Float32Array): void {
    const now = this.#ago(0);
    for (let i = 0; i < this.#width; i++) said[i] = clamp((next[i]! - now[i]!) / this.#movement, -most, most);
  }

  /** How much moved in the present frame and the one before it, in deviations. */
  get movement(): number {
    return this.#movement;
  }

  /** @param said by the network, shape [width] @param expected overwritten with the next frame, scaled */
  tell(said: ArrayLike<number>, expected: Float64Array): void {
    const now = this.#ago(0);
    const trusted = this.#jumps ? 0 : this.#movement;
    for (let i = 0; i < this.#width; i++) expected[i] = now[i]! + trusted * clamp(said[i]!, -most, most);
  }

  #ago(frames: number): Float64Array {
    return this.#heard[(this.#frames + 3 - frames) % 3]!;
  }
}
