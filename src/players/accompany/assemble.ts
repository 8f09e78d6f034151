/** The one place where an accompanist is put together. */
import type { Follower } from '../../core/contract/following.ts';
import type { Player } from '../../core/contract/player.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { Part, Passage, Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, Seconds } from '../../core/music/units.ts';
import { beats, seconds } from '../../core/music/units.ts';
import { createFollower } from '../follow/follower.ts';
import { leapsOf } from '../follow/leaps.ts';
import type { FollowerSettings } from '../follow/settings.ts';
import { defaultFollowerSettings } from '../follow/settings.ts';
import { BaseTempo } from '../tempo/base.ts';
import type { TempoSettings } from '../tempo/settings.ts';
import { defaultTempoSettings } from '../tempo/settings.ts';
import { layOut } from './accompaniment.ts';
import { Accompanist } from './accompanist.ts';
import type { ClickSettings } from './click.ts';
import { Click, defaultClickSettings } from './click.ts';
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
  /** Count-in and metronome; silent where left out. */
  readonly click?: ClickSettings;
  /** Ids of the parts that are silent at the beginning. */
  readonly muted?: readonly string[];
  /** Semitones by which the soloist's notes come in higher than they are written; 0 where left out. */
  readonly transposedBy?: number;
  /** Played again and again from the beginning on. */
  readonly loop?: Passage;
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
 * @param score in the order of playing; where it still has jumps, the soloist chooses them while he plays
 * @param follower in place of our own, where somebody knows better: in training
 * @throws RangeError when the score has no solo part
 */
export function createAccompanist(score: Score, settings: AccompanistSettings, follower?: Follower): Player {
  const solo = soloOf(score);
  const tempoMap = new TempoMap(score.tempoMarks);
  const soloPositions = Float64Array.from(solo.onsets, (onset) => onset.position);
  const soloNominal = Float64Array.from(solo.onsets, (onset) => tempoMap.nominalAt(onset.position));
  const nominal = (positions: readonly Beats[]): Float64Array => Float64Array.from(positions, (position) => tempoMap.nominalAt(position)).sort();
  const leaps = leapsOf(score.jumps);
  const expression = new Expression(settings.expression, tempoMap);
  const tempo = new BaseTempo(tempoMap, settings.tempo);
  const grid = new BarGrid(score);
  const { commitHorizon } = settings;
  const scheduler = new Scheduler(layOut(score, tempoMap, soloPositions), commitHorizon, expression);
  for (const part of settings.muted ?? []) scheduler.mute(part, true, seconds(0), []);
  return new Accompanist({
    score,
    solo,
    tempoMap,
    beatGrid: grid.beats(),
    follower: follower ?? createFollower(solo, tempoMap, settings.follower, leaps),
    tempo,
    questions: settings.tempo.policy ? new TempoQuestions(new TempoObserver(score, solo, tempoMap), tempo) : undefined,
    memory: new TakeMemory(solo, tempoMap, settings.tempo, tempo),
    conductor: new Conductor(settings.conductor, tempoMap, { solo: soloNominal, fermatas: nominal(score.fermatas), crossroads: nominal(leaps.map((leap) => beats(leap.at))) }),
    scheduler,
    click: new Click(settings.click ?? defaultClickSettings, score, grid, tempoMap, soloPositions, commitHorizon),
    expression,
    commitHorizon,
    loop: settings.loop,
    transposedBy: settings.transposedBy ?? 0,
  });
}
