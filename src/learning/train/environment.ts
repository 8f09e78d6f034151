/** Somewhere to act and to be told how well it went: what a learner needs, and nothing about music. */

/** Shape [observationSize]; valid until the next step. */
export type Observation = Float32Array;
/** Continuous: shape [size]. Discrete: one number, the index of the choice. */
export type Action = Float32Array;
export type ActionSpace =
  | { readonly kind: 'continuous'; readonly size: number }
  | { readonly kind: 'discrete'; readonly choices: number };

export interface Step {
  readonly observation: Observation;
  readonly reward: number;
  /** The end: the piece is over, or the soloist was lost for good. Nothing comes after. */
  readonly terminated: boolean;
  /** Stopped from outside, as by a time limit: something would have come. */
  readonly truncated: boolean;
  /** The reward, term by term, for plots. */
  readonly terms: Readonly<Record<string, number>>;
  /** The reward says nothing about this action: nothing is learned from it. */
  readonly ignored?: boolean;
}

export interface Environment {
  readonly observationSize: number;
  readonly actionSpace: ActionSpace;
  /** Begins an episode, the same for the same seed, whatever was played before. @param seed 32 bits, unsigned */
  reset(seed: number): Observation;
  /** Not to be called after the end of an episode. */
  step(action: Action): Step;
}

/** Numbers of one action. */
export const actionLength = (space: ActionSpace): number => (space.kind === 'continuous' ? space.size : 1);
