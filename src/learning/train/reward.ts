/** What is worth how much. Each term is a function with a name and a unit. */
import { tempoActionSize } from '../../players/tempo/action.ts';
import type { TempoTruth } from './tempo-lessons.ts';

/** An answer cannot be more wrong than this, in log tempo: one fermata must not outweigh a page. */
export const mostWrong = 1.5;

/** Weight of the next interval and of the beat ahead. */
export const rewardWeights = [1, 0.5] as const;

export interface Grade {
  readonly reward: number;
  /** Weighted: they add up to the reward. */
  readonly terms: Readonly<Record<string, number>>;
  /** True where nothing can be said: an outlier, or the end. */
  readonly ignored: boolean;
}

/** Minus the absolute error of the predicted log tempo, next interval and one beat ahead. */
export function tempoReward(action: ArrayLike<number>, truth: TempoTruth, step: number): Grade {
  const error = (which: 0 | 1): number => {
    const at = step * tempoActionSize + which;
    return truth.mask[at] === 1 ? -rewardWeights[which] * Math.min(mostWrong, Math.abs(action[which]! - truth.targets[at]!)) : 0;
  };
  const terms = { nextInterval: error(0), nextBeat: error(1) };
  return { reward: terms.nextInterval + terms.nextBeat, terms, ignored: truth.mask[step * tempoActionSize] !== 1 };
}
