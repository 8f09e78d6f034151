/** Serves a map of sounds on loopback: the page, the clicks that come from it, and who walks through it meanwhile. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { UserFault } from '../../../core/contract/faults.ts';
import { comesFromOurPage } from '../doorkeeper.ts';
import type { Walk } from './sound-map.ts';

export interface SoundMapServerSettings {
  readonly port: number;
  readonly html: string;
  readonly sounds: number;
  readonly onPlay: (sound: number) => void;
}

const host = '127.0.0.1';
const mostListeners = 16;
const longestBody = 200; // bytes
/** The page brings the scripts that it imports along, as data. */
const policy = "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export class SoundMapServer {
  readonly #settings: SoundMapServerSettings;
  readonly #http: Server;
  readonly #listeners = new Set<ServerResponse>();

  /** @throws UserFault when the port is taken */
  static async open(settings: SoundMapServerSettings): Promise<SoundMapServer> {
    const server = new SoundMapServer(settings);
    await new Promise<void>((resolve, reject) => {
      server.#http.once('error', (cause) => reject(new UserFault('--page-port', '', `cannot be served: ${cause.message}`, settings.port, { cause })));
      server.#http.listen(settings.port, host, resolve);
    });
    return server;
  }

  private constructor(settings: SoundMapServerSettings) {
    this.#settings = settings;
    this.#http = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => this.#serve(request, response));
    this.#http.maxConnections = mostListeners * 4;
  }

  get address(): string {
    const address = this.#http.address();
    return `http://${host}:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  }

  /** Who does not keep up is let go; his browser comes again. */
  tell(walk: Walk): void {
    for (const listener of this.#listeners) if (!listener.write(`data: ${JSON.stringify(walk)}\n\n`)) listener.destroy();
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => undefined);
    const end = (status: number, text = ''): void => {
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(text);
    };
    if (!comesFromOurPage(request, { token: '' })) return end(403, 'this page is for this machine\n');
    if (request.method === 'POST' && request.url === '/play') return void this.#play(request, end);
    if (request.method !== 'GET') return end(405, 'only GET is understood here\n');
    if (request.url === '/walks') return this.#listen(response, end);
    if (request.url !== '/') return end(404, 'there is no such page\n');
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-cache' });
    response.end(this.#settings.html);
  }

  #listen(response: ServerResponse, end: (status: number, text: string) => void): void {
    if (this.#listeners.size >= mostListeners) return end(503, 'too many look on\n');
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    response.write(':\n\n');
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
  }

  async #play(request: IncomingMessage, end: (status: number, text?: string) => void): Promise<void> {
    // A form of another site can send no JSON.
    if (request.headers['content-type'] !== 'application/json') return end(415, 'must be JSON\n');
    let body = '';
    try {
      for await (const bytes of request) {
        body += String(bytes);
        if (body.length > longestBody) return end(413, 'too long\n');
      }
      const { sound } = JSON.parse(body) as { readonly sound?: unknown };
      if (typeof sound !== 'number' || !Number.isInteger(sound) || sound < 0 || sound >= this.#settings.sounds) return end(400, 'there is no such sound\n');
      this.#settings.onPlay(sound);
      end(204);
    } catch {
      end(400, 'must be JSON\n');
    }
  }
}
