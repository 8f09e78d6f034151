/**
 * Runs an event network while somebody writes with it: the context is heard in long runs, each new event in a short
 * one, and the heads are asked in between. What was heard stays here; several variations go side by side.
 */
import type { EventNetwork } from '../../learning/nn/event-network.ts';
import { EventHeads } from '../../learning/nn/event-heads.ts';
import { writingGraph } from '../../learning/nn/event-writing.ts';
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
}

/** Events of the context that are heard in one run. */
const atATime = 64;

export class EventEngine {
  readonly settings: EventEngineSettings;
  readonly #network: EventNetwork;
  readonly #reading: GraphSession;
  readonly #writing: GraphSession;
  readonly #heads: EventHeads;
  #filled = 0;

  private constructor(settings: EventEngineSettings, network: EventNetwork, reading: GraphSession, writing: GraphSession, heads: EventHeads) {
    this.settings = settings;
    this.#network = network;
    this.#reading = reading;
    this.#writing = writing;
    this.#heads = heads;
  }

  /** @param threads that compute one run */
  static async open(network: EventNetwork, parameters: Float32Array, settings: EventEngineSettings, threads = 1): Promise<EventEngine> {
    const { variations: sequences, size, bits = 8 } = settings;
    const reading = await GraphSession.open(writingGraph(network, parameters, { sequences: 1, length: atATime, size, bits }).bytes, threads);
    const writing = await GraphSession.open(writingGraph(network, parameters, { sequences, length: 1, size, bits }).bytes, threads);
    return new EventEngine(settings, network, reading, writing, new EventHeads(network, parameters, sequences));
  }

  /** Events for which there is still room. */
  get room(): number {
    return this.settings.size - this.#filled;
  }

  /** Hears the context, after which all variations are alike; whatever was heard before is forgotten. @throws RangeError where there is no room */
  async read({ columns, own, next }: EventRows): Promise<void> {
    const { columns: { length: width }, transformer: { rulers: { length: rulers } } } = this.#network.settings;
    const count = columns.length / width;
    if (count > this.settings.size) throw new RangeError(`${count} events do not fit in a memory of ${this.settings.size}`);
    for (let at = 0; at < count; at += atATime) {
      const taken = Math.min(atATime, count - at);
      lay(this.#reading.input('columns'), columns.subarray(at * width, (at + taken) * width));
      lay(this.#reading.input('own'), own.subarray(at * rulers, (at + taken) * rulers));
      lay(this.#reading.input('nextPlaces'), next.subarray(at * rulers, (at + taken) * rulers));
      this.#reading.set('filled', Int32Array.of(at));
      await this.#reading.run();
      this.#keep(this.#reading, this.#reading, 1, atATime, at, taken);
    }
    this.#share(count);
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
    this.#keep(this.#writing, this.#writing, this.settings.variations, 1, this.#filled, 1);
    this.#filled++;
  }

  /**
   * Asks about what comes after the event heard last.
   * @param told answers to the heads before, shape [variations, head]
   * @param echoes shape [variations, slots of the head]; nobody minds them where the network has none
   * @returns logits, shape [variations, classes]; valid until the same head is asked again
   */
  answer(head: number, told: Int32Array, echoes?: Int32Array): Float32Array {
    return this.#heads.answer(head, this.#writing.output('thoughts'), told, echoes);
  }

  async close(): Promise<void> {
    for (const session of [this.#reading, this.#writing]) await session.close();
  }

  /** New keys and values into the store, from place `at` on. */
  #keep(from: GraphSession, to: GraphSession, sequences: number, length: number, at: number, taken: number): void {
    const { layers, heads, width } = this.#network.settings.transformer;
    const deep = width / heads;
    for (let layer = 0; layer < layers; layer++) {
      for (const kind of ['Keys', 'Values'] as const) {
        const fresh = from.output(`new${kind}.${layer}`);
        const store = to.input(`${kind.toLowerCase()}.${layer}`);
        for (let one = 0; one < sequences * heads; one++) store.set(fresh.subarray(one * length * deep, (one * length + taken) * deep), (one * this.settings.size + at) * deep);
      }
    }
  }

  /** What was read, to every variation. */
  #share(count: number): void {
    const { layers, heads, width } = this.#network.settings.transformer;
    const deep = width / heads;
    const { variations, size } = this.settings;
    for (let layer = 0; layer < layers; layer++) {
      for (const name of [`keys.${layer}`, `values.${layer}`]) {
        const read = this.#reading.input(name);
        const store = this.#writing.input(name);
        for (let variation = 0; variation < variations; variation++) {
          for (let head = 0; head < heads; head++) store.set(read.subarray(head * size * deep, (head * size + count) * deep), (variation * heads + head) * size * deep);
        }
      }
    }
  }
}

/** The rest is as it was: nobody hears it. */
const lay = (into: Float32Array | Int32Array, values: Float32Array | Int32Array): void => into.set(values);
