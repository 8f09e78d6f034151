import { beats } from '../../core/music/units.ts';
import type { LocalTempoSettings } from '../memory/local-tempo.ts';

export interface TempoSettings extends LocalTempoSettings {
  /** How many of the newest takes are remembered; 0 plays as if for the first time. */
  readonly takes: number;
  /** Ask a learned policy at every onset; the base is in force until it answers, and where it does not. */
  readonly policy: boolean;
}

/**
 * Four quarters, twice those of the anchor alone: what is sudden comes from the echo and from the takes. Takes that
 * today is like are believed more, so the more there are the better.
 */
export const defaultTempoSettings: TempoSettings = { timeConstant: beats(4), printedTempoWeight: beats(0.25), takes: 21, policy: false };
