/** Three small worlds of which the best way to act is known. */
import { Random } from '../../src/core/math/random.ts';
import type { Environment, Step } from '../../src/learning/train/environment.ts';

/**
 * A cue, a wait of two to four steps, and the question what the cue was. Right 1, wrong 0: with memory 1 can be
 * reached, and without it nobody can expect more than 1/2, because the question looks the same after both cues.
 */
export class CueAndAnswer implements Environment {
  readonly observationSize = 3;
  readonly actionSpace = { kind: 'discrete', choices: 2 } as const;
  #cue = 0;
  #left = 0;

  reset(seed: number): Float32Array {
    const random = new Random(seed);
    this.#cue = random.below(2);
    this.#left = 2 + random.below(3);
    return Float32Array.of(this.#cue === 0 ? 1 : 0, this.#cue === 1 ? 1 : 0, 0);
  }

  step(action: Float32Array): Step {
    if (this.#left < 0) throw new RangeError('the episode is over');
    const asked = this.#left === 0;
    const reward = asked && action[0] === this.#cue ? 1 : 0;
    this.#left--;
    return { observation: Float32Array.of(0, 0, this.#left === 0 ? 1 : 0), reward, terminated: asked, truncated: false, terms: { right: reward } };
  }
}

/**
 * A point is pushed towards 0; being away costs its square, and so does pushing. It would go on for ever and is
 * only stopped from outside. The best push is -gain * x.
 */
export class Steadying implements Environment {
  readonly observationSize = 1;
  readonly actionSpace = { kind: 'continuous', size: 1 } as const;
  readonly #mostSteps: number;
  readonly #stopIsEnd: boolean;
  #x = 0;
  #steps = 0;

  /** @param stopIsEnd says that it is over when it is only stopped */
  constructor(mostSteps = 6, stopIsEnd = false) {
    this.#mostSteps = mostSteps;
    this.#stopIsEnd = stopIsEnd;
  }

  reset(seed: number): Float32Array {
    this.#x = new Random(seed).between(-1, 1);
    this.#steps = 0;
    return Float32Array.of(this.#x);
  }

  step(action: Float32Array): Step {
    const away = -(this.#x ** 2);
    const pushing = -(action[0]! ** 2);
    this.#x += action[0]!;
    this.#steps++;
    const stopped = this.#steps === this.#mostSteps;
    return { observation: Float32Array.of(this.#x), reward: away + pushing, terminated: stopped && this.#stopIsEnd, truncated: stopped && !this.#stopIsEnd, terms: { away, pushing } };
  }
}

/** From the Riccati equation p = 1 + dp - (dp)^2 / (1 + dp), by iteration. */
export function bestGain(discount: number): number {
  let p = 1;
  for (let i = 0; i < 1000; i++) p = 1 + discount * p - (discount * p) ** 2 / (1 + discount * p);
  return (discount * p) / (1 + discount * p);
}

/** Two knobs of five places each are to be turned to where they are asked for, one place at a time, in six turns; being away costs as many places. */
export class TwoKnobs implements Environment {
  readonly observationSize = 4;
  readonly actionSpace = { kind: 'continuous', size: 2 } as const;
  readonly #away = [0, 0];
  readonly #at = [0, 0];
  #turns = 0;

  reset(seed: number): Float32Array {
    const random = new Random(seed);
    for (const knob of [0, 1]) {
      this.#at[knob] = random.below(5);
      this.#away[knob] = random.below(5) - this.#at[knob]!;
    }
    this.#turns = 0;
    return this.#observation();
  }

  step(action: Float32Array): Step {
    let reward = 0;
    for (const knob of [0, 1]) {
      const to = Math.min(4, Math.max(0, this.#at[knob]! + action[knob]!));
      this.#away[knob]! -= to - this.#at[knob]!;
      this.#at[knob] = to;
      reward -= Math.abs(this.#away[knob]!);
    }
    return { observation: this.#observation(), reward, terminated: ++this.#turns === 6, truncated: false, terms: { reward } };
  }

  /** What can be earned from here, at most. */
  get best(): number {
    const costOf = (away: number): number => (away <= 1 ? 0 : away - 1 + costOf(away - 1));
    return -this.#away.reduce((sum, away) => sum + costOf(Math.abs(away)), 0);
  }

  #observation(): Float32Array {
    return Float32Array.of(this.#away[0]! / 4, this.#away[1]! / 4, this.#at[0]! / 4, this.#at[1]! / 4);
  }
}
