/**
 * The heads of an event network in plain arrays. They are small, and asked one after the other with a choice in
 * between: to call another program for each would take longer than the sums themselves.
 */
import type { Echo, EventNetwork } from './event-network.ts';
import { gateGain, neighbourhoods } from './event-network.ts';
import { ParameterLayout } from './parameters.ts';

interface HeadParts {
  /** For each head before: a row for each of its classes, of which `from` on are for this head. */
  readonly told: readonly { readonly table: Float32Array; readonly width: number; readonly from: number }[];
  /** Shape [classes, answering]: each class reads a row. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** What is copied from; see `EventNetwork`. Weights of shape [answering, gates]. */
  readonly echo?: Echo & { readonly weights: Float32Array; readonly bias: Float32Array };
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
      weights: turned(part(`answer.${head}.weights`), heads[head]!),
      bias: part(`answer.${head}.bias`),
      ...(network.slots[head]! > 0 && { echo: { ...network.settings.echoes![head]!, weights: part(`gate.${head}.weights`), bias: part(`gate.${head}.bias`) } }),
    }));
  }

  /**
   * @param thoughts shape [variations, heads * answering] @param told answers to the heads before, shape [variations, head]
   * @param echoes shape [variations, slots of the head]; left out where it has none
   * @returns logits, shape [variations, classes]; valid until the same head is asked again
   */
  answer(head: number, thoughts: ArrayLike<number>, told: Int32Array, echoes?: Int32Array): Float32Array {
    const { told: tables, weights, bias, echo } = this.#heads[head]!;
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
      for (let j = 0; j < answering; j++) thought[j] = thought[j]! / (1 + Math.exp(-thought[j]!));
      for (let k = 0; k < classes; k++) answers[at + k] = bias[k]! + product(thought, weights, k * answering);
      if (echo !== undefined && echoes !== undefined) copy(echo, thought, echoes.subarray(variation * echo.slots, (variation + 1) * echo.slots), answers.subarray(at, at + classes));
    }
    return answers;
  }
}

/** Of two rows of numbers, four sums at a time: one alone would wait for itself. @param from where the second begins; a width that four does not divide goes on alone */
function product(a: Float32Array, b: Float32Array, from: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  let j = 0;
  for (; j < whole; j += 4) {
    first += a[j]! * b[from + j]!;
    second += a[j + 1]! * b[from + j + 1]!;
    third += a[j + 2]! * b[from + j + 2]!;
    fourth += a[j + 3]! * b[from + j + 3]!;
  }
  for (; j < a.length; j++) first += a[j]! * b[from + j]!;
  return first + second + third + fourth;
}

/** Row by row what was column by column. */
function turned(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}

/** What `EventNetwork` does with the echoes of one row. @param answers that become likelier */
function copy({ slots, inARow, weights, bias }: NonNullable<HeadParts['echo']>, content: Float32Array, held: Int32Array, answers: Float32Array): void {
  const classes = answers.length;
  const gates = bias.length;
  for (let gate = 0; gate < gates; gate++) {
    const at = held[gate % slots]!;
    if (at >= classes) continue;
    let strength = bias[gate]! * gateGain;
    for (let j = 0; j < content.length; j++) strength += content[j]! * weights[j * gates + gate]!;
    const [from, to] = inARow ? neighbourhoods[Math.floor(gate / slots)]! : [0, 0];
    for (let distance = from; distance <= to; distance++) {
      if (at + distance < classes) answers[at + distance]! += strength;
      if (distance > 0 && at >= distance) answers[at - distance]! += strength;
    }
  }
}
