/** From what the paths say to a probability that the reported place is right. */

/** @param quality 0..1 of the leading path @param step surprise of the newest note @param lead surprise by which the best path elsewhere is worse */
export function confidenceOf(quality: number, step: number, lead: number): number {
  const x = -1 + 5 * quality - 0.3 * Math.max(0, step) + 0.3 * Math.min(8, lead);
  return 1 / (1 + Math.exp(-x));
}
