/**
 * The tempo that always has an answer: the anchor (`memory/local-tempo.ts`), and over it what earlier takes
 * remember of this place: the takes that today's playing is like count more, and all together are weighed by a gain
 * that is learned while playing. Today's soloist may repeat himself, or not: after some notes the gain knows. Last,
 * the echo of what just surprised us: in quick notes it was mostly the finger, and the next interval gives back what
 * this one took; in slow ones it was meant, and goes on. Where he has played a figure like the next one before today,
 * what he did with it corrects that (`habits.ts`). All of these, and what takes do with such figures elsewhere, are
 * weighed each by what it has been worth today (`weighing.ts`). Plain code, what a learned policy is taught to
 * correct, and the number that it has to beat.
 */
import type { ScoreMatch, TempoEstimate, TempoModel } from '../../core/contract/following.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, NominalSeconds, Seconds, Stretch } from '../../core/music/units.ts';
import { beatPeriod, beats, seconds, stretch } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import type { Figures } from '../memory/figures.ts';
import { LocalTempo } from '../memory/local-tempo.ts';
import type { Recollection, Remembered } from '../memory/recollection.ts';
import { rememberedFigures } from '../memory/remembered-figures.ts';
import { TakeTrust } from '../memory/take-trust.ts';
import { Habits } from './habits.ts';
import { MemoryGain } from './memory-gain.ts';
import type { TempoSettings } from './settings.ts';
import { Weighing } from './weighing.ts';

/** Intervals shorter than this say nothing about tempo: a rolled chord, a slip of the score. */
const shortestInterval = seconds(0.01);

/** Share of a surprise that goes on in slow notes, and share that comes back in quick ones. */
const goesOn = 0.18;
const comesBack = 0.4;
/** Seconds: intervals shorter than this are quick. */
const quick = 0.14;

/** Quarters: how long it is felt that he drifts away from the anchor and the takes. */
const driftConstant = beats(0.6);
/** Log tempo: no surprise counts for more, and what is beyond the other was a pause or a slip. */
const largestSurprise = 1;
const accident = Math.log(4);

/**
 * What is left in the next interval of a surprise in the last one, in log tempo. Fitted, as the other constants here,
 * to performances of the train split.
 * @param interval expected, seconds
 */
function echoOf(surprise: number, interval: number): number {
  return surprise * (goesOn - (goesOn + comesBack) * quicknessOf(interval));
}

/** 1 for the quickest notes, 0 for slow ones. @param interval expected, seconds */
const quicknessOf = (interval: number): number => Math.exp(-((interval / quick) ** 2));

/** What the base thinks at one onset: for those who want to do better. All tempi are logs of performed over nominal seconds. */
export interface BaseThoughts {
  /** The last interval; undefined at a beginning. */
  readonly heard: number | undefined;
  readonly anchor: number;
  readonly gain: number;
  /** What is remembered of the next interval, against the anchor. */
  readonly remembered: Remembered;
  readonly rememberedBeat: Remembered;
  /** What the last surprise mostly leaves in the next interval. */
  readonly echo: number;
  /** What he did earlier today with figures like the one that comes, beyond all that. */
  readonly habit: number;
  /** What is expected of the next interval against the anchor, each source weighed by what it has been worth today: of the takes, and of what he does today. */
  readonly recalled: number;
  readonly leaning: number;
  /** Undefined where it is not known what is alike. */
  readonly habits: Habits | undefined;
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
const saidNothing = { delta: 0, recalled: 0, leaning: 0 };

export class BaseTempo implements TempoModel {
  readonly #tempoMap: TempoMap;
  readonly #positions: Float64Array;
  readonly #settings: TempoSettings;
  #recollection: Recollection | undefined;
  readonly #local: LocalTempo;
  #gain = new MemoryGain();
  #trust: TakeTrust;
  readonly #figures: Figures | undefined;
  readonly #habits: Habits | undefined;
  /** What takes do with such figures, by onset. */
  #takenFigures: Float64Array | undefined;
  #weighing = new Weighing();
  /** How the last interval differed from anchor and takes, and how the last ones did. */
  #surprised = 0;
  #drift = 0;
  #errorWith = 0.2;
  #errorWithout = 0.2;
  #thoughts: BaseThoughts | undefined;
  #last: { time: Seconds; position: Beats; nominal: NominalSeconds; onsetIndex: number; delta: number; echo: number; recalled: number; leaning: number } | undefined;

  /**
   * @param positions of the solo part's onsets, rising, beats
   * @param figures of the same part; without them no two places are alike
   */
  constructor(tempoMap: TempoMap, positions: Float64Array, settings: TempoSettings, recollection?: Recollection, figures?: Figures) {
    this.#tempoMap = tempoMap;
    this.#positions = positions;
    this.#settings = settings;
    this.#recollection = recollection;
    this.#trust = new TakeTrust(recollection?.takes ?? 0);
    this.#local = new LocalTempo(settings);
    this.#figures = figures;
    this.#habits = figures && new Habits(figures);
    this.#takenFigures = recollection && figures && rememberedFigures(recollection, figures);
  }

  /** From now on, these takes; what was learned of how far he repeats himself begins anew. */
  remember(recollection: Recollection | undefined): void {
    this.#recollection = recollection;
    this.#gain = new MemoryGain();
    this.#weighing = new Weighing();
    this.#trust = new TakeTrust(recollection?.takes ?? 0);
    this.#takenFigures = recollection && this.#figures && rememberedFigures(recollection, this.#figures);
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
        if (joined && last.onsetIndex >= 0) this.#habits?.learn(last.onsetIndex, last.echo, heard - this.#local.logStretch - this.#gain.value * last.delta);
        const span = beats(match.position - last.position);
        if (joined) this.#weigh(heard - this.#local.logStretch, last.delta, span);
        else this.#drift = 0;
        surprise = joined ? this.#judge(heard, last) : this.#judge(heard, saidNothing);
        if (joined && this.#recollection !== undefined) this.#trust.learn(this.#recollection, last.onsetIndex, heard - this.#local.logStretch);
        this.#local.learn(heard, span);
      }
    }
    const most = this.#settings.takes;
    const trust = this.#trust.weights;
    const remembered = this.#recollection?.nextInterval(match.onsetIndex, most, trust) ?? nothingRemembered;
    const rememberedBeat = this.#recollection?.nextBeat(match.onsetIndex, most, trust) ?? nothingRemembered;
    const gain = this.#gain.value;
    const anchor = this.#local.logStretch;
    const interval = this.#intervalAt(match.onsetIndex, nominal);
    const before = this.#surprised;
    this.#surprised = heard === undefined ? 0 : this.#surpriseAt(match.onsetIndex, heard, gain);
    const echo = echoOf(this.#surprised, interval);
    const habit = this.#habits?.foresee(match.onsetIndex, echo) ?? 0;
    const weighing = this.#weighing;
    weighing.ask(quicknessOf(interval));
    const recalled = weighing.hear('takes', remembered.delta) + weighing.hear('figures', this.#takenFigures?.[match.onsetIndex] ?? 0);
    const leaning = weighing.hear('surprise', this.#surprised) + weighing.hear('surprise-before', before) + weighing.hear('drift', this.#drift) + weighing.hear('habit', habit);
    this.#last = { time: match.time, position: match.position, nominal, onsetIndex: match.onsetIndex, delta: remembered.delta, echo, recalled, leaning };
    this.#thoughts = {
      heard, anchor, gain, remembered, rememberedBeat, echo, habit, recalled, leaning,
      habits: this.#habits, trust: this.#trust, errorWith: this.#errorWith, errorWithout: this.#errorWithout, surprise,
    };
    const steady = stretch(Math.exp(anchor + recalled));
    const slope = stretch(steady * Math.exp(leaning));
    return { time: match.time, position: match.position, nominal, stretch: slope, steady, beatPeriod: beatPeriod(this.#tempoMap.periodAt(match.position) * slope), spread: this.#spread(remembered) };
  }

  /** By how far it was off lately; where several takes are remembered, as much by how they differ here. */
  #spread(remembered: Remembered): number {
    const lately = meanToDeviation * this.#errorWith;
    return remembered.takes < 2 ? lately : Math.sqrt((lately * lately + remembered.spread * remembered.spread) / 2);
  }

  /** Seconds until the next onset, by the anchor; Infinity at the last. */
  #intervalAt(onsetIndex: number, nominal: NominalSeconds): number {
    const next = this.#positions[onsetIndex + 1];
    return next === undefined ? Infinity : (this.#tempoMap.nominalAt(beats(next)) - nominal) * Math.exp(this.#local.logStretch);
  }

  /** @param heard log tempo of the interval that led here */
  #surpriseAt(onsetIndex: number, heard: number, gain: number): number {
    // What the takes did there too is no surprise.
    const delta = this.#recollection?.contour(onsetIndex, -1, this.#settings.takes, this.#trust.weights).delta ?? 0;
    return clamp(heard - this.#local.logStretch - gain * delta, -largestSurprise, largestSurprise);
  }

  /** @param outcome what the interval was against the anchor @param delta what was remembered of it; both log tempo */
  #weigh(outcome: number, delta: number, span: Beats): void {
    if (Math.abs(outcome) < accident) this.#weighing.learn(outcome);
    const off = clamp(outcome - this.#gain.value * delta, -largestSurprise, largestSurprise);
    this.#drift += (1 - Math.exp(-span / driftConstant)) * (off - this.#drift);
  }

  /** @returns how far the base was off */
  #judge(heard: number, { delta, recalled, leaning }: { readonly delta: number; readonly recalled: number; readonly leaning: number }): number {
    const without = heard - this.#local.logStretch;
    const withMemory = without - recalled - leaning;
    this.#errorWith += errorShare * (Math.min(1, Math.abs(withMemory)) - this.#errorWith);
    this.#errorWithout += errorShare * (Math.min(1, Math.abs(without - leaning)) - this.#errorWithout);
    if (delta !== 0) this.#gain.learn(delta, without);
    return withMemory;
  }

  restart(time: Seconds, position: Beats, slope: Stretch): void {
    this.#local.restart(Math.log(slope));
    this.#last = { time, position, nominal: this.#tempoMap.nominalAt(position), onsetIndex: -1, echo: 0, ...saidNothing };
    this.#weighing.ask(0);
    this.#surprised = 0;
    this.#drift = 0;
  }

  interrupt(): void {
    this.#last = undefined;
    this.#surprised = 0;
    this.#drift = 0;
  }
}
