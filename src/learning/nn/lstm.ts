/**
 * Long short-term memory: a cell that a gate lets fill, another lets fade, and a third lets speak. The recurrence
 * is written out step by step; what does not depend on the step before is computed for all steps at once.
 * @see Gers, Schmidhuber and Cummins, "Learning to forget: continual prediction with LSTM", 2000
 */
import type { Tensor } from './graph.ts';
import { filledWith, orthogonal, sideBySide, balanced, zeros } from './initial.ts';
import { add, multiply, sigmoid, subtract, tanh } from './operators.ts';
import type { Parameters, ParameterSpec } from './parameters.ts';
import { affine } from './products.ts';
import { concatenate, reshape, split } from './shaping.ts';

/** How the rows of a batch are to be read: step by step, in each step one row of every sequence. */
export interface Sequences {
  readonly steps: number;
  readonly sequences: number;
  /** 1 where an episode begins, so that nothing before it is remembered, else 0: shape [steps * sequences, 1]. */
  readonly begins?: Tensor;
}

export class Lstm {
  readonly parameters: readonly ParameterSpec[];
  /** Numbers remembered from step to step: what it last said, and the cell. */
  readonly memorySize: number;
  readonly #units: number;
  readonly #inputWeights: string;
  readonly #recurrentWeights: string;
  readonly #bias: string;

  constructor(name: string, inputs: number, units: number) {
    this.#units = units;
    this.memorySize = 2 * units;
    this.#inputWeights = `${name}.inputWeights`;
    this.#recurrentWeights = `${name}.recurrentWeights`;
    this.#bias = `${name}.bias`;
    // Gates in the order input, forget, output, then the new content; the forget gate begins open.
    const four = <T>(x: T): T[] => [x, x, x, x];
    this.parameters = [
      { name: this.#inputWeights, shape: [inputs, 4 * units], initial: sideBySide(four(balanced)) },
      { name: this.#recurrentWeights, shape: [units, 4 * units], initial: sideBySide(four(orthogonal())) },
      { name: this.#bias, shape: [4 * units], initial: (random) => sideBySide([zeros, filledWith(1), zeros, zeros])(random, [1, 4 * units]) },
    ];
  }

  /**
   * @param x shape [steps * sequences, inputs], step by step
   * @param memory shape [sequences, memorySize]; zeros at first
   * @returns `output` of shape [steps * sequences, units] and the memory after the last step
   */
  apply(parameters: Parameters, x: Tensor, memory: Tensor, { steps, sequences, begins }: Sequences): { output: Tensor; memory: Tensor } {
    const units = this.#units;
    const each = Array.from({ length: steps }, () => sequences);
    const fromInput = split(affine(x, parameters(this.#inputWeights), parameters(this.#bias)), each, 0);
    const goesOn = begins === undefined ? undefined : split(subtract(1, reshape(begins, [steps * sequences, 1])), each, 0);
    const recurrentWeights = parameters(this.#recurrentWeights);
    let [last, cell] = split(memory, [units, units], 1) as [Tensor, Tensor];
    const said: Tensor[] = [];
    for (let step = 0; step < steps; step++) {
      if (goesOn !== undefined) {
        last = multiply(last, goesOn[step]!);
        cell = multiply(cell, goesOn[step]!);
      }
      const [gates, content] = split(affine(last, recurrentWeights, fromInput[step]), [3 * units, units], 1) as [Tensor, Tensor];
      const [fill, keep, speak] = split(sigmoid(gates), [units, units, units], 1) as [Tensor, Tensor, Tensor];
      cell = add(multiply(keep, cell), multiply(fill, tanh(content)));
      last = multiply(speak, tanh(cell));
      said.push(last);
    }
    return { output: concatenate(said, 0), memory: concatenate([last, cell], 1) };
  }
}
