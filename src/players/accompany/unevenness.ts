/**
 * A machine that plays exactly sounds like one. How uneven this soloist is we hear from himself: each onset against the
 * straight line between its neighbours, each note's loudness against his tendency. Our notes may stray as far, by chance
 * that is drawn from a seed; a chord strays as one, a note never past its neighbours, and one that belongs together with
 * the soloist's not at all in time.
 */
import type { Take } from '../../core/music/take.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { NominalSeconds, Seconds } from '../../core/music/units.ts';
import { Random } from '../../core/math/random.ts';
import { clamp } from '../../core/math/statistics.ts';

/** Beyond so much nobody would call it the same rhythm, or the same loudness. */
const widest = 0.025; // s
const loudestSpread = 10; // velocity steps
/** A single onset that is off by more was no accident. */
const accident = 0.06; // s
/** What takes longer than this is phrasing, not playing. */
const longestInterval = 1.5; // s
/** Before so many onsets were heard we do not know him; the share of the newest in the mean. */
const acquainted = 8;
const newestShare = 0.05;
/** A deviation is never more than so many spreads. */
const farthest = 2;
/** Mean absolute deviation of a normal distribution is this much of its spread. */
const meanOfSpread = Math.sqrt(2 / Math.PI);

/** Draws used one after the other, again from elsewhere on each pass. */
const draws = 4096;
const nextPass = 1543;

export class Unevenness {
  readonly #amount: number;
  readonly #drawn: Float64Array;
  #pass = 0;
  #time = new RunningMean();
  #loudness = new RunningMean();
  #before: { readonly time: number; readonly nominal: number } | undefined;
  #last: { readonly time: number; readonly nominal: number } | undefined;

  /** @param amount 0..1 of his own */
  constructor(amount: number, seed: number) {
    this.#amount = amount;
    const random = new Random(seed).split('unevenness');
    this.#drawn = Float64Array.from({ length: draws }, () => clamp(random.normal(), -farthest, farthest));
  }

  /** The spread of our onsets, seconds. */
  get time(): number {
    return this.#amount * Math.min(widest, this.#time.value);
  }
  /** The spread of our loudness, velocity steps. */
  get loudness(): number {
    return this.#amount * Math.min(loudestSpread, this.#loudness.value);
  }

  /** How far this one of all onsets (or notes) strays today, in spreads; the same until the next pass. */
  of(index: number): number {
    return this.#drawn[(index + this.#pass) % draws]!;
  }

  /** The music begins elsewhere or again: nobody strays twice alike. */
  turnPage(): void {
    this.#pass = (this.#pass + nextPass) % draws;
    this.interrupt();
  }

  /** The soloist did not come here from where he was. */
  interrupt(): void {
    this.#before = this.#last = undefined;
  }

  /** The soloist has begun an onset. */
  heardOnset(time: Seconds, nominal: NominalSeconds): void {
    const before = this.#before;
    const last = this.#last;
    this.#before = last;
    this.#last = { time, nominal };
    if (before === undefined || last === undefined || nominal <= last.nominal || time - last.time > longestInterval || last.time - before.time > longestInterval) return;
    const way = (last.nominal - before.nominal) / (nominal - before.nominal);
    const off = last.time - (before.time + way * (time - before.time));
    // Three independent onsets make up the difference.
    if (Math.abs(off) < accident) this.#time.hear(Math.abs(off) / Math.sqrt(1 + way * way + (1 - way) * (1 - way)) / meanOfSpread);
  }

  /** @param off velocity steps from what was expected of him */
  heardLoudness(off: number): void {
    this.#loudness.hear(Math.min(3 * loudestSpread, Math.abs(off)) / meanOfSpread);
  }

  /** What is known of him from other evenings, before he has played today. */
  remember(takes: readonly Take[], tempoMap: TempoMap): void {
    if (this.#time.count > 0) return;
    for (const take of takes) {
      this.interrupt();
      for (const { joined, position, time } of take.onsets) {
        if (!joined) this.interrupt();
        this.heardOnset(time, tempoMap.nominalAt(position));
      }
    }
    this.interrupt();
  }
}

class RunningMean {
  #value = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }
  /** 0 until there is enough to say. */
  get value(): number {
    return this.#count < acquainted ? 0 : this.#value;
  }

  hear(value: number): void {
    this.#count++;
    this.#value += Math.max(newestShare, 1 / this.#count) * (value - this.#value);
  }
}
