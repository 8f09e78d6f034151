/**
 * Does a note of this pitch begin, though the same pitch sounded before? Of the last eighth of a second a small network sees how
 * the level went, how much of the spectrum was new, how well the wave repeated itself at this pitch, and how much stood on
 * its partials: a new stroke tears the wave and is seldom as loud as the end of the last one. Fitted by logistic regression to
 * repeated and held notes of melodies of the training split in seven rendered instruments, dry, in rooms and with a piano
 * that sounds along.
 */
import type { AttackWeights } from './attack-weights.ts';

const lags = 12;
const step = 2; // hops
const memory = lags * step;
const seen = 5;
const least = -3;
/** What is the quietest of so many moments, and so much below the loudest that is remembered, dies away: no stroke is heard so. */
const dying = 8; // hops
const fallen = 6; // dB
const uneven = 0.5; // dB
/** Where these stand in the evidence of a pitch. */
const [repeats, partials, newPartials] = [0, 3, 7];

export class Attack {
  readonly #pitches: number;
  readonly #weights: AttackWeights;
  readonly #levels = new Float64Array(memory).fill(-120);
  readonly #fluxes = new Float64Array(memory);
  readonly #torn: Float64Array;
  readonly #partials: Float64Array;
  readonly #newly: Float64Array;
  readonly #inputs = new Float64Array(lags * seen);
  /** What was reckoned for this hop already; NaN where nobody asked. */
  readonly #odds: Float64Array;
  #hop = 0;

  constructor(pitches: number, weights: AttackWeights) {
    this.#pitches = pitches;
    this.#weights = weights;
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
    return (this.#odds[pitch] = this.#hop <= memory || this.#diesAway() ? least : this.#reckoned(pitch));
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
    const inputs = this.#inputs;
    const { inward, bias, outward, constant, most } = this.#weights;
    const now = (this.#hop - 1) % memory;
    const level = this.#levels[now]!;
    const partialsNow = this.#partials[now * this.#pitches + pitch]!;
    for (let lag = 0, at = 0; lag < lags; lag++) {
      const then = (now - lag * step + memory) % memory;
      const there = then * this.#pitches + pitch;
      inputs[at++] = Math.min(2, Math.max(-2, (this.#levels[then]! - level) / 10));
      inputs[at++] = this.#fluxes[then]!;
      inputs[at++] = this.#torn[there]!;
      inputs[at++] = 2 * (this.#partials[there]! - partialsNow);
      inputs[at++] = 2 * this.#newly[there]!;
    }
    let sum = constant;
    for (let unit = 0, at = 0; unit < bias.length; unit++) {
      let inner = bias[unit]!;
      for (let k = 0; k < inputs.length; k++) inner += inward[at++]! * inputs[k]!;
      sum += outward[unit]! * Math.tanh(inner);
    }
    return Math.min(most, Math.max(least, sum));
  }
}
