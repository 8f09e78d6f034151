import type { Beats } from '../../core/music/units.ts';
import { beats } from '../../core/music/units.ts';

export interface TempoSettings {
  /** How many quarters of the past make the present tempo. */
  readonly timeConstant: Beats;
  /** What the printed tempo weighs before the soloist has shown his own, in quarters played. */
  readonly printedTempoWeight: Beats;
}

export const defaultTempoSettings: TempoSettings = { timeConstant: beats(2), printedTempoWeight: beats(0.25) };
