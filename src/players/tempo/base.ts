/**
 * The tempo that always has an answer: the anchor (`memory/local-tempo.ts`), and over it what earlier takes
 * remember of this place: the takes that today's playing is like count more, and all together are weighed by a gain
 * that is learned while playing. Today's soloist may repeat himself, or not: after some notes the gain knows. Plain code, and the number that a learned policy has to beat.
 */
import type { ScoreMatch, TempoEstimate, TempoModel } from '../../core/contract/following.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, NominalSeconds, Seconds, Stretch } from '../../core/music/units.ts';
import { beatPeriod, beats, seconds, stretch } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import { LocalTempo } from '../memory/local-tempo.ts';
import type { Recollection, Remembered } from '../memory/recollection.ts';
import { TakeTrust } from '../memory/take-trust.ts';
import type { TempoSettings } from './settings.ts';

/** Intervals shorter than this say nothing about tempo: a rolled chord, a slip of the score. */
const shortestInterval = seconds(0.01);

/** How far today's playing is like the takes: recursive least squares of one slope, with forgetting. */
export class MemoryGain {
  static readonly #forgetting = 0.99;
  /** Before anything was played: strangers' takes deserve .3 to .5, one's own .7. */
  #product = 0.6 * 0.3;
  #square = 0.3;

  get value(): number {
    return clamp(this.#product / this.#square, 0, 1.1);
  }

  /** @param delta what was remembered @param surprise what happened, both against the anchor */
  learn(delta: number, surprise: number): void {
    this.#product = MemoryGain.#forgetting * this.#product + delta * clamp(surprise, -1, 1);
    this.#square = MemoryGain.#forgetting * this.#square + delta * delta;
  }
}

/** What the base thinks at one onset: for those who want to do better. All tempi are logs of performed over nominal seconds. */
export interface BaseThoughts {
  /** The last interval; undefined at a beginning. */
  readonly heard: number | undefined;
  readonly anchor: number;
  readonly gain: number;
  /** What is remembered of the next interval, against the anchor. */
  readonly remembered: Remembered;
  readonly rememberedBeat: Remembered;
  /** How far each take has been off lately. */
  readonly trust: TakeTrust;
  /** Running means of the absolute error of the last predictions, with memory and without. */
  readonly errorWith: number;
  readonly errorWithout: number;
  /** How the last interval differed from what the base had said. */
  readonly surprise: number;
}

/** Share of the newest error in its running mean. */
const errorShare = 0.1;
/** A normal deviate's standard deviation over its mean size. */
const meanToDeviation = Math.sqrt(Math.PI / 2);
const nothingRemembered: Remembered = { delta: 0, spread: 0, takes: 0 };

export class BaseTempo implements TempoModel {
  readonly #tempoMap: TempoMap;
  readonly #settings: TempoSettings;
  #recollection: Recollection | undefined;
  readonly #local: LocalTempo;
  #gain = new MemoryGain();
  #trust: TakeTrust;
  #errorWith = 0.2;
  #errorWithout = 0.2;
  #thoughts: BaseThoughts | undefined;
  #last: { time: Seconds; position: Beats; nominal: NominalSeconds; onsetIndex: number; delta: number } | undefined;

  constructor(tempoMap: TempoMap, settings: TempoSettings, recollection?: Recollection) {
    this.#tempoMap = tempoMap;
    this.#settings = settings;
    this.#recollection = recollection;
    this.#trust = new TakeTrust(recollection?.takes ?? 0);
    this.#local = new LocalTempo(settings);
  }

  /** From now on, these takes; what was learned of how far he repeats himself begins anew. */
  remember(recollection: Recollection | undefined): void {
    this.#recollection = recollection;
    this.#gain = new MemoryGain();
    this.#trust = new TakeTrust(recollection?.takes ?? 0);
  }

  /** The tempo without what is remembered of the next interval. */
  get stretch(): Stretch {
    return stretch(Math.exp(this.#local.logStretch));
  }
  /** Of the last onset observed. @throws RangeError before the first */
  get thoughts(): BaseThoughts {
    if (this.#thoughts === undefined) throw new RangeError('nothing was heard yet');
    return this.#thoughts;
  }

  observe(match: ScoreMatch): TempoEstimate {
    const nominal = this.#tempoMap.nominalAt(match.position);
    let heard: number | undefined;
    let surprise = 0;
    const last = this.#last;
    if (last !== undefined && match.position > last.position) {
      const interval = match.time - last.time;
      const expected = nominal - last.nominal;
      if (interval > shortestInterval && expected > 0) {
        heard = Math.log(interval / expected);
        // What was remembered spoke of the very next onset; where one was left out it says nothing.
        const joined = match.onsetIndex === last.onsetIndex + 1;
        surprise = this.#judge(heard, joined ? last.delta : 0);
        if (joined && this.#recollection !== undefined) this.#trust.learn(this.#recollection, last.onsetIndex, heard - this.#local.logStretch);
        this.#local.learn(heard, beats(match.position - last.position));
      }
    }
    const most = this.#settings.takes;
    const trust = this.#trust.weights;
    const remembered = this.#recollection?.nextInterval(match.onsetIndex, most, trust) ?? nothingRemembered;
    const rememberedBeat = this.#recollection?.nextBeat(match.onsetIndex, most, trust) ?? nothingRemembered;
    this.#last = { time: match.time, position: match.position, nominal, onsetIndex: match.onsetIndex, delta: remembered.delta };
    const gain = this.#gain.value;
    const anchor = this.#local.logStretch;
    this.#thoughts = { heard, anchor, gain, remembered, rememberedBeat, trust: this.#trust, errorWith: this.#errorWith, errorWithout: this.#errorWithout, surprise };
    const slope = stretch(Math.exp(anchor + gain * remembered.delta));
    return { time: match.time, position: match.position, nominal, stretch: slope, beatPeriod: beatPeriod(this.#tempoMap.periodAt(match.position) * slope), spread: this.#spread(remembered) };
  }

  /** By how far it was off lately; where several takes are remembered, as much by how they differ here. */
  #spread(remembered: Remembered): number {
    const lately = meanToDeviation * this.#errorWith;
    return remembered.takes < 2 ? lately : Math.sqrt((lately * lately + remembered.spread * remembered.spread) / 2);
  }

  /** @returns how far the base was off */
  #judge(heard: number, delta: number): number {
    const without = heard - this.#local.logStretch;
    const withMemory = without - this.#gain.value * delta;
    this.#errorWith += errorShare * (Math.min(1, Math.abs(withMemory)) - this.#errorWith);
    this.#errorWithout += errorShare * (Math.min(1, Math.abs(without)) - this.#errorWithout);
    if (delta !== 0) this.#gain.learn(delta, without);
    return withMemory;
  }

  restart(time: Seconds, position: Beats, slope: Stretch): void {
    this.#local.restart(Math.log(slope));
    this.#last = { time, position, nominal: this.#tempoMap.nominalAt(position), onsetIndex: -1, delta: 0 };
  }

  interrupt(): void {
    this.#last = undefined;
  }
}
