/**
 * What earlier run-throughs say about the next interval, free of their overall tempo. For each onset of a take:
 * how much slower or faster the next interval was than that take's own local tempo there. A take at half the tempo
 * therefore teaches the same ritardando.
 */
import { onsetAt } from '../../core/music/onsets.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import type { LocalTempoSettings } from './local-tempo.ts';
import { LocalTempo } from './local-tempo.ts';
import type { Take } from '../../core/music/take.ts';

/** What the takes say at one onset. `delta` is log performed over expected: positive is slower. */
export interface Remembered {
  /** Mean over the takes that know this place, those that are trusted more counting more; 0 where none does. */
  readonly delta: number;
  /** Standard deviation over those takes; 0 with fewer than two. */
  readonly spread: number;
  readonly takes: number;
}

/** Nothing that a person does with a tempo is larger: what is, is a pause or a slip. */
const largestDelta = Math.log(4);
const shortestInterval = 0.01;
const nothing: Remembered = { delta: 0, spread: 0, takes: 0 };

export class Recollection {
  /** One column for each take, newest first: the log tempo from each solo onset to the next; NaN where it is not known. */
  readonly #tempo: readonly Float64Array[];
  /** The take's own local tempo when it was at the onset; NaN where it was not. */
  readonly #local: readonly Float64Array[];
  readonly #beatAhead: readonly Float64Array[];

  /**
   * @param takes newest first, of this score, by this soloist
   * @param positions of the solo part's onsets, rising, beats
   * @param deltasOf where somebody has gone through the takes already
   */
  constructor(takes: readonly Take[], positions: Float64Array, tempoMap: TempoMap, settings: LocalTempoSettings, deltasOf: TakeDeltasOf = takeDeltasOf) {
    const remembered = takes.map((take) => deltasOf(take, positions, tempoMap, settings));
    this.#tempo = remembered.map((columns) => columns.tempo);
    this.#local = remembered.map((columns) => columns.local);
    this.#beatAhead = remembered.map((columns) => columns.beatAhead);
  }

  get takes(): number {
    return this.#tempo.length;
  }

  /**
   * The interval from this onset to the next.
   * @param most use no more than the newest takes
   * @param trust weight of each take, newest first: shape [takes]; without it all count alike
   */
  nextInterval(onsetIndex: number, most = Infinity, trust?: Float64Array): Remembered {
    return this.contour(onsetIndex, 0, most, trust);
  }

  /**
   * The interval that begins `offset` onsets after this one (or before it, where negative), as the takes played it,
   * against their local tempo here. Parameters as of `nextInterval`.
   */
  contour(onsetIndex: number, offset: number, most = Infinity, trust?: Float64Array): Remembered {
    return summary(this.takes, (k) => this.#against(k, onsetIndex, offset), most, trust);
  }

  /** The quarter that follows this onset. Parameters as of `nextInterval`. */
  nextBeat(onsetIndex: number, most = Infinity, trust?: Float64Array): Remembered {
    return summary(this.takes, (k) => this.#beatAhead[k]![onsetIndex], most, trust);
  }

  /** Delta of one take, 0 is the newest; NaN where it knows nothing. */
  deltaOf(take: number, onsetIndex: number): number {
    return this.#against(take, onsetIndex, 0);
  }
  beatDeltaOf(take: number, onsetIndex: number): number {
    return this.#beatAhead[take]?.[onsetIndex] ?? NaN;
  }

  #against(take: number, onset: number, offset: number): number {
    return clamp((this.#tempo[take]?.[onset + offset] ?? NaN) - (this.#local[take]?.[onset] ?? NaN), -largestDelta, largestDelta);
  }
}

function summary(takes: number, deltaOf: (take: number) => number | undefined, most: number, trust: Float64Array | undefined): Remembered {
  let count = 0, weights = 0, sum = 0, squares = 0;
  for (let k = 0; k < takes && count < most; k++) {
    const delta = deltaOf(k);
    if (delta === undefined || Number.isNaN(delta)) continue;
    const weight = trust?.[k] ?? 1;
    count++;
    weights += weight;
    sum += weight * delta;
    squares += weight * delta * delta;
  }
  if (count === 0) return nothing;
  const delta = sum / weights;
  return { delta, spread: count < 2 ? 0 : Math.sqrt(Math.max(0, squares / weights - delta * delta)), takes: count };
}

/** Of each solo onset: log tempo of the interval that follows, the take's own local tempo there, and the quarter that follows against it; NaN where the take does not know. */
export interface TakeDeltas {
  readonly tempo: Float64Array;
  readonly local: Float64Array;
  readonly beatAhead: Float64Array;
}
export type TakeDeltasOf = typeof takeDeltasOf;

/** @param positions of the solo part's onsets, rising, beats */
export function takeDeltasOf(take: Take, positions: Float64Array, tempoMap: TempoMap, settings: LocalTempoSettings): TakeDeltas {
  const tempo = new Float64Array(positions.length).fill(NaN);
  const localTempo = new Float64Array(positions.length).fill(NaN);
  const beatAhead = new Float64Array(positions.length).fill(NaN);
  const local = new LocalTempo(settings);
  const { onsets } = take;
  const nominal = new Float64Array(onsets.length);
  // Of the interval that led to each onset; NaN where the soloist did not come from the one before.
  const arriving = new Float64Array(onsets.length);
  for (let i = 0; i < onsets.length; i++) {
    const { position, joined, time } = onsets[i]!;
    nominal[i] = tempoMap.nominalAt(position);
    arriving[i] = i > 0 && joined ? logTempo(nominal[i]! - nominal[i - 1]!, time - onsets[i - 1]!.time) : NaN;
  }
  let index = -1;
  for (let i = 0; i < onsets.length; i++) {
    const here = onsets[i]!;
    if (!Number.isNaN(arriving[i])) local.learn(arriving[i]!, beats(here.position - onsets[i - 1]!.position));
    index = onsetAt(positions, here.position, index + 1);
    if (index < 0) continue;
    const after = onsets[i + 1];
    // A place played twice in one take is remembered as it was played last.
    localTempo[index] = local.logStretch;
    tempo[index] = after?.joined === true && Math.abs(after.position - (positions[index + 1] ?? Infinity)) < 1e-6 ? arriving[i + 1]! : NaN;
    const ahead = timeAtPosition(take, i, beats(here.position + 1));
    if (ahead !== undefined) beatAhead[index] = clamp(logTempo(tempoMap.nominalAt(beats(here.position + 1)) - nominal[i]!, ahead - here.time) - local.logStretch, -largestDelta, largestDelta);
  }
  return { tempo, local: localTempo, beatAhead };
}

/** Log of performed over nominal seconds; NaN for what is no interval. */
function logTempo(nominal: number, interval: number): number {
  return nominal > 0 && interval > shortestInterval ? Math.log(interval / nominal) : NaN;
}

/** Time of a position a little after onset `from`, linear between the onsets played. */
function timeAtPosition(take: Take, from: number, position: Beats): number | undefined {
  for (let i = from + 1; i < take.onsets.length; i++) {
    const right = take.onsets[i]!;
    if (!right.joined) return undefined;
    if (right.position < position) continue;
    const left = take.onsets[i - 1]!;
    return left.time + ((position - left.position) / (right.position - left.position)) * (right.time - left.time);
  }
  return undefined;
}
