/**
 * A network that writes events. Each event is a row of classes, one a column; what they mean is the business of
 * whoever lays out the columns. The rows go through a transformer; then the heads are asked one after the other,
 * each told what the ones before it answered, so that a duration may depend on the pitch.
 */
import type { Drop } from './dropping.ts';
import type { Graph, Tensor } from './graph.ts';
import { multiHot, oneHot, rowsOf } from './indexing.ts';
import { normal, zeros } from './initial.ts';
import { add, multiply, silu } from './operators.ts';
import type { Parameters, ParameterSpec } from './parameters.ts';
import { affine, matrixProduct } from './products.ts';
import type { LstmStackSettings } from './lstm-stack.ts';
import { LstmStack } from './lstm-stack.ts';
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
  /** In place of the transformer, which then only says how wide an event is; such a network learns and is judged, but does not write note by note. */
  readonly memory?: LstmStackSettings | undefined;
  /** For each head, what it may copy from; it may from nothing unless said. */
  readonly echoes?: readonly Echo[];
}

/** Classes that somebody else has found for a head. The head decides how much likelier each of them becomes. */
export interface Echo {
  readonly slots: number;
  /** Classes of how much what a slot says has been right around here. */
  readonly agreements: number;
  /** The classes stand in a row: with one its neighbours, and less near ones, become likelier. */
  readonly inARow: boolean;
}
/** Of what is in a row, which classes are neighbours. */
export const neighbourhoods: readonly (readonly [from: number, to: number])[] = [[0, 0], [1, 1], [2, 3]];
/** Gates learn what they say of all notes faster than other biases do, for they begin with nothing. */
export const gateGain = 8;

/** So few rows of the table are better looked up one by one; more are a product of matrices. */
const fewRows = 64;

export class EventNetwork {
  readonly settings: EventNetworkSettings;
  readonly parameters: readonly ParameterSpec[];
  readonly transformer: Transformer;
  /** Begins the name of every parameter. */
  readonly name: string;
  readonly #norm: RmsNorm;
  readonly #memory: LstmStack | undefined;

  constructor(name: string, settings: EventNetworkSettings) {
    const { columns, heads, transformer, answering, memory } = settings;
    this.settings = settings;
    this.name = name;
    this.transformer = new Transformer(`${name}.block`, transformer);
    this.#memory = memory && new LstmStack(`${name}.memory`, transformer.width, memory);
    this.#norm = new RmsNorm(`${name}.norm`, transformer.width);
    this.parameters = [
      { name: `${name}.table`, shape: [columns.reduce((sum, size) => sum + size, 0), transformer.width], initial: normal(0.3) },
      ...(this.#memory ?? this.transformer).parameters,
      ...this.#norm.parameters,
      { name: `${name}.ask`, shape: [transformer.width, heads.length * answering], initial: normal(1 / Math.sqrt(transformer.width)), matrices: heads.length },
      ...heads.flatMap((size, head): ParameterSpec[] => [
        ...(head + 1 < heads.length ? [{ name: `${name}.told.${head}`, shape: [size, (heads.length - 1 - head) * answering], initial: normal(0.3) }] : []),
        { name: `${name}.answer.${head}.weights`, shape: [answering, size], initial: normal(0.5 / Math.sqrt(answering)) },
        { name: `${name}.answer.${head}.bias`, shape: [size], initial: zeros },
        ...this.#gateSpecs(head),
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
   * @param drop of what is read, found and thought, while it learns
   * @returns what the heads think with, shape [sequences * length, heads * answering]
   */
  apply(parameters: Parameters, columns: Tensor, places: Places, segments: Tensor, order: Tensor, drop?: Drop): Tensor {
    const all = this.read(parameters, columns);
    const read = drop?.(all) ?? all;
    return this.#ask(parameters, this.#memory?.apply(parameters, read, segments) ?? this.transformer.apply(parameters, read, places, segments, order, drop).output);
  }

  /** New events after those in the store; see `Transformer.goOn`. */
  goOn(parameters: Parameters, columns: Tensor, places: Places, store: Store, sight: Tensor): { readonly thoughts: Tensor; readonly seen: Seen } {
    const seen = this.transformer.goOn(parameters, this.read(parameters, columns), places, store, sight);
    return { thoughts: this.#ask(parameters, seen.output), seen };
  }

  /**
   * What one head says.
   * @param thoughts shape [rows, heads * answering], as from `apply`
   * @param told the answers to the heads before it: int32, shape [rows] each
   * @param echoes int32, shape [rows, 2 * slots of the head]: the class of each slot, as many as there are classes for none, then the agreement of each; left out where it has no slots
   * @returns logits, shape [rows, classes of the head]
   */
  answer(parameters: Parameters, thoughts: Tensor, head: number, told: readonly Tensor[], echoes?: Tensor): Tensor {
    const { heads, answering } = this.settings;
    let thought = this.#own(thoughts, heads.length, head);
    for (let before = 0; before < head; before++) {
      const every = affine(oneHot(told[before]!, heads[before]!), parameters(`${this.name}.told.${before}`));
      thought = add(thought, this.#own(every, every.shape[1]! / answering, head - before - 1));
    }
    const content = silu(thought);
    const own = affine(content, parameters(`${this.name}.answer.${head}.weights`), parameters(`${this.name}.answer.${head}.bias`));
    const echo = this.settings.echoes?.[head];
    return echo === undefined || echo.slots === 0 ? own : add(own, this.#echoed(parameters, content, head, echo, echoes!));
  }

  /** How much of what is handed to it as echoes is for each head, one after the other: the class and the agreement of each slot. */
  get echoWidths(): readonly number[] {
    return this.settings.heads.map((_, head) => 2 * (this.settings.echoes?.[head]?.slots ?? 0));
  }

  /** By how much each class becomes likelier: of each slot as much as its gate says, to the class that it holds and to its neighbours. */
  #echoed(parameters: Parameters, content: Tensor, head: number, { slots, inARow, agreements }: Echo, echoes: Tensor): Tensor {
    const classes = this.settings.heads[head]!;
    const rows = content.shape[0]!;
    const gates = affine(content, parameters(`${this.name}.gate.${head}.weights`), multiply(parameters(`${this.name}.gate.${head}.bias`), gateGain));
    const [copies, agreed] = split(echoes, [slots, slots], 1);
    const held = reshape(oneHot(reshape(copies!, [rows * slots]), classes), [rows, slots, classes]);
    const kinds = inARow ? neighbourhoods : neighbourhoods.slice(0, 1);
    const trust = this.#trust(parameters, head, agreed!, kinds.length, agreements);
    return split(gates, kinds.map(() => slots), 1).map((open, kind) => {
      const copied = reshape(matrixProduct(reshape(add(open, trust[kind]!), [rows, 1, slots]), held), [rows, classes]);
      return kind === 0 ? copied : affine(copied, neighbours(copied, neighbourhoods[kind]!));
    }).reduce((a, b) => add(a, b));
  }

  /** What each gate is opened farther for the agreement of its slot. @returns shape [rows, slots] for each kind */
  #trust(parameters: Parameters, head: number, agreed: Tensor, kinds: number, agreements: number): readonly Tensor[] {
    const [rows, slots] = agreed.shape as [number, number];
    const held = reshape(oneHot(reshape(agreed, [rows * slots]), agreements), [rows, slots, agreements]);
    const table = split(multiply(parameters(`${this.name}.trust.${head}`), gateGain), Array.from({ length: kinds }, () => slots), 0);
    return table.map((each) => reshape(sum(multiply(held, reshape(each, [1, slots, agreements])), [2]), [rows, slots]));
  }

  #gateSpecs(head: number): ParameterSpec[] {
    const echo = this.settings.echoes?.[head];
    if (echo === undefined || echo.slots === 0) return [];
    const gates = echo.slots * (echo.inARow ? neighbourhoods.length : 1);
    return [
      { name: `${this.name}.gate.${head}.weights`, shape: [this.settings.answering, gates], initial: zeros },
      { name: `${this.name}.gate.${head}.bias`, shape: [gates], initial: zeros },
      { name: `${this.name}.trust.${head}`, shape: [gates, echo.agreements], initial: zeros },
    ];
  }

  #own(thoughts: Tensor, heads: number, head: number): Tensor {
    const { answering } = this.settings;
    return split(thoughts, Array.from({ length: heads }, () => answering), 1)[head]!;
  }

  #ask(parameters: Parameters, output: Tensor): Tensor {
    return affine(this.#norm.apply(parameters, output), parameters(`${this.name}.ask`));
  }
}

/** An input `echoes` int32 [rows, widths of all heads], where the network has slots. @returns the part of each head that has */
export function echoInputs(graph: Graph, { echoWidths: slots }: EventNetwork, rows: number): readonly (Tensor | undefined)[] {
  const all = slots.reduce((sum, count) => sum + count, 0);
  if (all === 0) return [];
  const parts = split(graph.input('echoes', [rows, all], 'int32'), slots.filter((count) => count > 0), 1);
  let next = 0;
  return slots.map((count) => (count > 0 ? parts[next++] : undefined));
}

/** Each class to those that lie so far from it. @param like of shape [rows, classes] @returns shape [classes, classes] */
function neighbours({ graph, shape }: Tensor, [from, to]: readonly [number, number]): Tensor {
  const classes = shape[1]!;
  const isNear = (i: number): boolean => {
    const distance = Math.abs(Math.floor(i / classes) - (i % classes));
    return distance >= from && distance <= to;
  };
  return graph.constant(Float32Array.from({ length: classes * classes }, (_, i) => (isNear(i) ? 1 : 0)), [classes, classes]);
}
