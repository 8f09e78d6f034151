/** Reads whole sequences of events with an event network, as long as they come: programs are opened as they are needed. */
import type { EventNetwork } from '../../learning/nn/event-network.ts';
import { readingGraph } from '../../learning/nn/event-reading.ts';
import type { GraphSession } from './graph-session.ts';

/** As a lesson has them: columns row by row, and the times of each event and of the one after it. */
export interface ReadEvents {
  readonly length: number;
  readonly columns: Int32Array;
  readonly times: Float32Array;
  readonly nextTimes: Float32Array;
  /** Every event sees all others, instead of those before it. */
  readonly bothWays?: boolean;
}

/** Programs are opened for lengths in such steps, in events. */
const step = 128;

export class EventReader {
  readonly #network: EventNetwork;
  readonly #parameters: Float32Array;
  readonly #threads: number;
  readonly #sessions = new Map<number, Promise<GraphSession>>();

  /** @param threads that read one sequence; 2 and more only where nothing else is to be done */
  constructor(network: EventNetwork, parameters: Float32Array, threads = 1) {
    this.#network = network;
    this.#parameters = parameters;
    this.#threads = threads;
  }

  /** @returns what the heads think with: shape [length, heads * answering], with rows beyond that mean nothing */
  async read({ length: events, columns, times, nextTimes, bothWays = false }: ReadEvents): Promise<Float32Array> {
    const length = step * Math.ceil(events / step);
    const session = await this.#session(length);
    const laid = session.input('columns') as Int32Array;
    laid.fill(0);
    laid.set(columns);
    const places = (of: Float32Array, ahead: number): Float32Array => Float32Array.from({ length: 2 * length }, (_, i) => (i % 2 === 0 ? (of[i >> 1] ?? 0) : (i >> 1) + ahead));
    session.set('own', places(times, 0));
    session.set('nextPlaces', places(nextTimes, 1));
    // What fills up the room is a piece of its own, which nobody sees.
    session.set('segments', Int32Array.from({ length }, (_, i) => (i < events ? 1 : 0)));
    session.set('order', Int32Array.from({ length }, (_, i) => (bothWays ? 0 : i)));
    await session.run();
    return (session.output('thoughts') as Float32Array).slice();
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).close();
    this.#sessions.clear();
  }

  #session(length: number): Promise<GraphSession> {
    const known = this.#sessions.get(length);
    if (known !== undefined) return known;
    // The runtime is loaded only by who needs it: it is large.
    const opened = import('./graph-session.ts').then(({ GraphSession }) => GraphSession.open(readingGraph(this.#network, this.#parameters, length).bytes, this.#threads));
    this.#sessions.set(length, opened);
    return opened;
  }
}
