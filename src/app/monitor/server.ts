/**
 * The page and its WebSocket. Serves the files of the page, the score and its engraving, and says the same to everybody
 * who listens. A browser that does not keep up is left out, and told how things stand once it has caught up.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { UserFault } from '../../core/contract/faults.ts';
import type { Clock } from '../../core/contract/ports.ts';
import { RateLimit } from '../io/rate-limit.ts';
import { longestMessage, readCommand } from './commands.ts';
import { comesFromOurPage, knowsTheToken } from './doorkeeper.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import type { FromPage, Frame, Hello, News, Reply, Snapshot } from './messages.ts';
import { pageFile } from './page-files.ts';

export interface PageServerSettings extends Doorkeeper {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly hello: Hello;
  readonly snapshot: () => Snapshot;
  readonly onCommand: (command: FromPage, page: number) => void;
  /** Somebody came or went: so many look on now. */
  readonly onPages?: (count: number) => void;
  /** What stands beside the files of the page: `/score.json`, `/engraving/...`. undefined when there is no such thing. */
  readonly document: (url: URL) => Promise<Served | undefined>;
}
export interface Served {
  readonly type: string;
  readonly body: Buffer;
  readonly encoding?: 'gzip';
  readonly status?: number;
  /** What its Content-Security-Policy is where it is not that of the page. */
  readonly policy?: string;
}

export const mostPages = 64;
/** Bytes that wait for one browser before it is passed over. */
const mostWaiting = 256 * 1024;
/** A browser that takes nothing for so long is gone. */
const patience = 30_000; // ms
const commandsASecond = { perSource: 200, burst: 200, together: 2000 };

const security = {
  'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

interface Page {
  readonly id: number;
  readonly socket: WebSocket;
  /** Frames are left out until what waits has gone. */
  behind: boolean;
  /** ms */
  stuckSince: number;
}

export class PageServer {
  readonly #settings: PageServerSettings;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #pages = new Map<number, Page>();
  readonly #limit: RateLimit;
  #comers = 0;
  #frames = 0;
  /** Frames that somebody did not get because he was behind. */
  leftOut = 0;

  /** @throws UserFault when the port is taken or the host is not ours */
  static async open(settings: PageServerSettings): Promise<PageServer> {
    const server = new PageServer(settings);
    await new Promise<void>((resolve, reject) => {
      server.#http.once('error', (cause) => reject(new UserFault(`page ${settings.host}:${settings.port}`, '', `cannot be served: ${cause.message}`, undefined, { cause })));
      server.#http.listen(settings.port, settings.host, resolve);
    });
    server.#http.removeAllListeners('error');
    server.#http.on('error', () => undefined);
    return server;
  }

  private constructor(settings: PageServerSettings) {
    this.#settings = settings;
    this.#limit = new RateLimit(commandsASecond, settings.clock.now());
    this.#http = createServer({ maxHeaderSize: 16_384, requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => void this.#serve(request, response));
    this.#http.maxConnections = mostPages * 4;
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: longestMessage, perMessageDeflate: false, clientTracking: false });
    this.#http.on('upgrade', (request, socket, head) => this.#admit(request, socket, head));
  }

  /** The port it really has: 0 in the settings means any. */
  get port(): number {
    const address = this.#http.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }
  get pages(): number {
    return this.#pages.size;
  }

  /** The same text for all; nobody is waited for. */
  tell(news: readonly News[]): void {
    const { clock } = this.#settings;
    this.#frames++;
    if (this.#pages.size === 0) return;
    const frame: Frame = { type: 'frame', count: this.#frames, now: clock.now(), news };
    const text = Buffer.from(JSON.stringify(frame));
    let snapshot: Buffer | undefined;
    for (const page of this.#pages.values()) {
      if (page.socket.bufferedAmount > mostWaiting || (page.behind && page.socket.bufferedAmount > 0)) {
        this.#passOver(page);
        continue;
      }
      if (page.behind) {
        page.behind = false;
        snapshot ??= Buffer.from(JSON.stringify(this.#settings.snapshot()));
        page.socket.send(snapshot, { binary: false });
      } else page.socket.send(text, { binary: false });
    }
  }

  reply(page: number, reply: Reply): void {
    this.#pages.get(page)?.socket.send(JSON.stringify(reply));
  }

  async close(): Promise<void> {
    for (const { socket } of this.#pages.values()) socket.terminate();
    this.#pages.clear();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #passOver(page: Page): void {
    this.leftOut++;
    const now = this.#settings.clock.now() * 1000;
    if (!page.behind) page.stuckSince = now;
    page.behind = true;
    if (now - page.stuckSince > patience) page.socket.terminate();
  }

  #admit(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refuse = (status: string): void => {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    socket.on('error', () => undefined);
    const url = urlOf(request);
    if (url?.pathname !== '/ws') return refuse('404 Not Found');
    if (!comesFromOurPage(request, this.#settings) || !knowsTheToken(url, this.#settings)) return refuse('403 Forbidden');
    if (this.#pages.size >= mostPages) return refuse('503 Service Unavailable');
    this.#sockets.handleUpgrade(request, socket, head, (open) => this.#welcome(open));
  }

  #welcome(socket: WebSocket): void {
    const page: Page = { id: ++this.#comers, socket, behind: false, stuckSince: 0 };
    this.#pages.set(page.id, page);
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#pages.delete(page.id);
      this.#settings.onPages?.(this.#pages.size);
    });
    this.#settings.onPages?.(this.#pages.size);
    socket.on('message', (data, binary) => this.#hear(page, data as Buffer, binary));
    socket.send(JSON.stringify(this.#settings.hello));
    socket.send(JSON.stringify(this.#settings.snapshot()));
  }

  #hear(page: Page, data: Buffer, binary: boolean): void {
    // Answers to a flood would be a flood.
    if (!this.#limit.admits(String(page.id), this.#settings.clock.now())) return;
    const command = binary ? ({ type: 'refusal', reason: 'must be text' } as const) : readCommand(data.toString('utf8'));
    if (command.type === 'command') this.#settings.onCommand(command, page.id);
    else page.socket.send(JSON.stringify(command));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request);
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, plain(405, 'only GET is understood here'), request);
      if (url === undefined || !comesFromOurPage(request, this.#settings)) return answer(response, plain(403, 'this page is for this machine'), request);
      const file = await pageFile(url.pathname);
      if (file !== undefined) return answer(response, file, request);
      if (!knowsTheToken(url, this.#settings)) return answer(response, plain(403, 'the address lacks its token'), request);
      answer(response, (await this.#settings.document(url)) ?? plain(404, 'there is no such page'), request);
    } catch {
      answer(response, plain(500, 'this could not be served'), request);
    }
  }
}

function answer(response: ServerResponse, { type, body, encoding, policy, status = 200 }: Served, request: IncomingMessage): void {
  response.writeHead(status, { ...security, ...(policy && { 'Content-Security-Policy': policy }), 'Content-Type': type, 'Content-Length': body.length, ...(encoding && { 'Content-Encoding': encoding }) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const plain = (status: number, text: string): Served => ({ status, type: 'text/plain; charset=utf-8', body: Buffer.from(`${text}\n`) });

function urlOf(request: IncomingMessage): URL | undefined {
  try {
    return new URL(request.url ?? '/', 'http://page');
  } catch {
    return undefined;
  }
}
