/**
 * The tempo that always has an answer: the anchor (`memory/local-tempo.ts`), and over it what earlier takes
 * remember of this place, weighed by a gain that is learned while playing. Today's soloist may repeat himself, or
 * not: after some notes the gain knows. Plain code, and the number that a learned policy has to beat.
 */
import type { ScoreMatch, TempoEstimate, TempoModel } from '../../core/contract/following.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, NominalSeconds, Seconds, Stretch } from '../../core/music/units.ts';
import { beatPeriod, beats, seconds, stretch } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import { LocalTempo } from '../memory/local-tempo.ts';
import type { Recollection } from '../memory/recollection.ts';
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

export class BaseTempo implements TempoModel {
  readonly #tempoMap: TempoMap;
  readonly #settings: TempoSettings;
  #recollection: Recollection | undefined;
  readonly #local: LocalTempo;
  #gain = new MemoryGain();
  #last: { time: Seconds; position: Beats; nominal: NominalSeconds; onsetIndex: number; delta: number } | undefined;

  constructor(tempoMap: TempoMap, settings: TempoSettings, recollection?: Recollection) {
    this.#tempoMap = tempoMap;
    this.#settings = settings;
    this.#recollection = recollection;
    this.#local = new LocalTempo(settings);
  }

  /** From now on, these takes; what was learned of how far he repeats himself begins anew. */
  remember(recollection: Recollection | undefined): void {
    this.#recollection = recollection;
    this.#gain = new MemoryGain();
  }

  /** The tempo without what is remembered of the next interval. */
  get stretch(): Stretch {
    return stretch(Math.exp(this.#local.logStretch));
  }
  get gain(): number {
    return this.#gain.value;
  }

  observe(match: ScoreMatch): TempoEstimate {
    const nominal = this.#tempoMap.nominalAt(match.position);
    const last = this.#last;
    if (last !== undefined && match.position > last.position) {
      const interval = match.time - last.time;
      const expected = nominal - last.nominal;
      if (interval > shortestInterval && expected > 0) {
        const logTempo = Math.log(interval / expected);
        // What was remembered spoke of the very next onset; where one was left out it says nothing.
        if (match.onsetIndex === last.onsetIndex + 1 && last.delta !== 0) this.#gain.learn(last.delta, logTempo - this.#local.logStretch);
        this.#local.learn(logTempo, beats(match.position - last.position));
      }
    }
    const delta = this.#recollection?.nextInterval(match.onsetIndex, this.#settings.takes).delta ?? 0;
    this.#last = { time: match.time, position: match.position, nominal, onsetIndex: match.onsetIndex, delta };
    const slope = stretch(Math.exp(this.#local.logStretch + this.#gain.value * delta));
    return { time: match.time, position: match.position, nominal, stretch: slope, beatPeriod: beatPeriod(this.#tempoMap.periodAt(match.position) * slope) };
  }

  restart(time: Seconds, position: Beats, slope: Stretch): void {
    this.#local.restart(Math.log(slope));
    this.#last = { time, position, nominal: this.#tempoMap.nominalAt(position), onsetIndex: -1, delta: 0 };
  }

  interrupt(): void {
    this.#last = undefined;
  }
}
