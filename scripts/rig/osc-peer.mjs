/** An OSC peer over UDP on loopback: every message stamped when it came, in milliseconds. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import osc from 'osc';

export class OscPeer {
  /** `{ at, address, args }[]`, in the order of arrival. */
  heard = [];
  #socket = createSocket('udp4');
  #relay;

  /** @param relay  where to pass every packet on to, as it is, but for what comes from there; undefined to keep it */
  static async open(relay) {
    const peer = new OscPeer();
    peer.#relay = relay;
    peer.#socket.on('message', (bytes, from) => peer.#receive(bytes, from.port));
    peer.#socket.bind(0, '127.0.0.1');
    await once(peer.#socket, 'listening');
    return peer;
  }

  get port() {
    return this.#socket.address().port;
  }

  #receive(bytes, from) {
    const at = performance.now();
    if (this.#relay !== undefined && this.#relay !== from) this.#socket.send(bytes, this.#relay, '127.0.0.1');
    const { address, args } = osc.readPacket(bytes, { metadata: false });
    this.heard.push({ at, address, args: args === undefined ? [] : Array.isArray(args) ? args : [args] });
  }

  send(port, address, ...args) {
    const typed = args.map((value) => (typeof value === 'string' ? { type: 's', value } : { type: 'f', value }));
    this.#socket.send(osc.writePacket({ address, args: typed }, { metadata: true }), port, '127.0.0.1');
  }

  /** @returns the messages of one address, as lists of their arguments */
  at(address) {
    return this.heard.filter((message) => message.address === address).map(({ args }) => args);
  }

  /** Waits for a message of this address. @throws Error when none comes in time */
  async hears(address, limitMs, count = 1) {
    const deadline = performance.now() + limitMs;
    while (this.at(address).length < count) {
      if (performance.now() > deadline) throw new Error(`${this.at(address).length} of ${count} ${address} came, and ${this.heard.length} messages in all`);
      await sleep(10);
    }
    return this.at(address);
  }

  close() {
    this.#socket.close();
  }
}

/** Waits until some program listens there. @throws Error when none does in time */
export async function listened(port, limitMs) {
  const deadline = performance.now() + limitMs;
  while (await isFree(port)) {
    if (performance.now() > deadline) throw new Error(`nobody listens on port ${port}`);
    await sleep(100);
  }
}

async function isFree(port) {
  const socket = createSocket('udp4');
  socket.bind(port); // on every address, as programs do
  const free = await once(socket, 'listening').then(() => true, () => false);
  socket.close();
  return free;
}

/** @returns a UDP port of this machine that is free now */
export async function freePort() {
  const peer = await OscPeer.open();
  const { port } = peer;
  peer.close();
  return port;
}
