import type { Player } from '../../core/contract/player.ts';
import type { Score } from '../../core/music/score.ts';
import type { AccompanistSettings } from '../accompany/assemble.ts';
import { createAccompanist } from '../accompany/assemble.ts';
import type { FillSettings } from '../generate/gap-filler.ts';
import { GapFiller, withOpenBars } from '../generate/gap-filler.ts';
import { Ensemble } from './ensemble.ts';
import { Improvised } from './improvised.ts';

export interface EnsembleSettings {
  readonly accompanist: AccompanistSettings;
  /** Bars that are written while the piece is played; none where left out. */
  readonly fill?: FillSettings | undefined;
}

/** Everybody on stage. @throws RangeError when the score has no solo part */
export function createEnsemble(score: Score, settings: EnsembleSettings): Player {
  const { accompanist, fill } = settings;
  if (fill === undefined) return new Ensemble([createAccompanist(score, accompanist)]);
  const open = withOpenBars(score, fill);
  return new Ensemble([new Improvised(createAccompanist(open, accompanist), new GapFiller(open, fill))]);
}
