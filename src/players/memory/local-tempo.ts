/**
 * The *anchor*: a duration-weighted exponential average of the log tempo of the last onset intervals, over what
 * the score prints. Long intervals count more, because a performer's timing noise is nearly the same for short and
 * long notes; a single interval can never pull more than a factor e.
 */
import type { Beats } from '../../core/music/units.ts';
import { beats } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';

export interface LocalTempoSettings {
  /** How many quarters of the past make the present tempo. */
  readonly timeConstant: Beats;
  /** What the printed tempo weighs before the soloist has shown his own, in quarters played. */
  readonly printedTempoWeight: Beats;
}

export const defaultLocalTempoSettings: LocalTempoSettings = { timeConstant: beats(2), printedTempoWeight: beats(0.25) };

/** Log tempo: one interval counts for at most this much against the average. */
const largestStep = 1;

export class LocalTempo {
  readonly #settings: LocalTempoSettings;
  #logStretch = 0;
  /** Quarters that the average rests on, faded. */
  #weight: number;

  constructor(settings: LocalTempoSettings) {
    this.#settings = settings;
    this.#weight = settings.printedTempoWeight;
  }

  /** Log of performed over nominal seconds; 0 is the printed tempo. */
  get logStretch(): number {
    return this.#logStretch;
  }

  /** @param logTempo log of performed over nominal seconds of one onset interval @param span its length in the score */
  learn(logTempo: number, span: Beats): void {
    const fading = Math.exp(-span / this.#settings.timeConstant);
    // The weight that an interval of this length gains while the past fades at the same rate.
    const gained = this.#settings.timeConstant * (1 - fading);
    this.#weight = this.#weight * fading + gained;
    this.#logStretch += (gained / this.#weight) * clamp(logTempo - this.#logStretch, -largestStep, largestStep);
  }

  restart(logStretch: number): void {
    this.#logStretch = logStretch;
  }
}
