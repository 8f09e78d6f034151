/** The one place where an accompanist is put together. */
import type { Follower } from '../../core/contract/following.ts';
import type { Player } from '../../core/contract/player.ts';
import { BarGrid } from '../../core/music/meter.ts';
import { onsetPositions, onsetPositionsOfAll } from '../../core/music/onsets.ts';
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
import type { PartKnowledge } from '../memory/known-parts.ts';
import { workedOutAnew } from '../memory/known-parts.ts';
import { BaseTempo } from '../tempo/base.ts';
import type { TempoSettings } from '../tempo/settings.ts';
import { defaultTempoSettings } from '../tempo/settings.ts';
import { layOut } from './accompaniment.ts';
import { Accompanist } from './accompanist.ts';
import type { ClickSettings } from './click.ts';
import { Click, defaultClickSettings } from './click.ts';
import type { ConductedPlaces, ConductorSettings } from './conductor.ts';
import { Cadenzas } from './cadenzas.ts';
import { Crossroads } from './crossroads.ts';
import { Conductor, defaultConductorSettings } from './conductor.ts';
import type { ExpressionSettings } from './expression.ts';
import { defaultExpressionSettings, Expression } from './expression.ts';
import { Leadership } from './leadership.ts';
import { Pedals } from './pedals.ts';
import { Scheduler } from './scheduler.ts';
import { Soloist } from './soloist.ts';
import { TempoObserver } from '../tempo/observation.ts';
import { TempoQuestions } from './tempo-questions.ts';
import { TakeMemory } from './take-memory.ts';
import { Unevenness } from './unevenness.ts';

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
  /** Where several are followed: the id of the part that leads, or `sharedLead`, which is meant where left out. */
  readonly leader?: string;
  /** Semitones by which a soloist's notes come in higher than they are written, of each by the id of his part; a number alone is the first one's; 0 where left out. */
  readonly transposedBy?: Transposition;
  /** Played again and again from the beginning on. */
  readonly loop?: Passage;
  /** An outside clock is the soloist: who plays is heard, but time goes by the clock. */
  readonly clockLeads?: boolean;
}

export const defaultAccompanistSettings: AccompanistSettings = {
  follower: defaultFollowerSettings,
  tempo: defaultTempoSettings,
  conductor: defaultConductorSettings,
  expression: defaultExpressionSettings,
  commitHorizon: seconds(0.01),
};

/** The first of them. @throws RangeError when no part is solo, or none of them has notes. */
export function soloOf(score: Score): Part {
  return solosOf(score)[0]!;
}

export type Transposition = number | Readonly<Record<string, number>>;

/** Semitones by which the notes of this soloist come in higher than they are written. */
export function transpositionOf(solo: Part, score: Score, transposedBy: Transposition | undefined): number {
  if (typeof transposedBy !== 'number') return transposedBy?.[solo.id] ?? 0;
  return solo.id === soloOf(score).id ? transposedBy : 0;
}

/** In place of a leader's name. */
export const sharedLead = 'shared';
/** Bits of a number tell them apart. */
export const mostSoloists = 16;

/** Everybody who is followed, in the order of the score. @throws RangeError likewise */
export function solosOf(score: Score): readonly Part[] {
  const solos = score.parts.filter((part) => part.role === 'solo' && part.onsets.length > 0);
  if (solos.length === 0) throw new RangeError(`"${score.title}" has no solo part with notes in it`);
  if (solos.length > mostSoloists) throw new RangeError(`"${score.title}" has ${solos.length} soloists; at most ${mostSoloists} can be followed`);
  return solos;
}

/**
 * @param score in the order of playing; where it still has jumps, the soloist chooses them while he plays
 * @param follower in place of our own for the first soloist, where somebody knows better: in training
 * @param known what somebody has worked out of these parts and takes already
 * @throws RangeError when the score has no solo part
 */
export function createAccompanist(score: Score, settings: AccompanistSettings, follower?: Follower, known: PartKnowledge = workedOutAnew): Player {
  const solos = solosOf(score);
  const tempoMap = new TempoMap(score.tempoMarks);
  const leaps = leapsOf(score.jumps);
  const { humanise = 0, seed = 1, balance, pedal } = settings.expression;
  const unevenness = humanise > 0 ? new Unevenness(humanise, seed) : undefined;
  const expression = new Expression(settings.expression, tempoMap, unevenness);
  // A pause stands where the next note begins: somewhere before it one waits.
  const waits = [...score.fermatas, ...(score.pauses ?? []).map((pause) => beats(pause.position - 1e-3))];
  const grid = new BarGrid(score);
  const { commitHorizon } = settings;
  const soloists = solos.map((part, index) => {
    const tempo = new BaseTempo(tempoMap, onsetPositions(part), settings.tempo, undefined, known.figuresOf(score, part));
    return new Soloist({
      part,
      follower: (index === 0 ? follower : undefined) ?? createFollower(part, tempoMap, settings.follower, leaps, waits),
      tempo,
      memory: new TakeMemory(part, tempoMap, settings.tempo, tempo, known),
      questions: settings.tempo.policy ? new TempoQuestions(new TempoObserver(score, part, tempoMap), tempo, solos.length === 1 ? '' : part.id) : undefined,
      transposedBy: transpositionOf(part, score, settings.transposedBy),
    });
  });
  const positions = soloists.map((soloist) => soloist.positions);
  const items = layOut(score, tempoMap, positions);
  const pedals = new Pedals(items.parts, solos, pedal);
  const scheduler = new Scheduler({ items, commitHorizon, expression, pedals, balance, unevenness });
  for (const part of settings.muted ?? []) scheduler.mute(part, true, seconds(0), []);
  return new Accompanist({
    score,
    soloists,
    leadership: new Leadership(soloists, soloists.find((soloist) => soloist.part.id === settings.leader), tempoMap),
    tempoMap,
    beatGrid: grid.beats(),
    cadenzas: new Cadenzas(score.cadenzas ?? [], solos),
    crossroads: new Crossroads(score, onsetPositionsOfAll(solos)),
    conductor: new Conductor(settings.conductor, tempoMap, placesOf(score, solos, tempoMap, leaps, settings.passages ?? [])),
    scheduler,
    click: new Click(settings.click ?? defaultClickSettings, score, grid, tempoMap, positions, commitHorizon),
    expression,
    pedals,
    unevenness,
    commitHorizon,
    clockLeads: settings.clockLeads === true,
    loop: settings.loop,
    slowPassages: (score.manners ?? []).filter((passage) => (passage.latency ?? 0) > 0),
  });
}

/** @param asked  manners by the passage, which count before those of the score */
function placesOf(score: Score, solos: readonly Part[], tempoMap: TempoMap, leaps: readonly Leap[], asked: readonly MannerPassage[]): ConductedPlaces {
  const nominal = (positions: ArrayLike<number>): Float64Array => {
    const times = new Float64Array(positions.length);
    for (let i = 0; i < positions.length; i++) times[i] = tempoMap.nominalAt(beats(positions[i]!));
    return times.sort();
  };
  const onsets = onsetPositionsOfAll(solos);
  // A pause stands at the end of a note; what matters is the note that follows.
  const after = (type: 'breath' | 'caesura'): number[] =>
    (score.pauses ?? []).flatMap((pause) => (pause.type === type ? (onsets[firstAtOrAfter(onsets, pause.position - 1e-6)] ?? []) : []));
  return {
    solo: nominal(onsets),
    fermatas: nominal(score.fermatas),
    crossroads: nominal([...leaps.map((leap) => leap.at), ...after('caesura')]),
    breaths: nominal(after('breath')),
    cadenzas: nominal((score.cadenzas ?? []).map((cadenza) => cadenza.until)),
    manners: [...asked, ...(score.manners ?? [])].map(({ from, until, manner }) => ({ from: tempoMap.nominalAt(from), until: tempoMap.nominalAt(until), manner })),
  };
}
