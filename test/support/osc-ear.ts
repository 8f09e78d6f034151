/** Listens on loopback from a thread of its own, so that a busy test is not taken for a late note. */
import { Worker } from 'node:worker_threads';
import type { OscMessage } from '../../src/app/io/osc-packet.ts';
import type { SystemClock } from '../../src/app/io/system-clock.ts';

export interface HeardMessage extends OscMessage {
  /** Arrival on the clock of the test. */
  readonly at: number;
}

export class OscEar {
  readonly heard: HeardMessage[] = [];
  readonly port: number;
  readonly #worker: Worker;

  static async open(clock: SystemClock): Promise<OscEar> {
    const worker = new Worker(new URL('./osc-ear-worker.js', import.meta.url), { workerData: clock.origin });
    const port = await new Promise<number>((resolve) => worker.once('message', resolve));
    return new OscEar(worker, port);
  }

  private constructor(worker: Worker, port: number) {
    this.#worker = worker;
    this.port = port;
    worker.on('message', (message: HeardMessage) => this.heard.push(message));
  }

  /** Waits until so many messages are here (or far too long has passed). */
  async count(messages: number, limitMs = 4000): Promise<void> {
    for (let waited = 0; this.heard.length < messages && waited < limitMs; waited += 5) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
