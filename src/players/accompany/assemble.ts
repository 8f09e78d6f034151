/** The one place where an accompanist is put together. */
import type { Follower } from '../../core/contract/following.ts';
import type { Player } from '../../core/contract/player.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { MannerPassage, Part, Passage, Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Seconds } from '../../core/music/units.ts';
import { beats, seconds } from '../../core/music/units.ts';
import { createFollower } from '../follow/follower.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';
import type { Leap } from '../follow/leaps.ts';
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
import type { ConductedPlaces, ConductorSettings } from './conductor.ts';
import { Cadenzas } from './cadenzas.ts';
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
  /** How to follow, by the passage; what is named first counts, before what the score itself says. */
  readonly passages?: readonly MannerPassage[];
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
    cadenzas: new Cadenzas(score.cadenzas ?? [], solo),
    conductor: new Conductor(settings.conductor, tempoMap, placesOf(score, solo, tempoMap, leaps, settings.passages ?? [])),
    scheduler,
    click: new Click(settings.click ?? defaultClickSettings, score, grid, tempoMap, soloPositions, commitHorizon),
    expression,
    commitHorizon,
    loop: settings.loop,
    transposedBy: settings.transposedBy ?? 0,
    slowPassages: (score.manners ?? []).filter((passage) => (passage.latency ?? 0) > 0),
  });
}

/** @param asked  manners by the passage, which count before those of the score */
function placesOf(score: Score, solo: Part, tempoMap: TempoMap, leaps: readonly Leap[], asked: readonly MannerPassage[]): ConductedPlaces {
  const nominal = (positions: readonly number[]): Float64Array => Float64Array.from(positions, (position) => tempoMap.nominalAt(beats(position))).sort();
  const onsets = Float64Array.from(solo.onsets, (onset) => onset.position);
  // A pause stands at the end of a note; what matters is the note that follows.
  const after = (type: 'breath' | 'caesura'): number[] =>
    (score.pauses ?? []).flatMap((pause) => (pause.type === type ? (onsets[firstAtOrAfter(onsets, pause.position - 1e-6)] ?? []) : []));
  return {
    solo: nominal([...onsets]),
    fermatas: nominal(score.fermatas),
    crossroads: nominal([...leaps.map((leap) => leap.at), ...after('caesura')]),
    breaths: nominal(after('breath')),
    cadenzas: nominal((score.cadenzas ?? []).map((cadenza) => cadenza.until)),
    manners: [...asked, ...(score.manners ?? [])].map(({ from, until, manner }) => ({ from: tempoMap.nominalAt(from), until: tempoMap.nominalAt(until), manner })),
  };
}
