/**
 * Runs an event network while somebody writes with it: the context is heard in one run, each new event in a short
 * one, and the heads are asked in between. What was heard stays here; several variations go side by side.
 */
import type { EventNetwork } from '../../learning/nn/event-network.ts';
import { EventHeads } from '../../learning/nn/event-heads.ts';
import type { RoundedMatrices } from '../../learning/nn/eight-bits.ts';
import { hearingGraph, writingGraph } from '../../learning/nn/event-writing.ts';
import { GraphSession } from './graph-session.ts';

/** Some events as the network sees them: row by row their columns, their own places and those of the events after them. */
export interface EventRows {
  readonly columns: Int32Array;
  /** Shape [rows, rulers] each. */
  readonly own: Float32Array;
  readonly next: Float32Array;
}
export interface EventEngineSettings {
  readonly variations: number;
  /** Events that can be heard in all. */
  readonly size: number;
  /** Of each number of the network; 8 unless said, which nobody hears and takes a quarter of the time. */
  readonly bits?: 8 | 32;
  /** A context longer than a step is heard as if it had at least so many events, so that one program, opened at once, serves all of them. */
  readonly longContext?: number;
}

/** A context is heard in one run; its program is opened for lengths in such steps, in events. */
const step = 64;

export class EventEngine {
  readonly settings: EventEngineSettings;
  readonly #network: EventNetwork;
  readonly #parameters: Float32Array;
  readonly #rounded: RoundedMatrices;
  readonly #threads: number;
  /** By the length of the context. */
  readonly #hearing = new Map<number, Promise<GraphSession>>();
  readonly #writing: GraphSession;
  readonly #heads: EventHeads;
  #filled = 0;

  private constructor(settings: EventEngineSettings, network: EventNetwork, parameters: Float32Array, rounded: RoundedMatrices, threads: number, writing: GraphSession) {
    this.settings = settings;
    this.#network = network;
    this.#parameters = parameters;
    this.#rounded = rounded;
    this.#threads = threads;
    this.#writing = writing;
    this.#heads = new EventHeads(network, parameters, settings.variations);
  }

  /**
   * @param threads that hear a context; notes are written in one, as each is too short to be shared
   * @param rounded of these parameters, from other engines; what is new is added
   */
  static async open(network: EventNetwork, parameters: Float32Array, settings: EventEngineSettings, threads = 1, rounded: RoundedMatrices = new Map()): Promise<EventEngine> {
    const { variations: sequences, size, bits = 8 } = settings;
    const writing = await GraphSession.open(writingGraph(network, parameters, { sequences, length: 1, size, bits, rounded }).bytes);
    const engine = new EventEngine(settings, network, parameters, rounded, threads, writing);
    if (settings.longContext !== undefined) await engine.#hearer(settings.longContext);
    return engine;
  }

  /** Events for which there is still room. */
  get room(): number {
    return this.settings.size - this.#filled;
  }

  /** Hears the context, after which all variations are alike; whatever was heard before is forgotten. @throws RangeError where there is no room */
  async read({ columns, own, next }: EventRows): Promise<void> {
    const { columns: { length: width } } = this.#network.settings;
    const count = columns.length / width;
    if (count > this.settings.size) throw new RangeError(`${count} events do not fit in a memory of ${this.settings.size}`);
    const length = Math.max(count > step ? this.settings.longContext ?? 0 : 0, step * Math.ceil(count / step));
    const hearing = await this.#hearer(length);
    // The rest is as it was: nobody hears it.
    for (const [name, values] of [['columns', columns], ['own', own], ['nextPlaces', next]] as const) hearing.input(name).set(values);
    await hearing.run();
    this.#keep(hearing, length, count);
    this.#filled = count;
  }

  /** Each variation hears one event. @param rows one for each @throws RangeError where there is no room */
  async hear({ columns, own, next }: EventRows): Promise<void> {
    if (this.room === 0) throw new RangeError(`no more than ${this.settings.size} events can be heard`);
    this.#writing.set('columns', columns);
    this.#writing.set('own', own);
    this.#writing.set('nextPlaces', next);
    this.#writing.set('filled', Int32Array.of(this.#filled));
    await this.#writing.run();
    this.#keep(this.#writing, 1, 1);
    this.#filled++;
  }

  /**
   * Asks about what comes after the event heard last.
   * @param told answers to the heads before, shape [variations, head]
   * @param echoes shape [variations, 2 * slots of the head]; nobody minds them where the network has none
   * @param repeating shape [variations]: how much each leans on its echoes; 1 unless said
   * @returns logits, shape [variations, classes]; valid until the same head is asked again
   */
  answer(head: number, told: Int32Array, echoes?: Int32Array, repeating?: Float64Array): Float32Array {
    return this.#heads.answer(head, this.#writing.output('thoughts'), told, echoes, repeating);
  }

  async close(): Promise<void> {
    for (const session of this.#hearing.values()) await (await session).close();
    await this.#writing.close();
  }

  #hearer(length: number): Promise<GraphSession> {
    const known = this.#hearing.get(length);
    if (known !== undefined) return known;
    const { bits = 8 } = this.settings;
    const opened = GraphSession.open(hearingGraph(this.#network, this.#parameters, { length, bits, rounded: this.#rounded }).bytes, this.#threads, true);
    this.#hearing.set(length, opened);
    return opened;
  }

  /** Keys and values of events that were heard, `length` of them in one run, into the store of each variation after what is there. @param taken of them */
  #keep(from: GraphSession, length: number, taken: number): void {
    const { layers, heads, width } = this.#network.settings.transformer;
    const deep = width / heads;
    const { variations, size } = this.settings;
    const at = from === this.#writing ? this.#filled : 0;
    for (let layer = 0; layer < layers; layer++) {
      for (const kind of ['Keys', 'Values'] as const) {
        const fresh = from.output(`new${kind}.${layer}`);
        const store = this.#writing.input(`${kind.toLowerCase()}.${layer}`);
        // What all variations hear was heard once.
        const others = fresh.length / (heads * length * deep);
        for (let one = 0; one < variations * heads; one++) {
          const own = one % (others * heads);
          store.set(fresh.subarray(own * length * deep, (own * length + taken) * deep), (one * size + at) * deep);
        }
      }
    }
  }
}
