/** How long a note is on its way: out of an output as in a concert, through whatever is connected, and in again at an input. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { InputSettings, OutputSettings } from '../../core/contract/settings.ts';
import type { MidiPitch, Seconds } from '../../core/music/units.ts';
import { beats, seconds, velocity } from '../../core/music/units.ts';
import { UserFault } from '../../core/contract/faults.ts';
import { openBeatThread } from './beat-thread.ts';
import { writeOsc } from './osc-packet.ts';
import { watchInputs } from './ports.ts';
import type { SystemClock } from './system-clock.ts';
import type { Trouble } from './trouble.ts';

export interface RoundTripSettings {
  readonly output: OutputSettings;
  readonly input: InputSettings;
  readonly pitch: MidiPitch;
  /** From 0; where the output hears it. */
  readonly channel: number;
  readonly times: number;
  /** One that is away longer never comes. */
  readonly patience: Seconds;
}

const ahead = seconds(0.03); // to the beat thread, with something to spare
const settling = 300; // ms: ports that have just been opened

/**
 * @param onNote called after each, with its time or undefined where it did not come
 * @returns seconds each, those that came
 * @throws UserFault when a port cannot be opened
 */
export async function roundTrips({ output, input, pitch, channel, times, patience }: RoundTripSettings, clock: SystemClock, onNote: (trip: number | undefined) => void): Promise<readonly number[]> {
  const stopping = new AbortController();
  const troubles: Trouble[] = [];
  const bare = { ...output, latency: seconds(0) };
  const thread = await openBeatThread([bare], clock, (trouble) => troubles.push(trouble), { patience: seconds(30) });
  let heard: ((at: number) => void) | undefined;
  const listening = (async () => {
    for await (const arrival of watchInputs([{ ...input, latency: seconds(0) }], clock, stopping.signal)) {
      if ('trouble' in arrival) troubles.push(arrival.trouble);
      else if (arrival.event.type === 'solo-on' || arrival.event.type === 'solo-attack') heard?.(arrival.event.playedAt);
    }
  })();
  const trips: number[] = [];
  try {
    await Promise.race([pause(settling), listening]);
    const fault = troubles.find(({ kind }) => kind === 'unavailable');
    if (fault !== undefined) throw new UserFault(fault.port, '', fault.message);
    for (let i = 0; i < times; i++) {
      const sent = clock.now() + ahead;
      const came = new Promise<number>((resolve) => (heard = resolve));
      const note = { part: '', channel, pitch };
      thread.send({ type: 'note-on', ...note, time: seconds(sent), velocity: velocity(90), position: beats(0), noteId: '' });
      const at = await Promise.race([came, pause((ahead + patience) * 1000, undefined)]);
      heard = undefined;
      thread.send({ type: 'note-off', ...note, time: seconds(clock.now() + ahead) });
      const trip = at === undefined || at < sent ? undefined : at - sent;
      if (trip !== undefined) trips.push(trip);
      onNote(trip);
      // Uneven, so that nothing that comes round regularly is always met at the same point.
      await pause(120 + ((i * 37) % 50));
    }
    return trips;
  } finally {
    stopping.abort();
    await thread.close();
    await listening;
  }
}

/** The way to an OSC program that answers `/ping`, and back. @returns seconds each, those that came */
export async function pingTrips(host: string, port: number, times: number, patience: Seconds, onPing: (trip: number | undefined) => void): Promise<readonly number[]> {
  const socket = createSocket('udp4');
  const trips: number[] = [];
  try {
    socket.bind(0);
    await once(socket, 'listening');
    for (let i = 0; i < times; i++) {
      const begun = performance.now();
      const answered = once(socket, 'message', { signal: AbortSignal.timeout(patience * 1000) }).then(() => performance.now(), () => undefined);
      socket.send(writeOsc('/ping', [{ whole: i }]), port, host);
      const at = await answered;
      const trip = at === undefined ? undefined : (at - begun) / 1000;
      if (trip !== undefined) trips.push(trip);
      onPing(trip);
      await pause(50);
    }
    return trips;
  } finally {
    socket.close();
  }
}
