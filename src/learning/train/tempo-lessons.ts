/**
 * Real performances as lessons for the tempo policy: what it would have seen at each onset, and what would have
 * been right. The base and the observation are the very objects that play.
 */
import type { ScoreMatch } from '../../core/contract/following.ts';
import { onsetPositions } from '../../core/music/onsets.ts';
import type { Score } from '../../core/music/score.ts';
import type { Take } from '../../core/music/take.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import { beats } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import type { Figures } from '../../players/memory/figures.ts';
import type { PartKnowledge } from '../../players/memory/known-parts.ts';
import { workedOutAnew } from '../../players/memory/known-parts.ts';
import { Recollection } from '../../players/memory/recollection.ts';
import { tempoActionSize } from '../../players/tempo/action.ts';
import type { BaseThoughts } from '../../players/tempo/base.ts';
import { BaseTempo } from '../../players/tempo/base.ts';
import { tempoObservationSize, TempoObserver } from '../../players/tempo/observation.ts';
import { defaultTempoSettings } from '../../players/tempo/settings.ts';
import type { PlayedOnset } from '../sim/onset-sequence.ts';
import { asMatch, timeAtPosition } from '../sim/onset-sequence.ts';

export interface TempoLesson {
  readonly id: string;
  readonly length: number;
  /** Shape [length, tempoObservationSize]. */
  readonly observations: Float32Array;
  /** Shape [length, tempoActionSize]: log of actual over base tempo, for the next interval and one beat ahead. */
  readonly targets: Float32Array;
  /** Shape [length, tempoActionSize]: what the base expected, log of performed over nominal seconds. */
  readonly expected: Float32Array;
  /** Shape [length, tempoActionSize]: 1 where the target counts. */
  readonly mask: Float32Array;
}

/** An interval further than this from the base is an accident, and teaches nothing. */
const outlier = Math.log(4);
const shortestInterval = 0.01;

/** What would have been right, without what was seen. */
export type TempoTruth = Omit<TempoLesson, 'observations'>;

/** @param takes earlier ones of this score, newest first: never the performance itself, nor a later one */
export function lessonOf(score: Score, sequence: readonly PlayedOnset[], takes: readonly Take[], id: string, known: PartKnowledge = workedOutAnew): TempoLesson {
  const solo = soloOf(score);
  const tempoMap = new TempoMap(score.tempoMarks);
  const positions = onsetPositions(solo);
  const recollection = recollectionOf(positions, takes, tempoMap, known);
  const observer = new TempoObserver(score, solo, tempoMap);
  const observations = new Float32Array(Math.max(0, sequence.length - 1) * tempoObservationSize);
  const truth = goThrough(sequence, takes, tempoMap, positions, recollection, known.figuresOf(score, solo), id, (match, thoughts, i) => {
    observations.set(observer.observe(match, thoughts, sequence[i]!.velocity, recollection), i * tempoObservationSize);
  });
  return { ...truth, observations };
}

/** For a rehearsal, in which the player observes for himself. */
export function truthOf(score: Score, sequence: readonly PlayedOnset[], takes: readonly Take[], id: string, known: PartKnowledge = workedOutAnew): TempoTruth {
  const tempoMap = new TempoMap(score.tempoMarks);
  const solo = soloOf(score);
  const positions = onsetPositions(solo);
  return goThrough(sequence, takes, tempoMap, positions, recollectionOf(positions, takes, tempoMap, known), known.figuresOf(score, solo), id, () => undefined);
}

function recollectionOf(positions: Float64Array, takes: readonly Take[], tempoMap: TempoMap, known: PartKnowledge): Recollection | undefined {
  return takes.length === 0 ? undefined : new Recollection(takes, positions, tempoMap, defaultTempoSettings, known.takeDeltasOf);
}

function goThrough(
  sequence: readonly PlayedOnset[], takes: readonly Take[], tempoMap: TempoMap, positions: Float64Array, recollection: Recollection | undefined, figures: Figures, id: string,
  onOnset: (match: ScoreMatch, thoughts: BaseThoughts, index: number) => void,
): TempoTruth {
  const base = new BaseTempo(tempoMap, positions, { ...defaultTempoSettings, takes: Math.max(1, takes.length) }, recollection, figures);
  const length = Math.max(0, sequence.length - 1);
  const targets = new Float32Array(length * tempoActionSize);
  const expected = new Float32Array(length * tempoActionSize);
  const mask = new Float32Array(length * tempoActionSize);
  for (let i = 0; i < length; i++) {
    const here = sequence[i]!;
    const match = asMatch(here);
    base.observe(match);
    const thoughts = base.thoughts;
    onOnset(match, thoughts, i);
    const teach = (which: number, position: number, time: number | undefined, said: number): void => {
      const foreseen = thoughts.anchor + said;
      expected[i * tempoActionSize + which] = foreseen;
      if (time === undefined || time - here.time < shortestInterval) return;
      const actual = Math.log((time - here.time) / (tempoMap.nominalAt(beats(position)) - tempoMap.nominalAt(here.position)));
      if (Math.abs(actual - thoughts.anchor) > outlier) return;
      targets[i * tempoActionSize + which] = clamp(actual - foreseen, -outlier, outlier);
      mask[i * tempoActionSize + which] = 1;
    };
    const next = sequence[i + 1]!;
    teach(0, next.position, next.time, thoughts.recalled + thoughts.leaning);
    teach(1, here.position + 1, timeAtPosition(sequence, i, here.position + 1), thoughts.gain * thoughts.rememberedBeat.delta);
  }
  return { id, length, targets, expected, mask };
}
