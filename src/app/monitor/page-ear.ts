/**
 * A page's command becomes the OSC message of the same address, sent to the program's own ear on loopback: there is one
 * table of what may be said and one place that obeys. Answers come back by the same way.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { readOsc, writeOsc } from '../io/osc-packet.ts';
import type { FromPage, Reply } from './messages.ts';

const loopback = '127.0.0.1';
/** Answers arrive in the order of the questions; more than this outstanding and the oldest got none. */
const mostAsking = 256;
const answered = new Set(['/ping', '/status', '/loop', '/loop/off', '/countin', '/click', '/player']);

export class PageEar {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #asking: { readonly page: number; readonly address: string }[] = [];

  static async open(port: number, onReply: (page: number, reply: Reply) => void): Promise<PageEar> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, loopback, resolve));
    socket.on('error', () => undefined);
    const ear = new PageEar(socket, port);
    socket.on('message', (bytes) => {
      for (const { address, args } of readOsc(bytes) ?? []) {
        const page = ear.#whoAsked(address, args[0]);
        if (page !== undefined) onReply(page, { type: 'reply', address, args: args.map((value) => (typeof value === 'number' ? value : String(value))) });
      }
    });
    return ear;
  }

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
  }

  say({ address, args }: FromPage, page: number): void {
    if (answered.has(address) || (address === '/latency' && args.length === 1)) {
      this.#asking.push({ page, address });
      if (this.#asking.length > mostAsking) this.#asking.shift();
    }
    this.#socket.send(writeOsc(address, args.map((value) => (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? { whole: value } : value))), this.#port, loopback, () => undefined);
  }

  close(): void {
    this.#socket.close();
  }

  #whoAsked(reply: string, first: unknown): number | undefined {
    const question = reply === '/pong' ? '/ping' : reply === '/unavailable' ? String(first) : reply.replace(/\.reply$/, '');
    const at = this.#asking.findIndex(({ address }) => address === question);
    return at < 0 ? undefined : this.#asking.splice(at, 1)[0]!.page;
  }
}
