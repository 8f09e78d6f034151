/**
 * Rules that predict when the next onset comes, behind one interface, so that they and the policy are measured on
 * the same notes: what other accompaniment systems use, and our own base.
 *
 * A predictor hears onsets in order; `stretch()` is performed over nominal time for what comes next.
 */
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import { beats } from '../../core/music/units.ts';
import type { PlayedOnset } from './onset-sequence.ts';
import { asMatch } from './onset-sequence.ts';
import { defaultLocalTempoSettings, LocalTempo } from '../../players/memory/local-tempo.ts';
import type { Figures } from '../../players/memory/figures.ts';
import type { Recollection } from '../../players/memory/recollection.ts';
import { BaseTempo } from '../../players/tempo/base.ts';
import { defaultTempoSettings } from '../../players/tempo/settings.ts';

export interface TempoPredictor {
  observe(onset: PlayedOnset): void;
  /** The soloist went elsewhere: the interval before the next onset says nothing. */
  interrupt(): void;
  /** Predicted time of a score position after the last onset observed, seconds: the next onset, or one beat ahead. */
  timeOf(nominal: number, what: Ahead): number;
}
export type Ahead = 'next' | 'beat';

abstract class StretchPredictor implements TempoPredictor {
  protected readonly tempoMap: TempoMap;
  protected last: { time: number; nominal: number; position: number } | undefined;
  protected stretch = 1;

  constructor(tempoMap: TempoMap) {
    this.tempoMap = tempoMap;
  }

  observe(onset: PlayedOnset): void {
    const nominal = this.tempoMap.nominalAt(onset.position);
    if (this.last !== undefined && nominal > this.last.nominal) this.learn((onset.time - this.last.time) / (nominal - this.last.nominal), nominal - this.last.nominal, onset);
    this.last = { time: onset.time, nominal, position: onset.position };
  }

  interrupt(): void {
    this.last = undefined;
  }

  timeOf(nominal: number): number {
    return this.last!.time + (nominal - this.last!.nominal) * this.stretch;
  }

  protected abstract learn(ratio: number, nominalInterval: number, onset: PlayedOnset): void;
}

/** What the last interval was, the next will be. */
export class LastInterval extends StretchPredictor {
  protected learn(ratio: number): void {
    this.stretch = ratio;
  }
}

/** Mean log tempo of the last intervals. */
export class MovingAverage extends StretchPredictor {
  readonly #logs: number[] = [];
  readonly #window: number;

  constructor(tempoMap: TempoMap, window = 6) {
    super(tempoMap);
    this.#window = window;
  }

  protected learn(ratio: number): void {
    this.#logs.push(Math.log(ratio));
    if (this.#logs.length > this.#window) this.#logs.shift();
    this.stretch = Math.exp(this.#logs.reduce((sum, value) => sum + value, 0) / this.#logs.length);
  }
}

/**
 * Period and phase corrected by shares of the asynchrony: the model of ensemble synchronisation.
 * @see Cancino-Chacón et al., "The ACCompanion", IJCAI 2023; Vorberg and Wing 1996
 */
export class LinearSync implements TempoPredictor {
  readonly #tempoMap: TempoMap;
  readonly #phaseGain: number;
  readonly #periodGain: number;
  #expected: { time: number; nominal: number } | undefined;
  #stretch = 1;
  #heard = 0;
  #before: { time: number; nominal: number } | undefined;

  constructor(tempoMap: TempoMap, phaseGain = 0.7, periodGain = 0.3) {
    this.#tempoMap = tempoMap;
    this.#phaseGain = phaseGain;
    this.#periodGain = periodGain;
  }

  observe(onset: PlayedOnset): void {
    const nominal = this.#tempoMap.nominalAt(onset.position);
    const expected = this.#expected;
    if (expected === undefined) this.#expected = { time: onset.time, nominal };
    else {
      const span = nominal - expected.nominal;
      const predicted = expected.time + span * this.#stretch;
      const asynchrony = predicted - onset.time;
      // The first interval shows the tempo; a sync model alone would need bars to find it.
      if (this.#heard++ === 0 && this.#before !== undefined) this.#stretch = (onset.time - this.#before.time) / (nominal - this.#before.nominal);
      else this.#stretch = Math.max(0.1, this.#stretch - (this.#periodGain * asynchrony) / span);
      this.#expected = { time: predicted - this.#phaseGain * asynchrony, nominal };
    }
    this.#before = { time: onset.time, nominal };
  }

  interrupt(): void {
    this.#expected = undefined;
    this.#before = undefined;
  }

  timeOf(nominal: number): number {
    return this.#expected!.time + (nominal - this.#expected!.nominal) * this.#stretch;
  }
}

/**
 * Adaptation and anticipation joined: the corrected period, mixed with a linear extrapolation of the last periods.
 * @see van der Steen and Keller, "The ADaptation and Anticipation Model (ADAM)", Frontiers in Human Neuroscience 2013
 */
export class Jadam extends StretchPredictor {
  #adapted = 1;
  #previous: number | undefined;
  #heard = 0;
  static readonly #periodCorrection = 0.4;
  static readonly #anticipation = 0.2;

  protected learn(ratio: number): void {
    this.#adapted = this.#heard++ === 0 ? ratio : this.#adapted + Jadam.#periodCorrection * (ratio - this.#adapted);
    const extrapolated = this.#previous === undefined ? ratio : Math.max(0.5 * ratio, 2 * ratio - this.#previous);
    this.#previous = ratio;
    this.stretch = (1 - Jadam.#anticipation) * this.#adapted + Jadam.#anticipation * extrapolated;
  }
}

/** A Kalman filter whose state is the log tempo; short intervals are noisier. */
export class KalmanTempo extends StretchPredictor {
  #log = 0;
  #variance = 1;
  /** Drift of the log tempo a nominal second, and timing noise of one onset in seconds. */
  static readonly #drift = 0.02;
  static readonly #noise = 0.03;

  protected learn(ratio: number, nominalInterval: number): void {
    this.#variance += KalmanTempo.#drift * nominalInterval;
    const interval = Math.max(0.01, nominalInterval * Math.exp(this.#log));
    const measurement = 2 * (KalmanTempo.#noise / interval) ** 2 + 0.01;
    const gain = this.#variance / (this.#variance + measurement);
    this.#log += gain * (Math.log(ratio) - this.#log);
    this.#variance *= 1 - gain;
    this.stretch = Math.exp(this.#log);
  }
}

/** The anchor alone. */
export class AnchorTempo extends StretchPredictor {
  readonly #local = new LocalTempo(defaultLocalTempoSettings);

  protected learn(ratio: number, _nominalInterval: number, onset: PlayedOnset): void {
    if (ratio <= 0) return;
    this.#local.learn(Math.log(ratio), beats(onset.position - this.last!.position));
    this.stretch = Math.exp(this.#local.logStretch);
  }
}

/** The very code that plays; over it, where there is one, a policy's residuals. */
export class BasePredictor implements TempoPredictor {
  readonly #base: BaseTempo;
  readonly #residuals: Float32Array | undefined;
  #last: { time: number; nominal: number } | undefined;
  #observed = -1;

  /** @param residuals of a policy for each onset of the sequence: shape [onsets, 2] */
  constructor(tempoMap: TempoMap, positions: Float64Array, figures: Figures, recollection?: Recollection, residuals?: Float32Array) {
    this.#base = new BaseTempo(tempoMap, positions, { ...defaultTempoSettings, takes: Infinity }, recollection, figures);
    this.#residuals = residuals;
  }

  observe(onset: PlayedOnset): void {
    this.#last = this.#base.observe(asMatch(onset));
    this.#observed++;
  }

  interrupt(): void {
    this.#base.interrupt();
  }

  timeOf(nominal: number, what: Ahead): number {
    const { anchor, gain, rememberedBeat, recalled, leaning } = this.#base.thoughts;
    const delta = what === 'next' ? recalled + leaning : gain * rememberedBeat.delta;
    const residual = this.#residuals?.[this.#observed * 2 + (what === 'next' ? 0 : 1)] ?? 0;
    const { time, nominal: from } = this.#last!;
    return time + (nominal - from) * Math.exp(anchor + delta + residual);
  }
}
