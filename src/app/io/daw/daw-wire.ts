/** One UDP socket between us and a program that is driven by OSC: what it is told leaves here, what it says comes in here. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { UserFault } from '../../../core/contract/faults.ts';
import type { OscArgument, OscMessage } from '../osc-packet.ts';
import { readOsc, writeOsc } from '../osc-packet.ts';

export interface DawWire {
  say(address: string, ...args: readonly OscArgument[]): void;
  /** Bytes that are OSC already. */
  send(bytes: Uint8Array): void;
  close(): Promise<void>;
}

/**
 * @param listen  where it answers; undefined where it says nothing
 * @throws UserFault where the host cannot be found or the port is taken
 */
export async function openDawWire(name: string, to: { readonly host: string; readonly port: number }, listen: number | undefined, onMessage: (message: OscMessage) => void): Promise<DawWire> {
  let host: string;
  try {
    host = (await lookup(to.host)).address;
  } catch (cause) {
    throw new UserFault(`${name} ${to.host}:${to.port}`, '', 'names a host that cannot be found', undefined, { cause });
  }
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const near = host.startsWith('127.') || host === '::1';
  const ours = isIPv6(host) ? (near ? '::1' : '::') : near ? '127.0.0.1' : '0.0.0.0';
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(new UserFault(`${name} listen ${listen ?? 0}`, '', `cannot be listened to: ${cause.message}`, undefined, { cause })));
    socket.bind(listen ?? 0, ours, resolve);
  });
  socket.removeAllListeners('error');
  socket.on('error', () => undefined); // nobody listens there yet: the next message may arrive
  socket.on('message', (bytes, from) => {
    if (from.address !== host) return; // only the program itself is believed
    for (const message of readOsc(bytes) ?? []) onMessage(message);
  });
  let last = Promise.resolve();
  const send = (bytes: Uint8Array): void => {
    last = new Promise((resolve) => socket.send(bytes, to.port, host, () => resolve()));
  };
  return {
    say: (address, ...args) => send(writeOsc(address, args)),
    send,
    close: async () => {
      await last; // what was said before leaving still goes
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

/** The first argument as a number; undefined for anything else. */
export function numberOf(message: OscMessage, index = 0): number | undefined {
  const value = message.args[index];
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
