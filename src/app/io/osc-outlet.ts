/**
 * OSC out of the beat thread: the preset's targets and those who have subscribed. Datagrams leave at once, inside the
 * call: the thread sleeps between notes and does not return to its event loop in time for anything queued there.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { ChannelCommand } from '../../core/contract/commands.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { OscOutputSettings } from '../../core/contract/settings.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import type { OscArgument } from './osc-packet.ts';
import { writeOsc } from './osc-packet.ts';
import type { Subscriber } from './osc-subscribers.ts';
import type { Outlet } from './outlet.ts';
import { Pace } from './pace.ts';
import { Sounding } from './sounding.ts';
import type { LedgerRow } from './sounding-ledger.ts';

const burst = 64;
const gap = seconds(0.00005); // a thousand datagrams without a pause lose most of them even on loopback

/** Sockets are bound to loopback unless the receiver is elsewhere: one for each of the four cases, made when needed. */
export class OscSockets {
  readonly #sockets = new Map<string, Socket>();
  readonly #pace: Pace;

  constructor(clock: Clock) {
    this.#pace = new Pace(clock, burst, gap);
  }

  /** Must have settled before the first `send` to this host. */
  async prepare(host: string): Promise<void> {
    const place = bindingFor(host);
    if (this.#sockets.has(place)) return;
    // Node looks a host up on a later turn, even a numeric one; ours are numeric, and answered at once.
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', lookup: (name, options, callback) => callback(null, name, options.family === 6 || isIPv6(name) ? 6 : 4) });
    socket.on('error', () => {}); // nobody listens there: not our concern, and the next datagram may arrive
    this.#sockets.set(place, socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, place, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    socket.unref();
  }

  /** @param host numeric */
  send(bytes: Uint8Array, host: string, port: number): void {
    this.#pace.wait();
    this.#sockets.get(bindingFor(host))?.send(bytes, port, host);
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }
}

function bindingFor(host: string): string {
  if (isIPv6(host)) return host === '::1' ? '::1' : '::';
  return host.startsWith('127.') ? '127.0.0.1' : '0.0.0.0';
}

/** One target of the preset. */
export class OscOutlet implements Outlet {
  readonly #settings: OscOutputSettings;
  readonly #sockets: OscSockets;
  readonly #sounding: Sounding;
  latency: Seconds;

  /** @param settings with a numeric host, for which `sockets` is prepared */
  constructor(settings: OscOutputSettings, sockets: OscSockets, ledger?: LedgerRow) {
    this.#sounding = new Sounding(ledger);
    this.#settings = settings;
    this.#sockets = sockets;
    this.latency = settings.latency;
  }

  get sounding(): number {
    return this.#sounding.count;
  }

  play(command: ChannelCommand): void {
    if (!this.#settings.notes) return;
    playNote(command, this.#sounding, (channel, pitch, velocity) => this.#note(channel, pitch, velocity));
  }

  silence(): void {
    this.#sounding.clear((channel, pitch) => this.#note(channel, pitch, 0));
  }

  publish(address: string, args: readonly OscArgument[]): void {
    const { notes, position } = this.#settings;
    // The parameters of a synth go where its notes go.
    if (address === '/control' ? notes : position) this.#sockets.send(writeOsc(address, args), this.#settings.host, this.#settings.port);
  }

  look(): void {}
  close(): void {}

  #note(channel: number, pitch: number, velocity: number): void {
    this.#sockets.send(writeOsc('/note', noteArguments(channel, pitch, velocity)), this.#settings.host, this.#settings.port);
  }
}

/** Everybody who has subscribed; each message carries that subscriber's running count, so that a lost one is noticed. */
export class SubscribersOutlet implements Outlet {
  readonly #sockets: OscSockets;
  readonly #clock: Clock;
  readonly #sounding: Sounding;
  #listeners: { readonly subscriber: Subscriber; count: number }[] = [];
  latency: Seconds = seconds(0);

  constructor(sockets: OscSockets, clock: Clock, ledger?: LedgerRow) {
    this.#sounding = new Sounding(ledger);
    this.#sockets = sockets;
    this.#clock = clock;
  }

  get sounding(): number {
    return this.#sounding.count;
  }

  /** A socket for each host must be prepared. Who stays keeps the count. */
  replace(subscribers: readonly Subscriber[]): void {
    const before = this.#listeners;
    this.#listeners = subscribers.map((subscriber) => {
      const known = before.find((listener) => listener.subscriber.host === subscriber.host && listener.subscriber.port === subscriber.port);
      return { subscriber, count: known?.count ?? 0 };
    });
  }

  play(command: ChannelCommand): void {
    playNote(command, this.#sounding, (channel, pitch, velocity) => this.publish('/note', noteArguments(channel, pitch, velocity)));
  }

  silence(): void {
    this.#sounding.clear((channel, pitch) => this.publish('/note', noteArguments(channel, pitch, 0)));
  }

  publish(address: string, args: readonly OscArgument[]): void {
    if (this.#listeners.length === 0) return;
    const now = this.#clock.now();
    for (const listener of this.#listeners) {
      if (listener.subscriber.until <= now) continue;
      this.#sockets.send(writeOsc(address, [...args, { whole: listener.count++ }]), listener.subscriber.host, listener.subscriber.port);
    }
  }

  look(now: Seconds): void {
    if (this.#listeners.some(({ subscriber }) => subscriber.until <= now)) this.#listeners = this.#listeners.filter(({ subscriber }) => subscriber.until > now);
  }
  close(): void {}
}

/** Controllers and programs have no address in `OSC.md`. */
function playNote(command: ChannelCommand, sounding: Sounding, say: (channel: number, pitch: number, velocity: number) => void): void {
  if (command.type === 'note-on') {
    if (sounding.begin(command.channel, command.pitch)) say(command.channel, command.pitch, 0);
    say(command.channel, command.pitch, Math.round(command.velocity));
  } else if (command.type === 'note-off' && sounding.end(command.channel, command.pitch)) {
    say(command.channel, command.pitch, 0);
    sounding.ended(command.channel, command.pitch);
  }
}

export function noteArguments(channel: number, pitch: number, velocity: number): OscArgument[] {
  return [{ whole: channel }, { whole: pitch }, { whole: velocity }];
}
