import type { Shape, Tensor } from './graph.ts';
import { filledWith, zeros } from './initial.ts';
import { multiply, shrink, subtract } from './operators.ts';
import type { Parameters, ParameterSpec } from './parameters.ts';
import { average } from './reductions.ts';

const smallestVariance = 1e-5;

/**
 * Shifts and scales each row to mean 0 and variance 1, then by `scale` and `shift`.
 * @param x shape [..., width]
 * @param scale shape [width]
 * @param shift shape [width]
 * @see Ba, Kiros and Hinton, "Layer normalization", 2016
 */
export function normaliseRows(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const last = x.shape.length - 1;
  const one: Shape = x.shape.map((extent, axis) => (axis === last ? 1 : extent));
  const [y, mean, inverseDeviation] = x.graph.apply('LayerNormalization', [x, scale, shift], [x.shape, one, one],
    { axis: last, epsilon: { float: smallestVariance } }, ([d]) => {
      const normal = multiply(subtract(x, mean), inverseDeviation);
      const dNormal = multiply(d!, scale);
      const along = multiply(normal, average(multiply(dNormal, normal), [last]));
      const dx = multiply(subtract(subtract(dNormal, average(dNormal, [last])), along), inverseDeviation);
      return [dx, shrink(multiply(d!, normal), scale.shape), shrink(d!, shift.shape)];
    }) as [Tensor, Tensor, Tensor];
  return y;
}

export class LayerNorm {
  readonly parameters: readonly ParameterSpec[];
  readonly #scale: string;
  readonly #shift: string;

  constructor(name: string, width: number) {
    this.#scale = `${name}.scale`;
    this.#shift = `${name}.shift`;
    this.parameters = [
      { name: this.#scale, shape: [width], initial: filledWith(1) },
      { name: this.#shift, shape: [width], initial: zeros },
    ];
  }

  /** @param x shape [rows, width] */
  apply(parameters: Parameters, x: Tensor): Tensor {
    return normaliseRows(x, parameters(this.#scale), parameters(this.#shift));
  }
}
