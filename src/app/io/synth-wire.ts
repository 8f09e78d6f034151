/**
 * The wire between a map of sounds and a synthesizer with its agent, in the messages of Madaghiele and Fasciani
 * (AIMC 2024): settings go out as `/params`; what the agent hears and does comes in.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { UserFault } from '../../core/contract/faults.ts';
import { readOsc, writeOsc } from './osc-packet.ts';

/** Where somebody is: by his sound, shape [55], or by the settings that he chose, 0..1. */
export type Whereabouts =
  | { readonly who: 'musician' | 'agent'; readonly descriptors: readonly number[] }
  | { readonly who: 'agent'; readonly setting: readonly number[] };

export interface SynthWireSettings {
  /** Where agent and musician are heard, on loopback; 0 for any free port. */
  readonly port: number;
  readonly descriptors: number;
  readonly parameters: number;
  readonly to: { readonly host: string; readonly port: number };
  readonly onMove: (where: Whereabouts) => void;
}

export class SynthWire {
  readonly #socket: Socket;
  readonly #settings: SynthWireSettings;
  /** Messages that meant nothing here. */
  refused = 0;

  /** @throws UserFault when the port is taken */
  static async open(settings: SynthWireSettings): Promise<SynthWire> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (cause) => reject(new UserFault('--osc-port', '', `cannot be opened: ${cause.message}`, settings.port, { cause })));
      socket.bind(settings.port, '127.0.0.1', resolve);
    });
    socket.removeAllListeners('error');
    socket.on('error', () => undefined);
    return new SynthWire(socket, settings);
  }

  private constructor(socket: Socket, settings: SynthWireSettings) {
    this.#socket = socket;
    this.#settings = settings;
    socket.on('message', (bytes) => {
      for (const { address, args } of readOsc(bytes) ?? []) this.#hear(address, args);
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** @param setting 0..1 each */
  send(setting: ArrayLike<number>): void {
    const { host, port } = this.#settings.to;
    this.#socket.send(writeOsc('/params', Array.from(setting)), port, host, () => undefined);
  }

  close(): void {
    this.#socket.close();
  }

  #hear(address: string, args: readonly unknown[]): void {
    const { descriptors, parameters, onMove } = this.#settings;
    const numbers = args.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
    const isWhole = (count: number): boolean => args.length === count && numbers.length === count;
    if (address.startsWith('/feats/') && isWhole(2 * descriptors + parameters)) {
      onMove({ who: 'agent', descriptors: numbers.slice(0, descriptors) });
      onMove({ who: 'musician', descriptors: numbers.slice(descriptors, 2 * descriptors) });
    } else if (address === '/musician' && isWhole(descriptors)) onMove({ who: 'musician', descriptors: numbers });
    else if (address === '/agent-params' && isWhole(parameters)) onMove({ who: 'agent', setting: numbers });
    else this.refused++;
  }
}
