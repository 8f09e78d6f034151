/**
 * A stack of blocks: in each, every event looks at what it may see, then thinks for itself. What a block finds is
 * added to what was there, and only what it reads is normalised, so that gradients reach the bottom unhindered.
 *
 * The same description learns from whole sequences, and writes note by note: then keys and values of what was
 * there stay in a store of fixed size, and each run is given one or a few new events.
 * @see Xiong and others, "On layer normalization in the transformer architecture", ICML 2020
 * @see Shazeer, "GLU variants improve transformer", 2020
 */
import type { Ruler, Turn } from './attention.ts';
import { attend, attendBoth, intoHeads, outOfHeads, sightOf, turn, turnsOf } from './attention.ts';
import type { Drop } from './dropping.ts';
import type { Tensor } from './graph.ts';
import type { Initial } from './initial.ts';
import { normal } from './initial.ts';
import { add, equal, multiply, silu, where } from './operators.ts';
import type { Parameters, ParameterSpec } from './parameters.ts';
import { affine } from './products.ts';
import { concatenate, repeat, reshape, split } from './shaping.ts';
import { RmsNorm } from './rms-norm.ts';

export interface TransformerSettings {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Width of what each event thinks with. */
  readonly inner: number;
  /** Their pairs fill the width of a head. */
  readonly rulers: readonly Ruler[];
  /** Only events of order 0 go through so many layers, the first ones, and only the others through the rest; all through all unless said. */
  readonly encoding?: number | undefined;
}

/** Where the events of some sequences are. */
export interface Places {
  /** Of each event, and of the one that is to be written after it: shape [sequences, length, rulers]. */
  readonly own: Tensor;
  readonly next: Tensor;
}

/** What was seen before: keys and values of each layer, each of shape [sequences, heads, size, width of a head]. */
export interface Store {
  readonly keys: readonly Tensor[];
  readonly values: readonly Tensor[];
  /** 0 where something is, very little where nothing is yet: shape [sequences, 1, 1, size]. */
  readonly sight: Tensor;
}
export interface Seen {
  readonly output: Tensor;
  /** Of the new events, layer by layer: [sequences, heads, length, width of a head]. */
  readonly keys: readonly Tensor[];
  readonly values: readonly Tensor[];
}

export class Transformer {
  readonly settings: TransformerSettings;
  readonly parameters: readonly ParameterSpec[];
  readonly #blocks: readonly Block[];

  constructor(name: string, settings: TransformerSettings) {
    const { width, layers, heads, rulers } = settings;
    const pairs = rulers.reduce((sum, ruler) => sum + ruler.pairs, 0);
    if (2 * pairs * heads !== width) throw new RangeError(`${heads} heads of ${pairs} pairs do not fill a width of ${width}`);
    this.settings = settings;
    this.#blocks = Array.from({ length: layers }, (_, i) => new Block(`${name}.${i}`, settings));
    this.parameters = this.#blocks.flatMap((block) => block.parameters);
  }

  /**
   * @param x shape [sequences * length, width], sequence after sequence
   * @param segments int32, shape [sequences, length] @param order see `sightOf`
   * @param drop of what is found and thought, while it learns
   * @returns of the shape of `x`, not normalised
   */
  apply(parameters: Parameters, x: Tensor, places: Places, segments: Tensor, order: Tensor, drop?: Drop): Seen {
    const [sequences] = segments.shape as [number, number];
    const isOfFirst = equal(reshape(order, [order.shape[0]! * order.shape[1]!, 1]), 0);
    return this.#through(parameters, x, places, sequences, (query, key, value) => attend(query, key, value, sightOf(segments, order)), isOfFirst, drop);
  }

  /**
   * New events after those in the store. They see the store, and each other by `sight`.
   * @param sight of the new events among each other: shape [sequences, 1, length, length]
   */
  goOn(parameters: Parameters, x: Tensor, places: Places, store: Store, sight: Tensor): Seen {
    const [sequences] = sight.shape as [number, number, number, number];
    return this.#through(parameters, x, places, sequences, (query, key, value, layer) =>
      attendBoth(query, { key: store.keys[layer]!, value: store.values[layer]!, sight: store.sight }, { key, value, sight }));
  }

  #through(parameters: Parameters, x: Tensor, { own, next }: Places, sequences: number, look: Look, isOfFirst?: Tensor, drop?: Drop): Seen {
    const { rulers, width, heads, encoding } = this.settings;
    const turns = besideEachOther(turnsOf(next, rulers, 1 / Math.sqrt(width / heads)), turnsOf(own, rulers), heads);
    const keys: Tensor[] = [];
    const values: Tensor[] = [];
    let y = x;
    this.#blocks.forEach((block, layer) => {
      const through = block.apply(parameters, y, (asked) => {
        const [both, flat] = split(asked, [2 * width, width], 1) as [Tensor, Tensor];
        const [query, key] = split(turn(intoHeads(both, sequences, 2 * heads), turns), [heads, heads], 1) as [Tensor, Tensor];
        const value = intoHeads(flat, sequences, heads);
        keys.push(key);
        values.push(value);
        return outOfHeads(look(query, key, value, layer));
      }, drop);
      y = encoding === undefined || isOfFirst === undefined ? through : layer < encoding ? where(isOfFirst, through, y) : where(isOfFirst, y, through);
    });
    return { output: y, keys, values };
  }
}

/** Turns for the heads of the questions and then of the keys, so that both are turned at once. */
function besideEachOther(questions: Turn, keys: Turn, heads: number): Turn {
  const [sequences, , length, pairs] = keys.cosine.shape as [number, number, number, number];
  const each = (question: Tensor, key: Tensor): Tensor => concatenate([question, key].map((one) => repeat(one, [sequences, heads, length, pairs])), 1);
  return { cosine: each(questions.cosine, keys.cosine), sine: each(questions.sine, keys.sine) };
}

type Look = (query: Tensor, key: Tensor, value: Tensor, layer: number) => Tensor;

class Block {
  readonly parameters: readonly ParameterSpec[];
  readonly #settings: TransformerSettings;
  readonly #name: string;
  readonly #beforeLooking: RmsNorm;
  readonly #beforeThinking: RmsNorm;

  constructor(name: string, settings: TransformerSettings) {
    const { width, inner, layers } = settings;
    this.#settings = settings;
    this.#name = name;
    this.#beforeLooking = new RmsNorm(`${name}.beforeLooking`, width);
    this.#beforeThinking = new RmsNorm(`${name}.beforeThinking`, width);
    const inwards = normal(1 / Math.sqrt(width));
    // So that all layers together add about as much as was there at first.
    const outwards = (from: number): Initial => normal(1 / Math.sqrt(from * 2 * layers));
    this.parameters = [
      ...this.#beforeLooking.parameters,
      { name: `${name}.look`, shape: [width, 3 * width], initial: inwards, matrices: 3 },
      { name: `${name}.found`, shape: [width, width], initial: outwards(width), matrices: 1 },
      ...this.#beforeThinking.parameters,
      { name: `${name}.think`, shape: [width, 2 * inner], initial: inwards, matrices: 2 },
      { name: `${name}.thought`, shape: [inner, width], initial: outwards(inner), matrices: 1 },
    ];
  }

  /** @param look from questions, keys and values side by side, shape [rows, 3 * width], to what is found, shape [rows, width] */
  apply(parameters: Parameters, x: Tensor, look: (asked: Tensor) => Tensor, drop?: Drop): Tensor {
    const { inner } = this.#settings;
    const found = look(affine(this.#beforeLooking.apply(parameters, x), parameters(`${this.#name}.look`)));
    const added = (part: Tensor, name: string, to: Tensor): Tensor => {
      const weights = parameters(`${this.#name}.${name}`);
      return drop === undefined ? affine(part, weights, to) : add(drop(affine(part, weights)), to);
    };
    const y = added(found, 'found', x);
    const [gate, content] = split(affine(this.#beforeThinking.apply(parameters, y), parameters(`${this.#name}.think`)), [inner, inner], 1) as [Tensor, Tensor];
    return added(multiply(silu(gate), content), 'thought', y);
  }
}
