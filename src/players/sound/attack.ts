/**
 * Does a note of this pitch begin, though the same pitch sounded before? Three things speak for it: the level rises from
 * a dip, more of the spectrum is new than usual, and the wave, which repeated itself from period to period, is torn.
 * Weighed by logistic regression on 250 repeated and 210 held notes of rendered melodies of the training split; of the
 * repetitions played legato two thirds can be told from a held note, the others have no attack at all.
 */
const memory = 24; // hops: 140 ms
const fresh = 3; // hops that are not yet "before"
const risenWithin = 10; // hops
const weights = { bias: -1.86, risen: 1.3, flux: 1.25, torn: 2.5 };
const range = { risenDb: 12, least: -2, most: 4 };
export const mostForAttack = 5;

export class Attack {
  /** Log odds of an attack for each pitch, -2..5; overwritten by the next hop. */
  readonly odds: Float64Array;
  readonly #levels = new Float64Array(memory).fill(-120);
  readonly #fluxes = new Float64Array(memory);
  readonly #torn: readonly Float64Array[];
  #hop = 0;

  constructor(pitches: number) {
    this.odds = new Float64Array(pitches);
    this.#torn = Array.from({ length: memory }, () => new Float64Array(pitches));
  }

  /**
   * @param level in dB @param flux share of the spectrum that is new
   * @param repeats how well the wave repeats itself at each pitch: `stride` apart in this array, from 0 on
   */
  hear(level: number, flux: number, repeats: Float64Array, stride: number): void {
    const now = this.#hop++ % memory;
    const newly = Math.log2(flux + 0.05);
    const torn = this.#torn[now]!;
    this.#levels[now] = level;
    this.#fluxes[now] = newly;
    let lowest = level;
    for (let ago = 1; ago <= risenWithin; ago++) lowest = Math.min(lowest, this.#levels[(now - ago + memory) % memory]!);
    let usual = 0;
    for (let ago = fresh; ago < memory; ago++) usual += this.#fluxes[(now - ago + memory) % memory]!;
    const general = weights.bias + (weights.risen / 4) * Math.min(range.risenDb, level - lowest) + weights.flux * Math.min(3, Math.max(-1, newly - usual / (memory - fresh)));
    for (let p = 0; p < this.odds.length; p++) {
      torn[p] = Math.log(1.01 - repeats[p * stride]!);
      let before = 0;
      for (let ago = fresh; ago < memory; ago++) before += this.#torn[(now - ago + memory) % memory]![p]!;
      const more = Math.min(range.most, Math.max(range.least, torn[p]! - before / (memory - fresh)));
      this.odds[p] = Math.min(mostForAttack, Math.max(-2, general + weights.torn * more));
    }
  }
}
