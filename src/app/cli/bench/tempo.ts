/** `bench tempo`: when comes the next onset? Every rule and our own, on the same notes. */
import { readPerformances, readScores, resolveSolo, toPerformance, toScore } from '../../io/performances.ts';
import type { ScoreRecord, SoloChoice } from '../../io/performances.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import { Recollection } from '../../../players/memory/recollection.ts';
import type { Take } from '../../../core/music/take.ts';
import { defaultLocalTempoSettings } from '../../../players/memory/local-tempo.ts';
import { playedOnsets, takeOf } from '../../../learning/sim/onset-sequence.ts';
import { lessonOf } from '../../../learning/train/tempo-lessons.ts';
import type { TempoLesson } from '../../../learning/train/tempo-lessons.ts';
import { measure, newSample, summariseTempo } from '../../../learning/sim/tempo-metrics.ts';
import type { TempoSample, TempoSummary } from '../../../learning/sim/tempo-metrics.ts';
import { BasePredictor, Jadam, KalmanTempo, LastInterval, LinearSync, MovingAverage } from '../../../learning/sim/tempo-predictors.ts';
import type { TempoPredictor } from '../../../learning/sim/tempo-predictors.ts';

export interface TempoBenchOptions {
  readonly scores: readonly string[];
  readonly performances: readonly string[];
  /** Earlier takes to remember; performances with fewer before them are left out and counted. */
  readonly takes: number | 'all';
  /** Only takes by the same performer. */
  readonly own?: boolean;
  readonly solo?: SoloChoice;
  readonly only?: (id: string) => boolean;
  readonly onProgress?: (line: string) => void;
  /** Learned policies by the name under which they are reported. */
  readonly policies?: Readonly<Record<string, TempoPolicy>>;
}
/** Residuals for a whole lesson: shape [onsets, 2]. */
export type TempoPolicy = (lesson: TempoLesson) => Promise<Float32Array>;

export interface TempoBenchSource {
  readonly performances: number;
  readonly leftOutPerformances: number;
  readonly leftOutIntervals: number;
  readonly next: Readonly<Record<string, TempoSummary>>;
  readonly beatAhead: Readonly<Record<string, TempoSummary>>;
}

export interface TempoBench {
  readonly sources: Readonly<Record<string, TempoBenchSource>>;
  readonly all: TempoBenchSource;
}

interface Gathered {
  readonly sample: TempoSample;
  performances: number;
  leftOut: number;
}

export async function benchTempo(options: TempoBenchOptions): Promise<TempoBench> {
  const scores = new Map<string, ScoreRecord>();
  for (const path of options.scores) for await (const record of readScores(path)) scores.set(record.id, record);
  const earlier = new Map<string, Take[]>();
  const sources = new Map<string, Gathered>();
  const all: Gathered = { sample: newSample(), performances: 0, leftOut: 0 };
  for (const path of options.performances) {
    for await (const record of readPerformances(path)) {
      const scoreRecord = scores.get(record.score);
      if (scoreRecord === undefined || options.only?.(record.id) === false) continue;
      const solo = resolveSolo(options.solo ?? 'all', scoreRecord, record);
      const score = toScore(scoreRecord, solo);
      const part = score.parts.find((candidate) => candidate.role === 'solo')!;
      const tempoMap = new TempoMap(score.tempoMarks);
      const sequence = playedOnsets(toPerformance(record, scoreRecord, score), part);
      const key = options.own === true ? `${record.score}/${record.performer}` : record.score;
      const takes = earlier.get(key) ?? [];
      earlier.set(key, [takeOf(sequence, record.id, record.score, record.performer), ...takes]);
      const wanted = options.takes === 'all' ? Math.max(1, takes.length) : options.takes;
      const gathered = sources.get(record.source) ?? { sample: newSample(), performances: 0, leftOut: 0 };
      sources.set(record.source, gathered);
      if (takes.length < wanted) {
        gathered.leftOut++;
        all.leftOut++;
        continue;
      }
      const positions = Float64Array.from(part.onsets, (onset) => onset.position);
      const recollection = wanted === 0 ? undefined : new Recollection(takes.slice(0, wanted), positions, tempoMap, defaultLocalTempoSettings);
      const residuals = new Map<string, Float32Array>();
      const lesson = options.policies === undefined ? undefined : lessonOf(score, sequence, takes.slice(0, wanted), record.id);
      for (const [name, policy] of Object.entries(options.policies ?? {})) residuals.set(name, await policy(lesson!));
      for (const into of [gathered, all]) {
        measure(sequence, tempoMap, predictorsFor(tempoMap, recollection, residuals), into.sample);
        into.performances++;
      }
      options.onProgress?.(record.id);
    }
  }
  return { sources: Object.fromEntries([...sources].map(([name, gathered]) => [name, report(gathered)])), all: report(all) };
}

function predictorsFor(tempoMap: TempoMap, recollection: Recollection | undefined, residuals: ReadonlyMap<string, Float32Array>): Map<string, TempoPredictor> {
  return new Map<string, TempoPredictor>([
    ['lastInterval', new LastInterval(tempoMap)],
    ['movingAverage', new MovingAverage(tempoMap)],
    ['linearSync', new LinearSync(tempoMap)],
    ['jadam', new Jadam(tempoMap)],
    ['kalman', new KalmanTempo(tempoMap)],
    ['anchor', new BasePredictor(tempoMap)],
    ['base', new BasePredictor(tempoMap, recollection)],
    ...[...residuals].map(([name, of]) => [name, new BasePredictor(tempoMap, recollection, Infinity, of)] as const),
  ]);
}

function report(gathered: Gathered): TempoBenchSource {
  const summary = (errors: TempoSample['next']): Record<string, TempoSummary> => Object.fromEntries([...errors].map(([name, of]) => [name, summariseTempo(of)]));
  return {
    performances: gathered.performances, leftOutPerformances: gathered.leftOut, leftOutIntervals: gathered.sample.leftOut,
    next: summary(gathered.sample.next), beatAhead: summary(gathered.sample.beatAhead),
  };
}
