/**
 * The heads of an event network in plain arrays. They are small, and asked one after the other with a choice in
 * between: to call another program for each would take longer than the sums themselves.
 */
import type { EventNetwork } from './event-network.ts';
import { ParameterLayout } from './parameters.ts';

interface HeadParts {
  /** For each head before: a row for each of its classes, of which `from` on are for this head. */
  readonly told: readonly { readonly table: Float32Array; readonly width: number; readonly from: number }[];
  /** Shape [answering, classes]. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export class EventHeads {
  readonly #heads: readonly HeadParts[];
  readonly #answering: number;
  readonly #thought: Float32Array;
  readonly #answers: readonly Float32Array[];

  /** @param variations that are asked side by side */
  constructor(network: EventNetwork, vector: Float32Array, variations: number) {
    const layout = new ParameterLayout(network.parameters);
    const { heads, answering } = network.settings;
    const part = (name: string): Float32Array => layout.part(vector, `${network.name}.${name}`);
    this.#answering = answering;
    this.#thought = new Float32Array(answering);
    this.#answers = heads.map((classes) => new Float32Array(variations * classes));
    this.#heads = heads.map((_, head) => ({
      told: Array.from({ length: head }, (_, before) => ({ table: part(`told.${before}`), width: (heads.length - 1 - before) * answering, from: (head - before - 1) * answering })),
      weights: part(`answer.${head}.weights`),
      bias: part(`answer.${head}.bias`),
    }));
  }

  /**
   * @param thoughts shape [variations, heads * answering] @param told answers to the heads before, shape [variations, head]
   * @returns logits, shape [variations, classes]; valid until the same head is asked again
   */
  answer(head: number, thoughts: ArrayLike<number>, told: Int32Array): Float32Array {
    const { told: tables, weights, bias } = this.#heads[head]!;
    const answers = this.#answers[head]!;
    const classes = bias.length;
    const answering = this.#answering;
    const thought = this.#thought;
    for (let variation = 0; variation * classes < answers.length; variation++) {
      const own = (variation * this.#heads.length + head) * answering;
      for (let j = 0; j < answering; j++) thought[j] = thoughts[own + j]!;
      tables.forEach(({ table, width, from }, before) => {
        const row = told[variation * head + before]! * width + from;
        for (let j = 0; j < answering; j++) thought[j]! += table[row + j]!;
      });
      const at = variation * classes;
      answers.set(bias, at);
      for (let j = 0; j < answering; j++) {
        const x = thought[j]! / (1 + Math.exp(-thought[j]!));
        for (let k = 0; k < classes; k++) answers[at + k]! += x * weights[j * classes + k]!;
      }
    }
    return answers;
  }
}
