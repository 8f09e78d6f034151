/** Somebody at the other end of the wire who writes down when each note of the accompaniment arrives. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import type { Command, NoteOnCommand } from '../../core/contract/commands.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { Seconds } from '../../core/music/units.ts';
import type { LoggedStep } from '../../learning/sim/rehearsal.ts';
import { localHost } from '../config/preset.ts';
import { readOsc } from '../io/osc-packet.ts';

export interface HeardNote {
  readonly time: Seconds;
  /** 0..15 */
  readonly channel: number;
  readonly pitch: number;
  /** 0 ends the note. */
  readonly velocity: number;
}

export class Audience {
  readonly heard: HeardNote[] = [];
  readonly #socket: Socket;

  static async open(clock: Clock): Promise<Audience> {
    const socket = createSocket('udp4');
    const audience = new Audience(socket, clock);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, localHost, resolve);
    });
    return audience;
  }

  private constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    socket.on('message', (bytes) => {
      const time = clock.now();
      for (const { address, args } of readOsc(bytes) ?? []) {
        const [channel, pitch, velocity] = args;
        if (address === '/note' && typeof channel === 'number' && typeof pitch === 'number' && typeof velocity === 'number') this.heard.push({ time, channel, pitch, velocity });
      }
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

/**
 * The concert with every note at the time at which it arrived, where it did; the nth note of a key that was sent is the nth
 * that was heard. Datagrams on loopback keep their order.
 */
export function asHeard(log: readonly LoggedStep[], heard: readonly HeardNote[]): readonly LoggedStep[] {
  const arrivals = new Map<string, Seconds[]>();
  for (const { time, channel, pitch, velocity } of heard) {
    if (velocity === 0) continue;
    const key = `${channel} ${pitch}`;
    const times = arrivals.get(key);
    if (times === undefined) arrivals.set(key, [time]);
    else times.push(time);
  }
  const sent = log.flatMap((step) => step.commands.filter((command) => command.type === 'note-on')).sort((a, b) => a.time - b.time);
  const arrived = new Map<NoteOnCommand, Seconds>();
  for (const note of sent) {
    const time = arrivals.get(`${note.channel} ${note.pitch}`)?.shift();
    if (time !== undefined) arrived.set(note, time);
  }
  const heardAt = (command: Command): Command => (command.type === 'note-on' ? { ...command, time: arrived.get(command) ?? command.time } : command);
  return log.map(({ event, commands }) => ({ event, commands: commands.map(heardAt) }));
}
