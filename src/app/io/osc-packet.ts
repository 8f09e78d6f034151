/**
 * Bytes of Open Sound Control to messages and back, through the `osc` package. Only its codec is used, not its UDP port:
 * that one parses before we could count, and a packet it cannot parse kills the process unless somebody listens for it.
 */
import osc from 'osc/src/osc.js';
import type { Packet, TypedArgument } from 'osc/src/osc.js';
import { seconds } from '../../core/music/units.ts';
import type { Seconds } from '../../core/music/units.ts';

/** Whole numbers travel as `i` only when `whole` says so: a receiver should not see the type change with the value. */
export type OscArgument = number | string | { readonly whole: number };

export interface OscMessage {
  readonly address: string;
  /** Numbers of any type as numbers, T and F as booleans; what has no meaning here (blobs, nil, arrays) as undefined. */
  readonly args: readonly (number | string | boolean | undefined)[];
  /** The sender's own time, seconds since 1900, where a bundle says one. */
  readonly sentAt?: Seconds;
}

const options = { metadata: true, unpackSingleArgs: false };
const deepest = 8; // bundles in bundles; nobody needs more, and thousands overflow the parser's stack

/**
 * All messages of a datagram, bundles opened, in order.
 * @returns undefined when it is no OSC packet or nests too deeply
 */
export function readOsc(bytes: Uint8Array): OscMessage[] | undefined {
  let packet: Packet;
  try {
    packet = osc.readPacket(bytes, options);
  } catch {
    return undefined; // the caller counts it
  }
  const messages: OscMessage[] = [];
  return gather(packet, undefined, 0, messages) ? messages : undefined;
}

export function writeOsc(address: string, args: readonly OscArgument[]): Uint8Array {
  return osc.writePacket({ address, args: args.map(typed) }, options);
}

/** In a bundle that holds at a moment. @param time by the wall clock, seconds since 1900 */
export function writeOscAt(time: number, address: string, args: readonly OscArgument[]): Uint8Array {
  const whole = Math.floor(time);
  return osc.writePacket({ timeTag: { raw: [whole, Math.floor((time - whole) * 2 ** 32)] }, packets: [{ address, args: args.map(typed) }] }, options);
}

function gather(packet: Packet, sentAt: Seconds | undefined, depth: number, into: OscMessage[]): boolean {
  if ('address' in packet) {
    const args = packet.args.map(plain);
    into.push(sentAt === undefined ? { address: packet.address, args } : { address: packet.address, args, sentAt });
    return true;
  }
  if (depth >= deepest) return false;
  const [whole, fraction] = packet.timeTag.raw;
  const time = whole === 0 ? undefined : seconds(whole + fraction / 2 ** 32);
  return packet.packets.every((inner) => gather(inner, time, depth + 1, into));
}

function plain(argument: TypedArgument | readonly unknown[]): number | string | boolean | undefined {
  if (!('type' in argument)) return undefined;
  switch (argument.type) {
    case 'i':
    case 'f':
    case 'd':
      return argument.value as number;
    case 'h':
      return Number(argument.value); // a Long, whose text is its number
    case 's':
    case 'S':
      return argument.value as string;
    case 'T':
      return true;
    case 'F':
      return false;
    default:
      return undefined;
  }
}

function typed(argument: OscArgument): TypedArgument {
  if (typeof argument === 'string') return { type: 's', value: argument };
  if (typeof argument === 'number') return { type: 'f', value: argument };
  return { type: 'i', value: argument.whole };
}
