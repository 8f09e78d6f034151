/**
 * Who decides where we are in time: waiting for the soloist, playing, holding when he stays away, lost when
 * nobody knows. The conductor owns the timeline. It bends it gently while soloist and accompaniment are nearly
 * together, and moves it at once where a catching-up would take too long to be worth hearing.
 */
import type { StageState } from '../../core/contract/commands.ts';
import type { TempoEstimate } from '../../core/contract/following.ts';
import type { Manner } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { BeatPeriod, Beats, NominalSeconds, Seconds, Stretch } from '../../core/music/units.ts';
import { beats, nominalSeconds, seconds, stretch } from '../../core/music/units.ts';
import { clamp } from '../../core/math/statistics.ts';
import { firstAfter, firstAtOrAfter } from '../../core/math/search.ts';
import { LateHearing } from './late-hearing.ts';
import type { Course } from './scheduler.ts';
import type { Timeline } from '../tempo/timeline.ts';
import { bendTowards, nominalAt, straightLine, timeAt } from '../tempo/timeline.ts';

export interface ConductorSettings {
  /** How strongly to follow: 0 is a metronome, 1 goes entirely with the soloist. */
  readonly follow: number;
  /** In how many quarters a small difference is made up. */
  readonly catchUp: Beats;
  /** Limits of the tempo, as factors of the printed one: .25 is four times slower. */
  readonly slowest: number;
  readonly fastest: number;
  /** Largest change of tempo within a quarter, as a share: .5 is from 60 to 90. */
  readonly largestChange: number;
  /** How long a note that belongs together with the soloist's waits for him. */
  readonly patience: Seconds;
  /**
   * What the slowest note output takes until it sounds: who waits for the soloist is heard so much after him, so the
   * longer it takes the less is waited. Left out where the patience is meant as it is.
   */
  readonly outputDelay?: Seconds;
  /**
   * `auto` and `with-soloist` begin with his first note, wherever the score has it; `on-cue` waits for a start.
   */
  readonly begin: 'auto' | 'with-soloist' | 'on-cue';
}

export const defaultConductorSettings: ConductorSettings = {
  follow: 1,
  catchUp: beats(0.5),
  slowest: 0.25,
  fastest: 4,
  largestChange: 0.6,
  patience: seconds(0.25),
  begin: 'auto',
};

/** What a conductor has marked in his score, each in nominal time, rising. */
export interface ConductedPlaces {
  /** Where the soloist begins a note: of several, any of them. */
  readonly solo: Float64Array;
  readonly fermatas: Float64Array;
  /** Where the soloist may go on in more than one way, or goes on when he likes. */
  readonly crossroads: Float64Array;
  /** His onsets before which he breathes. */
  readonly breaths: Float64Array;
  /** Ends of cadenzas. */
  readonly cadenzas: Float64Array;
  /** By the passage; between passages it is as usual. */
  readonly manners: readonly NominalManner[];
}
export interface NominalManner {
  readonly from: NominalSeconds;
  readonly until: NominalSeconds;
  readonly manner: Manner;
}

/** How strongly we follow in a manner that says so, and in how many times the usual span a difference is made up. */
const followIn: Readonly<Record<Exclude<Manner, 'usual'>, number>> = { tight: 1, loose: 0.6, wait: 1, ignore: 0, lead: 0 };
const catchUpIn: Readonly<Record<Manner, number>> = { usual: 1, tight: 0.5, loose: 4, wait: 0.5, ignore: 1, lead: 1 };
/** Who breathes may take so many times the usual patience. */
const breathPatience = 4;
/**
 * Patience that is lost for each second of delay: with 50 ms none is left. From there on who plays when it is foreseen
 * is closer to the soloist than who waits to hear him: 30 ms in the mean against 41, with 100 ms 35 against 83 (Brahms duet).
 */
const lostPatience = 5;
/** Under a fermata we sustain for as long as so many quarters. */
const fermataSustainedFor = beats(16);

/** Who leads is ahead by so much, from so many quarters after he has taken the lead. */
const leadsBy = 0.02; // s
const leadTakenWithin = beats(1);
/** Beyond this difference we do not bend but go (or wait) there at once. */
const farApart = 0.35;
/** A clock this far off has jumped. */
const strayed = beats(0.75);
/** While he is overdue, time goes by so much slower. */
const givingWay = 2;
/** So many onsets of a beginning may show any tempo. */
const openingOnsets = 4;
/** He may be silent for at least so many quarters before we hold, also in quick notes. */
const silenceAllowed = beats(1);
/** Held notes are sustained for as long as a bar of this many quarters. */
const sustainedFor = beats(4);
/** When lost we go on for so many quarters before we hold. */
const lostFor = beats(4);

/** What the accompanist has to do about a match. */
export interface Reaction {
  /** Ours minus the soloist's; 0 where we were not playing. */
  readonly asynchrony: Seconds;
  /** `elsewhere`: what sounds must end and the notes begin anew from the matched place. */
  readonly move: 'none' | 'bent' | 'elsewhere';
}

export class Conductor {
  readonly #settings: ConductorSettings;
  readonly #tempoMap: TempoMap;
  /** The onsets that are waited for, and whose they are: a bit for each soloist. */
  #solo: Float64Array;
  #awaitedOf = -1;
  readonly #fermatas: Float64Array;
  readonly #places: ConductedPlaces;
  #state: StageState = 'waiting';
  /** As set for the evening. */
  #usualFollow: number;
  #manner: Manner = 'usual';
  /** Where another manner begins. */
  #mannerEnds: NominalSeconds = nominalSeconds(Infinity);
  /** He breathes before his next onset. */
  #breathes = false;
  /** The fermata at which the music stands until he goes on. */
  #fermata: NominalSeconds | undefined;
  #line: Timeline = straightLine(seconds(0), nominalSeconds(0), stretch(1));
  /** Where the music may not go beyond without the soloist. */
  #limit: NominalSeconds = nominalSeconds(Infinity);
  /** The soloist's next onset, as long as we have not yet slowed down for it. */
  #awaited: NominalSeconds = nominalSeconds(Infinity);
  /** While playing, the place never falls back, even where the line does. */
  #furthest: NominalSeconds = nominalSeconds(-Infinity);
  #heldSince: Seconds | undefined;
  #fixedPeriod: BeatPeriod | undefined;
  /** Shares of the printed tempo. */
  #slowest: number;
  #fastest: number;
  #tempo: Stretch = stretch(1);
  /** The soloist's line through his last onset, as we believe it. */
  #theirs: Timeline | undefined;
  readonly #hearing = new LateHearing();
  /** Onsets heard in a row at this place. */
  #heard = 0;
  #lastMatch: { nominal: NominalSeconds; position: Beats; stretch: Stretch } | undefined;
  #finished = false;
  /** An outside clock leads: nobody is waited for. */
  #led = false;

  constructor(settings: ConductorSettings, tempoMap: TempoMap, places: ConductedPlaces) {
    this.#settings = settings;
    this.#tempoMap = tempoMap;
    this.#solo = places.solo;
    this.#fermatas = places.fermatas;
    this.#places = places;
    this.#usualFollow = settings.follow;
    this.#slowest = settings.slowest;
    this.#fastest = settings.fastest;
  }

  get state(): StageState {
    return this.#state;
  }
  get line(): Timeline {
    return this.#line;
  }
  /** What the scheduler needs to know. */
  get course(): Course {
    return {
      line: this.#line,
      theirs: this.#state === 'playing' ? this.#theirs : undefined,
      limit: this.#moving ? this.#limit : nominalSeconds(-Infinity),
      patience: this.#patience,
      waitsAtMost: this.#hearing.wait,
      breathes: this.#breathes,
      awaitedOf: this.#awaitedOf,
      sustained: this.#state === 'holding',
      fermata: this.#fermata,
    };
  }
  /** The soloist goes on when he likes: how long he takes says nothing about the tempo. */
  get standsStill(): boolean {
    return this.#fermata !== undefined;
  }
  get #follow(): number {
    return this.#manner === 'usual' ? this.#usualFollow : followIn[this.#manner];
  }
  get #patience(): Seconds {
    if (this.#led) return seconds(0);
    const { patience, outputDelay = 0 } = this.#settings;
    // A breath is longer than any synthesizer takes.
    const worthIt = this.#breathes ? breathPatience * patience : Math.max(0, patience - lostPatience * outputDelay);
    return seconds(worthIt * this.#follow);
  }
  /** True while time goes on in the score. */
  get #moving(): boolean {
    return this.#state === 'playing' || this.#state === 'lost';
  }
  /** Stopped because the piece was over, not because somebody said so. */
  get finished(): boolean {
    return this.#finished;
  }
  /** How long a note that belongs together with one of his waits. */
  get patience(): Seconds {
    return this.#patience;
  }
  /** True when the notes that belong to a matched onset need not wait for their time. */
  get goesWithSoloist(): boolean {
    return this.#follow >= 0.5;
  }

  placeAt(now: Seconds): NominalSeconds {
    if (this.#state === 'waiting' || this.#state === 'countin' || this.#state === 'stopped') return this.#furthest;
    const running = Math.max(this.#furthest, Math.min(this.#limit, nominalAt(this.#line, now)));
    return nominalSeconds(this.#moving ? running : this.#furthest);
  }
  /** The soloist's line as we believe it, or the one on which we give way to him; undefined where he is not followed. */
  get theirs(): Timeline | undefined {
    if (this.#state !== 'playing' || this.#follow < 1 || this.#theirs === undefined) return undefined;
    return this.#awaited === Infinity && Number.isFinite(this.#limit) ? this.#line : this.#theirs;
  }
  /** The tempo that is meant: without the hurry of catching up and the patience of giving way. */
  get tempo(): Stretch {
    return this.#tempo;
  }

  /** Be ready at `nominal`, silent. */
  wait(nominal: NominalSeconds): void {
    this.#theirs = undefined;
    this.#state = 'waiting';
    this.#furthest = nominal;
    this.#limit = nominalSeconds(Infinity);
    this.#lastMatch = undefined;
    this.#finished = false;
  }

  /** Somebody counts aloud: ready at `nominal`, which begins by itself unless the soloist is there before. */
  countIn(nominal: NominalSeconds): void {
    this.wait(nominal);
    this.#state = 'countin';
  }

  /** The tempo in which we would begin at `nominal`, by what is known of the soloist. */
  tempoAt(nominal: NominalSeconds, known: Stretch): Stretch {
    return this.#clampTempo(known, nominal);
  }

  /** Begin at `nominal` now, in the tempo that was last known. */
  start(now: Seconds, nominal: NominalSeconds, tempo: Stretch): void {
    this.#state = 'playing';
    this.#finished = false;
    this.#theirs = undefined;
    this.#go(now, nominal, this.#clampTempo(tempo, nominal));
    this.#lastMatch = undefined;
    this.#expectAfter(nominalSeconds(nominal - 1e-6));
  }

  /** Elsewhere in the same tempo, as if it had been there at `time`. */
  goOnAt(time: Seconds, nominal: NominalSeconds): void {
    this.start(time, nominal, this.#tempo);
  }

  stop(now: Seconds, finished = false): void {
    this.#furthest = this.placeAt(now);
    this.#state = 'stopped';
    this.#finished = finished;
  }

  hold(now: Seconds): void {
    if (!this.#moving) return;
    this.#furthest = this.placeAt(now);
    this.#state = 'holding';
    this.#heldSince = now;
  }

  resume(now: Seconds): void {
    if (this.#state !== 'holding' && this.#state !== 'lost') return;
    this.#state = 'playing';
    this.#go(now, this.#furthest, this.#tempo);
    this.#expectAfter(this.#furthest);
  }

  setFollow(amount: number): void {
    this.#usualFollow = clamp(amount, 0, 1);
  }

  /** @param slowest @param fastest shares of the printed tempo; the first at most as large as the second */
  setLimits(slowest: number, fastest: number, now: Seconds): void {
    this.#slowest = slowest;
    this.#fastest = fastest;
    // His next onset is paced by this one: from outside the new limits it would take a while to come within.
    if (this.#lastMatch !== undefined) this.#lastMatch.stretch = this.#clampTempo(this.#lastMatch.stretch, this.#lastMatch.nominal);
    if (!this.#moving) return;
    const here = this.placeAt(now);
    const within = this.#clampTempo(this.#tempo, here);
    if (within !== this.#tempo) this.#go(now, here, within);
  }

  /** From now on only these soloists are waited for. */
  await({ onsets, who }: { readonly onsets: Float64Array; readonly who: number }): void {
    this.#solo = onsets;
    this.#awaitedOf = who;
  }

  /** A tempo from a person overrides the soloist's until it is given back. */
  setTempo(period: BeatPeriod | undefined, now: Seconds): void {
    this.#fixedPeriod = period;
    if (period === undefined || !this.#moving) return;
    const here = this.placeAt(now);
    this.#go(now, here, this.#tempoFor(here, this.#tempo));
  }

  /** Nobody knows where the soloist is: a bar in tempo, then only what sounds. */
  lose(now: Seconds): void {
    // Who leads cannot be lost.
    if (this.#state !== 'playing' || (this.#manner !== 'usual' && this.#follow === 0)) return;
    this.#state = 'lost';
    const bar = this.#span(this.placeAt(now), lostFor);
    this.#limit = nominalSeconds(Math.min(this.#limit, this.placeAt(now) + bar));
  }

  /**
   * The soloist has begun an onset.
   *
   * @param elsewhere he did not come here from where he was
   */
  match(now: Seconds, estimate: TempoEstimate, elsewhere: boolean): Reaction {
    if (this.#state === 'stopped') return { asynchrony: seconds(0), move: 'none' };
    if (this.#state === 'waiting' && this.#settings.begin === 'on-cue') return { asynchrony: seconds(0), move: 'none' };
    const { nominal, position } = estimate;
    const expected = this.#theirs === undefined || elsewhere || this.#state !== 'playing' ? undefined : timeAt(this.#theirs, nominal);
    const last = elsewhere ? undefined : this.#lastMatch;
    this.#hearing.hear(seconds(now - estimate.time), expected === undefined ? undefined : seconds(estimate.time - expected), last && seconds((nominal - last.nominal) * this.#tempo));
    if (this.#manner === 'ignore' && this.#moving && nominal < this.#mannerEnds) return { asynchrony: seconds(timeAt(this.#line, nominal) - estimate.time), move: 'none' };
    const tempo = this.#paced(this.#tempoFor(nominal, estimate.stretch), position, elsewhere);
    const theirs = straightLine(estimate.time, nominal, tempo);
    this.#tempo = estimate.steady === undefined ? tempo : stretch((tempo * this.#tempoFor(nominal, estimate.steady)) / this.#tempoFor(nominal, estimate.stretch));
    this.#theirs = theirs;
    const wasPlaying = this.#moving;
    const asynchrony = wasPlaying ? seconds(timeAt(this.#line, nominal) - estimate.time) : seconds(0);
    this.#lastMatch = { nominal, position, stretch: tempo };
    const led = this.#manner === 'lead';
    this.#expectAfter(nominal);

    if (led && wasPlaying && !elsewhere) {
      this.#state = 'playing';
      this.#furthest = this.placeAt(now);
      if (this.#manner !== 'lead') this.#bend(now, theirs, asynchrony);
      else if (Math.abs(asynchrony) > farApart) this.#keepInSight(now, theirs, asynchrony);
      return { asynchrony, move: 'bent' };
    }
    if (this.#state === 'waiting' || this.#state === 'countin' || elsewhere) {
      this.#state = 'playing';
      // `theirs` runs through the moment of playing, which may lie a little back.
      this.#line = theirs;
      this.#furthest = nominal;
      return { asynchrony: seconds(0), move: 'elsewhere' };
    }
    if (!wasPlaying || Math.abs(asynchrony) > farApart) {
      this.#furthest = this.placeAt(now);
      this.#state = 'playing';
      this.#line = this.#follow > 0 || !wasPlaying ? theirs : this.#line;
      return { asynchrony, move: 'bent' };
    }
    this.#state = 'playing';
    this.#furthest = this.placeAt(now);
    if (this.#follow > 0 || this.#manner === 'lead') this.#bend(now, theirs, asynchrony);
    if (this.#manner === 'lead') this.#takeLead(now);
    return { asynchrony, move: 'bent' };
  }

  /** A little ahead in the tempo that holds, so that he hears where the beat is and comes along. */
  #takeLead(now: Seconds): void {
    const here = this.placeAt(now);
    this.#line = bendTowards(this.#line, now, straightLine(seconds(now - leadsBy), here, this.#tempo), this.#span(here, leadTakenWithin));
  }

  /** Who leads does not run away: beyond this the difference is made up, and no more than that. */
  #keepInSight(now: Seconds, theirs: Timeline, asynchrony: Seconds): void {
    const bound = { ...theirs, time: seconds(theirs.time + Math.sign(asynchrony) * farApart) };
    this.#line = bendTowards(this.#line, now, bound, this.#span(this.placeAt(now), leadTakenWithin));
  }

  /**
   * An outside clock leads: it is at `nominal` now, and goes on at its own tempo, soloist or no soloist.
   *
   * @returns true where it is elsewhere, and the notes begin anew from there
   */
  goWith(now: Seconds, nominal: NominalSeconds, tempo: Stretch): boolean {
    const wasMoving = this.#moving;
    this.#led = true;
    const elsewhere = !wasMoving || Math.abs(nominal - this.placeAt(now)) > this.#span(nominal, strayed);
    this.#state = 'playing';
    this.#finished = false;
    this.#theirs = undefined;
    this.#fermata = undefined;
    this.#limit = this.#awaited = this.#mannerEnds = nominalSeconds(Infinity);
    if (elsewhere) this.#go(now, nominal, tempo);
    else {
      this.#furthest = this.placeAt(now);
      this.#tempo = tempo;
      this.#line = bendTowards(this.#line, now, straightLine(now, nominal, tempo), this.#span(nominal, this.#settings.catchUp));
    }
    return elsewhere;
  }

  /**
   * Somebody knows better how the next interval will be: the same place, another tempo.
   *
   * @param better over the tempo of the last estimate
   */
  refine(now: Seconds, better: (tempo: Stretch) => Stretch): void {
    const theirs = this.#theirs;
    // Where we wait already, or are far apart, finesse has no say.
    if (theirs === undefined || this.#state !== 'playing' || this.#awaited === Infinity || this.#follow === 0 || this.#lastMatch === undefined) return;
    const tempo = this.#clampTempo(better(theirs.stretchAfter), theirs.nominal);
    this.#tempo = tempo;
    this.#lastMatch.stretch = tempo;
    this.#theirs = straightLine(theirs.time, theirs.nominal, tempo);
    const asynchrony = seconds(timeAt(this.#line, theirs.nominal) - theirs.time);
    this.#furthest = this.placeAt(now);
    if (Math.abs(asynchrony) > farApart) this.#line = this.#theirs;
    else this.#bend(now, this.#theirs, asynchrony);
  }

  /**
   * Lets time pass. @returns true when the state has changed, or the pace
   */
  pass(now: Seconds): boolean {
    const overdue = this.#overdue;
    const givesWay = overdue !== undefined && overdue <= now;
    if (givesWay) this.#giveWay(now);
    if (this.#moving && timeAt(this.#line, this.#mannerEnds) <= now) {
      this.#expectAfter(nominalSeconds(this.#mannerEnds - 1e-6), this.#mannerEnds);
      if (this.#manner === 'lead') this.#takeLead(now);
    }
    if (this.#state !== 'playing' || timeAt(this.#line, this.#limit) > now) return givesWay;
    this.#furthest = this.#limit;
    this.#state = 'holding';
    this.#heldSince = now;
    return true;
  }

  /** When time alone changes something: the limit is reached. */
  get deadline(): Seconds | undefined {
    if (this.#state !== 'playing') return undefined;
    const next = Math.min(this.#overdue ?? timeAt(this.#line, this.#limit), timeAt(this.#line, this.#mannerEnds));
    return Number.isFinite(next) ? seconds(next) : undefined;
  }

  /** When the next onset of the soloist will have been late for longer than chance explains. */
  get #overdue(): Seconds | undefined {
    if (this.#state !== 'playing' || !Number.isFinite(this.#awaited)) return undefined;
    return seconds(timeAt(this.#line, this.#awaited) + this.#patience);
  }

  /** He is late, so he is slower than we thought: passing notes give way until he comes. */
  #giveWay(now: Seconds): void {
    this.#awaited = nominalSeconds(Infinity);
    const place = this.placeAt(now);
    this.#line = straightLine(now, place, stretch(this.#line.stretchAfter * (1 + (givingWay - 1) * this.#follow)));
  }

  /** When held notes have sounded long enough. */
  get sustainEnds(): Seconds | undefined {
    if (this.#state !== 'holding' || this.#heldSince === undefined) return undefined;
    return seconds(this.#heldSince + this.#span(this.#furthest, this.#fermata === undefined ? sustainedFor : fermataSustainedFor) * this.#line.stretchAfter);
  }

  #go(now: Seconds, nominal: NominalSeconds, tempo: Stretch): void {
    this.#line = straightLine(now, nominal, tempo);
    this.#tempo = tempo;
    this.#furthest = nominal;
  }

  #bend(now: Seconds, theirs: Timeline, asynchrony: Seconds): void {
    const half = 1 - this.#follow;
    const target = half === 0 ? theirs : { ...theirs, time: seconds(theirs.time + half * asynchrony) };
    this.#line = bendTowards(this.#line, now, target, this.#span(this.placeAt(now), beats(this.#settings.catchUp * catchUpIn[this.#manner])));
  }

  /**
   * Two onsets may stay away, then we hold; but never sooner than after a quarter. After a fermata, where the way parts
   * and after a cadenza only he goes on.
   *
   * @param nominal  what is at or before it has been
   * @param here  the place whose manner holds
   */
  #expectAfter(nominal: NominalSeconds, here = nominal): void {
    this.#enterManner(here);
    const next = firstAfter(this.#solo, nominal + 1e-9);
    const onset = this.#solo[next] ?? Infinity;
    this.#hearing.expect(seconds((onset - nominal) * this.#tempo));
    const weLead = this.#follow === 0;
    this.#awaited = nominalSeconds(weLead ? Infinity : onset);
    this.#breathes = onset < Infinity && isAmong(this.#places.breaths, onset);
    let held = next + 1;
    const soonest = nominal + this.#span(nominal, silenceAllowed);
    while (held < this.#solo.length && this.#solo[held]! < soonest) held++;
    const fermata = this.#fermatas[firstAtOrAfter(this.#fermatas, nominal - 1e-6)] ?? Infinity;
    this.#fermata = onset < Infinity && fermata < onset - 1e-6 && !weLead ? nominalSeconds(fermata) : undefined;
    // Where the way parts and he leads, we hear first which one he takes.
    const isHis = this.#fermata !== undefined || this.#manner === 'wait' || isAmong(this.#places.crossroads, onset);
    const limit = weLead ? Infinity : (this.#solo[isHis ? next : held] ?? Infinity);
    const cadenza = this.#places.cadenzas[firstAfter(this.#places.cadenzas, nominal + 1e-6)] ?? Infinity;
    this.#limit = nominalSeconds(Math.min(limit, cadenza));
  }

  #enterManner(nominal: NominalSeconds): void {
    const { manners } = this.#places;
    const here = manners.find(({ from, until }) => from <= nominal + 1e-6 && nominal < until - 1e-6);
    this.#manner = here?.manner ?? 'usual';
    let ends: number = here?.until ?? Infinity;
    for (const { from } of manners) if (from > nominal + 1e-6) ends = Math.min(ends, from);
    this.#mannerEnds = nominalSeconds(ends);
  }

  #tempoFor(nominal: NominalSeconds, heard: Stretch): Stretch {
    if (this.#fixedPeriod !== undefined) return stretch(this.#fixedPeriod / this.#tempoMap.periodAt(this.#tempoMap.positionAt(nominal)));
    if (this.#manner === 'lead') return this.#clampTempo(this.#tempo, nominal);
    // Half-way between the printed tempo and his: on a scale of ratios.
    return this.#clampTempo(stretch(heard ** this.#follow), nominal);
  }

  #clampTempo(tempo: Stretch, nominal: NominalSeconds): Stretch {
    if (this.#fixedPeriod !== undefined) return stretch(this.#fixedPeriod / this.#tempoMap.periodAt(this.#tempoMap.positionAt(nominal)));
    return stretch(clamp(tempo, 1 / this.#fastest, 1 / this.#slowest));
  }

  /** Largest change a quarter; the first notes of a place may show any tempo. */
  #paced(tempo: Stretch, position: Beats, elsewhere: boolean): Stretch {
    const last = this.#lastMatch;
    this.#heard = last === undefined || elsewhere ? 1 : this.#heard + 1;
    if (last === undefined || this.#heard <= openingOnsets || this.#fixedPeriod !== undefined) return tempo;
    const most = Math.log(1 + this.#settings.largestChange) * Math.max(0.25, Math.abs(position - last.position));
    return stretch(last.stretch * Math.exp(clamp(Math.log(tempo / last.stretch), -most, most)));
  }

  /** Nominal seconds of a span of quarters from here. */
  #span(from: NominalSeconds, length: Beats): number {
    return length * this.#tempoMap.periodAt(this.#tempoMap.positionAt(from));
  }
}

const isAmong = (rising: Float64Array, value: number): boolean => Math.abs((rising[firstAtOrAfter(rising, value - 1e-6)] ?? Infinity) - value) < 1e-6;
