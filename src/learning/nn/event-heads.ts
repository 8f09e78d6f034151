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
  /** Its classes, and the gates of its echoes after them. */
  readonly answers: Rows;
  /** What is copied from; see `EventNetwork`. */
  readonly echo: Copying | undefined;
}

interface Copying extends Echo {
  /** Shape [gates, agreements]. */
  readonly trust: Float32Array;
}

/** Of each row what it makes of a thought, shape [rows, width]; in 64 bits, in which processors without help count fastest. */
interface Rows {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

export class EventHeads {
  readonly #heads: readonly HeadParts[];
  readonly #answering: number;
  readonly #thought: Float64Array;
  readonly #said: readonly Float64Array[];
  readonly #answers: readonly Float32Array[];
  readonly #variations: number;

  /** @param variations that are asked side by side */
  constructor(network: EventNetwork, vector: Float32Array, variations: number) {
    const layout = new ParameterLayout(network.parameters);
    const { heads, answering } = network.settings;
    const part = (name: string): Float32Array => layout.part(vector, `${network.name}.${name}`);
    this.#answering = answering;
    this.#variations = variations;
    this.#thought = new Float64Array(answering);
    this.#answers = heads.map((classes) => new Float32Array(variations * classes));
    this.#heads = heads.map((classes, head) => {
      const own = { weights: turned(part(`answer.${head}.weights`), classes), bias: part(`answer.${head}.bias`) };
      const echo = network.echoWidths[head]! > 0 ? network.settings.echoes![head]! : undefined;
      const gates = echo && { weights: turned(part(`gate.${head}.weights`), part(`gate.${head}.bias`).length), bias: part(`gate.${head}.bias`).map((bias) => bias * gateGain) };
      return {
        told: Array.from({ length: head }, (_, before) => ({ table: part(`told.${before}`), width: (heads.length - 1 - before) * answering, from: (head - before - 1) * answering })),
        answers: { weights: endToEnd(own.weights, gates?.weights), bias: endToEnd(own.bias, gates?.bias) },
        echo: echo && { ...echo, trust: part(`trust.${head}`).map((trust) => trust * gateGain) },
      };
    });
    this.#said = this.#heads.map(({ answers }) => new Float64Array(answers.bias.length));
  }

  /**
   * @param thoughts shape [variations, heads * answering] @param told answers to the heads before, shape [variations, head]
   * @param echoes shape [variations, 2 * slots of the head]; left out where it has none
   * @param repeating shape [variations]: by which factor what echoes make likelier is changed; 1 unless said
   * @returns logits, shape [variations, classes]; valid until the same head is asked again
   */
  answer(head: number, thoughts: ArrayLike<number>, told: Int32Array, echoes?: Int32Array, repeating?: ArrayLike<number>): Float32Array {
    const { told: tables, answers: rows, echo } = this.#heads[head]!;
    const answers = this.#answers[head]!;
    const said = this.#said[head]!;
    const answering = this.#answering;
    const thought = this.#thought;
    const classes = answers.length / this.#variations;
    for (let variation = 0; variation < this.#variations; variation++) {
      const own = (variation * this.#heads.length + head) * answering;
      for (let j = 0; j < answering; j++) thought[j] = thoughts[own + j]!;
      tables.forEach(({ table, width, from }, before) => {
        const row = told[variation * head + before]! * width + from;
        for (let j = 0; j < answering; j++) thought[j]! += table[row + j]!;
      });
      for (let j = 0; j < answering; j++) thought[j] = thought[j]! / (1 + Math.exp(-thought[j]!));
      say(thought, rows, said);
      if (echo !== undefined && echoes !== undefined) copy(echo, echoes.subarray(2 * variation * echo.slots, 2 * (variation + 1) * echo.slots), said, classes, repeating?.[variation] ?? 1);
      for (let k = 0; k < classes; k++) answers[variation * classes + k] = said[k]!;
    }
    return answers;
  }
}

/** Four rows side by side: one alone would wait for its own sum. */
function say(thought: Float64Array, { weights, bias }: Rows, into: Float64Array): void {
  const width = thought.length;
  const rows = bias.length;
  let row = 0;
  for (; row + 3 < rows; row += 4) {
    const [a, b, c, d] = [row * width, (row + 1) * width, (row + 2) * width, (row + 3) * width];
    let first = bias[row]!;
    let second = bias[row + 1]!;
    let third = bias[row + 2]!;
    let fourth = bias[row + 3]!;
    for (let j = 0; j < width; j++) {
      const x = thought[j]!;
      first += x * weights[a + j]!;
      second += x * weights[b + j]!;
      third += x * weights[c + j]!;
      fourth += x * weights[d + j]!;
    }
    into[row] = first;
    into[row + 1] = second;
    into[row + 2] = third;
    into[row + 3] = fourth;
  }
  for (; row < rows; row++) {
    let sum = bias[row]!;
    for (let j = 0; j < width; j++) sum += thought[j]! * weights[row * width + j]!;
    into[row] = sum;
  }
}

function endToEnd(first: Float32Array, second: Float32Array = new Float32Array(0)): Float64Array {
  const all = new Float64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** Row by row what was column by column. */
function turned(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}

/** What `EventNetwork` does with the echoes of one row. @param said the classes, which become likelier, and after them the gates */
function copy({ slots, inARow, agreements, trust }: Copying, held: Int32Array, said: Float64Array, classes: number, repeating: number): void {
  for (let gate = 0; classes + gate < said.length; gate++) {
    const at = held[gate % slots]!;
    if (at >= classes) continue;
    const strength = repeating * (said[classes + gate]! + trust[gate * agreements + held[slots + (gate % slots)]!]!);
    const [from, to] = inARow ? neighbourhoods[Math.floor(gate / slots)]! : [0, 0];
    for (let distance = from; distance <= to; distance++) {
      if (at + distance < classes) said[at + distance]! += strength;
      if (distance > 0 && at >= distance) said[at - distance]! += strength;
    }
  }
}
