/**
 * The first player: hears the soloist, or several, finds the place, feels the tempo, and plays the other parts.
 * match, estimate, conduct, play: each is somebody else's work; here it is only put in order.
 */
import type { Command, Report, StageState, TransportCommand } from '../../core/contract/commands.ts';
import type { AnswerEvent, ClockEvent, CueEvent, SoloEvent, StageEvent } from '../../core/contract/events.ts';
import type { ScoreMatch } from '../../core/contract/following.ts';
import type { Player } from '../../core/contract/player.ts';
import type { MannerPassage, Passage, Score } from '../../core/music/score.ts';
import { contains } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, NominalSeconds, Seconds } from '../../core/music/units.ts';
import { beatPeriod, beats, midiPitch, nominalSeconds, seconds, stretch } from '../../core/music/units.ts';
import { firstAfter, firstAtOrAfter } from '../../core/math/search.ts';
import { clamp } from '../../core/math/statistics.ts';
import { nominalAt, timeAt } from '../tempo/timeline.ts';
import type { Cadenzas } from './cadenzas.ts';
import type { Click } from './click.ts';
import type { Conductor } from './conductor.ts';
import type { Crossroad, Crossroads } from './crossroads.ts';
import type { Expression } from './expression.ts';
import type { Leadership } from './leadership.ts';
import type { Pedals } from './pedals.ts';
import type { Course, Scheduler } from './scheduler.ts';
import type { Soloist } from './soloist.ts';
import type { Unevenness } from './unevenness.ts';
import { applied } from '../tempo/action.ts';

export interface AccompanistParts {
  readonly score: Score;
  /** At least one; who is not named is the first. */
  readonly soloists: readonly Soloist[];
  readonly leadership: Leadership;
  readonly tempoMap: TempoMap;
  /** Rising score positions at which a listener counts: every beat of every bar. */
  readonly beatGrid: Float64Array;
  readonly conductor: Conductor;
  readonly scheduler: Scheduler;
  readonly click: Click;
  readonly cadenzas: Cadenzas;
  readonly crossroads: Crossroads;
  readonly expression: Expression;
  readonly pedals: Pedals;
  /** Undefined where our notes do not stray. */
  readonly unevenness: Unevenness | undefined;
  /** How far ahead a note is fixed and sent. */
  readonly commitHorizon: Seconds;
  /** An outside clock is the soloist. */
  readonly clockLeads: boolean;
  /** Played again and again from the beginning on; undefined to play to the end. */
  readonly loop?: Passage | undefined;
  /** Where the score says that the soloist is heard late. */
  readonly slowPassages: readonly MannerPassage[];
}

/** After the end, a note of the soloist begins the piece anew, once it has been quiet for so long. */
const quietAfterEnd = seconds(2);
/** Who is not there and has been silent for so long enters with his next note. */
const quietBeforeEntry = seconds(2);
/** A note that began so little before the place at which an outside clock was first heard still sounds, late by as much. */
const justNow = 0.05; // s at the printed tempo
/** Below this we would rather trust our own tempo than the place we think he is at. */
export const conductingConfidence = 0.2;
/** After the last note of all, this long until the piece is over. */
const afterTheLastNote = seconds(0.3);
/** The same where the last barline may send the soloist back. */
const afterTheLastSign = seconds(3);
/** Who plays within so many quarters before the end of a count begins; earlier he is only trying his instrument. */
const entersEarly = 0.75;
/** So much before the end of a loop its first note may be played again already, in quarters. */
const turnsEarly = 0.5;

export class Accompanist implements Player {
  readonly #own: AccompanistParts;
  /** Who is not named, and whose tempo counts before anything is played. */
  readonly #first: Soloist;
  readonly #alone: boolean;
  #state: StageState = 'waiting';
  #nextBeat = 0;
  #lastSolo: Seconds = seconds(-Infinity);
  #endsAt: Seconds | undefined;
  #loop: Passage | undefined;
  /** The music went to a sign's other end by itself, and he has not been heard since. */
  #wentAhead = false;
  #now: Seconds = seconds(0);

  constructor(own: AccompanistParts) {
    this.#own = own;
    this.#first = own.soloists[0]!;
    this.#alone = own.soloists.length === 1;
    this.#loop = own.loop;
    own.conductor.wait(own.tempoMap.nominalAt(own.loop?.from ?? own.score.start));
    if (own.loop !== undefined) for (const soloist of own.soloists) soloist.follower.seek(own.loop.from);
  }

  handle(event: StageEvent): readonly Command[] {
    this.#now = event.time;
    const commands: Command[] = [];
    switch (event.type) {
      case 'solo-on':
      case 'solo-off':
      case 'solo-attack':
      case 'solo-pedal': {
        const soloist = event.part === '' ? this.#first : this.#own.soloists.find((one) => one.part.id === event.part || one.part.name === event.part);
        if (soloist === undefined) return commands;
        this.#hear(soloist, this.#asWritten(soloist, event), commands);
        break;
      }
      case 'start':
      case 'stop':
      case 'seek':
      case 'hold':
      case 'resume':
      case 'tempo':
      case 'follow':
      case 'tempo-limits':
      case 'mute':
      case 'loop':
      case 'count-in':
      case 'click':
      case 'panic':
      case 'forget-take':
        this.#obey(event, commands);
        break;
      case 'remember':
        for (const { memory } of this.#own.soloists) memory.remember(event.player, event.takes);
        this.#recallExpression();
        break;
      case 'answer':
        if (!this.#refine(event)) return commands;
        this.#transport(commands);
        break;
      case 'clock':
        this.#hearClock(event, commands);
        break;
      case 'daw-position':
        if (!this.#own.clockLeads || event.playing) return commands;
        this.#silence(commands);
        this.#endRunThrough(commands);
        this.#prepare(event.position);
        this.#transport(commands);
        break;
      case 'wake':
        break;
      default:
        return commands;
    }
    this.#play(event.time, commands);
    return commands;
  }

  nextWake(): Seconds | undefined {
    const { click, conductor, scheduler, commitHorizon } = this.#own;
    const course = this.#course;
    let next = Infinity;
    const consider = (time: Seconds | undefined): void => {
      if (time !== undefined && time < next) next = time;
    };
    if (conductor.state === 'playing' || conductor.state === 'lost') consider(this.#beatTime());
    if (conductor.state !== 'stopped' && conductor.state !== 'waiting') {
      consider(scheduler.nextTime(course));
      consider(click.nextTime(course));
    }
    const turn = this.#turnsAt;
    if (turn !== undefined) consider(seconds(turn - commitHorizon));
    const parts = this.#partsAt;
    if (parts !== undefined) consider(seconds(parts.time + parts.patience - commitHorizon));
    if (click.beginning !== undefined) consider(seconds(click.beginning.time - commitHorizon));
    consider(conductor.deadline);
    if (scheduler.sounds) consider(conductor.sustainEnds);
    consider(this.#endsAt);
    // A wake that finds nothing to do would come again for ever: ours are always in the future.
    return next === Infinity ? undefined : seconds(Math.max(next, this.#now + 1e-6));
  }

  /** Somebody else's beat: it leads, or it tells in which tempo we would begin. */
  #hearClock({ time, position, beatPeriod: period }: ClockEvent, commands: Command[]): void {
    const { click, clockLeads, conductor, scheduler, score, tempoMap } = this.#own;
    if (!clockLeads) {
      if (conductor.state !== 'waiting' || this.#lastSolo > -Infinity) return;
      const here = tempoMap.positionAt(conductor.placeAt(time));
      for (const { tempo } of this.#own.soloists) {
        tempo.restart(time, here, stretch(period / tempoMap.periodAt(here)));
        tempo.interrupt(); // a tempo, and no note yet
      }
      return;
    }
    if (!(position >= score.start && position < score.end) || conductor.state === 'stopped') return;
    const nominal = tempoMap.nominalAt(position);
    if (conductor.goWith(time, nominal, stretch(period / tempoMap.periodAt(position)))) {
      // We hear of a beginning a moment after it: what began just now is still to be played, or the first note never would.
      const begun = nominalSeconds(nominal - justNow);
      scheduler.seek(begun, time, commands);
      click.seek(begun, time, commands);
      this.#findBeat(nominal);
    }
    this.#transport(commands);
  }

  /** At the pitch at which it stands in the score, and at the time at which it was played by what the score says of this place. */
  #asWritten(soloist: Soloist, event: SoloEvent): SoloEvent {
    const { slowPassages } = this.#own;
    const { transposedBy } = soloist;
    const { position } = soloist.follower;
    const here = slowPassages.length === 0 ? undefined : slowPassages.find((passage) => contains(passage, position));
    const heard = here === undefined ? event : { ...event, playedAt: seconds(event.playedAt - (here.latency ?? 0)) };
    if (transposedBy === 0 || !('pitch' in heard)) return heard;
    return { ...heard, pitch: midiPitch(clamp(heard.pitch - transposedBy, 0, 127)) };
  }

  #hear(soloist: Soloist, event: SoloEvent, commands: Command[]): void {
    const { conductor, expression, pedals } = this.#own;
    const { follower } = soloist;
    if (event.type === 'solo-off') expression.released(event.pitch, event.playedAt);
    if (event.type === 'solo-pedal') {
      expression.pedalled(event.value);
      pedals.follow(event.value, event.time, commands);
    }
    if (this.#isTryingOut(event.time)) return;
    if (event.type === 'solo-on') this.#turnEarly(soloist, event, commands);
    if (event.type === 'solo-on' || event.type === 'solo-attack') {
      if (conductor.state === 'stopped' && conductor.finished && event.time > this.#lastSolo + quietAfterEnd) this.#prepare(this.#own.score.start);
      this.#lastSolo = event.time;
      // Who has missed his entry comes in where the music is.
      if (!this.#alone && this.#isUnderWay && !soloist.present && event.time > soloist.lastHeard + quietBeforeEntry) soloist.enter(this.#position());
      soloist.lastHeard = event.time;
    }
    const match = follower.follow(event);
    const who = this.#alone ? {} : { part: soloist.part.id };
    const wasLost = soloist.wasLost;
    soloist.wasLost = follower.lost;
    if (follower.lost !== wasLost) this.#report(wasLost ? { kind: 'found', position: follower.position, ...who } : { kind: 'lost', lastPosition: follower.position, ...who }, commands);
    if (follower.lost && !wasLost && !this.#own.clockLeads && this.#own.cadenzas.open === undefined && (this.#alone || this.#own.leadership.isLost(event.time))) conductor.lose(event.time);
    const wasCadenza = this.#own.cadenzas.open !== undefined;
    const isCadenza = this.#isCadenza(soloist, event, match);
    if (match === undefined || isCadenza) {
      if (event.type !== 'solo-on') return;
      soloist.onsetsAstray = 0;
      this.#report({ kind: 'extra', pitch: event.pitch, playedAt: event.playedAt, ...who }, commands);
      return;
    }
    const note = match.noteIndex >= 0 ? soloist.part.onsets[match.onsetIndex]!.notes[match.noteIndex]! : undefined;
    if (note !== undefined && event.type === 'solo-on') expression.heard(note, event.velocity, event.playedAt, soloist.tempo.stretch);
    if (match.confidence >= conductingConfidence) soloist.memory.heard(match, event.type === 'solo-on' ? event.velocity : 0);
    const begins = soloist.beginsOnset(match);
    const asynchrony = begins && !this.#own.clockLeads && !follower.lost && match.confidence >= conductingConfidence ? this.#follow(soloist, match, wasLost || wasCadenza, event.type === 'solo-on' || event.type === 'solo-attack' ? event.velocity : 0, commands) : seconds(0);
    const spread = begins && soloist.estimate?.position === match.position ? soloist.estimate.spread : undefined;
    this.#report({ kind: 'matched', noteId: note?.id ?? '', position: match.position, playedAt: match.time, begins, asynchrony, confidence: match.confidence, ...(spread !== undefined && { spread }), ...who }, commands);
  }

  /** While a cadenza is open, nothing counts but the phrase with which somebody goes on. */
  #isCadenza(soloist: Soloist, event: SoloEvent, match: ScoreMatch | undefined): boolean {
    const { cadenzas } = this.#own;
    if (event.type !== 'solo-on' && event.type !== 'solo-attack') return false;
    const who = this.#own.soloists.indexOf(soloist);
    const isCadenza = cadenzas.isStill(who, match);
    // The phrase that ends it is looked for afresh, as long as nothing of it was heard.
    if (isCadenza && !cadenzas.hearsPhrase(who)) soloist.follower.seek(cadenzas.open!.until);
    return isCadenza;
  }

  #follow(soloist: Soloist, match: ScoreMatch, wasLost: boolean, velocity: number, commands: Command[]): Seconds {
    const { conductor, leadership, scheduler } = this.#own;
    const before = conductor.state;
    const from = this.#position();
    // Where the music has gone ahead of him, he has jumped when he is elsewhere than it is.
    const jumped = this.#wentAhead ? Math.abs(match.position - from) > 1 : match.jumped || (wasLost && Math.abs(match.position - from) > 1);
    this.#wentAhead = false;
    const standing = this.#alone || !this.#isUnderWay ? (jumped ? 'elsewhere' : 'with us') : leadership.judge(soloist, match, from, conductor.state === 'playing' && !conductor.standsStill, this.#now);
    const elsewhere = standing === 'elsewhere';
    if (jumped || standing !== 'with us') soloist.interrupt();
    else if (conductor.standsStill) for (const one of this.#own.soloists) one.pause();
    const own = soloist.tempo.observe(match);
    if (soloist === this.#first) this.#own.unevenness?.heardOnset(match.time, own.nominal);
    soloist.estimate = own;
    soloist.confidence = match.confidence;
    soloist.questions?.ask(this.#now, match, velocity, soloist.memory.recollection, commands);
    if (standing === 'astray') {
      leadership.stray(soloist, match.jumped);
      return seconds(0);
    }
    this.#own.cadenzas.comeTo(match.position);
    this.#own.crossroads.comeTo(match.position, elsewhere && this.#isUnderWay ? from : undefined);
    if (!this.#alone) this.#gather(soloist, match.position, elsewhere);
    const estimate = this.#alone ? own : leadership.agree(soloist, own).estimate;
    const reaction = conductor.match(this.#now, estimate, elsewhere);
    // What he hears is reckoned from his own note.
    const asynchrony = seconds(reaction.asynchrony + (estimate === own || reaction.move === 'elsewhere' ? 0 : estimate.time - own.time));
    if (reaction.move === 'none') return asynchrony;
    if (before === 'holding') scheduler.resume(this.#now, commands);
    if (reaction.move === 'elsewhere') {
      if (before !== 'waiting') this.#report({ kind: 'jumped', from, to: match.position }, commands);
      this.#own.click.endCount(this.#now, commands);
      scheduler.seek(estimate.nominal, this.#now, commands);
      this.#own.click.seek(estimate.nominal, this.#now, commands);
      this.#findBeat(estimate.nominal);
    }
    if (conductor.goesWithSoloist) {
      const skipped = scheduler.reach(estimate.nominal, conductor.line, this.#alone ? undefined : estimate.time);
      this.#own.click.reach(estimate.nominal, this.#course);
      if (skipped > 0) this.#report({ kind: 'skipped', from, to: match.position, notes: skipped }, commands);
    }
    this.#transport(commands);
    return asynchrony;
  }

  /** One of several has played, and the music is with him: who else is there, and who is waited for? */
  #gather(soloist: Soloist, position: Beats, elsewhere: boolean): void {
    const { conductor, leadership } = this.#own;
    if (elsewhere) leadership.leave(soloist, position, this.#now);
    leadership.hear(soloist, position);
    conductor.await(leadership.awaited);
  }

  /** A policy knows better how one of them will go on. @returns false where the answer is nobody's */
  #refine(event: AnswerEvent): boolean {
    const { conductor, leadership, soloists } = this.#own;
    for (const soloist of soloists) {
      const action = soloist.questions?.answered(event);
      if (action === undefined) continue;
      if (soloist.astray || soloist.estimate === undefined) return false;
      const share = this.#alone ? 1 : leadership.agree(soloist, soloist.estimate).share;
      conductor.refine(event.time, (tempo) => (share === 1 ? applied(tempo, action) : stretch(tempo * (applied(tempo, action) / tempo) ** share)));
      return true;
    }
    return false;
  }

  #obey(cue: CueEvent, commands: Command[]): void {
    const { click, conductor, scheduler, tempoMap, score } = this.#own;
    const { time } = cue;
    switch (cue.type) {
      case 'start': {
        this.#endRunThrough(commands);
        const position = cue.position ?? (conductor.state === 'stopped' ? (this.#loop?.from ?? score.start) : tempoMap.positionAt(conductor.placeAt(time)));
        this.#silence(commands);
        this.#prepare(position);
        this.#begin(position, commands);
        break;
      }
      case 'seek': {
        const wasPlaying = this.#isUnderWay;
        this.#silence(commands);
        this.#prepare(cue.position);
        if (wasPlaying) this.#begin(cue.position, commands);
        else this.#transport(commands);
        break;
      }
      case 'stop':
        this.#silence(commands);
        this.#endRunThrough(commands);
        conductor.stop(time);
        this.#endsAt = undefined;
        this.#interrupt();
        this.#transport(commands);
        break;
      case 'hold':
        conductor.hold(time);
        this.#transport(commands);
        break;
      case 'resume':
        if (this.#own.cadenzas.open !== undefined) {
          const { until } = this.#own.cadenzas.open;
          this.#prepare(until);
          this.#set(until, time, commands);
          break;
        }
        conductor.resume(time);
        scheduler.resume(time, commands);
        this.#interrupt();
        this.#findBeat(conductor.placeAt(time));
        this.#transport(commands);
        break;
      case 'tempo':
        conductor.setTempo(cue.beatPeriod, time);
        this.#transport(commands);
        break;
      case 'follow':
        conductor.setFollow(cue.amount);
        break;
      case 'tempo-limits':
        conductor.setLimits(cue.slowest, cue.fastest, time);
        this.#transport(commands);
        break;
      case 'mute':
        scheduler.mute(cue.part, cue.on, time, commands);
        break;
      case 'loop':
        this.#turnTo(cue.passage, commands);
        break;
      case 'count-in':
        click.setCountIn(cue.on);
        break;
      case 'click':
        click.turn(cue.on, conductor.placeAt(time), time, commands);
        break;
      case 'panic':
        scheduler.silence(time, commands);
        break;
      case 'forget-take':
        for (const { memory } of this.#own.soloists) this.#report(memory.forget(), commands);
        this.#recallExpression();
        break;
    }
  }

  /** Ready at a place: the next note of the soloist is expected there. */
  #prepare(position: Beats): void {
    const { conductor, soloists, tempoMap } = this.#own;
    for (const soloist of soloists) soloist.seek(position);
    this.#own.cadenzas.close();
    this.#own.crossroads.begin(position);
    this.#wentAhead = false;
    this.#endsAt = undefined;
    conductor.wait(tempoMap.nominalAt(position));
  }

  /** At `at`, or after somebody has counted from there on. */
  #begin(position: Beats, commands: Command[], at: Seconds = this.#now): void {
    const { click, conductor, tempoMap } = this.#own;
    if (!click.countsIn) return this.#set(position, at, commands);
    const nominal = tempoMap.nominalAt(position);
    conductor.countIn(nominal);
    click.countIn(position, conductor.tempoAt(nominal, this.#first.tempo.stretch), this.#now);
    this.#transport(commands);
  }

  /** The music sets in at a moment that is now, or within the commit horizon. */
  #set(position: Beats, at: Seconds, commands: Command[]): void {
    const { click, conductor, scheduler, tempoMap } = this.#own;
    const nominal = tempoMap.nominalAt(position);
    scheduler.seek(nominal, this.#now, commands);
    conductor.start(at, nominal, this.#first.tempo.stretch);
    click.seek(nominal, this.#now, commands);
    this.#own.cadenzas.comeTo(position);
    this.#findBeat(nominal);
    this.#transport(commands);
  }

  get #isUnderWay(): boolean {
    const { state } = this.#own.conductor;
    return state === 'playing' || state === 'holding' || state === 'lost' || state === 'countin';
  }

  #silence(commands: Command[]): void {
    this.#own.scheduler.silence(this.#now, commands);
    this.#own.click.silence(this.#now, commands);
  }

  /** Where the music may go: in a loop not beyond its end. */
  get #course(): Course {
    const { course } = this.#own.conductor;
    const until = this.#loop !== undefined && this.#turnsAt !== undefined ? this.#loop.until : this.#partsAt?.crossroad.at;
    return until === undefined ? course : { ...course, limit: nominalSeconds(Math.min(course.limit, this.#own.tempoMap.nominalAt(until))) };
  }

  /** The next barline where the way parts and the music does not only wait for him, when it is reached, and how long we then listen. */
  get #partsAt(): { readonly crossroad: Crossroad; readonly time: Seconds; readonly patience: Seconds } | undefined {
    const { conductor, crossroads, tempoMap } = this.#own;
    const crossroad = crossroads.next;
    if (crossroad === undefined || this.#turnsAt !== undefined || conductor.standsStill || (crossroad.soloGoingOn && crossroad.soloThere && conductor.goesWithSoloist)) return undefined;
    const at = tempoMap.nominalAt(crossroad.at);
    const isHeldThere = conductor.state === 'holding' && Math.abs(conductor.placeAt(this.#now) - at) < 1e-6;
    if (conductor.state !== 'playing' && !isHeldThere) return undefined;
    const listens = conductor.goesWithSoloist && (crossroad.soloGoingOn || crossroad.soloThere);
    return { crossroad, time: timeAt(conductor.line, at), patience: listens ? conductor.patience : seconds(0) };
  }

  /** He was not heard at the sign: he has gone the way on which he rests, and where he rests on both of them the printed one. */
  #part({ at, to, soloThere }: Crossroad, time: Seconds, commands: Command[]): void {
    const { click, conductor, crossroads, scheduler, tempoMap } = this.#own;
    crossroads.pass();
    if (soloThere && conductor.goesWithSoloist) return;
    const nominal = tempoMap.nominalAt(to);
    click.silence(this.#now, commands);
    scheduler.seek(nominal, this.#now, commands);
    conductor.goOnAt(time, nominal);
    click.seek(nominal, this.#now, commands);
    this.#findBeat(nominal);
    this.#interrupt();
    this.#wentAhead = true;
    this.#report({ kind: 'jumped', from: at, to }, commands);
    this.#transport(commands);
  }

  /** When the end of the loop will be reached; undefined where nothing leads there. */
  get #turnsAt(): Seconds | undefined {
    const { conductor, tempoMap } = this.#own;
    if (this.#loop === undefined || (conductor.state !== 'playing' && conductor.state !== 'lost')) return undefined;
    const until = tempoMap.nominalAt(this.#loop.until);
    // Who went on behind the loop by himself is left alone there.
    return conductor.placeAt(this.#now) < until ? timeAt(conductor.line, until) : undefined;
  }

  /** From now on this passage; who is elsewhere goes to its beginning. */
  #turnTo(passage: Passage | undefined, commands: Command[]): void {
    this.#loop = passage;
    if (passage === undefined) return;
    const here = this.#position();
    const wasUnderWay = this.#isUnderWay;
    if (wasUnderWay && here >= passage.from && here < passage.until) return;
    this.#silence(commands);
    this.#prepare(passage.from);
    if (wasUnderWay) this.#begin(passage.from, commands);
  }

  /** Once more from the beginning of the loop, in tempo. */
  #turn(at: Seconds, commands: Command[]): void {
    const from = this.#loop!.from;
    this.#silence(commands);
    this.#prepare(from);
    this.#begin(from, commands, at);
  }

  /** The soloist has begun the loop again a little before its time. */
  #turnEarly({ follower, part, positions }: Soloist, event: Extract<SoloEvent, { type: 'solo-on' }>, commands: Command[]): void {
    const { click, conductor, tempoMap } = this.#own;
    const turn = this.#turnsAt;
    if (turn === undefined || this.#loop === undefined || click.countsIn) return;
    const { from, until } = this.#loop;
    if (event.time < turn - turnsEarly * tempoMap.periodAt(until) * conductor.tempo) return;
    const first = part.onsets[firstAtOrAfter(positions, from - 1e-9)];
    const last = part.onsets[firstAtOrAfter(positions, until - 1e-9) - 1];
    if (first === undefined || last === undefined || first.position >= until || follower.position < last.position) return;
    if (!first.notes.some((note) => note.pitch === event.pitch)) return;
    this.#silence(commands);
    this.#prepare(from);
  }

  /** While somebody counts, what is played is not the piece yet, but for the last moment. */
  #isTryingOut(now: Seconds): boolean {
    const { click, conductor, tempoMap } = this.#own;
    if (conductor.state !== 'countin' || click.beginning === undefined) return false;
    return now < click.beginning.time - entersEarly * tempoMap.periodAt(click.beginning.position) * this.#first.tempo.stretch;
  }

  /** Everything that time brings: notes, beats, holding, the end. */
  #play(now: Seconds, commands: Command[]): void {
    const { click, conductor, scheduler, commitHorizon } = this.#own;
    if (conductor.state !== 'waiting' && conductor.state !== 'stopped') {
      this.#due(now, commands);
      const turn = this.#turnsAt;
      const parts = this.#partsAt;
      const { beginning } = click;
      if (parts !== undefined && now >= parts.time + parts.patience - commitHorizon) {
        this.#part(parts.crossroad, parts.time, commands);
        this.#due(now, commands);
      } else if (turn !== undefined && now >= turn - commitHorizon) {
        this.#turn(seconds(Math.max(now, turn)), commands);
        this.#due(now, commands);
      } else if (beginning !== undefined && now >= beginning.time - commitHorizon) {
        click.endCount(now, commands);
        this.#set(beginning.position, seconds(Math.max(now, beginning.time)), commands);
        this.#due(now, commands);
      }
      if (conductor.pass(now)) this.#transport(commands);
      if (conductor.state === 'holding') {
        const sustainEnds = conductor.sustainEnds;
        if (sustainEnds !== undefined && now >= sustainEnds && scheduler.sounds) scheduler.rest(now, commands);
      }
      scheduler.promise(this.#course, now);
      this.#count(now, commands);
      this.#maybeEnd(now, commands);
    }
    if (conductor.state !== this.#state) {
      this.#state = conductor.state;
      this.#report({ kind: 'state', state: this.#state, position: this.#position() }, commands);
    }
  }

  #due(now: Seconds, commands: Command[]): void {
    const course = this.#course;
    this.#own.scheduler.due(now, course, commands);
    this.#own.click.due(now, course, commands);
  }

  /** A transport on every beat, so that a listener who missed one is soon right again. */
  #count(now: Seconds, commands: Command[]): void {
    const { conductor } = this.#own;
    if (conductor.state !== 'playing' && conductor.state !== 'lost') return;
    let passed = false;
    for (let time = this.#beatTime(); time !== undefined && time <= now; time = this.#beatTime()) {
      this.#nextBeat++;
      passed = true;
    }
    if (passed) this.#transport(commands);
  }

  #maybeEnd(now: Seconds, commands: Command[]): void {
    const { conductor, scheduler, score, tempoMap } = this.#own;
    if (!scheduler.finished || conductor.state !== 'playing' || this.#turnsAt !== undefined) {
      this.#endsAt = undefined;
      return;
    }
    this.#endsAt = seconds(timeAt(conductor.line, tempoMap.nominalAt(score.end)) + (score.jumps.length > 0 ? afterTheLastSign : afterTheLastNote));
    if (now < this.#endsAt) return;
    this.#endsAt = undefined;
    this.#endRunThrough(commands);
    conductor.stop(now, true);
    this.#transport(commands);
  }

  #interrupt(): void {
    for (const soloist of this.#own.soloists) soloist.interrupt();
    this.#own.unevenness?.interrupt();
  }

  #endRunThrough(commands: Command[]): void {
    for (const { memory } of this.#own.soloists) {
      const report = memory.endRunThrough();
      if (report !== undefined) this.#report(report, commands);
    }
    this.#recallExpression();
  }

  /** Of one soloist; several hardly ever swell alike. */
  #recallExpression(): void {
    const { expression, tempoMap, unevenness } = this.#own;
    if (!this.#alone) return;
    expression.remember(this.#first.memory.loudness);
    unevenness?.remember(this.#first.memory.takes, tempoMap);
  }

  #beatTime(): Seconds | undefined {
    const { beatGrid, conductor, tempoMap } = this.#own;
    if (this.#nextBeat >= beatGrid.length) return undefined;
    return timeAt(conductor.line, tempoMap.nominalAt(beats(beatGrid[this.#nextBeat]!)));
  }

  #findBeat(nominal: NominalSeconds): void {
    this.#nextBeat = firstAfter(this.#own.beatGrid, this.#own.tempoMap.positionAt(nominal) + 1e-6);
  }

  #position(): Beats {
    return this.#own.tempoMap.positionAt(this.#own.conductor.placeAt(this.#now));
  }

  #transport(commands: Command[]): void {
    const { conductor, tempoMap } = this.#own;
    const position = this.#position();
    commands.push({
      type: 'transport',
      time: this.#now,
      playing: conductor.state === 'playing' || conductor.state === 'lost',
      position,
      beatPeriod: beatPeriod(tempoMap.periodAt(position) * conductor.tempo),
      ...this.#soloist,
    });
  }

  /** Where he would be now if he went on as he did. */
  get #soloist(): { readonly soloist?: TransportCommand['soloist'] & object } {
    const { conductor, tempoMap } = this.#own;
    const { theirs } = conductor;
    if (theirs === undefined) return {};
    const nominal = nominalAt(theirs, this.#now);
    const position = tempoMap.positionAt(nominal);
    return { soloist: { position, beatPeriod: beatPeriod(tempoMap.periodAt(position) * (nominal < theirs.meeting ? theirs.stretch : theirs.stretchAfter)) } };
  }

  #report(report: Report, commands: Command[]): void {
    commands.push({ type: 'report', time: this.#now, report });
  }
}
