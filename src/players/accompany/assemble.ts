/** The one place where an accompanist is put together. */
import type { Follower } from '../../core/contract/following.ts';
import type { Player } from '../../core/contract/player.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import { createFollower } from '../follow/follower.ts';
import type { FollowerSettings } from '../follow/settings.ts';
import { defaultFollowerSettings } from '../follow/settings.ts';
import { BaseTempo } from '../tempo/base.ts';
import type { TempoSettings } from '../tempo/settings.ts';
import { defaultTempoSettings } from '../tempo/settings.ts';
import { layOut } from './accompaniment.ts';
import { Accompanist } from './accompanist.ts';
import type { ConductorSettings } from './conductor.ts';
import { Conductor, defaultConductorSettings } from './conductor.ts';
import type { ExpressionSettings } from './expression.ts';
import { defaultExpressionSettings, Expression } from './expression.ts';
import { Scheduler } from './scheduler.ts';
import { TempoObserver } from '../tempo/observation.ts';
import { TempoQuestions } from './tempo-questions.ts';
import { TakeMemory } from './take-memory.ts';

export interface AccompanistSettings {
  readonly follower: FollowerSettings;
  readonly tempo: TempoSettings;
  readonly conductor: ConductorSettings;
  readonly expression: ExpressionSettings;
  /** How far ahead a note is fixed and sent; at least the delay of the slowest note output. */
  readonly commitHorizon: Seconds;
}

export const defaultAccompanistSettings: AccompanistSettings = {
  follower: defaultFollowerSettings,
  tempo: defaultTempoSettings,
  conductor: defaultConductorSettings,
  expression: defaultExpressionSettings,
  commitHorizon: seconds(0.01),
};

/** @throws RangeError when no part is solo, or the solo has no notes. */
export function soloOf(score: Score): Part {
  const solo = score.parts.find((part) => part.role === 'solo');
  if (solo === undefined || solo.onsets.length === 0) throw new RangeError(`"${score.title}" has no solo part with notes in it`);
  return solo;
}

/**
 * @param score unfolded: bars in the order in which they are played
 * @param follower in place of our own, where somebody knows better: in training
 * @throws RangeError when the score has no solo part
 */
export function createAccompanist(score: Score, settings: AccompanistSettings, follower?: Follower): Player {
  const solo = soloOf(score);
  const tempoMap = new TempoMap(score.tempoMarks);
  const soloPositions = Float64Array.from(solo.onsets, (onset) => onset.position);
  const soloNominal = Float64Array.from(solo.onsets, (onset) => tempoMap.nominalAt(onset.position));
  const fermatas = Float64Array.from(score.fermatas, (position) => tempoMap.nominalAt(position)).sort();
  const expression = new Expression(settings.expression, tempoMap);
  const tempo = new BaseTempo(tempoMap, settings.tempo);
  return new Accompanist({
    score,
    solo,
    tempoMap,
    beatGrid: new BarGrid(score).beats(),
    follower: follower ?? createFollower(solo, tempoMap, settings.follower),
    tempo,
    questions: settings.tempo.policy ? new TempoQuestions(new TempoObserver(score, solo, tempoMap), tempo) : undefined,
    memory: new TakeMemory(solo, tempoMap, settings.tempo, tempo),
    conductor: new Conductor(settings.conductor, tempoMap, soloNominal, fermatas),
    scheduler: new Scheduler(layOut(score, tempoMap, soloPositions), settings.commitHorizon, expression),
    expression,
  });
}
