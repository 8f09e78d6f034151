/**
 * What a tempo policy sees at an onset: how the soloist has moved against his own local tempo and what he did
 * with such figures before, what the score has next, where the bar lines stand, and what earlier takes did here. Everything is relative: to the anchor, to the
 * predicted interval, to the take's own tempo; so that a slow player and a fast one look alike.
 *
 * The layout has a name. It changes whenever a feature is added, removed, reordered or rescaled, and a model says
 * for which layout it was trained.
 */
import type { ScoreMatch } from '../../core/contract/following.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { Part, Score } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import { lastAtOrBefore } from '../../core/math/search.ts';
import { likenesses } from '../memory/figures.ts';
import type { Recollection } from '../memory/recollection.ts';
import type { BaseThoughts } from './base.ts';

export const tempoLayout = 'tempo-5';

/** Past intervals, coming intervals, bar lines and takes that are seen. */
const pastSeen = 7;
const comingSeen = 8;
const contourSeen = 4;
const barsSeen = 3;
export const takesSeen = 3;
/** Intervals before the next one and after it, as the takes played them. */
const takeContour = [-3, -2, -1, 1, 2, 3] as const;

export const tempoFeatures: readonly string[] = [
  ...names('past', pastSeen), 'past-known',
  'surprise', 'surprise-before', 'anchor-drift', 'echo',
  'recalled', 'leaning', 'habit', 'habit-after', ...likenesses.map((likeness) => `habit-${likeness}`), ...likenesses.map((likeness) => `habit-${likeness}-known`),
  ...names('coming', comingSeen), 'predicted-seconds',
  ...names('bar-line', barsSeen), 'bar-sine', 'bar-cosine', 'on-downbeat',
  'next-bar-sine', 'next-bar-cosine', 'next-on-downbeat', 'next-on-quarter',
  'contour-last', ...names('contour', contourSeen), 'bass-next', 'bass-after', 'chord-here', 'chord-next', 'chord-after', 'held-here', 'held-next',
  'grace-next', 'rest-next', 'ornament-here', 'ornament-next', 'fermata-here', 'fermata-next', 'staccato-here',
  'end-near', 'begin-near', 'loudness',
  ...names('take', takesSeen), ...names('take-beat', takesSeen), ...names('take-known', takesSeen), ...names('take-beat-known', takesSeen),
  ...names('take-error', takesSeen),
  'mean', 'mean-spread', 'mean-beat', 'mean-beat-spread', 'takes',
  ...takeContour.map((offset) => `mean-at${offset < 0 ? offset : `+${offset}`}`),
  'gain', 'gain-mean', 'error-with', 'error-without', 'memory-better',
];

export const tempoObservationSize = tempoFeatures.length;

function names(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}-${i}`);
}

/** What the score says at each solo onset, laid out once. */
interface Written {
  readonly nominal: Float64Array;
  readonly topPitch: Float64Array;
  readonly bassPitch: Float64Array;
  /** Longest note of the onset, nominal seconds. */
  readonly held: Float64Array;
  /** 1 where the onset stands on a quarter of the bar. */
  readonly onQuarter: Uint8Array;
  readonly chord: Float64Array;
  readonly grace: Uint8Array;
  readonly ornament: Uint8Array;
  readonly fermata: Uint8Array;
  readonly staccato: Uint8Array;
  /** Silence before this onset, in nominal seconds over the interval, 0..1. */
  readonly rest: Float64Array;
  /** Place in the bar 0..1, and 1 where a bar line lies in (previous onset, this onset]. */
  readonly inBar: Float64Array;
  readonly barLine: Uint8Array;
}

export class TempoObserver {
  readonly #written: Written;
  readonly #count: number;
  readonly #past = new Float64Array(pastSeen);
  #heard = 0;
  #surpriseBefore = 0;
  #anchorBefore = 0;
  #loudness = 0;
  #begun = 0;

  /** @param solo the part that is followed, of this very score */
  constructor(score: Score, solo: Part, tempoMap: TempoMap) {
    this.#written = writtenOf(score, solo, tempoMap);
    this.#count = solo.onsets.length;
  }

  /** The soloist went elsewhere: what he did before says little about here. */
  interrupt(): void {
    this.#heard = 0;
    this.#begun = 0;
    this.#surpriseBefore = 0;
  }

  /**
   * @param match the onset that was just observed by the base
   * @param velocity of its loudest note; 0 where unknown
   * @returns shape [tempoObservationSize], features as named in `tempoFeatures`
   */
  observe(match: ScoreMatch, thoughts: BaseThoughts, velocity: number, recollection: Recollection | undefined): Float32Array {
    const features = new Float32Array(tempoObservationSize);
    let at = 0;
    const put = (value: number): void => {
      features[at++] = value;
    };
    const i = match.onsetIndex;
    const { nominal, topPitch, bassPitch, held, onQuarter, chord, grace, ornament, fermata, staccato, rest, inBar, barLine } = this.#written;
    const last = this.#count - 1;
    const inside = (k: number): number => Math.min(k, last);

    this.#remember(thoughts);
    for (let k = 0; k < pastSeen; k++) put(k < this.#heard ? clamp(this.#past[k]! - thoughts.anchor, -2, 2) : 0);
    put(Math.min(this.#heard, pastSeen) / pastSeen);
    put(clamp(thoughts.surprise, -2, 2));
    put(clamp(this.#surpriseBefore, -2, 2));
    put(clamp(4 * (thoughts.anchor - this.#anchorBefore), -2, 2));
    put(thoughts.echo);
    const { habits } = thoughts;
    put(thoughts.recalled);
    put(thoughts.leaning);
    put(thoughts.habit);
    put(habits?.foreseeAfter(i) ?? 0);
    for (let k = 0; k < likenesses.length; k++) put(habits?.said[k] ?? 0);
    for (let k = 0; k < likenesses.length; k++) put(habits?.known[k] ?? 0);
    this.#surpriseBefore = thoughts.surprise;
    this.#anchorBefore = thoughts.anchor;

    const pace = Math.exp(thoughts.anchor);
    for (let k = 0; k < comingSeen; k++) {
      const interval = i + k < last ? (nominal[i + k + 1]! - nominal[i + k]!) * pace : 0;
      put(interval > 0 ? clamp(0.5 * Math.log(interval / typicalInterval), -2, 2) : 0);
    }
    put(i < last ? clamp(Math.exp(thoughts.anchor + thoughts.recalled + thoughts.leaning) * (nominal[i + 1]! - nominal[i]!), 0, 4) : 0);

    for (let k = 1; k <= barsSeen; k++) put(i + k <= last ? barLine[i + k]! : 1);
    put(Math.sin(2 * Math.PI * inBar[i]!));
    put(Math.cos(2 * Math.PI * inBar[i]!));
    put(inBar[i]! < 1e-6 ? 1 : 0);

    const next = inside(i + 1);
    put(Math.sin(2 * Math.PI * inBar[next]!));
    put(Math.cos(2 * Math.PI * inBar[next]!));
    put(inBar[next]! < 1e-6 ? 1 : 0);
    put(onQuarter[next]!);

    const step = (pitch: Float64Array, from: number): number => clamp((pitch[inside(from + 1)]! - pitch[inside(from)]!) / 12, -2, 2);
    put(i > 0 ? step(topPitch, i - 1) : 0);
    for (let k = 0; k < contourSeen; k++) put(step(topPitch, i + k));
    for (let k = 0; k < 2; k++) put(step(bassPitch, i + k));
    for (let k = 0; k < 3; k++) put(Math.min(1, (chord[inside(i + k)]! - 1) / 4));
    for (let k = 0; k < 2; k++) put(clamp(0.5 * Math.log((held[inside(i + k)]! * pace + shortestHeld) / typicalInterval), -2, 2));
    put(i < last ? grace[i + 1]! : 0);
    put(i < last ? rest[i + 1]! : 0);
    put(ornament[i]!);
    put(i < last ? ornament[i + 1]! : 0);
    put(fermata[i]!);
    put(i < last ? fermata[i + 1]! : 0);
    put(staccato[i]!);
    put(Math.exp(-(nominal[last]! - nominal[i]!) * pace / nearness));
    put(Math.exp(-this.#begun++ / 8));
    put(this.#louder(velocity));

    for (let k = 0; k < takesSeen; k++) put(known(recollection?.deltaOf(k, i)));
    for (let k = 0; k < takesSeen; k++) put(known(recollection?.beatDeltaOf(k, i)));
    for (let k = 0; k < takesSeen; k++) put(isKnown(recollection?.deltaOf(k, i)));
    for (let k = 0; k < takesSeen; k++) put(isKnown(recollection?.beatDeltaOf(k, i)));
    for (let k = 0; k < takesSeen; k++) put(2 * thoughts.trust.errorOf(k));
    const { remembered, rememberedBeat, gain } = thoughts;
    put(remembered.delta);
    put(remembered.spread);
    put(rememberedBeat.delta);
    put(rememberedBeat.spread);
    put(Math.min(1, remembered.takes / takesSeen));
    for (const offset of takeContour) put(recollection?.contour(i, offset, Infinity, thoughts.trust.weights).delta ?? 0);
    put(gain);
    put(gain * remembered.delta);
    put(thoughts.errorWith);
    put(thoughts.errorWithout);
    put(4 * (thoughts.errorWithout - thoughts.errorWith));
    return features;
  }

  #remember(thoughts: BaseThoughts): void {
    if (thoughts.heard === undefined) return;
    this.#past.copyWithin(1, 0, pastSeen - 1);
    this.#past[0] = thoughts.heard;
    this.#heard++;
  }

  #louder(velocity: number): number {
    if (velocity <= 0) return 0;
    if (this.#loudness === 0) this.#loudness = velocity;
    const deviation = (velocity - this.#loudness) / 32;
    this.#loudness += 0.1 * (velocity - this.#loudness);
    return clamp(deviation, -2, 2);
  }
}

/** Seconds: intervals are seen against this. */
const typicalInterval = 0.25;
/** Seconds: a note written without a length is not infinitely short. */
const shortestHeld = 0.02;
/** Seconds before the end in which it is felt coming. */
const nearness = 4;

const isKnown = (delta: number | undefined): number => (delta === undefined || Number.isNaN(delta) ? 0 : 1);
const known = (delta: number | undefined): number => (delta === undefined || Number.isNaN(delta) ? 0 : delta);

function writtenOf(score: Score, solo: Part, tempoMap: TempoMap): Written {
  const n = solo.onsets.length;
  const grid = new BarGrid(score);
  const barPositions = Float64Array.from(score.bars, (bar) => bar.position);
  const fermatas = new Set<number>(score.fermatas);
  const numbers = (): Float64Array => new Float64Array(n);
  const flags = (): Uint8Array => new Uint8Array(n);
  const written: Written = {
    nominal: numbers(), topPitch: numbers(), bassPitch: numbers(), held: numbers(), chord: numbers(), rest: numbers(), inBar: numbers(),
    grace: flags(), ornament: flags(), fermata: flags(), staccato: flags(), barLine: flags(), onQuarter: flags(),
  };
  let sounding = -Infinity;
  let barBefore = -1;
  for (let i = 0; i < n; i++) {
    const { position, notes } = solo.onsets[i]!;
    const before = solo.onsets[i - 1];
    if (before !== undefined) written.rest[i] = clamp((position - Math.max(sounding, before.position)) / (position - before.position), 0, 1);
    let top = -Infinity;
    let bass = Infinity;
    let until: number = position;
    let chord = 0;
    for (const note of notes) {
      until = Math.max(until, note.onset + note.duration);
      bass = Math.min(bass, note.pitch);
      top = Math.max(top, note.pitch);
      if (note.grace) written.grace[i] = 1;
      else chord++;
      if (note.ornament !== undefined) written.ornament[i] = 1;
      if (note.fermata) written.fermata[i] = 1;
      if (note.articulations?.includes('staccato') === true) written.staccato[i] = 1;
    }
    sounding = Math.max(sounding, until);
    if (fermatas.has(position)) written.fermata[i] = 1;
    written.nominal[i] = tempoMap.nominalAt(position);
    written.topPitch[i] = top;
    written.bassPitch[i] = bass;
    written.held[i] = tempoMap.nominalAt(beats(until)) - tempoMap.nominalAt(position);
    written.chord[i] = Math.max(1, chord);
    const bar = lastAtOrBefore(barPositions, position + 1e-6);
    written.inBar[i] = placeInBar(grid, barPositions, bar, position);
    const quarters = position - (barPositions[bar] ?? 0);
    written.onQuarter[i] = Math.abs(quarters - Math.round(quarters)) < 1e-6 ? 1 : 0;
    written.barLine[i] = i > 0 && bar > barBefore ? 1 : 0;
    barBefore = bar;
  }
  return written;
}

function placeInBar(grid: BarGrid, barPositions: Float64Array, bar: number, position: Beats): number {
  const length = grid.barLengthAt(position);
  // Where no bars are known, the meter alone counts them from the first downbeat.
  const from = bar >= 0 ? barPositions[bar]! : Math.floor(position / length) * length;
  return clamp(beats(position - from) / length, 0, 1) % 1;
}
