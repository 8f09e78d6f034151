import type { LocalTempoSettings } from '../memory/local-tempo.ts';
import { defaultLocalTempoSettings } from '../memory/local-tempo.ts';

export interface TempoSettings extends LocalTempoSettings {
  /** How many of the newest takes are remembered; 0 plays as if for the first time. */
  readonly takes: number;
  /** Ask a learned policy at every onset; the base is in force until it answers, and where it does not. */
  readonly policy: boolean;
}

/** Takes that today is like are believed more, so the more there are the better: on 36 performances (validation) three of others give the base a mean error of .125, all there are .119. */
export const defaultTempoSettings: TempoSettings = { ...defaultLocalTempoSettings, takes: 21, policy: false };
