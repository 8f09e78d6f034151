/**
 * Is a gradient right? Each parameter is moved a little to both sides and the loss computed again: what the loss
 * changes by, over the distance, is the gradient. The caller computes the losses, so this is a generator: it
 * yields points and is resumed with the loss there, best computed in 64 bits.
 */
export interface GradientReport {
  /** Largest |claimed - measured|, over the larger of 1 and their size. */
  readonly worst: number;
  /** Where. */
  readonly index: number;
  readonly claimed: number;
  readonly measured: number;
}

/**
 * @param point where the gradient was computed
 * @param gradient the claim, as long as `point`
 * @param distance small against the curvature, large against the rounding of the loss; 1e-5 suits 64 bits
 */
export function* checkGradient(point: Float64Array, gradient: ArrayLike<number>, distance = 1e-5): Generator<Float64Array, GradientReport, number> {
  if (gradient.length !== point.length) throw new RangeError(`a gradient of ${gradient.length} numbers for ${point.length} parameters`);
  let report: GradientReport = { worst: 0, index: -1, claimed: 0, measured: 0 };
  for (let i = 0; i < point.length; i++) {
    const ahead = point.slice();
    ahead[i]! += distance;
    const behind = point.slice();
    behind[i]! -= distance;
    const measured = ((yield ahead) - (yield behind)) / (2 * distance);
    const claimed = gradient[i]!;
    const off = Math.abs(claimed - measured) / Math.max(1, Math.abs(claimed), Math.abs(measured));
    if (Number.isNaN(off)) return { worst: Infinity, index: i, claimed, measured };
    if (off > report.worst) report = { worst: off, index: i, claimed, measured };
  }
  return report;
}
