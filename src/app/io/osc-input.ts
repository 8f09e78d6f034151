/**
 * The ear for Open Sound Control: one UDP socket that turns what people and patches say into events for the stage,
 * and answers those who ask. Whatever arrives, nothing is thrown: what cannot be used is counted.
 */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { UserFault } from '../../core/contract/faults.ts';
import type { SoloEvent, StageEvent } from '../../core/contract/events.ts';
import type { StageState } from '../../core/contract/commands.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { OscInputSettings } from '../../core/contract/settings.ts';
import type { Passage } from '../../core/music/score.ts';
import type { BeatPeriod, Beats, Seconds } from '../../core/music/units.ts';
import { bpmOf, seconds } from '../../core/music/units.ts';
import { ClockMap } from './clock-map.ts';
import { FaultTally } from './fault-tally.ts';
import type { OscArgument, OscMessage } from './osc-packet.ts';
import { readOsc, writeOsc } from './osc-packet.ts';
import { Tuning } from './tuning.ts';
import type { OscSubscribers } from './osc-subscribers.ts';
import { understand } from './osc-wire.ts';
import type { OscPlaying, OscWish, Place } from './osc-wire.ts';
import { RateLimit, defaultRateLimit } from './rate-limit.ts';
import type { RateLimitSettings } from './rate-limit.ts';
import type { OnTrouble } from './trouble.ts';

/** What `/status` is answered with. */
export interface StageStatus {
  readonly state: StageState;
  readonly place: Place;
  readonly beatPeriod: BeatPeriod;
  readonly confidence: number;
  readonly asynchrony: Seconds;
  /** Each of several; left out where there is only one. */
  readonly soloists?: readonly { readonly name: string; readonly confidence: number }[];
}

/** All that the socket must know of the rest of the program. */
export interface OscHouse {
  readonly version: string;
  readonly onEvent: (event: StageEvent) => void;
  readonly onTrouble: OnTrouble;
  /** The next occurrence of a printed bar; undefined when the score has no such place. */
  readonly positionOf: (bar: string, beat: number, pass?: number) => Beats | undefined;
  /** From the first to the end of the last of two printed bars; undefined where there is no such passage. */
  readonly passageOf: (first: string, last: string) => Passage | undefined;
  /** Of a soloist by the name of his part; undefined when nobody is followed by that name. Any name is good where left out. */
  readonly soloistNamed?: (name: string) => string | undefined;
  readonly positionOfMark: (name: string) => Beats | undefined;
  /** Does a part of this name accompany? Where nobody can say, any name will do. */
  readonly hasPart?: (name: string) => boolean;
  readonly status: () => StageStatus;
  /** undefined when nothing has that name. */
  readonly latencyOf: (name: string) => Seconds | undefined;
  /** @returns false when nothing has that name */
  readonly setLatency: (name: string, latency: Seconds) => boolean;
  readonly subscribers: OscSubscribers;
  /** Somebody else plays now: his takes are to be remembered. */
  readonly onPlayer?: (name: string) => void;
  readonly rateLimit?: RateLimitSettings;
}

export interface OscInput {
  /** The port it really has: 0 in the settings means any. */
  readonly port: number;
  /** From the finger to the event; may be set while playing. */
  latency: Seconds;
  /** How often each kind of fault has happened. */
  readonly faults: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const roomForNoise = 2 ** 21; // bytes

/** @throws UserFault when the port is taken or the host is not ours */
export async function openOscInput(settings: OscInputSettings, clock: Clock, house: OscHouse): Promise<OscInput> {
  // Room for a second of noise while we are busy; the system gives as much of it as it allows.
  const socket = createSocket({ type: isIPv6(settings.host) ? 'udp6' : 'udp4', recvBufferSize: roomForNoise });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(new UserFault(`osc ${settings.host}:${settings.port}`, '', `cannot be listened to: ${cause.message}`, undefined, { cause })));
    socket.bind(settings.port, settings.host, resolve);
  });
  socket.removeAllListeners('error');
  const { port } = socket.address();
  const ear = new OscEar({ ...settings, port }, clock, house, {
    say: (bytes, to, onFailure) => socket.send(bytes, to.port, to.address, (error) => { if (error !== null) onFailure(); }),
    hangUp: () => new Promise((resolve) => socket.close(() => resolve())),
  });
  socket.on('error', (error) => ear.complain(error));
  socket.on('message', (bytes, from) => ear.receive(bytes, from));
  return ear;
}

/** Whoever sent a datagram. */
export interface OscSender {
  readonly address: string;
  readonly port: number;
}
/** The wire behind the ear: a socket, or whatever a test puts in its place. */
export interface OscLine {
  readonly say: (bytes: Uint8Array, to: OscSender, onFailure: () => void) => void;
  readonly hangUp: () => Promise<void>;
}

/** When a message came, and when it left its sender, both on our clock. */
interface Moment {
  readonly time: Seconds;
  readonly leftAt: Seconds;
}

const mostClocks = 16;
const mostTunings = 16;
const longestOnTheWay = seconds(0.5); // what claims more is a clock that was set

export class OscEar implements OscInput {
  readonly #line: OscLine;
  readonly #clock: Clock;
  readonly #house: OscHouse;
  readonly #tally: FaultTally;
  readonly #limit: RateLimit;
  /** One for each sender who tells his time, the oldest first. */
  readonly #clocks = new Map<string, ClockMap>();
  /** How each soloist is tuned. */
  readonly #tunings = new Map<string, Tuning>();
  readonly port: number;
  /** Whose input it is; '' for the first soloist. */
  readonly #part: string;
  latency: Seconds;

  constructor(settings: OscInputSettings, clock: Clock, house: OscHouse, line: OscLine) {
    this.#line = line;
    this.#clock = clock;
    this.#house = house;
    this.port = settings.port;
    this.latency = settings.latency;
    this.#part = settings.part ?? '';
    this.#tally = new FaultTally(`osc ${settings.host}:${this.port}`, clock, house.onTrouble);
    this.#limit = new RateLimit(house.rateLimit ?? defaultRateLimit, clock.now());
  }

  get faults(): ReadonlyMap<string, number> {
    return this.#tally.totals;
  }

  async close(): Promise<void> {
    this.#tally.close();
    await this.#line.hangUp();
  }

  complain(error: Error): void {
    this.#tally.add('socket error', error.message);
  }

  /** One datagram. Never throws. */
  receive(bytes: Uint8Array, from: OscSender): void {
    const time = this.#clock.now();
    const source = `${from.address} ${from.port}`;
    if (!this.#limit.admits(source, time)) return this.#tally.add('too many messages', source);
    const messages = readOsc(bytes);
    if (messages === undefined) {
      this.#limit.judge(source, false);
      return this.#tally.add('malformed packet', source);
    }
    if (messages.length > 1 && !this.#limit.admits(source, time, messages.length - 1)) return this.#tally.add('too many messages', source);
    for (const message of messages) this.#hear(message, time, from);
  }

  #hear(message: OscMessage, time: Seconds, from: OscSender): void {
    const wish = understand(message);
    const source = `${from.address} ${from.port}`;
    const isPlayable = typeof wish === 'string' || this.#limit.plays(source, wish.type === 'onset' || wish.type === 'attack');
    this.#limit.judge(source, typeof wish !== 'string' && isPlayable);
    if (typeof wish === 'string') return this.#tally.add(wish, shown(message));
    if (!isPlayable) return this.#tally.add('too many notes', source);
    const event = this.#obey(wish, message, { time, leftAt: this.#leftAt(message, time, from) }, from);
    if (event !== undefined) this.#house.onEvent(event);
  }

  /** The event for the stage, where there is one; everything else is done here. */
  #obey(wish: OscWish, message: OscMessage, { time, leftAt }: Moment, from: OscSender): StageEvent | undefined {
    const house = this.#house;
    switch (wish.type) {
      case 'onset':
      case 'offset':
      case 'attack':
      case 'pedal': {
        const part = this.#soloist(wish.part, message);
        return part === undefined ? undefined : this.#played(wish, time, leftAt, part);
      }
      case 'start': {
        if (wish.place === undefined) return { type: 'start', time };
        const position = this.#find(house.positionOf(wish.place.bar, wish.place.beat), message);
        return position === undefined ? undefined : { type: 'start', time, position };
      }
      case 'goto':
      case 'mark': {
        const found = wish.type === 'mark' ? house.positionOfMark(wish.name) : house.positionOf(wish.place.bar, wish.place.beat, wish.pass);
        const position = this.#find(found, message);
        return position === undefined ? undefined : { type: 'seek', time, position };
      }
      case 'stop':
      case 'hold':
      case 'resume':
      case 'panic':
      case 'forget-take':
        return { type: wish.type, time };
      case 'player':
        if (house.onPlayer === undefined) this.#reply(from, '/unavailable', ['/player', 'nothing is remembered']);
        else house.onPlayer(wish.name);
        return undefined;
      case 'tempo':
        return { type: 'tempo', time, beatPeriod: wish.beatPeriod };
      case 'follow':
        return { type: 'follow', time, amount: wish.amount };
      case 'tempo-limits':
        return { type: 'tempo-limits', time, slowest: wish.slowest, fastest: wish.fastest };
      case 'mute':
        if (house.hasPart?.(wish.part) === false) return this.#refuse('no such part', message);
        return { type: 'mute', time, part: wish.part, on: wish.on };
      case 'latency':
        this.#latency(wish.name, wish.latency, message, from);
        return undefined;
      case 'ping':
        this.#reply(from, '/pong', [wish.token, house.version]);
        return undefined;
      case 'status':
        this.#status(from);
        return undefined;
      case 'subscribe':
        if (!house.subscribers.subscribe(from.address, wish.port, time, wish.lease)) this.#tally.add('too many subscribers', `${from.address} ${wish.port}`);
        return undefined;
      case 'unsubscribe':
        house.subscribers.unsubscribe(from.address, wish.port, time);
        return undefined;
      case 'loop': {
        if (wish.bars === undefined) return { type: 'loop', time, passage: undefined };
        const passage = house.passageOf(...wish.bars);
        if (passage === undefined) this.#tally.add('no such place', shown(message));
        return passage === undefined ? undefined : { type: 'loop', time, passage };
      }
      case 'count-in':
      case 'click':
        return { type: wish.type, time, on: wish.on };
    }
  }

  #played(wish: OscPlaying, time: Seconds, leftAt: Seconds, part: string): SoloEvent {
    switch (wish.type) {
      case 'onset':
        return { type: 'solo-on', time, playedAt: this.#playedAt(leftAt, wish.age), part, pitch: this.#tuningOf(part).begin(wish.pitch), velocity: wish.velocity };
      case 'offset':
        return { type: 'solo-off', time, playedAt: this.#playedAt(leftAt, wish.age), part, pitch: this.#tuningOf(part).end(wish.pitch) };
      case 'attack':
        return { type: 'solo-attack', time, playedAt: this.#playedAt(leftAt, wish.age), part, velocity: wish.velocity };
      case 'pedal':
        return { type: 'solo-pedal', time, playedAt: this.#playedAt(leftAt, seconds(0)), part, value: wish.value };
    }
  }

  /** Who plays: the part that was named, or the one whose input this is. */
  #soloist(name: string, message: OscMessage): string | undefined {
    if (name === '') return this.#part;
    const { soloistNamed } = this.#house;
    const part = soloistNamed === undefined ? name : soloistNamed(name);
    if (part === undefined) this.#tally.add('no such part', shown(message));
    return part;
  }

  #playedAt(leftAt: Seconds, age: Seconds): Seconds {
    return seconds(leftAt - age - this.latency);
  }

  /** When it left its sender: a bundle with a time tag says so by the sender's clock; anything else has just left. */
  #leftAt({ sentAt }: OscMessage, time: Seconds, from: OscSender): Seconds {
    if (sentAt === undefined) return time;
    const source = `${from.address} ${from.port}`;
    let map = this.#clocks.get(source);
    if (map === undefined) {
      if (this.#clocks.size >= mostClocks) this.#clocks.delete(this.#clocks.keys().next().value!);
      map = new ClockMap();
      this.#clocks.set(source, map);
    }
    return seconds(Math.max(time - longestOnTheWay, map.observe(sentAt, time)));
  }

  #refuse(fault: string, message: OscMessage): undefined {
    this.#tally.add(fault, shown(message));
    return undefined;
  }

  /** Each soloist is out of tune by himself; those beyond the first few are taken to be together. */
  #tuningOf(part: string): Tuning {
    const known = this.#tunings.get(part) ?? (this.#tunings.size >= mostTunings ? this.#tunings.values().next().value : undefined);
    if (known !== undefined) return known;
    const tuning = new Tuning();
    this.#tunings.set(part, tuning);
    return tuning;
  }

  #find(position: Beats | undefined, message: OscMessage): Beats | undefined {
    if (position === undefined) this.#tally.add('no such place', shown(message));
    return position;
  }

  #latency(name: string, latency: Seconds | undefined, message: OscMessage, from: OscSender): void {
    if (latency !== undefined) {
      if (!this.#house.setLatency(name, latency)) this.#tally.add('no such port', shown(message));
      return;
    }
    const known = this.#house.latencyOf(name);
    if (known === undefined) this.#tally.add('no such port', shown(message));
    else this.#reply(from, '/latency.reply', [name, known * 1000]);
  }

  #status(from: OscSender): void {
    const { state, place, beatPeriod, confidence, asynchrony, soloists = [] } = this.#house.status();
    this.#reply(from, '/status.reply', [state, barArgument(place.bar), place.beat, bpmOf(beatPeriod), confidence, asynchrony * 1000, ...soloists.flatMap(({ name, confidence }) => [name, confidence])]);
  }

  #reply(to: OscSender, address: string, args: readonly OscArgument[]): void {
    const unanswerable = (): void => this.#tally.add('unanswerable sender', `${to.address} ${to.port}`);
    // A forged datagram may come from port 0, to which nothing can be sent.
    if (to.port === 0) unanswerable();
    else this.#line.say(writeOsc(address, args), to, unanswerable);
  }
}

/** A printed number as a number, and "12a" as it is. */
export function barArgument(bar: string): OscArgument {
  return /^-?\d{1,9}$/.test(bar) ? { whole: Number(bar) } : bar;
}

function shown(message: OscMessage): string {
  return [message.address, ...message.args.slice(0, 4).map(String)].join(' ');
}
