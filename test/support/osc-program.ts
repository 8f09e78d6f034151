/** A program at the other end of a wire, on loopback: what it hears, and what it says. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readOsc, writeOsc } from '../../src/app/io/osc-packet.ts';
import type { OscMessage } from '../../src/app/io/osc-packet.ts';

export class OscProgram {
  readonly heard: OscMessage[] = [];
  /** The same as it came off the wire, one entry a datagram. */
  readonly datagrams: Buffer[] = [];
  readonly #socket = createSocket('udp4');

  static async open(): Promise<OscProgram> {
    const program = new OscProgram();
    program.#socket.on('message', (bytes) => {
      program.datagrams.push(bytes);
      program.heard.push(...(readOsc(bytes) ?? []));
    });
    program.#socket.bind(0, '127.0.0.1');
    await once(program.#socket, 'listening');
    return program;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  say(port: number, address: string, ...args: (number | string)[]): void {
    this.#socket.send(writeOsc(address, args), port, '127.0.0.1');
  }

  /** @throws Error when so many messages to that address have not come within two seconds */
  async hears(address: string, count = 1): Promise<readonly OscMessage[]> {
    for (let i = 0; i < 200; i++) {
      const found = this.heard.filter((message) => message.address === address);
      if (found.length >= count) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`${address} never came; heard ${this.heard.map((message) => message.address).join(' ')}`);
  }

  close(): void {
    this.#socket.close();
  }
}

export async function freePort(): Promise<number> {
  const program = await OscProgram.open();
  const { port } = program;
  program.close();
  return port;
}
