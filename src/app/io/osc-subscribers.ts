/**
 * Who wishes to be told what is happening: host and port, each for a while only, so that a phone that left the room
 * is forgotten. Renewing keeps the place (and the running count of the messages).
 */
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

export const defaultLease = seconds(60);
const mostSubscribers = 16;

export interface Subscriber {
  /** A numeric address: it was read off a datagram. */
  readonly host: string;
  readonly port: number;
  readonly until: Seconds;
}

export class OscSubscribers {
  readonly #byPlace = new Map<string, Subscriber>();
  readonly #onChange: (all: readonly Subscriber[]) => void;

  /** @param onChange is told the whole list whenever somebody came, renewed or left on purpose */
  constructor(onChange: (all: readonly Subscriber[]) => void = () => {}) {
    this.#onChange = onChange;
  }

  /** @returns false when there are sixteen others already */
  subscribe(host: string, port: number, now: Seconds, lease: Seconds = defaultLease): boolean {
    this.#forgetExpired(now);
    const place = `${host} ${port}`;
    if (!this.#byPlace.has(place) && this.#byPlace.size >= mostSubscribers) return false;
    this.#byPlace.set(place, { host, port, until: seconds(now + lease) });
    this.#onChange([...this.#byPlace.values()]);
    return true;
  }

  unsubscribe(host: string, port: number, now: Seconds): void {
    this.#forgetExpired(now);
    if (this.#byPlace.delete(`${host} ${port}`)) this.#onChange([...this.#byPlace.values()]);
  }

  at(now: Seconds): readonly Subscriber[] {
    this.#forgetExpired(now);
    return [...this.#byPlace.values()];
  }

  #forgetExpired(now: Seconds): void {
    for (const [place, { until }] of this.#byPlace) if (until <= now) this.#byPlace.delete(place);
  }
}
