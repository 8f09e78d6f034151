/**
 * Does a note of this pitch begin, though the same pitch sounded before? Of the last eighth of a second a small network sees how
 * the level went, how much of the spectrum was new, how well the wave repeated itself at this pitch, and how much stood on
 * its partials: a new stroke tears the wave and is seldom as loud as the end of the last one. Fitted by logistic regression
 * (`learning/train/ear-teaching`).
 */
import type { AttackWeights, EarWeights } from './ear-weights.ts';
import { attackInputs, attackLags } from './ear-weights.ts';

const step = 2; // hops
const memory = attackLags * step;
/** No log odds beyond these. */
const least = -3;
const most = { besideScore: 5, withoutScore: 8 };
/** What is the quietest of so many moments, and so much below the loudest that is remembered, dies away: no stroke is heard so. */
const dying = 8; // hops
const fallen = 6; // dB
const uneven = 0.5; // dB
/** Where these stand in the evidence of a pitch. */
const [repeats, partials, newPartials] = [0, 3, 7];

export class Attack {
  readonly #pitches: number;
  readonly #weights: AttackWeights;
  readonly #most: number;
  readonly #levels = new Float64Array(memory).fill(-120);
  readonly #fluxes = new Float64Array(memory);
  readonly #torn: Float64Array;
  readonly #partials: Float64Array;
  readonly #newly: Float64Array;
  readonly #inputs = new Float64Array(attackInputs);
  /** What was reckoned for this hop already; NaN where nobody asked. */
  readonly #odds: Float64Array;
  #hop = 0;

  constructor(pitches: number, { besideScore, withoutScore }: Pick<EarWeights, 'besideScore' | 'withoutScore'>, isBlind: boolean) {
    this.#pitches = pitches;
    this.#weights = isBlind ? withoutScore : besideScore;
    this.#most = isBlind ? most.withoutScore : most.besideScore;
    this.#torn = new Float64Array(memory * pitches);
    this.#partials = new Float64Array(memory * pitches);
    this.#newly = new Float64Array(memory * pitches);
    this.#odds = new Float64Array(pitches);
  }

  /**
   * One more moment.
   * @param level in dB @param flux share of the spectrum that is new
   * @param evidence of each pitch, `stride` numbers each
   */
  hear(level: number, flux: number, evidence: Float64Array, stride: number): void {
    const now = this.#hop++ % memory;
    this.#levels[now] = level;
    this.#fluxes[now] = Math.log2(flux + 0.05) / 3;
    this.#odds.fill(NaN);
    const at = now * this.#pitches;
    for (let p = 0; p < this.#pitches; p++) {
      this.#torn[at + p] = Math.log(1.01 - Math.min(1, evidence[p * stride + repeats]!)) / 3;
      this.#partials[at + p] = evidence[p * stride + partials]!;
      this.#newly[at + p] = evidence[p * stride + newPartials]!;
    }
  }

  /** Log odds that a note of a pitch, counted from the lowest, begins now. */
  of(pitch: number): number {
    const known = this.#odds[pitch]!;
    if (!Number.isNaN(known)) return known;
    return (this.#odds[pitch] = !this.isReady || this.#diesAway() ? least : this.#reckoned(pitch));
  }

  /** Whether enough was heard to judge by. */
  get isReady(): boolean {
    return this.#hop > memory;
  }

  /** What it sees of a pitch now, shape [attackLags, attackSeen]; overwritten by the next look. */
  look(pitch: number): Float64Array {
    const inputs = this.#inputs;
    const now = (this.#hop - 1) % memory;
    const level = this.#levels[now]!;
    const partialsNow = this.#partials[now * this.#pitches + pitch]!;
    for (let lag = 0, at = 0; lag < attackLags; lag++) {
      const then = (now - lag * step + memory) % memory;
      const there = then * this.#pitches + pitch;
      inputs[at++] = Math.min(2, Math.max(-2, (this.#levels[then]! - level) / 10));
      inputs[at++] = this.#fluxes[then]!;
      inputs[at++] = this.#torn[there]!;
      inputs[at++] = 2 * (this.#partials[there]! - partialsNow);
      inputs[at++] = 2 * this.#newly[there]!;
    }
    return inputs;
  }

  /** A tone that was let go tears the wave as a stroke does, but only falls. */
  #diesAway(): boolean {
    const now = (this.#hop - 1) % memory;
    const level = this.#levels[now]!;
    for (let ago = 1; ago <= dying; ago++) if (this.#levels[(now - ago + memory) % memory]! < level - uneven) return false;
    let loudest = level;
    for (let i = 0; i < memory; i++) loudest = Math.max(loudest, this.#levels[i]!);
    return loudest - level >= fallen;
  }

  #reckoned(pitch: number): number {
    const inputs = this.look(pitch);
    const { inward, bias, outward, constant } = this.#weights;
    let sum = constant[0]!;
    for (let unit = 0, at = 0; unit < bias.length; unit++) {
      let inner = bias[unit]!;
      for (let k = 0; k < inputs.length; k++) inner += inward[at++]! * inputs[k]!;
      sum += outward[unit]! * Math.tanh(inner);
    }
    return Math.min(this.#most, Math.max(least, sum));
  }
}
