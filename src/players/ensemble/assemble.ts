import type { Player } from '../../core/contract/player.ts';
import type { Score } from '../../core/music/score.ts';
import type { AccompanistSettings } from '../accompany/assemble.ts';
import { createAccompanist } from '../accompany/assemble.ts';
import { Ensemble } from './ensemble.ts';

export interface EnsembleSettings {
  readonly accompanist: AccompanistSettings;
}

/** Everybody on stage. @throws RangeError when the score has no solo part */
export function createEnsemble(score: Score, settings: EnsembleSettings): Player {
  return new Ensemble([createAccompanist(score, settings.accompanist)]);
}
