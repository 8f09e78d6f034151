/**
 * The way a soloist goes through a score and the time he takes for it: printed tempo, his own tempo, its
 * wandering, phrases, fermatas, and the accidents: bars left out or played again, a long hesitation, a stop.
 *
 * Time is the integral of the printed beat period times a stretch. From onset to onset an inner clock errs a
 * little and keeps the error (Wing and Kristofferson's timekeeper); what the fingers add to that does not
 * accumulate and is not part of the way.
 * @see Wing and Kristofferson, "Response delays and the timing of discrete motor responses", Perception & Psychophysics 14, 1973
 */
import type { Random } from '../../core/math/random.ts';
import { lastAtOrBeforeBy } from '../../core/math/search.ts';
import { clamp } from '../../core/math/statistics.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, Seconds } from '../../core/music/units.ts';
import { beats, seconds } from '../../core/music/units.ts';
import type { Phrase } from './phrases.ts';
import { phraseAt, phrasesOf } from './phrases.ts';
import type { Temperament } from './temperament.ts';

/** What happens to a soloist; each once, in the order given, when the music comes to `at`. */
export type Accident =
  /** Goes on at `to`: forwards leaves out, backwards plays again. */
  | { readonly type: 'jump'; readonly at: Beats; readonly to: Beats; readonly hesitation: Seconds }
  | { readonly type: 'hesitate'; readonly at: Beats; readonly pause: Seconds }
  /** For good. */
  | { readonly type: 'stop'; readonly at: Beats }
  /** Plays nothing until `until`; the music goes on in his head. */
  | { readonly type: 'silence'; readonly at: Beats; readonly until: Beats };

/** A stretch of score played without a break. Times rise with positions. */
export interface Leg {
  readonly from: Beats;
  /** Not played itself: the first note of what comes next, or the end. */
  readonly until: Beats;
  readonly places: readonly Whereabouts[];
  readonly silent: boolean;
}
export interface Whereabouts {
  readonly time: Seconds;
  readonly position: Beats;
}

export interface Way {
  readonly legs: readonly Leg[];
  readonly phrases: readonly Phrase[];
}

/** Mean absolute deviation of an interval between two takes of one player, over root two, by its length; measured. */
const noiseByInterval: readonly (readonly [interval: number, noise: number])[] = [[0.05, 0.012], [0.15, 0.013], [0.3, 0.018], [0.6, 0.026], [1.2, 0.042]];
const deviationOfMean = Math.sqrt(Math.PI / 2); // a normal deviate's standard deviation over its mean absolute value
/** Share of an interval's variance that the inner clock brings; the fingers bring the rest, twice, at both ends. */
const clockShare = 0.68;
const gridBeats = 0.5;
const ritardandoBars = 0.75;

/** @param startsAt time of the first place of the way */
export function wayThrough(score: Score, part: Part, temperament: Temperament, accidents: readonly Accident[], from: Beats, startsAt: Seconds, random: Random): Way {
  const phrases = phrasesOf(score, part);
  const pace = new Pace(score, part, phrases, temperament, random.split('drift'));
  const noise = random.split('clock');
  const onsets = part.onsets.map((onset) => onset.position);
  const legs: Leg[] = [];
  let time = startsAt as number;
  for (const { leg, pause } of routeOf(accidents, from, score.end)) {
    time += pause;
    const places: Whereabouts[] = [{ time: seconds(time), position: leg.from }];
    let sinceOnset = 0;
    for (const { position, isOnset } of gridBetween(onsets, leg.from, leg.until)) {
      const span = pace.timeBetween(places.at(-1)!.position, position);
      time += span;
      sinceOnset += span;
      if (isOnset) {
        time += clamp(noise.normal(0, Math.sqrt(clockShare) * intervalDeviation(sinceOnset) * temperament.unevenness), -0.4 * span, sinceOnset);
        sinceOnset = 0;
      }
      places.push({ time: seconds(time), position: beats(position) });
    }
    legs.push({ ...leg, places });
  }
  return { legs, phrases };
}

/** Time of a position within a leg; beyond its ends at the pace of its ends. */
export function timeIn(leg: Leg, position: number): number {
  const { places } = leg;
  const i = clamp(lastAtOrBeforeBy(places, position, (place) => place.position), 0, Math.max(0, places.length - 2));
  const a = places[i]!;
  const b = places[i + 1];
  if (b === undefined || b.position === a.position) return a.time;
  return a.time + ((b.time - a.time) * (position - a.position)) / (b.position - a.position);
}

/** Standard deviation of an interval as one player plays it from take to take, s. */
export function intervalDeviation(interval: number): number {
  const above = noiseByInterval.findIndex(([length]) => length >= interval);
  if (above === 0) return deviationOfMean * noiseByInterval[0]![1];
  if (above < 0) return deviationOfMean * noiseByInterval.at(-1)![1];
  const [low, atLow] = noiseByInterval[above - 1]!;
  const [high, atHigh] = noiseByInterval[above]!;
  return deviationOfMean * (atLow + ((atHigh - atLow) * (interval - low)) / (high - low));
}

/** What the fingers add at each onset, s: with the clock's part it makes up the deviation of the interval. */
export const fingerDeviation = (interval: number): number => Math.sqrt((1 - clockShare) / 2) * intervalDeviation(interval);

/** Accidents that befall somebody of this temperament, in order, never two within three bars. */
export function accidentsOf(score: Score, part: Part, temperament: Temperament, random: Random): readonly Accident[] {
  const first = part.onsets[0]?.position ?? score.start;
  const last = part.onsets.at(-1)?.position ?? score.end;
  const bars = score.bars.filter((bar) => bar.position >= first && bar.position < last);
  const grid = new BarGrid(score);
  const accidents: Accident[] = [];
  let free = 2;
  for (let i = 2; i < bars.length - 3; i++) {
    const lot = random.uniform() * 100;
    const within = beats(bars[i]!.position + random.pick([0, 0.5]) * grid.barLengthAt(bars[i]!.position));
    const pause = seconds(random.between(0.3, 1.2));
    const one = random.uniform() < 0.7 ? 1 : 2; // mostly a single bar
    if (i < free) continue;
    const { hesitations, repeatedBars, skippedBars } = temperament;
    if (lot < hesitations) accidents.push({ type: 'hesitate', at: within, pause: seconds(pause * 1.5) });
    else if (lot < hesitations + repeatedBars) accidents.push({ type: 'jump', at: within, to: bars[i - one]!.position, hesitation: pause });
    else if (lot < hesitations + repeatedBars + skippedBars) accidents.push({ type: 'jump', at: bars[i]!.position, to: bars[i + one]!.position, hesitation: seconds(pause / 4) });
    else continue;
    free = i + 4;
  }
  return accidents;
}

type Stage = { readonly leg: Omit<Leg, 'places'>; readonly pause: number };

function routeOf(accidents: readonly Accident[], from: Beats, end: Beats): readonly Stage[] {
  const route: Stage[] = [];
  let place = from;
  let pause = 0;
  const goOn = (until: Beats, silent = false): void => {
    if (until <= place) return;
    route.push({ leg: { from: place, until, silent }, pause });
    place = until;
    pause = 0;
  };
  for (const accident of accidents) {
    if (accident.at < place || accident.at >= end) continue;
    goOn(accident.at);
    switch (accident.type) {
      case 'jump': place = accident.to; pause += accident.hesitation; break;
      case 'hesitate': pause += accident.pause; break;
      case 'silence': goOn(beats(Math.min(accident.until, end)), true); break;
      case 'stop': return route;
    }
  }
  goOn(end);
  return route;
}

/** Every onset and every half beat after `from`, up to and including `until`. */
function* gridBetween(onsets: readonly number[], from: number, until: number): Generator<{ position: number; isOnset: boolean }> {
  let i = onsets.findIndex((onset) => onset > from);
  if (i < 0) i = onsets.length;
  for (let position = from; position < until; ) {
    const onGrid = (Math.floor(position / gridBeats + 1e-9) + 1) * gridBeats;
    const onset = onsets[i] ?? Infinity;
    position = Math.min(onGrid, onset, until);
    if (onset <= position) i++;
    yield { position, isOnset: onset === position };
  }
}

/** How fast the soloist moves at each place. */
class Pace {
  readonly #tempo: TempoMap;
  readonly #temperament: Temperament;
  readonly #phrases: readonly Phrase[];
  readonly #holds: readonly { readonly from: number; readonly until: number }[];
  readonly #random: Random;
  readonly #grid: BarGrid;
  readonly #drift: number[] = [];
  #walked = 0;

  constructor(score: Score, part: Part, phrases: readonly Phrase[], temperament: Temperament, random: Random) {
    this.#grid = new BarGrid(score);
    this.#tempo = new TempoMap(score.tempoMarks);
    this.#temperament = temperament;
    this.#phrases = phrases;
    this.#random = random;
    this.#holds = holdsOf(score, part);
  }

  /** Seconds for a small span of score; each call walks on. */
  timeBetween(from: Beats, until: number): number {
    const middle = (from + until) / 2;
    const nominal = this.#tempo.nominalAt(beats(until)) - this.#tempo.nominalAt(from);
    this.#walked += until - from;
    return nominal * Math.exp(this.#driftNow() + this.#phrasing(middle)) * this.#holding(middle);
  }

  /** A walk that forgets: AR(1) from quarter to quarter, straight between. */
  #driftNow(): number {
    const { drift, tempoFactor, trend } = this.#temperament;
    const beat = Math.floor(this.#walked);
    const kept = Math.exp(-1 / drift.memory);
    while (this.#drift.length < beat + 2) {
      const last = this.#drift.at(-1);
      this.#drift.push(last === undefined ? this.#random.normal(0, drift.depth) : kept * last + Math.sqrt(1 - kept * kept) * this.#random.normal(0, drift.depth));
    }
    const share = this.#walked - beat;
    return this.#drift[beat]! * (1 - share) + this.#drift[beat + 1]! * share - Math.log(tempoFactor) - (trend * this.#walked) / 100;
  }

  /** @see Todd, "The dynamics of dynamics", JASA 91, 1992: tempo over a phrase is close to a parabola */
  #phrasing(position: number): number {
    const { phraseArch, phraseRitardando, finalRitardando } = this.#temperament;
    const phrase = phraseAt(this.#phrases, position);
    const length = Math.max(1e-6, phrase.until - phrase.from);
    const place = clamp((position - phrase.from) / length, 0, 1);
    const arch = phraseArch * ((2 * place - 1) ** 2 - 1 / 3);
    const isLast = phrase === this.#phrases.at(-1);
    const span = Math.min(length / 2, (isLast ? 2 : 1) * ritardandoBars * this.#grid.barLengthAt(beats(position)));
    const late = clamp(1 - (phrase.until - position) / span, 0, 1);
    return arch + (isLast ? finalRitardando : phraseRitardando) * late ** 2;
  }

  #holding(position: number): number {
    return this.#holds.some((hold) => hold.from <= position && position < hold.until) ? this.#temperament.fermata : 1;
  }
}

/** What is held under fermatas: the notes that bear them, or a beat where only the score does. */
function holdsOf(score: Score, part: Part): { readonly from: number; readonly until: number }[] {
  const marked = new Set<number>(score.fermatas);
  const holds: { from: number; until: number }[] = [];
  for (const onset of part.onsets) {
    const held = onset.notes.filter((note) => !note.grace && (note.fermata || marked.has(onset.position)));
    if (held.length === 0) continue;
    marked.delete(onset.position);
    holds.push({ from: onset.position, until: onset.position + Math.min(...held.map((note) => note.duration)) });
  }
  for (const position of marked) holds.push({ from: position, until: position + 1 });
  return holds;
}
