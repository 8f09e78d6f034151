import type { LocalTempoSettings } from '../memory/local-tempo.ts';
import { defaultLocalTempoSettings } from '../memory/local-tempo.ts';

export interface TempoSettings extends LocalTempoSettings {
  /** How many of the newest takes are remembered; 0 plays as if for the first time. */
  readonly takes: number;
  /** Ask a learned policy at every onset; the base is in force until it answers, and where it does not. */
  readonly policy: boolean;
}

export const defaultTempoSettings: TempoSettings = { ...defaultLocalTempoSettings, takes: 3, policy: false };
