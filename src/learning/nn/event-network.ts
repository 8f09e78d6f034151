/**
 * A network that writes events. Each event is a row of classes, one a column; what they mean is the business of
 * whoever lays out the columns. The rows go through a transformer; then the heads are asked one after the other,
 * each told what the ones before it answered, so that a duration may depend on the pitch.
 */
import type { Tensor } from './graph.ts';
import { multiHot, oneHot, rowsOf } from './indexing.ts';
import { normal, zeros } from './initial.ts';
import { add, silu } from './operators.ts';
import type { Parameters, ParameterSpec } from './parameters.ts';
import { affine } from './products.ts';
import { RmsNorm } from './rms-norm.ts';
import { reshape, split, sum } from './shaping.ts';
import type { Places, Seen, Store, TransformerSettings } from './transformer.ts';
import { Transformer } from './transformer.ts';

export interface EventNetworkSettings {
  /** Classes of each column, and of each head in the order in which they are asked. */
  readonly columns: readonly number[];
  readonly heads: readonly number[];
  readonly transformer: TransformerSettings;
  /** Width of what each head thinks with. */
  readonly answering: number;
}

/** So few rows of the table are better looked up one by one; more are a product of matrices. */
const fewRows = 64;

export class EventNetwork {
  readonly settings: EventNetworkSettings;
  readonly parameters: readonly ParameterSpec[];
  readonly transformer: Transformer;
  /** Begins the name of every parameter. */
  readonly name: string;
  readonly #norm: RmsNorm;

  constructor(name: string, settings: EventNetworkSettings) {
    const { columns, heads, transformer, answering } = settings;
    this.settings = settings;
    this.name = name;
    this.transformer = new Transformer(`${name}.block`, transformer);
    this.#norm = new RmsNorm(`${name}.norm`, transformer.width);
    this.parameters = [
      { name: `${name}.table`, shape: [columns.reduce((sum, size) => sum + size, 0), transformer.width], initial: normal(0.3) },
      ...this.transformer.parameters,
      ...this.#norm.parameters,
      { name: `${name}.ask`, shape: [transformer.width, heads.length * answering], initial: normal(1 / Math.sqrt(transformer.width)), matrices: heads.length },
      ...heads.flatMap((size, head): ParameterSpec[] => [
        ...(head + 1 < heads.length ? [{ name: `${name}.told.${head}`, shape: [size, (heads.length - 1 - head) * answering], initial: normal(0.3) }] : []),
        { name: `${name}.answer.${head}.weights`, shape: [answering, size], initial: normal(0.5 / Math.sqrt(answering)) },
        { name: `${name}.answer.${head}.bias`, shape: [size], initial: zeros },
      ]),
    ];
  }

  /** What the transformer is given. @param columns int32, shape [rows, columns] @returns shape [rows, width] */
  read(parameters: Parameters, columns: Tensor): Tensor {
    const sizes = this.settings.columns;
    const table = parameters(`${this.name}.table`);
    if (columns.shape[0]! > fewRows) return affine(multiHot(columns, sizes), table);
    const offsets = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
    const rows = rowsOf(table, add(columns, columns.graph.constant(offsets, [1, sizes.length], 'int32')));
    return reshape(sum(rows, [1]), [columns.shape[0]!, table.shape[1]!]);
  }

  /**
   * Whole sequences at once.
   * @param columns int32, shape [sequences * length, columns]
   * @param segments int32, shape [sequences, length] @param order see `sightOf`
   * @returns what the heads think with, shape [sequences * length, heads * answering]
   */
  apply(parameters: Parameters, columns: Tensor, places: Places, segments: Tensor, order: Tensor): Tensor {
    return this.#ask(parameters, this.transformer.apply(parameters, this.read(parameters, columns), places, segments, order));
  }

  /** New events after those in the store; see `Transformer.goOn`. */
  goOn(parameters: Parameters, columns: Tensor, places: Places, store: Store, sight: Tensor): { readonly thoughts: Tensor; readonly seen: Seen } {
    const seen = this.transformer.goOn(parameters, this.read(parameters, columns), places, store, sight);
    return { thoughts: this.#ask(parameters, seen), seen };
  }

  /**
   * What one head says.
   * @param thoughts shape [rows, heads * answering], as from `apply`
   * @param told the answers to the heads before it: int32, shape [rows] each
   * @returns logits, shape [rows, classes of the head]
   */
  answer(parameters: Parameters, thoughts: Tensor, head: number, told: readonly Tensor[]): Tensor {
    const { heads, answering } = this.settings;
    let thought = this.#own(thoughts, heads.length, head);
    for (let before = 0; before < head; before++) {
      const every = affine(oneHot(told[before]!, heads[before]!), parameters(`${this.name}.told.${before}`));
      thought = add(thought, this.#own(every, every.shape[1]! / answering, head - before - 1));
    }
    return affine(silu(thought), parameters(`${this.name}.answer.${head}.weights`), parameters(`${this.name}.answer.${head}.bias`));
  }

  #own(thoughts: Tensor, heads: number, head: number): Tensor {
    const { answering } = this.settings;
    return split(thoughts, Array.from({ length: heads }, () => answering), 1)[head]!;
  }

  #ask(parameters: Parameters, { output }: Seen): Tensor {
    return affine(this.#norm.apply(parameters, output), parameters(`${this.name}.ask`));
  }
}
