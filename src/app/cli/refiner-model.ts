/** A model that repairs what was written, asked blank by blank. */
import { EventHeads } from '../../learning/nn/event-heads.ts';
import type { BlankedExample } from '../../players/generate/blanks.ts';
import type { Head } from '../../players/generate/events.ts';
import { heads } from '../../players/generate/events.ts';
import type { Mask } from '../../players/generate/masks.ts';
import type { BlankReader, Change, Repair, Repaired, RepairSettings } from '../../players/generate/repair.ts';
import { asRepaired, isClash, repairedBy, repairing, usualRepair, withinBudget } from '../../players/generate/repair.ts';
import type { Window } from '../../players/generate/window.ts';
import { EventReader } from '../io/event-reader.ts';
import { ComposerModel, manyThreads } from './composer-model.ts';

export class RefinerModel {
  readonly model: ComposerModel;
  readonly #heads: EventHeads;
  readonly #reader: EventReader;

  private constructor(model: ComposerModel) {
    this.model = model;
    this.#heads = new EventHeads(model.network, model.parameters, 1);
    this.#reader = new EventReader(model.network, model.parameters, manyThreads());
  }

  /** @param name and option: see `ComposerModel.open` @throws UserFault naming file, key, rule and value */
  static async open(name: string, option = '--model'): Promise<RefinerModel> {
    return new RefinerModel(await ComposerModel.open(name, { option, role: 'refiner' }));
  }

  /**
   * @param mask whose masked notes were written
   * @param writer who has to find the whole no less likely afterwards than the budget allows; of what the refiner
   * proposes for a note he chooses. Unless said the refiner goes by what it thinks itself
   */
  async repair(window: Window, mask: Mask, settings: RepairSettings = usualRepair, writer?: ComposerModel): Promise<Repaired> {
    const repairs = repairing(window, mask, writer === undefined ? settings : { ...settings, budget: Infinity });
    let turn = repairs.next(nobody);
    while (turn.done !== true) turn = repairs.next(await this.#read(turn.value));
    return writer === undefined ? turn.value : accepted(window, mask, turn.value.repairs, settings.budget, writer);
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

/**
 * One after another: of all that would help against what is still objected to, what costs least beside the repairs
 * before it. Then those that are worth it together: the dearest go until the budget lasts.
 */
async function accepted(window: Window, mask: Mask, found: readonly Repair[], budget: number, writer: ComposerModel): Promise<Repaired> {
  const natsWith = async (repairs: readonly Change[]): Promise<number> => {
    const made = asRepaired(window, mask, repairs);
    return writer.surprise(made.window, made.mask);
  };
  const allowed = budget * mask.masked.reduce((a, b) => a + b, 0);
  const before = await natsWith([]);
  const weighed: Repair[] = [];
  let nats = before;
  // What an ear objects to first has the first claim on the budget.
  for (const repair of [...found].sort((a, b) => Number(isClash(b)) - Number(isClash(a)))) {
    const { left } = repairedBy(window, mask, weighed);
    const choices: Repair[] = [];
    for (const change of [repair, ...repair.otherwise]) {
      const choice = { ...repair, ...change };
      // A note that it clashed with may have made way, or be another by now.
      if (weighed.some(({ note }) => note === choice.note) || repairedBy(window, mask, [...weighed, choice]).left >= left) continue;
      choices.push({ ...choice, cost: (await natsWith([...weighed, choice])) - nats });
    }
    if (choices.length === 0) continue;
    const cheapest = choices.reduce((a, b) => (b.cost < a.cost ? b : a));
    // A note outside the key that is likelier than any in it is meant; two that clash are hardly ever.
    if (cheapest.cost > 0 && !isClash(repair)) continue;
    weighed.push(cheapest);
    nats += cheapest.cost;
  }
  let { repairs } = withinBudget(window, mask, weighed, allowed);
  while (repairs.length > 1 && (await natsWith(repairs)) - before > allowed) repairs = repairs.slice(0, -1);
  return repairedBy(window, mask, repairs);
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
