/**
 * What may be said to us by Open Sound Control: one address table, and nothing but it decides what is understood.
 * Pure: a message becomes a wish or a fault; who asked, and when, is the socket's business (`osc-input.ts`).
 */
import type { BeatPeriod, Seconds, Velocity } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import { periodOf, seconds, velocity } from '../../core/music/units.ts';
import type { OscArgument, OscMessage } from './osc-packet.ts';

/** A place as a person says it: the printed bar number, and a beat of the meter counted from 1. */
export interface Place {
  readonly bar: string;
  readonly beat: number;
}

/** What a soloist does. */
export type OscPlaying =
  | { readonly type: 'onset'; readonly pitch: number; readonly velocity: Velocity; readonly age: Seconds; readonly part: string }
  | { readonly type: 'offset'; readonly pitch: number; readonly age: Seconds; readonly part: string }
  | { readonly type: 'attack'; readonly velocity: Velocity; readonly age: Seconds; readonly part: string }
  | { readonly type: 'pedal'; readonly value: number; readonly part: string };
export type OscWish =
  | OscPlaying
  | { readonly type: 'start'; readonly place: Place | undefined }
  | { readonly type: 'stop' | 'hold' | 'resume' | 'panic' | 'status' | 'forget-take' }
  | { readonly type: 'player'; readonly name: string }
  /** `pass`: which time round, where the bar is played more than once; the next time where it is not said. */
  | { readonly type: 'goto'; readonly place: Place; readonly pass: number | undefined }
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'tempo'; readonly beatPeriod: BeatPeriod | undefined }
  | { readonly type: 'follow'; readonly amount: number }
  | { readonly type: 'tempo-limits'; readonly slowest: number; readonly fastest: number }
  | { readonly type: 'mute'; readonly part: string; readonly on: boolean }
  | { readonly type: 'latency'; readonly name: string; readonly latency: Seconds | undefined }
  | { readonly type: 'ping'; readonly token: OscArgument }
  | { readonly type: 'subscribe'; readonly port: number; readonly lease: Seconds | undefined }
  | { readonly type: 'unsubscribe'; readonly port: number }
  /** The bars of a passage, the last one included; undefined goes on to the end. */
  | { readonly type: 'loop'; readonly bars: readonly [string, string] | undefined }
  | { readonly type: 'count-in' | 'click'; readonly on: boolean };

export type OscFault = 'unknown address' | 'wrong type' | 'out of range';

const prefix = '/collaparte/';
const oldest = 10_000; // ms; nothing that is played is heard of later
const slowest = 5; // quarter notes a minute
const fastest = 960;
const widestLimits = [0.05, 20] as const; // shares of the printed tempo
const longestLease = 86_400; // s
const largestLatency = 10_000; // ms

/** Whether it is meant for us is decided by address alone; what stands behind it by the arguments. */
export function understand(message: OscMessage): OscWish | OscFault {
  const { address } = message;
  const read = readers[address.startsWith(prefix) ? address.slice(prefix.length - 1) : address];
  if (read === undefined) return 'unknown address';
  const args = new Arguments(message);
  const wish = read(args);
  return args.fault ?? wish;
}

const readers: Readonly<Record<string, ((args: Arguments) => OscWish) | undefined>> = Object.assign(Object.create(null) as object, {
  '/onset': (args: Arguments): OscWish => {
    const pitch = args.pitch();
    const strength = args.whole(0, 127);
    const age = args.age();
    const part = args.part();
    return strength === 0 ? { type: 'offset', pitch, age, part } : { type: 'onset', pitch, velocity: velocity(strength), age, part };
  },
  '/offset': (args: Arguments): OscWish => ({ type: 'offset', pitch: args.pitch(), age: args.age(), part: args.part() }),
  '/attack': (args: Arguments): OscWish => ({ type: 'attack', velocity: velocity(args.whole(1, 127)), age: args.age(), part: args.part() }),
  '/pedal': (args: Arguments): OscWish => ({ type: 'pedal', value: args.whole(0, 127), part: args.part() }),
  '/start': (args: Arguments): OscWish => ({ type: 'start', place: args.left > 0 ? args.place() : undefined }),
  '/stop': (): OscWish => ({ type: 'stop' }),
  '/hold': (): OscWish => ({ type: 'hold' }),
  '/resume': (): OscWish => ({ type: 'resume' }),
  '/panic': (): OscWish => ({ type: 'panic' }),
  '/take/forget': (): OscWish => ({ type: 'forget-take' }),
  '/player': (args: Arguments): OscWish => ({ type: 'player', name: args.name() }),
  '/goto': (args: Arguments): OscWish => ({ type: 'goto', place: args.place(), pass: args.left > 0 ? args.whole(1, 999) : undefined }),
  '/mark': (args: Arguments): OscWish => ({ type: 'mark', name: args.name() }),
  '/tempo': (args: Arguments): OscWish => {
    const bpm = args.number(0, fastest);
    if (bpm !== 0 && bpm < slowest) args.fault ??= 'out of range';
    return { type: 'tempo', beatPeriod: bpm === 0 ? undefined : periodOf(bpm) };
  },
  '/tempo/limits': (args: Arguments): OscWish => {
    const slowest = args.number(widestLimits[0], 1);
    return { type: 'tempo-limits', slowest, fastest: args.number(1, widestLimits[1]) };
  },
  '/follow': (args: Arguments): OscWish => ({ type: 'follow', amount: args.number(0, 1) }),
  '/mute': (args: Arguments): OscWish => ({ type: 'mute', part: args.name(), on: args.yes() }),
  '/latency': (args: Arguments): OscWish => ({
    type: 'latency',
    name: args.name(),
    latency: args.left > 0 ? seconds(args.number(0, largestLatency) / 1000) : undefined,
  }),
  '/ping': (args: Arguments): OscWish => ({ type: 'ping', token: args.token() }),
  '/status': (): OscWish => ({ type: 'status' }),
  '/subscribe': (args: Arguments): OscWish => ({
    type: 'subscribe',
    port: args.whole(1, 65_535),
    lease: args.left > 0 ? seconds(args.number(1, longestLease)) : undefined,
  }),
  '/unsubscribe': (args: Arguments): OscWish => ({ type: 'unsubscribe', port: args.whole(1, 65_535) }),
  '/loop': (args: Arguments): OscWish => ({ type: 'loop', bars: [args.bar(), args.bar()] }),
  '/loop/off': (): OscWish => ({ type: 'loop', bars: undefined }),
  '/countin': (args: Arguments): OscWish => ({ type: 'count-in', on: args.yes() }),
  '/click': (args: Arguments): OscWish => ({ type: 'click', on: args.yes() }),
});

/** The arguments of one message, taken from the left. The first thing wrong is remembered; after it values mean nothing. */
class Arguments {
  readonly #values: OscMessage['args'];
  #next = 0;
  fault: OscFault | undefined;

  constructor(message: OscMessage) {
    this.#values = message.args;
  }

  get left(): number {
    return this.#values.length - this.#next;
  }

  number(low: number, high: number): number {
    const value = this.#take();
    if (typeof value !== 'number') return this.#wrong('wrong type', low);
    return value >= low && value <= high ? value : this.#wrong('out of range', low);
  }

  /** Fractions are rounded before they are judged. */
  whole(low: number, high: number): number {
    const value = this.#take();
    if (typeof value !== 'number') return this.#wrong('wrong type', low);
    const rounded = Math.round(value);
    return rounded >= low && rounded <= high ? rounded : this.#wrong('out of range', low);
  }

  /** May lie between two keys. */
  pitch(): number {
    return clamp(this.number(-0.5, 127.5), 0, 127);
  }

  /** Milliseconds ago; 0 when not said, also when a part is named in its place. */
  age(): Seconds {
    return seconds(this.left === 0 || typeof this.#values[this.#next] === 'string' ? 0 : this.number(0, oldest) / 1000);
  }

  part(): string {
    return this.left === 0 || this.#values[this.#next] === '' ? '' : this.name();
  }

  /** Parts, marks and ports may be named by a number. */
  name(): string {
    const value = this.#take();
    if (typeof value === 'string') return value === '' ? this.#wrong('out of range', value) : value;
    return typeof value === 'number' && Number.isFinite(value) ? String(value) : this.#wrong('wrong type', '');
  }

  place(): Place {
    return { bar: this.bar(), beat: this.left > 0 ? this.number(1, 999) : 1 };
  }

  /** A printed number, or what stands in its place: "12a". */
  bar(): string {
    const value = this.#take();
    if (typeof value !== 'string' && typeof value !== 'number') return this.#wrong('wrong type', '');
    if (typeof value === 'number' && !Number.isInteger(value)) this.#wrong('out of range', 0);
    return String(value);
  }

  yes(): boolean {
    const value = this.#take();
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number' && !Number.isNaN(value)) return value !== 0;
    return this.#wrong('wrong type', false);
  }

  /** Whatever was said, to be said back; a whole number goes back as `i`. */
  token(): OscArgument {
    if (this.left === 0) return '';
    const value = this.#take();
    if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? { whole: value } : value;
    return typeof value === 'string' ? value : this.#wrong('wrong type', '');
  }

  #take(): OscMessage['args'][number] {
    return this.#values[this.#next++];
  }

  #wrong<T>(fault: OscFault, instead: T): T {
    this.fault ??= fault;
    return instead;
  }
}
