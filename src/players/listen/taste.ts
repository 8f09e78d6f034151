/** What a musician liked and disliked: a plus or a minus stands for the setting that sounded, and for those around it. */
import { clamp } from '../../core/math/statistics.ts';
import type { SoundingSpace } from './sounding-space.ts';

export interface Judgement {
  /** 0..1 for each parameter. */
  readonly setting: readonly number[];
  readonly liked: boolean;
}

const around = 0.12; // of a range: what is so near sounds much the same
const weight = 0.25; // deviations of the table that a judgement makes its setting worth more or less
const most = 1; // however often it is said
/** Judgements that are remembered, the newest. */
export const mostJudgements = 200;

/** Where rows are far apart it is the nearest one that stands for the setting: what somebody said must be felt. @param malus shape [rows], added to how far a row is from a target; changed */
export function judge(space: SoundingSpace, { setting, liked }: Judgement, malus: Float64Array): void {
  const place = new Float64Array(space.parameters);
  const squaresOf = (row: number): number => {
    space.settingOf(row, place);
    return place.reduce((sum, value, p) => sum + (value - setting[p]!) ** 2, 0);
  };
  const nearest = squaresOf(space.rowAt(Float64Array.from(setting)));
  for (let row = 0; row < space.rows; row++) {
    const further = Math.max(0, squaresOf(row) - nearest);
    malus[row] = clamp(malus[row]! + (liked ? -weight : weight) * Math.exp(-further / (2 * around * around)), -most, most);
  }
}
