/**
 * Ardour: its tempo over the WebSocket of its web surface, its transport over OSC; both must be switched on once in its
 * preferences. OSC knows places in samples only, so they are reckoned from the session's rate and its single tempo.
 */
import { WebSocket } from 'ws';
import type { DawSettings } from '../../../core/contract/settings.ts';
import { beats, seconds } from '../../../core/music/units.ts';
import { openDawWire } from './daw-wire.ts';
import type { DawReport, TargetHouse, TempoTarget } from './tempo-target.ts';

const sampleRate = 48_000; // of the session
const connectAgain = 2000; // ms

export async function openArdour(settings: DawSettings, { clock, onReport, onTrouble }: TargetHouse): Promise<TempoTarget> {
  const wire = await openDawWire('ardour', settings, undefined, () => undefined);
  const address = `ws://${settings.host}:${settings.listen ?? 3818}`;
  let socket: WebSocket | undefined;
  let closed = false;
  let bpm: number | undefined;
  let wanted: number | undefined;
  let told = false;
  const say = (node: string, value: number | boolean): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ node, addr: [], val: [value] }));
  };
  const connect = (): void => {
    if (closed) return;
    const line = new WebSocket(address, { handshakeTimeout: connectAgain });
    socket = line;
    line.on('open', () => {
      if (told) onTrouble({ port: 'ardour', kind: 'back', message: `ardour answers at ${address}` });
      told = false;
      if (wanted !== undefined) say('transport_tempo', wanted);
    });
    line.on('message', (data) => {
      const report = readArdour(String(data), bpm);
      if (report === undefined) return;
      bpm = report.bpm ?? bpm;
      onReport({ ...report, time: clock.now() });
    });
    line.on('error', () => undefined); // followed by its close
    line.on('close', () => {
      if (closed) return;
      if (!told) onTrouble({ port: 'ardour', kind: 'unavailable', message: `ardour does not answer at ${address}; in its preferences, under Control Surfaces, enable "WebSockets Server" and "Open Sound Control (OSC)"` });
      told = true;
      setTimeout(connect, connectAgain).unref();
    });
  };
  connect();
  return {
    tempo: (to) => {
      wanted = to;
      say('transport_tempo', to);
    },
    locate: (position, at) => wire.say('/locate', { whole: Math.round(((position * 60) / at) * sampleRate) }, { whole: 0 }),
    play: () => wire.say('/transport_play'),
    stop: () => wire.say('/transport_stop'),
    close: async () => {
      closed = true;
      socket?.terminate();
      await wire.close();
    },
  };
}

/** One line of the web surface. @returns undefined for what is of no interest here, or no such line */
export function readArdour(text: string, bpm: number | undefined): DawReport | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (line === null || typeof line !== 'object' || !('node' in line) || !('val' in line) || !Array.isArray(line.val)) return undefined;
  const value: unknown = line.val[0];
  const time = seconds(0);
  if (line.node === 'transport_roll' && (typeof value === 'boolean' || typeof value === 'number')) return { time, playing: Boolean(value) };
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  if (line.node === 'transport_tempo') return { time, bpm: value };
  if (line.node === 'transport_time' && bpm !== undefined) return { time, position: beats((value * bpm) / 60) };
  return undefined;
}
