/**
 * Bars and beats of a score position, and back. A bar is what is printed between two barlines; beats are counted
 * from 1 in the denominator of the meter, so that 6/8 has six. A bar that is shorter than its meter and stands
 * before the first downbeat is a pick-up: it is counted from its end, and a pick-up of a quarter in 4/4 is beat 4.
 */
import { lastAtOrBefore } from '../math/search.ts';
import type { Bar, MeterChange, Passage, Score } from './score.ts';
import type { Beats } from './units.ts';
import { beats } from './units.ts';

export interface BarPlace {
  /** Index into `Score.bars`. */
  readonly index: number;
  /** As printed. */
  readonly number: string;
  /** From 1, in the denominator of the meter, fractional between beats. */
  readonly beat: number;
}

/** The length of a full bar, in quarter notes. */
export function barLength(meter: MeterChange): Beats {
  return beats((meter.numerator * 4) / meter.denominator);
}

/** Nobody counts faster than sixteenths, whatever the meter says. */
const shortestPulse = 0.25;

/** The beat that is felt and counted aloud, in quarter notes: a dotted quarter in 6/8, an eighth in 3/8, the denominator elsewhere, but nothing shorter than a sixteenth. */
export function pulseOf({ numerator, denominator }: MeterChange): Beats {
  const isCompound = denominator >= 8 && numerator > 3 && numerator % 3 === 0;
  return beats(Math.max(shortestPulse, (isCompound ? 12 : 4) / denominator));
}

/** What holds where a source names no meter. */
export const commonTime: MeterChange = { position: beats(0), numerator: 4, denominator: 4 };

/** An ear does not tell a position from the barline this close to it, in quarter notes. */
const hair = 1e-6;

export class BarGrid {
  readonly #bars: readonly Bar[];
  readonly #starts: Float64Array;
  readonly #end: number;
  readonly #meters: readonly MeterChange[];
  readonly #meterStarts: Float64Array;
  readonly #byNumber = new Map<string, number[]>();

  constructor(score: Pick<Score, 'bars' | 'meters' | 'start' | 'end'>) {
    this.#meters = score.meters.length > 0 ? score.meters : [commonTime];
    this.#meterStarts = Float64Array.from(this.#meters, (meter) => meter.position);
    this.#bars = score.bars.length > 0 ? score.bars : barsOf(this.#meters, score.start, score.end);
    this.#starts = Float64Array.from(this.#bars, (bar) => bar.position);
    this.#end = score.end;
    this.#bars.forEach((bar, index) => {
      const known = this.#byNumber.get(bar.number);
      if (known === undefined) this.#byNumber.set(bar.number, [index]);
      else known.push(index);
    });
  }

  get bars(): readonly Bar[] {
    return this.#bars;
  }

  /** The meter in force at a position. */
  meterAt(position: Beats): MeterChange {
    return this.#meters[Math.max(0, lastAtOrBefore(this.#meterStarts, position + hair))]!;
  }

  /** The length of a full bar of the meter in force at a position. */
  barLengthAt(position: Beats): Beats {
    return barLength(this.meterAt(position));
  }

  /** Rising score positions of every beat of every bar, in the denominator of its meter, or in sixteenths where that is finer. */
  beats(): Float64Array {
    const positions: number[] = [];
    this.#bars.forEach((bar, index) => {
      const until = this.#starts[index + 1] ?? this.#end;
      const step = Math.max(shortestPulse, 4 / this.meterAt(bar.position).denominator);
      for (let position: number = bar.position; position < until - hair; position += step) positions.push(position);
    });
    return Float64Array.from(positions);
  }

  /** Rising score positions of every felt beat (`pulseOf`) of every bar. */
  pulses(): Float64Array {
    const positions: number[] = [];
    this.#bars.forEach((bar, index) => {
      const until = this.#starts[index + 1] ?? this.#end;
      const step = pulseOf(this.meterAt(bar.position));
      // A pick-up is counted from its end, as it would be in a full bar.
      const lacking = (this.#missing(index) * 4) / this.meterAt(bar.position).denominator;
      for (let k = Math.ceil(lacking / step - hair); bar.position - lacking + k * step < until - hair; k++) positions.push(bar.position - lacking + k * step);
    });
    return Float64Array.from(positions);
  }

  /** Index of the bar that holds a position; the first and the last bar reach beyond the ends. */
  indexAt(position: Beats): number {
    return Math.max(0, lastAtOrBefore(this.#starts, position + hair));
  }

  /** Bar, printed number and beat of a position. */
  placeAt(position: Beats): BarPlace {
    const index = this.indexAt(position);
    const meter = this.meterAt(this.#bars[index]!.position);
    const beat = 1 + ((position - this.#bars[index]!.position) * meter.denominator) / 4 + this.#missing(index);
    return { index, number: this.#bars[index]!.number, beat: Math.round(beat * 1e6) / 1e6 };
  }

  /**
   * The position of a beat of a bar. A number that occurs more than once means its next occurrence after `after`,
   * or the first when none follows.
   *
   * @param pass which time the bar is played, in place of the next one
   * @returns undefined when there is no such bar, or the bar has no such beat
   */
  positionOf(number: string, beat = 1, after?: Beats, pass?: number): Beats | undefined {
    const occurrences = this.#byNumber.get(number);
    if (occurrences === undefined || !Number.isFinite(beat)) return undefined;
    const index = pass !== undefined ? occurrences[pass - 1] : (occurrences.find((i) => after !== undefined && this.#starts[i]! > after + hair) ?? occurrences[0]!);
    if (index === undefined) return undefined;
    const start = this.#starts[index]!;
    const until = this.#starts[index + 1] ?? Math.max(this.#end, start);
    const offset = ((beat - 1 - this.#missing(index)) * 4) / this.meterAt(this.#bars[index]!.position).denominator;
    return offset < -hair || offset > until - start - hair ? undefined : beats(start + Math.max(0, offset));
  }

  /**
   * From the barline before one printed bar to the barline after another, which is the first of its number from there on.
   *
   * @param after  as in `positionOf`
   * @returns undefined when there is no such passage
   */
  passageOf(first: string, last: string, after: Beats): Passage | undefined {
    const occurrences = this.#byNumber.get(first) ?? [];
    const from = occurrences.find((i) => this.#starts[i]! > after + hair) ?? occurrences[0];
    const to = from === undefined ? undefined : this.#byNumber.get(last)?.find((i) => i >= from);
    if (from === undefined || to === undefined) return undefined;
    return { from: beats(this.#starts[from]!), until: beats(this.#starts[to + 1] ?? this.#end) };
  }

  /** The position of the barline that begins a bar. */
  startOf(index: number): Beats {
    return beats(this.#starts[Math.min(Math.max(index, 0), this.#starts.length - 1)]!);
  }

  isDownbeat(position: Beats): boolean {
    const index = this.indexAt(position);
    return Math.abs(position - this.#starts[index]!) < hair && this.#missing(index) === 0;
  }

  /** How many beats a pick-up lacks at its front. */
  #missing(index: number): number {
    if (index !== 0 || this.#bars.length < 2 || this.#starts[0]! >= 0) return 0;
    const meter = this.meterAt(this.#bars[0]!.position);
    const lacking = ((barLength(meter) - (this.#starts[1]! - this.#starts[0]!)) * meter.denominator) / 4;
    return lacking > hair ? lacking : 0;
  }
}

/**
 * Bars as the meters prescribe them, for sources that know no barlines. A meter change begins a bar, wherever it
 * stands. What lies before position 0 is bar 0, the first full bar is 1.
 *
 * @param start  where the first bar begins; negative for a pick-up
 */
export function barsOf(meters: readonly MeterChange[], start: Beats, end: Beats): Bar[] {
  const bars: Bar[] = [];
  let meter = 0;
  let position: number = start;
  let number = start < 0 ? 0 : 1;
  do {
    while (meter + 1 < meters.length && meters[meter + 1]!.position <= position) meter += 1;
    bars.push({ position: beats(position), number: String(number), pass: 1 });
    const full = position + barLength(meters[meter] ?? commonTime);
    const cut = Math.min(position < 0 ? 0 : Infinity, meters[meter + 1]?.position ?? Infinity);
    position = Math.min(full, cut > position ? cut : Infinity);
    number += 1;
  } while (position < end);
  return bars;
}
