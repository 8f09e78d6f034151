/** A model that repairs what was written, asked blank by blank. */
import { EventHeads } from '../../learning/nn/event-heads.ts';
import { readingGraph } from '../../learning/nn/event-reading.ts';
import type { BlankedExample } from '../../players/generate/blanks.ts';
import type { Head } from '../../players/generate/events.ts';
import { heads } from '../../players/generate/events.ts';
import type { Mask } from '../../players/generate/masks.ts';
import type { BlankReader, Repaired, RepairSettings } from '../../players/generate/repair.ts';
import { repairing } from '../../players/generate/repair.ts';
import type { Window } from '../../players/generate/window.ts';
import type { GraphSession } from '../io/graph-session.ts';
import { ComposerModel } from './composer-model.ts';

/** Programs are opened for lengths in such steps, in events. */
const step = 128;

export class RefinerModel {
  readonly model: ComposerModel;
  readonly #heads: EventHeads;
  readonly #sessions = new Map<number, Promise<GraphSession>>();

  private constructor(model: ComposerModel) {
    this.model = model;
    this.#heads = new EventHeads(model.network, model.parameters, 1);
  }

  /** @param name see `ComposerModel.open` @throws UserFault naming file, key, rule and value */
  static async open(name: string): Promise<RefinerModel> {
    return new RefinerModel(await ComposerModel.open(name, { role: 'refiner' }));
  }

  /** @param mask whose masked notes were written */
  async repair(window: Window, mask: Mask, settings?: RepairSettings): Promise<Repaired> {
    const repairs = repairing(window, mask, settings);
    let turn = repairs.next(nobody);
    while (turn.done !== true) turn = repairs.next(await this.#read(turn.value));
    return turn.value;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).close();
    this.#sessions.clear();
    await this.model.close();
  }

  async #read(example: BlankedExample): Promise<BlankReader> {
    const length = step * Math.ceil(example.length / step);
    const session = await this.#session(length);
    const laid = <T extends Float32Array | Int32Array>(into: T, values: ArrayLike<number>): T => {
      into.fill(0);
      into.set(values);
      return into;
    };
    laid(session.input('columns') as Int32Array, example.columns);
    const places = (times: Float32Array, ahead: number): Float32Array => Float32Array.from({ length: 2 * length }, (_, i) => (i % 2 === 0 ? (times[i >> 1] ?? 0) : (i >> 1) + ahead));
    session.set('own', places(example.times, 0));
    session.set('nextPlaces', places(example.nextTimes, 1));
    // What fills up the room is a piece of its own, which nobody sees.
    session.set('segments', Int32Array.from({ length }, (_, i) => (i < example.length ? 1 : 0)));
    session.set('order', new Int32Array(length));
    await session.run();
    const { heads: { length: count }, answering } = this.model.network.settings;
    const thoughts = session.output('thoughts').slice();
    return (row, head: Head, told) => {
      const index = heads.indexOf(head);
      const before = Int32Array.from(heads.slice(0, index), (one) => told[one] ?? 0);
      return shares(this.#heads.answer(index, thoughts.subarray(row * count * answering, (row + 1) * count * answering), before));
    };
  }

  #session(length: number): Promise<GraphSession> {
    const known = this.#sessions.get(length);
    if (known !== undefined) return known;
    const opened = import('../io/graph-session.ts').then(({ GraphSession }) => GraphSession.open(readingGraph(this.model.network, this.model.parameters, length).bytes));
    this.#sessions.set(length, opened);
    return opened;
  }
}

const nobody: BlankReader = () => {
  throw new RangeError('nobody has read anything yet');
};

function shares(logits: ArrayLike<number>): Float64Array {
  const most = Array.from(logits).reduce((a, b) => Math.max(a, b), -Infinity);
  const likely = Float64Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = likely.reduce((a, b) => a + b, 0);
  return likely.map((one) => one / sum);
}
