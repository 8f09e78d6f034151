/** A model that repairs what was written, asked blank by blank. */
import { EventHeads } from '../../learning/nn/event-heads.ts';
import type { BlankedExample } from '../../players/generate/blanks.ts';
import type { Head } from '../../players/generate/events.ts';
import { heads } from '../../players/generate/events.ts';
import type { Mask } from '../../players/generate/masks.ts';
import type { BlankReader, Repaired, RepairSettings } from '../../players/generate/repair.ts';
import { repairing } from '../../players/generate/repair.ts';
import type { Window } from '../../players/generate/window.ts';
import { EventReader } from '../io/event-reader.ts';
import { ComposerModel } from './composer-model.ts';

export class RefinerModel {
  readonly model: ComposerModel;
  readonly #heads: EventHeads;
  readonly #reader: EventReader;

  private constructor(model: ComposerModel) {
    this.model = model;
    this.#heads = new EventHeads(model.network, model.parameters, 1);
    this.#reader = new EventReader(model.network, model.parameters);
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
    await this.#reader.close();
    await this.model.close();
  }

  async #read(example: BlankedExample): Promise<BlankReader> {
    const { heads: { length: count }, answering } = this.model.network.settings;
    const thoughts = await this.#reader.read(example);
    return (row, head: Head, told) => {
      const index = heads.indexOf(head);
      const before = Int32Array.from(heads.slice(0, index), (one) => told[one] ?? 0);
      return shares(this.#heads.answer(index, thoughts.subarray(row * count * answering, (row + 1) * count * answering), before));
    };
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
