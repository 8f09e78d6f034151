import type { Tensor } from './graph.ts';
import type { Initial } from './initial.ts';
import { balanced, zeros } from './initial.ts';
import type { Parameters, ParameterSpec } from './parameters.ts';
import { affine } from './products.ts';

/** Every output a weighted sum of all inputs, and a bias. */
export class Dense {
  readonly parameters: readonly ParameterSpec[];
  readonly #weights: string;
  readonly #bias: string;

  /** @param initial of the weights; with `zeros` the layer is silent until it has learned something */
  constructor(name: string, inputs: number, outputs: number, initial: Initial = balanced) {
    this.#weights = `${name}.weights`;
    this.#bias = `${name}.bias`;
    this.parameters = [
      { name: this.#weights, shape: [inputs, outputs], initial },
      { name: this.#bias, shape: [outputs], initial: zeros },
    ];
  }

  /** @param x shape [rows, inputs] @returns shape [rows, outputs] */
  apply(parameters: Parameters, x: Tensor): Tensor {
    return affine(x, parameters(this.#weights), parameters(this.#bias));
  }
}
