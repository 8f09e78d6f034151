/** Says where to go on a table of sounds: between its rows where a model says what sounds there; else around corners where the table is a grid, or in straight ways. */
import { BetweenRows } from './between-rows.ts';
import { Reach } from './reach.ts';
import type { SoundingSpace } from './sounding-space.ts';
import { Ways } from './ways.ts';

export interface ReachSettings {
  /** How far a parameter moves in a frame, 0..1. */
  readonly step: number;
  /** Chance that the target is still the same a frame later, 0..1. */
  readonly lasting: number;
  /** Added to how far a row is from any target: what somebody likes or dislikes. Shape [rows]. */
  readonly malus?: Float64Array;
}
/** Where nobody has tried, in frames of 23 ms: sooner is too shy, later goes too far for a note that is over. */
export const usualLasting = 0.95;

export interface Planner {
  /**
   * @param target scaled; what the next step is judged by @param setting where we are @param wanted overwritten with the setting to go to
   * @param expected what is believed to come after it; where nobody knows, the same
   */
  plan(target: Float64Array, setting: Float64Array, wanted: Float64Array, expected?: Float64Array): void;
  /** The malus has changed. */
  reconsider(): void;
}

export function plannerFor(space: SoundingSpace, settings: ReachSettings): Planner {
  if (space.model !== undefined) return new BetweenRows(space, space.model, settings);
  return space.grid === undefined ? new Reach(space, settings) : new Ways(space, space.grid, settings);
}
