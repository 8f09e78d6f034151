/**
 * How much better than expected did it go after each action? A mean, fading by `trace`, over all the distances
 * one can look ahead before trusting the critic.
 * @see Schulman et al., "High-dimensional continuous control using generalized advantage estimation", ICLR 2016
 */
export interface AdvantageInput {
  /** Row after row: steps * sequences, as all arrays here. Where an episode was truncated, the discounted value of what would have come is already in the reward. */
  readonly rewards: Float32Array;
  readonly values: Float32Array;
  /** 1 in a row with which an episode begins. */
  readonly begins: Float32Array;
  /** Of the step after the last, for each sequence. */
  readonly lastValues: Float32Array;
  readonly lastBegins: Float32Array;
  readonly sequences: number;
  /** What a reward one step later is worth, 0..1. */
  readonly discount: number;
  /** 0: trust the critic after one step; 1: wait for the end. */
  readonly trace: number;
}

/** @returns advantages and, with the values added, what the critic should have said */
export function generalisedAdvantages(input: AdvantageInput): { readonly advantages: Float32Array; readonly returns: Float32Array } {
  const { rewards, values, begins, lastValues, lastBegins, sequences, discount, trace } = input;
  const advantages = new Float32Array(rewards.length);
  const returns = new Float32Array(rewards.length);
  for (let sequence = 0; sequence < sequences; sequence++) {
    let later = 0;
    let nextValue = lastValues[sequence]!;
    let goesOn = 1 - lastBegins[sequence]!;
    for (let row = rewards.length - sequences + sequence; row >= 0; row -= sequences) {
      const surprise = rewards[row]! + discount * nextValue * goesOn - values[row]!;
      later = surprise + discount * trace * goesOn * later;
      advantages[row] = later;
      returns[row] = later + values[row]!;
      nextValue = values[row]!;
      goesOn = 1 - begins[row]!;
    }
  }
  return { advantages, returns };
}

/** Shifts and scales to mean 0 and deviation 1 over the rows that count. @param weights 0 or 1 a row */
export function normalise(values: Float32Array, weights: Float32Array): Float32Array {
  let count = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    count += weights[i]!;
    sum += weights[i]! * values[i]!;
  }
  const mean = sum / Math.max(1, count);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += weights[i]! * (values[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, count)) + 1e-8;
  return values.map((value) => (value - mean) / deviation);
}
