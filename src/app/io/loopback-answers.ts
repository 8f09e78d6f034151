/** Answers on loopback: somebody on this machine sends bytes, and gets bytes back. One after another, for each takes the whole processor. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserFault } from '../../core/contract/faults.ts';

export interface LoopbackAnswer {
  readonly type: string;
  readonly body: Uint8Array;
}
export interface LoopbackSettings {
  /** 0 for any that is free. */
  readonly port: number;
  /** Whether a request may come in at all. */
  readonly admits: (request: Pick<IncomingMessage, 'headers'>) => boolean;
  /** @throws UserFault for a request that cannot be answered: its words are what the asker is told */
  readonly answer: (url: URL, sent: Uint8Array) => Promise<LoopbackAnswer | undefined>;
}

/** Bytes; a long song is a tenth of it. */
const largest = 4 << 20;
/** Askers that may wait; another one is sent away. */
const mostWaiting = 8;

export class LoopbackAnswers {
  readonly #settings: LoopbackSettings;
  readonly #http: Server;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  private constructor(settings: LoopbackSettings) {
    this.#settings = settings;
    this.#http = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => void this.#serve(request, response));
  }

  /** @throws UserFault when the port is taken */
  static async open(settings: LoopbackSettings): Promise<LoopbackAnswers> {
    const answers = new LoopbackAnswers(settings);
    await new Promise<void>((resolve, reject) => {
      answers.#http.once('error', (cause) => reject(new UserFault('--port', '', `cannot be served (${cause.message})`, settings.port, { cause })));
      answers.#http.listen(settings.port, '127.0.0.1', resolve);
    });
    answers.#http.removeAllListeners('error');
    answers.#http.on('error', () => undefined);
    return answers;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /** Never throws: what goes wrong is told to who asked. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = (status: number, type: string, body: Uint8Array | string): void => {
      response.writeHead(status, { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store', ...(status === 413 && { Connection: 'close' }) });
      response.end(body);
    };
    const refuse = (status: number, why: string): void => end(status, 'application/json', JSON.stringify({ error: why }));
    try {
      if (!this.#settings.admits(request)) return refuse(403, 'only programs on this machine are answered');
      if (request.method !== 'POST') return refuse(405, 'send a MIDI file with POST');
      if (this.#waiting >= mostWaiting) return refuse(503, 'too many are waiting');
      const sent = await bytesSent(request);
      if (sent === undefined) return refuse(413, `must be at most ${largest} bytes`);
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const answered = await this.#inTurn(() => this.#settings.answer(url, sent));
      if (answered === undefined) return refuse(404, `there is nothing at ${url.pathname}`);
      end(200, answered.type, answered.body);
    } catch (error) {
      if (!response.headersSent) refuse(error instanceof UserFault ? 400 : 500, error instanceof Error ? error.message : 'failed');
      else response.destroy();
    }
  }

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const before = this.#last;
    let done: () => void = () => undefined;
    this.#last = new Promise((resolve) => (done = resolve));
    this.#waiting++;
    try {
      await before;
      return await act();
    } finally {
      this.#waiting--;
      done();
    }
  }
}

/** @returns undefined for more than anybody may send */
async function bytesSent(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
