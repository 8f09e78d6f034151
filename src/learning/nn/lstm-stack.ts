/**
 * A reader without attention: layers of memory, one upon the other, that hear the events of each sequence in their
 * order and know of the past only what they kept of it. What they find is added to what was there, as in a block of
 * the transformer, so that the two can stand in each other's place.
 */
import type { Tensor } from './graph.ts';
import { normal } from './initial.ts';
import { Lstm } from './lstm.ts';
import { cast, equal, subtract } from './operators.ts';
import type { Parameters, ParameterSpec } from './parameters.ts';
import { affine } from './products.ts';
import { concatenate, reshape, slice, transpose } from './shaping.ts';

export interface LstmStackSettings {
  readonly layers: number;
  readonly units: number;
}

export class LstmStack {
  readonly parameters: readonly ParameterSpec[];
  readonly #layers: readonly Lstm[];
  readonly #units: number;
  readonly #name: string;

  constructor(name: string, width: number, { layers, units }: LstmStackSettings) {
    this.#name = name;
    this.#units = units;
    this.#layers = Array.from({ length: layers }, (_, i) => new Lstm(`${name}.${i}`, i === 0 ? width : units, units));
    this.parameters = [...this.#layers.flatMap((layer) => layer.parameters), { name: `${name}.found`, shape: [units, width], initial: normal(1 / Math.sqrt(units)), matrices: 1 }];
  }

  /**
   * @param x shape [sequences * length, width], sequence after sequence
   * @param segments int32, shape [sequences, length]: where another begins, all is forgotten
   * @returns of the shape of `x`
   */
  apply(parameters: Parameters, x: Tensor, segments: Tensor): Tensor {
    const [sequences, steps] = segments.shape as [number, number];
    const width = x.shape[1]!;
    const turned = (rows: Tensor, a: number, b: number, size: number): Tensor => reshape(transpose(reshape(rows, [a, b, size]), [1, 0, 2]), [a * b, size]);
    const { graph } = x;
    const goesOn = steps === 1 ? [] : [cast(equal(slice(segments, 1, 1, steps), slice(segments, 1, 0, steps - 1)), 'float')];
    const same = concatenate([graph.constant(new Float32Array(sequences), [sequences, 1]), ...goesOn], 1);
    const begins = reshape(transpose(subtract(1, same)), [steps * sequences, 1]);
    let y = turned(x, sequences, steps, width);
    for (const layer of this.#layers) {
      const memory = graph.constant(new Float32Array(sequences * layer.memorySize), [sequences, layer.memorySize]);
      y = layer.apply(parameters, y, memory, { steps, sequences, begins }).output;
    }
    return affine(turned(y, steps, sequences, this.#units), parameters(`${this.#name}.found`), x);
  }
}
