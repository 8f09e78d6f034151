/** The rules that a learned agent has to beat, each a frame at a time. */
import { clamp } from '../../core/math/statistics.ts';
import type { Random } from '../../core/math/random.ts';
import type { SoundingSpace } from './sounding-space.ts';

export const listeningRules = ['random', 'still', 'nearest', 'slewedNearest'] as const;
export type ListeningRule = (typeof listeningRules)[number];

/** Moves a setting towards another, each parameter by `step` at most, within 0..1. */
export function slewTowards(setting: Float64Array, wanted: Float64Array, step: number): void {
  for (let p = 0; p < setting.length; p++) setting[p] = clamp(setting[p]! + clamp(wanted[p]! - setting[p]!, -step, step), 0, 1);
}

/** @param setting moved as the rule says @param target scaled @param wanted room for a setting; overwritten @param step of a frame */
export function moveBy(rule: ListeningRule, space: SoundingSpace, target: Float64Array, setting: Float64Array, wanted: Float64Array, step: number, chance: Random): void {
  switch (rule) {
    case 'random':
      for (let p = 0; p < setting.length; p++) setting[p] = clamp(setting[p]! + step * (chance.below(3) - 1), 0, 1);
      return;
    case 'still':
      return;
    case 'nearest':
      // no hand is so fast: this is the bound of what the table allows
      space.settingOf(space.rowLike(target), setting);
      return;
    case 'slewedNearest':
      space.settingOf(space.rowLike(target), wanted);
      slewTowards(setting, wanted, step);
  }
}
