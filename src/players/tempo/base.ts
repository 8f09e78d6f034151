/**
 * The tempo that always has an answer: the *anchor*, a duration-weighted exponential average of the log tempo
 * of the last onset intervals, over what the score prints. Long intervals count more, because a performer's
 * timing noise is nearly the same for short and long notes; a single interval can never pull more than a factor e.
 */
import type { ScoreMatch, TempoEstimate, TempoModel } from '../../core/contract/following.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, NominalSeconds, Seconds, Stretch } from '../../core/music/units.ts';
import { beatPeriod, beats, seconds, stretch } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import type { TempoSettings } from './settings.ts';

/** Log tempo: one interval counts for at most this much against the average. */
const largestStep = 1;
/** Intervals shorter than this say nothing about tempo: a rolled chord, a slip of the score. */
const shortestInterval = seconds(0.01);

export class AnchorTempo implements TempoModel {
  readonly #tempoMap: TempoMap;
  readonly #settings: TempoSettings;
  #logStretch = 0;
  /** Quarters that the average rests on, faded. */
  #weight: number;
  #last: { time: Seconds; position: Beats; nominal: NominalSeconds } | undefined;

  constructor(tempoMap: TempoMap, settings: TempoSettings) {
    this.#tempoMap = tempoMap;
    this.#settings = settings;
    this.#weight = settings.printedTempoWeight;
  }

  get stretch(): Stretch {
    return stretch(Math.exp(this.#logStretch));
  }

  observe(match: ScoreMatch): TempoEstimate {
    const nominal = this.#tempoMap.nominalAt(match.position);
    const last = this.#last;
    if (last !== undefined && match.position > last.position) {
      const interval = match.time - last.time;
      const expected = nominal - last.nominal;
      if (interval > shortestInterval && expected > 0) this.#learn(Math.log(interval / expected), beats(match.position - last.position));
    }
    this.#last = { time: match.time, position: match.position, nominal };
    return {
      time: match.time,
      position: match.position,
      nominal,
      stretch: this.stretch,
      beatPeriod: beatPeriod(this.#tempoMap.periodAt(match.position) * this.stretch),
    };
  }

  restart(time: Seconds, position: Beats, slope: Stretch): void {
    this.#logStretch = Math.log(slope);
    this.#last = { time, position, nominal: this.#tempoMap.nominalAt(position) };
  }

  interrupt(): void {
    this.#last = undefined;
  }

  #learn(logTempo: number, span: Beats): void {
    const fading = Math.exp(-span / this.#settings.timeConstant);
    // The weight that an interval of this length gains while the past fades at the same rate.
    const gained = this.#settings.timeConstant * (1 - fading);
    this.#weight = this.#weight * fading + gained;
    this.#logStretch += (gained / this.#weight) * clamp(logTempo - this.#logStretch, -largestStep, largestStep);
  }
}
