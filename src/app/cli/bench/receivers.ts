/**
 * Machines that can be driven, as far as their beat is concerned: each hears an order some time after it was given,
 * runs at the tempo it was told last, and, where the real one does, says where it is. Lags and limits are those that
 * were measured or are documented for the real programs; what is only assumed says so.
 */
import { Random } from '../../../core/math/random.ts';
import type { Seconds } from '../../../core/music/units.ts';
import { beats, seconds } from '../../../core/music/units.ts';
import type { Feedback, Order } from '../../io/daw/steering.ts';

export interface ReceiverSettings {
  /** Shortest and longest time from an order to its effect, seconds. */
  readonly lag: readonly [number, number];
  /** Orders are looked at only so often, seconds; 0 at once. */
  readonly polls: number;
  /** BPM is kept to this step. */
  readonly step: number;
  readonly locates: boolean;
  /** How often and how late it says where it is, seconds; undefined for one that says nothing. */
  readonly tells?: { readonly every: number; readonly lateBy: readonly [number, number] };
}

interface Segment {
  readonly time: number;
  readonly position: number;
  readonly rate: number;
}

export class Receiver {
  readonly #settings: ReceiverSettings;
  readonly #random: Random;
  readonly #segments: Segment[] = [{ time: -Infinity, position: 0, rate: 0 }];
  #rate = 2;
  #lastHeard = -Infinity;
  #toldUntil = 0;

  constructor(settings: ReceiverSettings, seed: number) {
    this.#settings = settings;
    this.#random = new Random(seed);
  }

  /** Orders keep their order on the way. */
  obey(order: Order, now: number): void {
    const { lag, polls, step } = this.#settings;
    const arrives = now + this.#random.between(...lag);
    const time = Math.max(this.#lastHeard, polls === 0 ? arrives : Math.ceil(arrives / polls) * polls);
    this.#lastHeard = time;
    const position = this.positionAt(time);
    const rolls = this.#segments.at(-1)!.rate > 0;
    switch (order.type) {
      case 'tempo':
        this.#rate = Math.max(step, Math.round(order.bpm / step) * step) / 60;
        if (rolls) this.#segments.push({ time, position, rate: this.#rate });
        return;
      case 'locate':
        this.#segments.push({ time, position: order.position, rate: rolls ? this.#rate : 0 });
        return;
      case 'play':
        this.#segments.push({ time, position, rate: this.#rate });
        return;
      case 'stop':
        this.#segments.push({ time, position, rate: 0 });
    }
  }

  /** What it has said until now. */
  *reports(now: number): Iterable<{ readonly arrives: number; readonly feedback: Feedback }> {
    const { tells } = this.#settings;
    if (tells === undefined) return;
    for (let time = this.#toldUntil + tells.every; time <= now; time += tells.every) {
      this.#toldUntil = time;
      yield { arrives: time + this.#random.between(...tells.lateBy), feedback: { time: seconds(time), playing: this.#segmentAt(time).rate > 0, position: beats(this.positionAt(time)) } };
    }
  }

  positionAt(time: number): number {
    const { time: since, position, rate } = this.#segmentAt(time);
    return rate === 0 ? position : position + (time - since) * rate;
  }

  #segmentAt(time: number): Segment {
    let i = this.#segments.length - 1;
    while (i > 0 && this.#segments[i]!.time > time) i--;
    return this.#segments[i]!;
  }
}

/** A machine that counts the ticks of a MIDI clock: its place is their number. */
export class TickCounter {
  readonly #times: number[] = [];
  readonly #positions: number[] = [];
  #song = 0;
  #ticks = 0;
  readonly #random: Random;
  readonly #lag: readonly [number, number];

  /** @param lag of the wire, shortest and longest, seconds */
  constructor(lag: readonly [number, number], seed: number) {
    this.#random = new Random(seed);
    this.#lag = lag;
  }

  hear(message: { readonly type: string; readonly position?: number }, now: Seconds): void {
    switch (message.type) {
      case 'song-position':
        this.#song = message.position!;
        return;
      case 'start':
        this.#song = 0;
        this.#ticks = 0;
        return;
      case 'continue':
        this.#ticks = 0;
        return;
      case 'stop':
        this.#song = this.#positions.at(-1) ?? 0;
        return;
      case 'clock':
        this.#times.push(now + this.#random.between(...this.#lag));
        this.#positions.push(this.#song + this.#ticks / 24);
        this.#ticks++;
    }
  }

  /** Between two ticks it goes on as between the two before. */
  positionAt(time: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return this.#positions[0] ?? 0;
    const before = this.#times[low - 1]!;
    const interval = low >= 2 ? before - this.#times[low - 2]! : Infinity;
    return this.#positions[low - 1]! + Math.min(1, (time - before) / interval) / 24;
  }
}
