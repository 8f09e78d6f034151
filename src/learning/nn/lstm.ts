/**
 * Long short-term memory: a cell that a gate lets fill, another lets fade, and a third lets speak. The recurrence
 * is written out step by step; what does not depend on the step before is computed for all steps at once.
 * @see Gers, Schmidhuber and Cummins, "Learning to forget: continual prediction with LSTM", 2000
 */
import type { Backward, Tensor } from './graph.ts';
import { filledWith, orthogonal, sideBySide, balanced, zeros } from './initial.ts';
import { add, multiply, sigmoid, subtract, tanh } from './operators.ts';
import type { Parameters, ParameterSpec } from './parameters.ts';
import { affine, affineBackwards } from './products.ts';
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
    const four = [units, units, units, units];
    // tanh(x) is 2 sigmoid(2x) - 1: so that the new content comes out of the same operation as the gates.
    const scales = x.graph.constant(Float32Array.from({ length: 4 * units }, (_, i) => (i < 3 * units ? 1 : 2)), [1, 4 * units]);
    const scaled = (name: string): Tensor => multiply(parameters(name), scales);
    const recurrentWeights = scaled(this.#recurrentWeights);
    const fromInput = affine(x, scaled(this.#inputWeights), scaled(this.#bias));
    const inSteps = (all: Tensor): readonly Tensor[] => split(all, Array.from({ length: steps }, () => sequences), 0);
    const goesOn = begins && inSteps(subtract(1, reshape(begins, [steps * sequences, 1])));
    const each: Step[] = [];

    const forwards = (): readonly Tensor[] => {
      const heard = inSteps(fromInput);
      let [last, cell] = split(memory, [units, units], 1) as [Tensor, Tensor];
      for (let step = 0; step < steps; step++) {
        const before = masked(last, goesOn?.[step]);
        const gates = sigmoid(affine(before, recurrentWeights, heard[step]));
        const [fill, open, speak, content] = split(gates, four, 1) as [Tensor, Tensor, Tensor, Tensor];
        const keep = masked(open, goesOn?.[step]);
        const half = multiply(fill, content);
        const whole = add(half, half);
        const filled = subtract(whole, fill);
        const kept = multiply(keep, cell);
        cell = add(kept, filled);
        const squashed = tanh(cell);
        last = multiply(speak, squashed);
        each.push({ before, gates, keep, speak, parts: [filled, kept, last, whole], squashed, said: last });
      }
      return [concatenate(each.map(({ said }) => said), 0), concatenate([last, cell], 1)];
    };

    // A rule for all of a step together: what each gate has let through is known already, and few operations are left.
    const backwards: Backward = ([dOutput, dMemory]) => {
      const dSaid = dOutput && inSteps(dOutput);
      const dSums: Tensor[] = [];
      let [dLast, dCell] = dMemory === undefined ? [] : split(dMemory, [units, units], 1);
      dLast = sumOf(dLast, dSaid?.[steps - 1]);
      for (let step = steps - 1; step >= 0; step--) {
        const { gates, keep, speak, parts, squashed, said } = each[step]!;
        const dHere = sumOf(multiply(dLast!, subtract(speak, multiply(said, squashed))), dCell);
        const through = concatenate(parts, 1);
        const dSum = multiply(subtract(through, multiply(through, gates)), concatenate([dHere, dHere, dLast!, dHere], 1));
        dSums.push(dSum);
        dCell = multiply(dHere, keep);
        dLast = affineBackwards(masked(dSum, goesOn?.[step]), recurrentWeights, step > 0 ? dSaid?.[step - 1] : undefined);
      }
      const dFromInput = concatenate(dSums.reverse(), 0);
      return [dFromInput, concatenate([dLast!, dCell!], 1), { left: concatenate(each.map(({ before }) => before), 0), right: dFromInput }];
    };

    const [output, after] = x.graph.passage([fromInput, memory, recurrentWeights], forwards, backwards) as [Tensor, Tensor];
    return { output, memory: after };
  }
}

/** What is remembered of a step for the way back; shapes [sequences, units] but for the gates. */
interface Step {
  /** What it heard of what was last said. */
  readonly before: Tensor;
  /** Input, forget and output gate, and the new content as a fourth: shape [sequences, 4 * units]. */
  readonly gates: Tensor;
  /** The forget gate, closed where an episode begins. */
  readonly keep: Tensor;
  readonly speak: Tensor;
  /** What came through each gate. */
  readonly parts: readonly Tensor[];
  readonly squashed: Tensor;
  readonly said: Tensor;
}

const masked = (x: Tensor, by: Tensor | undefined): Tensor => (by === undefined ? x : multiply(x, by));

/** @throws RangeError when there is neither */
function sumOf(a: Tensor | undefined, b: Tensor | undefined): Tensor {
  if (a !== undefined && b !== undefined) return add(a, b);
  const one = a ?? b;
  if (one === undefined) throw new RangeError('nobody asked for a gradient');
  return one;
}
