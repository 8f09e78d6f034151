/** The wire to the program: opened again when it breaks, a little later each time. */
import type { FromPage, ToPage } from '../monitor/messages.ts';

const firstWait = 500; // ms
const longestWait = 5000; // ms

export const token = new URLSearchParams(location.search).get('token');
/** The address of a document of ours, with the token where there is one. */
export const addressOf = (path: string): string => (token === null ? path : `${path}${path.includes('?') ? '&' : '?'}token=${encodeURIComponent(token)}`);

export class Connection {
  readonly #onMessage: (message: ToPage) => void;
  readonly #onState: (open: boolean) => void;
  #socket: WebSocket | undefined;
  #wait = firstWait;

  constructor(onMessage: (message: ToPage) => void, onState: (open: boolean) => void) {
    this.#onMessage = onMessage;
    this.#onState = onState;
    this.#open();
  }

  /** @returns false when nobody is there to hear it */
  say(address: string, ...args: readonly (number | string)[]): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify({ type: 'command', address, args } satisfies FromPage));
    return true;
  }

  #open(): void {
    const socket = new WebSocket(addressOf(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`));
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#wait = firstWait;
      this.#onState(true);
    });
    socket.addEventListener('message', (event) => this.#onMessage(JSON.parse(String(event.data)) as ToPage));
    socket.addEventListener('close', () => {
      this.#onState(false);
      setTimeout(() => this.#open(), this.#wait);
      this.#wait = Math.min(longestWait, this.#wait * 2);
    });
  }
}
