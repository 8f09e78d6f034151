/**
 * The listening agent's Open Sound Control, with the addresses of Madaghiele and Fasciani (AIMC 2024), so that their patches
 * work: descriptors of synthesizer and musician come in, parameters go out. Ours beside it: the synthesizer's own descriptors
 * alone, and a plus or a minus.
 */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { UserFault } from '../../core/contract/faults.ts';
import { descriptorNames } from '../../players/sound/descriptors.ts';
import { readOsc } from './osc-packet.ts';
import type { OscMessage } from './osc-packet.ts';

export const listeningAddresses = { heard: '/feats/loudness', own: '/feats/synth', feedback: '/feedback', agent: '/agent-params', optimal: '/target-params', state: '/state' } as const;

export type ListeningWish =
  /** Shapes [55]. */
  | { readonly type: 'heard'; readonly own: readonly number[]; readonly musician: readonly number[] }
  | { readonly type: 'own'; readonly own: readonly number[] }
  | { readonly type: 'feedback'; readonly liked: boolean }
  /** Of an accompanist beside it: the music waits, at a fermata or in a cadenza, or it goes on. */
  | { readonly type: 'state'; readonly holds: boolean };

/** What an accompanist tells its subscribers besides: no business of ours. */
const told: readonly string[] = ['/note', '/position', '/beat', '/tempo/now', '/confidence', '/asynchrony', '/control'];

const described = descriptorNames.length;

/** @returns undefined where it is not understood */
export function understandListening({ address, args }: OscMessage): ListeningWish | undefined {
  if (address === listeningAddresses.state) return typeof args[0] === 'string' ? { type: 'state', holds: args[0] === 'holding' } : undefined;
  const numbers = args.filter((arg): arg is number => typeof arg === 'number' && Number.isFinite(arg));
  if (numbers.length !== args.length) return undefined;
  switch (address) {
    case listeningAddresses.heard:
      return numbers.length >= 2 * described ? { type: 'heard', own: numbers.slice(0, described), musician: numbers.slice(described, 2 * described) } : undefined;
    case listeningAddresses.own:
      return numbers.length === described ? { type: 'own', own: numbers } : undefined;
    case listeningAddresses.feedback:
      return numbers.length === 1 && numbers[0] !== 0 ? { type: 'feedback', liked: numbers[0]! > 0 } : undefined;
    default:
      return undefined;
  }
}

export interface ListeningEar {
  readonly port: number;
  /** Datagrams that were not understood. */
  readonly refused: () => number;
  close(): Promise<void>;
}

/** @throws UserFault when the port is taken or the host is not ours */
export async function openListeningEar(host: string, port: number, onWish: (wish: ListeningWish) => void): Promise<ListeningEar> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  let refused = 0;
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(new UserFault(`osc ${host}:${port}`, '', `cannot be listened to: ${cause.message}`, undefined, { cause })));
    socket.bind(port, host, resolve);
  });
  socket.removeAllListeners('error').on('error', () => undefined);
  socket.on('message', (bytes) => {
    const messages = readOsc(bytes);
    if (messages === undefined) return void refused++;
    for (const message of messages) {
      const wish = understandListening(message);
      if (wish === undefined) refused += told.includes(message.address) ? 0 : 1;
      else onWish(wish);
    }
  });
  return { port: socket.address().port, refused: () => refused, close: () => new Promise((resolve) => void socket.close(() => resolve())) };
}
