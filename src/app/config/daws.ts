/** What is known of each kind of program that can be driven: where it listens, how late it obeys, what it can do. */
import type { DawKind, DrivingSettings } from '../../core/contract/settings.ts';
import { seconds } from '../../core/music/units.ts';

export interface DawTraits {
  readonly driving: DrivingSettings;
  readonly port: number;
  /** Where it answers; undefined where it says nothing, or a preset must say where. */
  readonly listen?: number;
  readonly locates: boolean;
}

const usual: DrivingSettings = {
  lag: seconds(0.02),
  gap: seconds(0.05),
  slowest: 20,
  fastest: 400,
  deadband: 0.002,
  nudge: 0.35,
  catchUp: seconds(0.15),
  smoothing: seconds(0),
};

/** A program looks at its socket now and then: the lag is the middle of how long that takes. */
export const dawTraits: Readonly<Record<DawKind, DawTraits>> = {
  reaper: { driving: { ...usual, lag: seconds(0.02), slowest: 1, fastest: 960 }, port: 8000, listen: 9000, locates: true },
  // It polls every 100 ms, whatever is sent.
  'ableton-live': { driving: { ...usual, lag: seconds(0.057), gap: seconds(0.1), slowest: 20, fastest: 999, catchUp: seconds(0.2) }, port: 11_000, listen: 11_001, locates: true },
  ardour: { driving: { ...usual, lag: seconds(0.02), slowest: 10, fastest: 999 }, port: 3819, locates: true },
  // Time tags: the lag is the reserve within which every message arrives, and it takes effect at its time.
  supercollider: { driving: { ...usual, lag: seconds(0.04), gap: seconds(0.02), slowest: 5, fastest: 960 }, port: 57_120, locates: true },
  link: { driving: { ...usual, lag: seconds(0), gap: seconds(0.02), slowest: 20, fastest: 999 }, port: 20_808, locates: true },
  // Nobody says where it is, so each order of whose lag we are not sure costs a little: fewer of them.
  osc: { driving: { ...usual, lag: seconds(0.03), catchUp: seconds(0.3) }, port: 9001, locates: false },
};
