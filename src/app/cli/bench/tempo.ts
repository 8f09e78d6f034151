/** `bench tempo`: when comes the next onset? Every rule and our own, on the same notes. */
import { readPerformances, readScores, resolveSolo, toPerformance, toScore } from '../../io/performances.ts';
import type { ScoreRecord, SoloChoice } from '../../io/performances.ts';
import { onsetPositions } from '../../../core/music/onsets.ts';
import { TempoMap } from '../../../core/music/tempo-marks.ts';
import type { Figures } from '../../../players/memory/figures.ts';
import { figuresOf } from '../../../players/memory/figures.ts';
import { Recollection } from '../../../players/memory/recollection.ts';
import type { Score } from '../../../core/music/score.ts';
import type { Take } from '../../../core/music/take.ts';
import { playedOnsets, takeOf } from '../../../learning/sim/onset-sequence.ts';
import { soloOf } from '../../../players/accompany/assemble.ts';
import { tempoActionSize } from '../../../players/tempo/action.ts';
import { tempoObservationSize } from '../../../players/tempo/observation.ts';
import { defaultTempoSettings } from '../../../players/tempo/settings.ts';
import type { HeardOnset } from '../../../learning/sim/live-onsets.ts';
import { byFirstNotes, heardOnsets } from '../../../learning/sim/live-onsets.ts';
import type { PlayedOnset } from '../../../learning/sim/onset-sequence.ts';
import { liveHearing, measure, newSample, summariseTempo } from '../../../learning/sim/tempo-metrics.ts';
import type { TempoSample, TempoSummary } from '../../../learning/sim/tempo-metrics.ts';
import { AnchorTempo, BasePredictor, Jadam, KalmanTempo, LastInterval, LinearSync, MovingAverage } from '../../../learning/sim/tempo-predictors.ts';
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
  readonly following?: Following;
}
/** A performance, perfectly followed, and the takes that are remembered. */
export interface Performed {
  readonly id: string;
  readonly score: Score;
  readonly sequence: readonly PlayedOnset[];
  readonly takes: readonly Take[];
}
export interface TempoPolicy {
  /** Residuals over the base for a whole performance: shape [onsets, 2]. */
  answer(performed: Performed): Promise<Float32Array>;
  /** Observations of onsets in a row, shape [onsets, tempoObservationSize], into residuals; undefined where it sees something else and cannot be asked on stage. */
  readonly onStage: ((observations: Float32Array) => Promise<Float32Array>) | undefined;
}
/** Perfect: each onset known as it is played, a chord at the median of its notes. Live: as the player on stage follows. */
export type Following = 'perfect' | 'live' | 'both';

export interface TempoBenchSource {
  readonly performances: number;
  readonly leftOutPerformances: number;
  readonly leftOutIntervals: number;
  readonly next: Readonly<Record<string, TempoSummary>>;
  readonly beatAhead: Readonly<Record<string, TempoSummary>>;
  /** With live following, and what perfect following gives on the same onsets: both timed by the first note of each. */
  readonly live?: PredictedFrom & {
    /** Percentage of onsets at which the follower was in the right place. */
    readonly inPlace: number;
  };
  readonly firstNote?: PredictedFrom;
}
interface PredictedFrom {
  readonly next: Readonly<Record<string, TempoSummary>>;
  readonly beatAhead: Readonly<Record<string, TempoSummary>>;
}

export interface TempoBench {
  readonly sources: Readonly<Record<string, TempoBenchSource>>;
  readonly all: TempoBenchSource;
}

interface Gathered {
  readonly sample: TempoSample;
  readonly live: TempoSample;
  readonly firstNote: TempoSample;
  performances: number;
  leftOut: number;
}

export async function benchTempo(options: TempoBenchOptions): Promise<TempoBench> {
  const scores = new Map<string, ScoreRecord>();
  for (const path of options.scores) for await (const record of readScores(path)) scores.set(record.id, record);
  const earlier = new Map<string, Take[]>();
  const sources = new Map<string, Gathered>();
  const all = newGathered();
  const following = options.following ?? 'perfect';
  for (const path of options.performances) {
    for await (const record of readPerformances(path)) {
      const scoreRecord = scores.get(record.score);
      if (scoreRecord === undefined || options.only?.(record.id) === false) continue;
      const solo = resolveSolo(options.solo ?? 'all', scoreRecord, record);
      const score = toScore(scoreRecord, solo);
      const part = soloOf(score);
      const tempoMap = new TempoMap(score.tempoMarks);
      const performed = toPerformance(record, scoreRecord, score);
      const sequence = playedOnsets(performed, part);
      const key = options.own === true ? `${record.score}/${record.performer}` : record.score;
      const takes = earlier.get(key) ?? [];
      earlier.set(key, [takeOf(sequence, record.id, record.score, record.performer), ...takes]);
      const wanted = options.takes === 'all' ? Math.max(1, takes.length) : options.takes;
      const gathered = sources.get(record.source) ?? newGathered();
      sources.set(record.source, gathered);
      if (takes.length < wanted) {
        gathered.leftOut++;
        all.leftOut++;
        continue;
      }
      const positions = onsetPositions(part);
      const figures = figuresOf(score, part);
      const recollection = wanted === 0 ? undefined : new Recollection(takes.slice(0, wanted), positions, tempoMap, defaultTempoSettings);
      const remembered = takes.slice(0, wanted);
      const lessonResiduals = async (of: readonly PlayedOnset[]): Promise<Map<string, Float32Array>> =>
        options.policies === undefined ? new Map() : answersOf(options.policies, (policy) => policy.answer({ id: record.id, score, sequence: of, takes: remembered }));
      const ways: { of: readonly PlayedOnset[]; heard?: readonly HeardOnset[]; residuals: Map<string, Float32Array>; into: 'sample' | 'live' | 'firstNote' }[] = [];
      if (following !== 'live') ways.push({ of: sequence, residuals: await lessonResiduals(sequence), into: 'sample' });
      if (following !== 'perfect') {
        const firstNotes = byFirstNotes(sequence);
        const heard = heardOnsets(score, performed, remembered);
        ways.push({ of: firstNotes, residuals: await lessonResiduals(firstNotes), into: 'firstNote' });
        ways.push({ of: firstNotes, heard, residuals: await answersOf(options.policies ?? {}, (policy) => liveResiduals(policy, heard)), into: 'live' });
      }
      for (const gatherer of [gathered, all]) {
        for (const { of, heard, residuals, into } of ways) {
          const predictors = predictorsFor(tempoMap, positions, figures, recollection, residuals);
          measure(of, tempoMap, predictors, gatherer[into], heard && liveHearing(of, heard, predictors));
        }
        gatherer.performances++;
      }
      options.onProgress?.(record.id);
    }
  }
  return { sources: Object.fromEntries([...sources].map(([name, gathered]) => [name, report(gathered)])), all: report(all) };
}

const newGathered = (): Gathered => ({ sample: newSample(), live: newSample(), firstNote: newSample(), performances: 0, leftOut: 0 });

async function answersOf(policies: Readonly<Record<string, TempoPolicy>>, ask: (policy: TempoPolicy) => Promise<Float32Array | undefined>): Promise<Map<string, Float32Array>> {
  const answers = new Map<string, Float32Array>();
  for (const [name, policy] of Object.entries(policies)) {
    const residuals = await ask(policy);
    if (residuals !== undefined) answers.set(name, residuals);
  }
  return answers;
}

/** Asked as on stage: with empty memory where the soloist went elsewhere, and not at all where the place was in doubt. */
async function liveResiduals({ onStage }: TempoPolicy, heard: readonly HeardOnset[]): Promise<Float32Array | undefined> {
  if (onStage === undefined) return undefined;
  const residuals = new Float32Array(heard.length * tempoActionSize);
  const asked = heard.flatMap((onset, index) => (onset.asked === undefined ? [] : [{ ...onset.asked, index }]));
  for (let from = 0; from < asked.length; ) {
    const next = asked.findIndex((ask, k) => k > from && ask.fresh);
    const until = next < 0 ? asked.length : next;
    const observations = new Float32Array((until - from) * tempoObservationSize);
    for (let k = from; k < until; k++) observations.set(asked[k]!.observation, (k - from) * tempoObservationSize);
    const answers = await onStage(observations);
    for (let k = from; k < until; k++) residuals.set(answers.subarray((k - from) * tempoActionSize, (k - from + 1) * tempoActionSize), asked[k]!.index * tempoActionSize);
    from = until;
  }
  return residuals;
}

/** By the names under which they are reported. @param residuals of policies, by theirs */
export function predictorsFor(tempoMap: TempoMap, positions: Float64Array, figures: Figures, recollection: Recollection | undefined, residuals: ReadonlyMap<string, Float32Array>): Map<string, TempoPredictor> {
  return new Map<string, TempoPredictor>([
    ['lastInterval', new LastInterval(tempoMap)],
    ['movingAverage', new MovingAverage(tempoMap)],
    ['linearSync', new LinearSync(tempoMap)],
    ['jadam', new Jadam(tempoMap)],
    ['kalman', new KalmanTempo(tempoMap)],
    ['anchor', new AnchorTempo(tempoMap)],
    ['base', new BasePredictor(tempoMap, positions, figures, recollection)],
    ...[...residuals].map(([name, of]) => [name, new BasePredictor(tempoMap, positions, figures, recollection, of)] as const),
  ]);
}

function report({ performances, leftOut, sample, live, firstNote }: Gathered): TempoBenchSource {
  const summary = (errors: TempoSample['next']): Record<string, TempoSummary> => Object.fromEntries([...errors].map(([name, of]) => [name, summariseTempo(of)]));
  const summaries = ({ next, beatAhead }: TempoSample): PredictedFrom => ({ next: summary(next), beatAhead: summary(beatAhead) });
  return {
    performances, leftOutPerformances: leftOut, leftOutIntervals: sample.leftOut, ...summaries(sample),
    ...(live.predicted > 0 && { live: { inPlace: (100 * live.inPlace) / live.predicted, ...summaries(live) }, firstNote: summaries(firstNote) }),
  };
}
