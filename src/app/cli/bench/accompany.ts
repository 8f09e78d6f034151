/**
 * `bench accompany`: whole rehearsals with live following. What is actually played, against what the human
 * accompanist of the same performance played: when, at joint onsets, and how loud, by phrases; and against the soloist. Where several soloists are
 * followed, each way of leading is measured beside hearing only one of them.
 */
import type { StageEvent } from '../../../core/contract/events.ts';
import type { Performance } from '../../../core/music/performance.ts';
import type { Part, Score } from '../../../core/music/score.ts';
import type { Take } from '../../../core/music/take.ts';
import type { Seconds } from '../../../core/music/units.ts';
import { seconds } from '../../../core/music/units.ts';
import { mean } from '../../../core/math/statistics.ts';
import type { LoudnessFigures } from '../../../learning/sim/loudness.ts';
import { loudnessOfHumans, loudnessWithHuman, playedVelocities } from '../../../learning/sim/loudness.ts';
import { asynchronyWithHuman, asynchronyWithSoloist, humanAsynchrony, playedTimes, soloOnsetTimes, summarise, tempoJitter, throughDelay } from '../../../learning/sim/metrics.ts';
import { playedOnsets, takeOf } from '../../../learning/sim/onset-sequence.ts';
import type { AccompanistSettings } from '../../../players/accompany/assemble.ts';
import { createAccompanist, defaultAccompanistSettings, soloOf, solosOf } from '../../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../../players/memory/take.ts';
import type { ScoreRecord, SoloChoice } from '../../io/performances.ts';
import { readPerformances, readScores, resolveSolo, toPerformance, toScore } from '../../io/performances.ts';
import type { Performing } from '../answered-concert.ts';
import { performingWith } from '../answered-concert.ts';
import { eventsOf } from '../../../learning/sim/performed.ts';

export interface AccompanyBenchOptions {
  readonly scores: readonly string[];
  readonly performances: readonly string[];
  readonly solo?: SoloChoice;
  /** Numbers of earlier takes to be remembered. */
  readonly takes?: readonly number[];
  /** Only takes by the same performer. */
  readonly own?: boolean;
  readonly settings?: AccompanistSettings;
  /** A learned policy to play beside the base, by name. */
  readonly policy?: string;
  /** Of the synthesizer: notes are sent so much earlier, and cannot wait for what is not heard by then. */
  readonly delay?: Seconds;
  /** How long notes that belong together with one of the soloist wait for him, whatever the synthesizer takes; left out as on stage. */
  readonly patience?: Seconds;
  readonly only?: (id: string) => boolean;
  readonly onProgress?: (line: string) => void;
}

/** An `AsynchronySummary`, its fields named as in the other benches. */
interface Apart {
  readonly n: number;
  readonly medianMs: number;
  readonly meanMs: number;
  readonly p90Ms: number;
  readonly biasMs: number;
  readonly within30: number;
  readonly within50: number;
  readonly within100: number;
}

export interface AccompanyFigures extends Apart {
  /** Of notes between the soloist's onsets. */
  readonly betweenMedianMs: number;
  readonly tempoJitter: number;
  readonly lateNotes: number;
  readonly performances: number;
  /** Of the joint notes against the soloist himself, as that of the humans is counted. */
  readonly withSoloist: Apart;
  /** Means over the performances in which velocities are known; undefined where they nowhere are. */
  readonly loudness?: LoudnessMeans;
}

/** By phrases of eight quarters, against the human accompanist (of the humans: soloist and accompanist). */
export interface LoudnessMeans {
  readonly correlation: number;
  readonly share: number;
  /** Velocity steps from one moment to the next. */
  readonly unrest: number;
  readonly performances: number;
}

export interface AccompanyBench {
  readonly sources: Readonly<Record<string, { readonly takes: Readonly<Record<string, Readonly<Record<string, AccompanyFigures>>>>; readonly human: Apart & { readonly loudness?: LoudnessMeans } }>>;
}

interface Heap {
  readonly joint: number[];
  readonly between: number[];
  readonly withSoloist: number[];
  readonly jitter: number[];
  readonly loudness: LoudnessFigures[];
  late: number;
  performances: number;
}

export async function benchAccompany(options: AccompanyBenchOptions): Promise<AccompanyBench> {
  const scores = new Map<string, ScoreRecord>();
  for (const path of options.scores) for await (const record of readScores(path)) scores.set(record.id, record);
  const counts = options.takes ?? [0, 3];
  const delay = options.delay ?? seconds(0);
  const usual = options.settings ?? defaultAccompanistSettings;
  const settings = { ...usual, conductor: { ...usual.conductor, ...(options.patience === undefined ? { outputDelay: delay } : { patience: options.patience, outputDelay: seconds(0) }) }, commitHorizon: seconds(usual.commitHorizon + delay) };
  const earlier = new Map<string, Take[]>();
  const heaps = new Map<string, { takes: Map<number, Map<string, Heap>>; human: number[]; loudness: LoudnessFigures[] }>();
  const players = new Map([['base', await performingWith(undefined)]]);
  if (options.policy !== undefined) players.set('policy', await performingWith(options.policy));
  for (const path of options.performances) {
    for await (const record of readPerformances(path)) {
      const scoreRecord = scores.get(record.score);
      if (scoreRecord === undefined || options.only?.(record.id) === false) continue;
      const score = toScore(scoreRecord, resolveSolo(options.solo ?? 'role0', scoreRecord, record));
      if (!score.parts.some((part) => part.role === 'accompaniment')) continue;
      // Of several, the takes of the first are remembered.
      const solo = soloOf(score);
      const performance = toPerformance(record, scoreRecord, score);
      const key = options.own === true ? `${record.score}/${record.performer}` : record.score;
      const takes = earlier.get(key) ?? [];
      earlier.set(key, [takeOf(playedOnsets(performance, solo), record.id, scoreFingerprint(solo), record.performer), ...takes]);
      const heap = heaps.get(record.source) ?? { takes: new Map<number, Map<string, Heap>>(), human: [], loudness: [] };
      heaps.set(record.source, heap);
      heap.human.push(...humanAsynchrony(performance, score));
      heap.loudness.push(loudnessOfHumans(performance, score));
      for (const count of counts) {
        if (takes.length < count) continue;
        const into = heap.takes.get(count) ?? new Map<string, Heap>();
        heap.takes.set(count, into);
        for (const [name, perform] of players) {
          const tempo = { ...settings.tempo, takes: count, policy: name === 'policy' };
          for (const { how, heard, leader } of waysToFollow(solosOf(score))) {
            const key = how === '' ? name : `${name}, ${how}`;
            const figures = into.get(key) ?? { joint: [], between: [], withSoloist: [], jitter: [], loudness: [], late: 0, performances: 0 };
            into.set(key, figures);
            await rehearse(score, performance, heard, takes.slice(0, count), { ...settings, tempo, ...(leader && { leader: leader.id }) }, delay, perform, figures);
          }
        }
      }
      options.onProgress?.(record.id);
    }
  }
  return {
    sources: Object.fromEntries(
      [...heaps].map(([source, { takes, human, loudness }]) => [source, { takes: Object.fromEntries([...takes].map(([count, heaps]) => [String(count), Object.fromEntries([...heaps].map(([name, heap]) => [name, figures(heap)]))])), human: { ...apart(human), ...loudnessMeans(loudness) } }]),
    ),
  };
}

interface WayToFollow {
  /** '' where there is but one. */
  readonly how: string;
  readonly heard: readonly Part[];
  readonly leader?: Part;
}

function waysToFollow(solos: readonly Part[]): readonly WayToFollow[] {
  if (solos.length === 1) return [{ how: '', heard: solos }];
  return [
    { how: 'lead shared', heard: solos },
    ...solos.map((leader) => ({ how: `led by ${leader.name}`, heard: solos, leader })),
    ...solos.map((only) => ({ how: `hearing only ${only.name}`, heard: [only], leader: only })),
  ];
}

async function rehearse(score: Score, performance: Performance, heard: readonly Part[], takes: readonly Take[], settings: AccompanistSettings, delay: Seconds, perform: Performing, into: Heap): Promise<void> {
  const remember: StageEvent = { type: 'remember', time: seconds(0), player: '', takes };
  const events = eventsOf(performance, heard);
  const { log: sent, metrics } = await perform(createAccompanist(score, settings), [remember, ...events]);
  const log = throughDelay(sent, delay);
  const times = playedTimes(log);
  const joint = asynchronyWithHuman(times, performance, score, true);
  into.joint.push(...joint);
  into.between.push(...asynchronyBetween(times, performance, score));
  into.withSoloist.push(...asynchronyWithSoloist(log, soloOnsetTimes(performance, score)));
  into.jitter.push(tempoJitter(log));
  into.loudness.push(loudnessWithHuman(playedVelocities(log), performance, score));
  into.late += metrics.lateNotes;
  into.performances++;
}

/** Of the accompaniment's notes where the soloist has none. */
function asynchronyBetween(times: ReturnType<typeof playedTimes>, performance: Performance, score: Score): number[] {
  const positions = new Set(solosOf(score).flatMap((solo) => solo.onsets.map((onset) => onset.position as number)));
  const joint = new Set(score.parts.flatMap((part) => part.onsets.filter((onset) => positions.has(onset.position)).flatMap((onset) => onset.notes.map((note) => note.id))));
  return asynchronyWithHuman(new Map([...times].filter(([id]) => !joint.has(id))), performance, score, false);
}

/** @param asynchronies seconds */
function apart(asynchronies: readonly number[]): Apart {
  const { count: n, median: medianMs, mean: meanMs, p90: p90Ms, bias: biasMs, ...within } = summarise(asynchronies);
  return { n, medianMs, meanMs, p90Ms, biasMs, ...within };
}

function figures(heap: Heap): AccompanyFigures {
  return {
    ...apart(heap.joint),
    betweenMedianMs: apart(heap.between).medianMs,
    tempoJitter: mean(heap.jitter),
    lateNotes: heap.late,
    withSoloist: apart(heap.withSoloist),
    performances: heap.performances,
    ...loudnessMeans(heap.loudness),
  };
}

function loudnessMeans(figures: readonly LoudnessFigures[]): { readonly loudness?: LoudnessMeans } {
  const known = figures.flatMap(({ correlation, share, unrest }) => (correlation === undefined || share === undefined ? [] : [{ correlation, share, unrest }]));
  if (known.length === 0) return {};
  const over = (pick: (one: (typeof known)[number]) => number): number => mean(known.map(pick));
  return { loudness: { correlation: over((one) => one.correlation), share: over((one) => one.share), unrest: over((one) => one.unrest), performances: known.length } };
}
