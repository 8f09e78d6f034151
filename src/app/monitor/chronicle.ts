/**
 * What has happened so far, for whoever comes late. All of it is bounded: a page after two hours is told no more than
 * one after ten minutes, and the program has not grown.
 */
import { quantile } from '../../core/math/statistics.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import { bpmOf } from '../../core/music/units.ts';
import { Judge } from './judge.ts';
import type { EarlierTake, Judgement, News, Setup, Snapshot } from './messages.ts';
import { partsInWords, wordsFor } from './words.ts';

/** Points of a curve that are kept: a long movement at one a quarter. */
const mostPoints = 1500;
const mostWords = 60;
const mostExtras = 300;
const usualSetup: Setup = { follow: 1, limits: [0.25, 4], loop: null, countIn: false, click: false, muted: [] };
/** So many deviations to either side hold eight of ten. */
const eightOfTen = 1.28;
/** Onsets by which the band is reckoned where the tempo does not say. */
const bandOnsets = 24;
/** Shorter intervals tell the touch rather than the tempo. In quarter notes. */
const leastInterval = 0.45;

export class Chronicle {
  readonly #grid: BarGrid;
  /** One for each soloist; news that name nobody are those of the first. */
  readonly #judges: ReadonlyMap<string, Judge>;
  readonly #judged = new Map<string, Judgement>();
  readonly #muted = new Set<string>();
  readonly #ours: (readonly [number, number])[] = [];
  readonly #soloist: (readonly [number, number, number, number])[] = [];
  readonly #asynchronies: (readonly [number, number])[] = [];
  readonly #words: { time: number; text: string }[] = [];
  /** Logarithms of played over expected tempo. */
  readonly #deviations: number[] = [];
  #state: Snapshot['state'] = 'waiting';
  #transport: Snapshot['transport'];
  #confidence = 0;
  readonly #confidences = new Map<string, number>();
  #asynchronyMs: number | null = null;
  #follow: number;
  #tempo = 0;
  #earlier: readonly EarlierTake[] = [];
  #review: string | null = null;
  #limits: Snapshot['limits'];
  #loop: Snapshot['loop'];
  #countIn: boolean;
  #click: boolean;
  #extras: (readonly [number, number])[] = [];
  #lastOnset: { readonly time: number; readonly position: number; readonly spread: number | undefined } | undefined;

  constructor(score: Score, setup: Setup = usualSetup) {
    ({ follow: this.#follow, limits: this.#limits, loop: this.#loop, countIn: this.#countIn, click: this.#click } = setup);
    for (const part of setup.muted) this.#muted.add(part);
    this.#grid = new BarGrid(score);
    this.#words.push({ time: 0, text: partsInWords(score) });
    this.#judges = new Map(score.parts.filter((part) => part.role === 'solo').map((part) => [part.id, new Judge(part)]));
    this.#transport = { time: 0, playing: false, position: score.start, bpm: bpmOf(new TempoMap(score.tempoMarks).periodAt(score.start)) };
  }

  /** @returns the same news with what follows from it: notes passed over, tempo of the soloist, words */
  hear(news: readonly News[]): readonly News[] {
    const told: News[] = [];
    for (const item of news) {
      told.push(item);
      for (const consequence of [...this.#judgements(item), ...this.#tempoOf(item)]) {
        this.#remember(consequence);
        told.push(consequence);
      }
      this.#remember(item);
      const text = wordsFor(item, this.#grid);
      if (text === undefined || this.#words.at(-1)?.text === text) continue;
      const words = { type: 'words' as const, time: 'time' in item ? item.time : this.#transport.time, text };
      keep(this.#words, { time: words.time, text }, mostWords);
      told.push(words);
    }
    return told;
  }

  snapshot(now: number): Snapshot {
    return {
      type: 'snapshot', now, state: this.#state, transport: this.#transport, confidence: this.#confidence, ...(this.#confidences.size > 0 && { confidences: Object.fromEntries(this.#confidences) }), asynchronyMs: this.#asynchronyMs, muted: [...this.#muted], follow: this.#follow, tempo: this.#tempo, limits: this.#limits, loop: this.#loop, countIn: this.#countIn, click: this.#click, extras: this.#extras,
      judged: Object.fromEntries(this.#judged), ours: this.#ours, soloist: this.#soloist, asynchronies: this.#asynchronies, earlier: this.#earlier, words: this.#words, review: this.#review,
    };
  }

  #judgements(item: News): readonly News[] {
    if (item.type === 'jumped') return [...this.#judges.values()].flatMap((judge) => judge.hear(item));
    const part = 'part' in item && item.type !== 'sound' && item.type !== 'mute' ? item.part : undefined;
    const judge = part === undefined ? this.#judges.values().next().value : this.#judges.get(part);
    return judge?.hear(item) ?? [];
  }

  #remember(item: News): void {
    switch (item.type) {
      case 'transport':
        this.#transport = { time: item.time, playing: item.playing, position: item.position, bpm: item.bpm };
        if (item.playing) keep(this.#ours, [item.position, item.bpm], mostPoints);
        return;
      case 'state':
        this.#state = item.state;
        return;
      case 'matched':
        this.#confidence = item.confidence;
        if (item.part !== undefined) this.#confidences.set(item.part, item.confidence);
        this.#judged.set(item.note, item.judgement);
        if (item.asynchronyMs === null) return;
        this.#asynchronyMs = item.asynchronyMs;
        keep(this.#asynchronies, [item.position, item.asynchronyMs], mostPoints);
        return;
      case 'judged':
        this.#judged.set(item.note, item.judgement);
        return;
      case 'extra':
        keep(this.#extras, [item.position, item.pitch], mostExtras);
        return;
      case 'limits':
        this.#limits = [item.slowest, item.fastest];
        return;
      case 'loop':
        this.#loop = item.passage;
        return;
      case 'count-in':
        this.#countIn = item.on;
        return;
      case 'click':
        this.#click = item.on;
        return;
      case 'jumped':
      case 'lost':
        // What follows is played anew, and so are its slips.
        if (item.type === 'jumped') this.#extras = this.#extras.filter(([position]) => position < item.to);
        this.#lastOnset = undefined;
        if (item.type === 'lost') this.#confidence = 0;
        if (item.type === 'lost' && item.part !== undefined) this.#confidences.set(item.part, 0);
        return;
      case 'mute':
        if (item.on) this.#muted.add(item.part);
        else this.#muted.delete(item.part);
        return;
      case 'follow':
        this.#follow = item.amount;
        return;
      case 'tempo':
        this.#tempo = item.bpm;
        return;
      case 'soloist-tempo':
        keep(this.#soloist, [item.position, item.bpm, item.low, item.high], mostPoints);
        return;
      case 'earlier':
        this.#earlier = item.takes;
        return;
      case 'review':
        this.#review = item.address;
        return;
      default:
    }
  }

  /** The soloist's tempo since his last onset that was far enough away, and the band in which it was expected. */
  #tempoOf(item: News): readonly News[] {
    if (item.type !== 'matched' || !item.begins) return [];
    const last = this.#lastOnset;
    const { time, position } = item;
    if (last === undefined || position < last.position) {
      this.#lastOnset = { time, position, spread: item.spread };
      return [];
    }
    const quarters = position - last.position;
    if (quarters < leastInterval) return [];
    this.#lastOnset = { time, position, spread: item.spread };
    if (time <= last.time || quarters > 8) return [];
    const bpm = (60 * quarters) / (time - last.time);
    const expected = this.#transport.bpm;
    const [least, most] = this.#band(last.spread);
    const low = expected * Math.exp(least);
    const high = expected * Math.exp(most);
    keep(this.#deviations, Math.log(bpm / expected), bandOnsets);
    return [{ type: 'soloist-tempo', time, position, bpm, low, high }];
  }

  /** As the tempo itself foresaw; where it does not say, by what came lately. As logarithms. */
  #band(spread: number | undefined): readonly [low: number, high: number] {
    if (spread !== undefined) return [-eightOfTen * spread, eightOfTen * spread];
    return this.#deviations.length < 4 ? [-0.1, 0.1] : [quantile(this.#deviations, 0.1), quantile(this.#deviations, 0.9)];
  }
}

function keep<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
}
