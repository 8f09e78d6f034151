/**
 * Which notes were played? Every moment gives odds for every pitch; a note is a stretch of moments. The cheapest way
 * through all moments is kept up to date, for each place at which it may stand now: on a note of the score, in the
 * silence after it, or on a pitch that is not written here. A change costs something, the more so the less the score
 * and its tempo lead one to expect it; so the next written note is believed quickly, and any other pitch too, if it
 * stays. Without a score all pitches are strangers, and are believed a little sooner.
 * @see Viterbi, "Error bounds for convolutional codes and an asymptotically optimum decoding algorithm", 1967
 */

/** What is written: one entry an onset, in order. */
export interface WrittenNote {
  /** MIDI; several where several sound together. */
  readonly pitches: readonly number[];
  /** Seconds at the tempo written. */
  readonly time: number;
}

/** Asked only of pitches that may sound. */
export interface AttackOdds {
  /** @param pitch counted from the lowest */
  of(pitch: number): number;
}

export interface FoundNote {
  readonly pitch: number;
  /** Index of the written note that it was taken for; -1 for a stranger. */
  readonly written: number;
  /** Hop in which it began. */
  readonly hop: number;
}

export const noteCosts = {
  /** Share of what a moment says that is new: moments overlap. */
  trust: 0.143,
  advance: 0.44,
  /** Each written note that was left out. */
  skip: 2.6,
  /** Natural logarithm of how much too early or late a note comes. */
  early: 1.92,
  late: 0.32,
  /** The same pitch again without a silence, less so much of the log odds of an attack. */
  again: 7,
  /** And so much less where the score has it again just now. */
  onTime: 4,
  attack: 1.3,
  rest: 0.4,
  /** Back on the note after a silence or a stranger, without a new attack. */
  resume: 0.92,
  stranger: 8,
  strangerBlind: 2.6,
  /** The same stranger again, less what the attack says. */
  strangerAgain: 7,
  strangerAgainBlind: 4.5,
  /** Hops after which one more stroke of the same stranger may be followed by another pitch. */
  settles: 12,
  /** Each hop by which another pitch comes sooner. */
  tooShortBlind: 1,
  /** Each hop by which the same stranger comes again too soon. */
  tooSoon: 1,
  /** Each hop by which a note ends too soon: else one that was left out would be put into any gap, as that is cheaper than a skip. */
  tooShort: 1,
  /** Moments for which the cheapest way must have held a note before it is told. */
  confirm: 4,
  confirmStranger: 6,
  confirmBlind: 6,
};

/** Natural logarithm of how much too early or late what is on time mostly is. */
const punctual = 0.2;
/** Hops between two strokes of one pitch, at least. */
const quickest = 16;
/** Hops that a note sounds, at least. */
const shortest = 6;
const window = 28;
const behind = 8;
const reach = 4;
/** What costs so much more than the cheapest way is given up. */
const beam = 22;
/** Newest notes of a way that are remembered. */
const memory = 3;
const width = 3 * memory; // hop, pitch, index of each
const never = -1_000_000;
/** Hops within which two ways mean the same note. */
const sameNote = 14;

export class NotePath {
  readonly #written: readonly WrittenNote[];
  readonly #lowest: number;
  readonly #pitches: number;
  readonly #hopSeconds: number;
  readonly #count: number;
  #cost: Float64Array;
  #nextCost: Float64Array;
  #past: Int32Array;
  #nextPast: Int32Array;
  /** The written note a stranger came after. */
  #after: Int32Array;
  #nextAfter: Int32Array;
  /** Where the cheapest way into each state comes from, and the pitch it begins there; -1 where none begins. */
  readonly #from: Int32Array;
  readonly #begins: Int32Array;
  /** Index of the first slot: slot k is the written note base + k. */
  #base = -1;
  #stretch: number;
  #timed = 0;
  #hop = 0;
  #toldHop = never;
  #toldPitch = -1;
  #toldWritten = -1;
  #held = 0;
  #heldHop = never;
  #heldPitch = -1;

  /**
   * States: `window` notes, as many silences after them, then a stranger for each pitch; without a score also one for each that was struck again just now.
   * @param lowest the pitch of the first odds @param pitches how many
   */
  constructor(written: readonly WrittenNote[], lowest: number, pitches: number, hopSeconds: number) {
    this.#written = written;
    this.#lowest = lowest;
    this.#pitches = pitches;
    this.#hopSeconds = hopSeconds;
    this.#count = 2 * window + pitches * (written.length === 0 ? 2 : 1);
    this.#cost = new Float64Array(this.#count).fill(Infinity);
    this.#nextCost = new Float64Array(this.#count);
    this.#past = new Int32Array(this.#count * width).fill(never);
    this.#nextPast = new Int32Array(this.#count * width);
    this.#after = new Int32Array(this.#count).fill(-1);
    this.#nextAfter = new Int32Array(this.#count);
    this.#from = new Int32Array(this.#count);
    this.#begins = new Int32Array(this.#count);
    this.#stretch = 1;
    this.expect(0);
  }

  /** Performed over written seconds, as felt so far. */
  get stretch(): number {
    return this.#stretch;
  }

  /** The next note is the written note `index`: at the beginning, or when somebody knows better. */
  expect(index: number, stretch?: number): void {
    if (stretch !== undefined) {
      this.#stretch = stretch;
      this.#timed = 8;
    }
    const last = index - 1;
    this.#base = Math.max(-1, last - behind);
    this.#cost.fill(Infinity);
    this.#past.fill(never);
    const rest = window + last - this.#base;
    this.#cost[rest] = 0;
    this.#past[rest * width + 2] = last;
    this.#held = 0;
  }

  /** The index of the written note on which, or after which, the cheapest way stands. */
  get place(): number {
    return this.#lastOf(this.#cheapest());
  }

  /**
   * One more moment.
   * @param against    minus log likelihood of each pitch, shape [pitches]
   * @param silence    the same of silence
   * @param attack     log odds that a note of a pitch begins, though it sounded before
   * @returns a note that is now sure to have begun, or undefined
   */
  hear(against: Float64Array, silence: number, attack: AttackOdds): FoundNote | undefined {
    this.#hop++;
    const c = noteCosts;
    const cost = this.#cost;
    const next = this.#nextCost;
    const written = this.#written;
    const best = this.#cheapest();
    const floor = cost[best]!;
    const blind = written.length === 0;
    const most = floor + beam;
    next.fill(Infinity);
    for (let k = 0; k < window; k++) {
      const index = this.#base + k;
      if (index >= written.length) break;
      // silence after a note
      const rest = window + k;
      if (cost[rest]! < most) this.#offer(rest, rest, cost[rest]! + c.trust * silence);
      if (index < 0) continue;
      this.#offer(rest, k, cost[k]! + c.rest + this.#tooShort(k) + c.trust * silence);
      if (!(cost[k]! < most || cost[rest]! < most || this.#reachable(k, most))) continue;
      // on the note
      const moment = c.trust * this.#againstWritten(index, against);
      this.#offer(k, k, cost[k]! + moment);
      this.#offer(k, rest, cost[rest]! + c.resume + moment);
      for (let back = 1; back <= reach && k - back >= 0; back++) {
        const from = k - back;
        if (cost[from]! < most) this.#offerNew(k, from, cost[from]! + moment + this.#advance(from, index, attack, false), index, against);
        if (cost[window + from]! < most) this.#offerNew(k, window + from, cost[window + from]! + moment + this.#advance(window + from, index, attack, true), index, against);
      }
    }
    if (blind) this.#hearWithoutScore(against, silence, attack);
    else this.#hearStrangers(best, against, silence, attack);
    this.#remember();
    this.#swap(floor);
    return this.#tell();
  }

  #hearStrangers(best: number, against: Float64Array, silence: number, attack: AttackOdds): void {
    const c = noteCosts;
    const cost = this.#cost;
    const floor = cost[best]!;
    const written = this.#written;
    for (let p = 0; p < this.#pitches; p++) {
      const state = 2 * window + p;
      const moment = c.trust * against[p]!;
      this.#offer(state, state, cost[state]! + moment);
      const pitch = this.#lowest + p;
      const sounding = this.#past[best * width + 1] === pitch && best !== state && (best < window || best >= 2 * window);
      if (best !== state && !sounding) this.#offerStranger(state, best, floor + moment + c.stranger, pitch);
      else if (best === state) this.#offerStranger(state, best, floor + moment + this.#tooSoon(this.#past[state * width]!) + c.strangerAgain + c.stranger - c.attack * attack.of(p), pitch);
      if (!(cost[state]! < floor + beam)) continue;
      // and on from the stranger, to the score or to silence
      const after = this.#after[state]!;
      const k = after - this.#base;
      if (k < 0 || k >= window) continue;
      this.#offer(window + k, state, cost[state]! + c.rest + c.trust * silence);
      if (after >= 0) this.#offer(k, state, cost[state]! + c.resume + c.trust * this.#againstWritten(after, against));
      for (let ahead = 1; ahead <= reach && k + ahead < window && after + ahead < written.length; ahead++) {
        const index = after + ahead;
        this.#offerNew(k + ahead, state, cost[state]! + c.trust * this.#againstWritten(index, against) + this.#advance(state, index, attack, false), index, against);
      }
    }
  }

  /**
   * The beginning of another note is at first no different from one more stroke of the last: so what was struck again stands
   * apart for a while, and where another pitch is heard by then, it was that one.
   */
  #hearWithoutScore(against: Float64Array, silence: number, attack: AttackOdds): void {
    const c = noteCosts;
    const cost = this.#cost;
    const first = 2 * window;
    const rest = window;
    // the cheapest that may end
    let from = rest;
    let least = cost[rest]!;
    for (let state = first; state < first + this.#pitches; state++) {
      if (!(cost[state]! < least)) continue;
      const price = cost[state]! + c.tooShortBlind * Math.max(0, c.settles - (this.#hop - this.#past[state * width]!));
      if (!(price < least)) continue;
      from = state;
      least = price;
    }
    for (let p = 0; p < this.#pitches; p++) {
      const state = first + p;
      const again = state + this.#pitches;
      const moment = c.trust * against[p]!;
      this.#offer(state, state, cost[state]! + moment);
      this.#offer(rest, state, cost[state]! + c.rest + c.trust * silence);
      if (from !== state) this.#offerStranger(state, from, least + moment + c.strangerBlind, this.#lowest + p);
      else this.#offerStranger(again, state, cost[state]! + moment + this.#tooSoon(this.#past[state * width]!) + c.strangerAgainBlind - c.attack * attack.of(p), this.#lowest + p);
      const stays = this.#hop - this.#past[again * width]! < c.settles;
      this.#offer(stays ? again : state, again, cost[again]! + moment);
    }
  }

  /** No finger is so quick: what speaks for a stroke right after one is still the same stroke. */
  #tooSoon(since: number): number {
    return noteCosts.tooSoon * Math.max(0, quickest - (this.#hop - since));
  }

  /** What has hardly begun does not end yet. @param state on a note */
  #tooShort(state: number): number {
    return noteCosts.tooShort * Math.max(0, shortest - (this.#hop - this.#past[state * width]!));
  }

  /** Is one of the slots before cheap enough to come from? */
  #reachable(k: number, most: number): boolean {
    for (let from = Math.max(0, k - reach); from < k; from++) if (this.#cost[from]! < most || this.#cost[window + from]! < most) return true;
    return false;
  }

  #againstWritten(index: number, against: Float64Array): number {
    let least = Infinity;
    for (const pitch of this.#written[index]!.pitches) least = Math.min(least, against[pitch - this.#lowest] ?? Infinity);
    return least;
  }

  /** What it costs to begin the written note `index`, coming from a state. */
  #advance(from: number, index: number, attack: AttackOdds, silent: boolean): number {
    const c = noteCosts;
    const at = from * width;
    const since = this.#past[at]!;
    const last = this.#lastOf(from);
    let price = c.advance + c.skip * (index - last - 1);
    if (from < window) price += this.#tooShort(from);
    const sounds = !silent && this.#written[index]!.pitches.includes(this.#past[at + 1]!);
    if (sounds) price += c.again - c.attack * attack.of(this.#past[at + 1]! - this.#lowest);
    if (last >= 0 && since > never) {
      const expected = Math.max(0.03, (this.#written[index]!.time - this.#written[last]!.time) * this.#stretch);
      const elapsed = Math.max(this.#hopSeconds, (this.#hop - since) * this.#hopSeconds);
      // for a stranger the clock runs from the last note, whichever it was
      if (from < 2 * window) {
        const late = Math.log(elapsed / expected);
        if (sounds) price -= c.onTime * Math.exp(-0.5 * (late / punctual) ** 2);
        price += late < -0.2 ? c.early * (-0.2 - late) * (sounds ? 2 : 1) : late > 0.2 ? c.late * (late - 0.2) : 0;
      }
    }
    return price;
  }

  #offer(state: number, from: number, price: number): void {
    if (!(price < this.#nextCost[state]!)) return;
    this.#nextCost[state] = price;
    this.#from[state] = from;
    this.#begins[state] = -1;
  }

  #offerNew(state: number, from: number, price: number, index: number, against: Float64Array): void {
    if (!(price < this.#nextCost[state]!)) return;
    const { pitches } = this.#written[index]!;
    let clearest = pitches[0]!;
    for (const pitch of pitches) if (against[pitch - this.#lowest]! < against[clearest - this.#lowest]!) clearest = pitch;
    this.#nextCost[state] = price;
    this.#from[state] = from;
    this.#begins[state] = clearest;
  }

  #offerStranger(state: number, from: number, price: number, pitch: number): void {
    if (!(price < this.#nextCost[state]!)) return;
    this.#nextCost[state] = price;
    this.#from[state] = from;
    this.#begins[state] = pitch;
  }

  /** The written note on which, or after which, a state stands. */
  #lastOf(state: number): number {
    return state < window ? this.#base + state : state < 2 * window ? this.#base + state - window : this.#after[state]!;
  }

  /** What was played on the way into each state. */
  #remember(): void {
    const past = this.#past;
    const next = this.#nextPast;
    for (let state = 0; state < this.#count; state++) {
      if (this.#nextCost[state] === Infinity) continue;
      const from = this.#from[state]! * width;
      const at = state * width;
      const begins = this.#begins[state]!;
      const shift = begins < 0 ? 0 : 3;
      for (let i = width - 1; i >= shift; i--) next[at + i] = past[from + i - shift]!;
      if (begins >= 0) {
        next[at] = this.#hop;
        next[at + 1] = begins;
        next[at + 2] = state < window ? this.#base + state : -1;
      }
      if (state >= 2 * window) this.#nextAfter[state] = this.#lastOf(this.#from[state]!);
    }
  }

  #swap(floor: number): void {
    [this.#cost, this.#nextCost] = [this.#nextCost, this.#cost];
    [this.#past, this.#nextPast] = [this.#nextPast, this.#past];
    [this.#after, this.#nextAfter] = [this.#nextAfter, this.#after];
    for (let s = 0; s < this.#count; s++) this.#cost[s]! -= floor;
    const place = this.place;
    if (place > this.#base + behind + 4) this.#move(place - behind);
  }

  /** The window goes on with the music. */
  #move(base: number): void {
    const by = base - this.#base;
    for (const offset of [0, window]) {
      this.#cost.copyWithin(offset, offset + by, offset + window);
      this.#past.copyWithin(offset * width, (offset + by) * width, (offset + window) * width);
      this.#cost.fill(Infinity, offset + window - by, offset + window);
    }
    this.#base = base;
  }

  #cheapest(): number {
    let best = 0;
    for (let s = 1; s < this.#count; s++) if (this.#cost[s]! < this.#cost[best]!) best = s;
    return best;
  }

  /** The oldest note of the cheapest way that has not been told, once it has stood long enough. */
  #tell(): FoundNote | undefined {
    const cheapest = this.#cheapest();
    const at = cheapest * width;
    // what was told may have turned out to be another note: then that one is told too
    const since = this.#holdsTold(at) ? this.#toldHop : this.#toldHop - sameNote / 2;
    for (let n = memory - 1; n >= 0; n--) {
      const hop = this.#past[at + 3 * n]!;
      const pitch = this.#past[at + 3 * n + 1]!;
      const written = this.#past[at + 3 * n + 2]!;
      if (hop === never || hop <= since) continue;
      if (Math.abs(hop - this.#toldHop) < sameNote && pitch === this.#toldPitch && written === this.#toldWritten) continue;
      if (pitch !== this.#heldPitch || Math.abs(hop - this.#heldHop) > sameNote) this.#held = 0;
      this.#heldPitch = pitch;
      this.#heldHop = hop;
      if (++this.#held < this.#confirms(written) || cheapest >= 2 * window + this.#pitches) return undefined;
      this.#held = 0;
      this.#feelTempo(hop, written);
      this.#toldHop = hop;
      this.#toldPitch = pitch;
      if (written >= 0) this.#toldWritten = written;
      return { pitch, written, hop };
    }
    return undefined;
  }

  #confirms(written: number): number {
    const { confirm, confirmStranger, confirmBlind } = noteCosts;
    if (this.#written.length === 0) return confirmBlind;
    return written < 0 ? confirmStranger : confirm;
  }

  #holdsTold(at: number): boolean {
    for (let n = 0; n < memory; n++) if (this.#past[at + 3 * n + 1] === this.#toldPitch && Math.abs(this.#past[at + 3 * n]! - this.#toldHop) < sameNote) return true;
    return false;
  }

  #feelTempo(hop: number, written: number): void {
    const last = this.#toldWritten;
    if (written <= last || last < 0 || this.#toldHop === never) return;
    const span = this.#written[written]!.time - this.#written[last]!.time;
    if (!(span > 0.05) || written - last > 3) return;
    this.#timed++;
    const felt = Math.min(2, Math.max(0.5, ((hop - this.#toldHop) * this.#hopSeconds) / span / this.#stretch));
    this.#stretch *= felt ** Math.max(0.2, 1 / (1 + this.#timed));
    this.#stretch = Math.min(6, Math.max(0.15, this.#stretch));
  }
}
