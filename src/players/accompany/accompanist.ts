/**
 * The first player: hears the soloist, finds the place, feels the tempo, and plays the other parts.
 * match, estimate, conduct, play: each is somebody else's work; here it is only put in order.
 */
import type { Command, Report, StageState } from '../../core/contract/commands.ts';
import type { CueEvent, SoloEvent, StageEvent } from '../../core/contract/events.ts';
import type { Follower, ScoreMatch } from '../../core/contract/following.ts';
import type { Player } from '../../core/contract/player.ts';
import type { MannerPassage, Part, Passage, Score } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, NominalSeconds, Seconds } from '../../core/music/units.ts';
import { beatPeriod, beats, midiPitch, nominalSeconds, seconds } from '../../core/music/units.ts';
import { firstAfter } from '../../core/math/search.ts';
import { clamp } from '../../core/math/statistics.ts';
import type { BaseTempo } from '../tempo/base.ts';
import { timeAt } from '../tempo/timeline.ts';
import type { Cadenzas } from './cadenzas.ts';
import type { Click } from './click.ts';
import type { Conductor } from './conductor.ts';
import type { Expression } from './expression.ts';
import type { Course, Scheduler } from './scheduler.ts';
import type { TakeMemory } from './take-memory.ts';
import type { TempoQuestions } from './tempo-questions.ts';
import { applied } from '../tempo/action.ts';

export interface AccompanistParts {
  readonly score: Score;
  readonly solo: Part;
  readonly tempoMap: TempoMap;
  /** Rising score positions at which a listener counts: every beat of every bar. */
  readonly beatGrid: Float64Array;
  readonly follower: Follower;
  readonly tempo: BaseTempo;
  readonly memory: TakeMemory;
  /** Undefined where no learned policy is asked. */
  readonly questions: TempoQuestions | undefined;
  readonly conductor: Conductor;
  readonly scheduler: Scheduler;
  readonly click: Click;
  readonly cadenzas: Cadenzas;
  readonly expression: Expression;
  /** How far ahead a note is fixed and sent. */
  readonly commitHorizon: Seconds;
  /** Played again and again from the beginning on; undefined to play to the end. */
  readonly loop?: Passage | undefined;
  /** Semitones by which the soloist's notes come in higher than they are written. */
  readonly transposedBy: number;
  /** Where the score says that the soloist is heard late. */
  readonly slowPassages: readonly MannerPassage[];
}

/** After the end, a note of the soloist begins the piece anew, once it has been quiet for so long. */
const quietAfterEnd = seconds(2);
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
  #lastOnset = -1;
  #wasLost = false;
  #state: StageState = 'waiting';
  #nextBeat = 0;
  #lastSolo: Seconds = seconds(-Infinity);
  #endsAt: Seconds | undefined;
  #loop: Passage | undefined;
  #now: Seconds = seconds(0);

  constructor(own: AccompanistParts) {
    this.#own = own;
    this.#loop = own.loop;
    own.conductor.wait(own.tempoMap.nominalAt(own.loop?.from ?? own.score.start));
    if (own.loop !== undefined) own.follower.seek(own.loop.from);
  }

  handle(event: StageEvent): readonly Command[] {
    this.#now = event.time;
    const commands: Command[] = [];
    switch (event.type) {
      case 'solo-on':
      case 'solo-off':
      case 'solo-attack':
      case 'solo-pedal':
        if (event.part !== '' && event.part !== this.#own.solo.id && event.part !== this.#own.solo.name) return commands;
        this.#hear(this.#asWritten(event), commands);
        break;
      case 'start':
      case 'stop':
      case 'seek':
      case 'hold':
      case 'resume':
      case 'tempo':
      case 'follow':
      case 'mute':
      case 'loop':
      case 'count-in':
      case 'click':
      case 'panic':
      case 'forget-take':
        this.#obey(event, commands);
        break;
      case 'remember':
        this.#own.memory.remember(event.player, event.takes);
        break;
      case 'answer': {
        const action = this.#own.questions?.answered(event);
        if (action === undefined) return commands;
        this.#own.conductor.refine(event.time, (tempo) => applied(tempo, action));
        this.#transport(commands);
        break;
      }
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
    if (click.beginning !== undefined) consider(seconds(click.beginning.time - commitHorizon));
    consider(conductor.deadline);
    if (scheduler.soundingNotes > 0) consider(conductor.sustainEnds);
    consider(this.#endsAt);
    // A wake that finds nothing to do would come again for ever: ours are always in the future.
    return next === Infinity ? undefined : seconds(Math.max(next, this.#now + 1e-6));
  }

  /** At the pitch at which it stands in the score, and at the time at which it was played by what the score says of this place. */
  #asWritten(event: SoloEvent): SoloEvent {
    const { follower, slowPassages, transposedBy } = this.#own;
    const here = slowPassages.length === 0 ? undefined : slowPassages.find(({ from, until }) => follower.position >= from - 1e-6 && follower.position < until - 1e-6);
    const heard = here === undefined ? event : { ...event, playedAt: seconds(event.playedAt - (here.latency ?? 0)) };
    if (transposedBy === 0 || !('pitch' in heard)) return heard;
    return { ...heard, pitch: midiPitch(clamp(heard.pitch - transposedBy, 0, 127)) };
  }

  #hear(event: SoloEvent, commands: Command[]): void {
    const { conductor, follower, expression, solo } = this.#own;
    if (event.type === 'solo-off') expression.released(event.pitch, event.playedAt);
    if (this.#isTryingOut(event.time)) return;
    if (event.type === 'solo-on') this.#turnEarly(event, commands);
    if (event.type === 'solo-on' || event.type === 'solo-attack') {
      if (conductor.state === 'stopped' && conductor.finished && event.time > this.#lastSolo + quietAfterEnd) this.#prepare(this.#own.score.start);
      this.#lastSolo = event.time;
    }
    const match = follower.follow(event);
    if (follower.lost !== this.#wasLost) this.#report(this.#wasLost ? { kind: 'found', position: follower.position } : { kind: 'lost', lastPosition: follower.position }, commands);
    const { cadenzas } = this.#own;
    if (follower.lost && !this.#wasLost && cadenzas.open === undefined) conductor.lose(event.time);
    const wasLost = this.#wasLost;
    this.#wasLost = follower.lost;
    const wasCadenza = cadenzas.open !== undefined;
    const isCadenza = (event.type === 'solo-on' || event.type === 'solo-attack') && cadenzas.isStill(match);
    // The phrase that ends it is looked for afresh, as long as nothing of it was heard.
    if (isCadenza && !cadenzas.hearsPhrase) follower.seek(cadenzas.open!.until);
    if (match === undefined || isCadenza) {
      if (event.type === 'solo-on') this.#report({ kind: 'extra', pitch: event.pitch, playedAt: event.playedAt }, commands);
      return;
    }
    const note = match.noteIndex >= 0 ? solo.onsets[match.onsetIndex]!.notes[match.noteIndex]! : undefined;
    if (note !== undefined && event.type === 'solo-on') expression.heard(note, event.velocity, event.playedAt, this.#own.tempo.stretch);
    if (match.confidence >= conductingConfidence) this.#own.memory.heard(match, event.type === 'solo-on' ? event.velocity : 0);
    const begins = this.#beginsOnset(match, note?.grace ?? false);
    const asynchrony = begins && !follower.lost && match.confidence >= conductingConfidence ? this.#follow(match, wasLost || wasCadenza, event.type === 'solo-on' || event.type === 'solo-attack' ? event.velocity : 0, commands) : seconds(0);
    this.#report({ kind: 'matched', noteId: note?.id ?? '', position: match.position, playedAt: match.time, begins, asynchrony, confidence: match.confidence }, commands);
  }

  /** The first note of an onset that counts for the tempo: grace notes do not. */
  #beginsOnset(match: ScoreMatch, grace: boolean): boolean {
    if (grace || (match.onsetIndex <= this.#lastOnset && !match.jumped)) return false;
    this.#lastOnset = match.onsetIndex;
    return true;
  }

  #follow(match: ScoreMatch, wasLost: boolean, velocity: number, commands: Command[]): Seconds {
    const { conductor, scheduler, tempo, tempoMap } = this.#own;
    const before = conductor.state;
    const from = tempoMap.positionAt(conductor.placeAt(this.#now));
    const elsewhere = match.jumped || (wasLost && Math.abs(match.position - from) > 1);
    if (elsewhere) this.#interrupt();
    else if (conductor.standsStill) tempo.interrupt();
    this.#own.cadenzas.comeTo(match.position);
    const estimate = tempo.observe(match);
    this.#own.questions?.ask(this.#now, match, velocity, this.#own.memory.recollection, commands);
    const reaction = conductor.match(this.#now, estimate, elsewhere);
    if (reaction.move === 'none') return reaction.asynchrony;
    if (reaction.move === 'elsewhere') {
      if (before !== 'waiting') this.#report({ kind: 'jumped', from, to: match.position }, commands);
      this.#own.click.endCount(this.#now, commands);
      scheduler.seek(estimate.nominal, this.#now, commands);
      this.#own.click.seek(estimate.nominal, this.#now, commands);
      this.#findBeat(estimate.nominal);
    }
    if (conductor.goesWithSoloist) {
      const skipped = scheduler.reach(estimate.nominal, conductor.line);
      this.#own.click.reach(estimate.nominal, this.#course);
      if (skipped > 0) this.#report({ kind: 'skipped', from, to: match.position, notes: skipped }, commands);
    }
    this.#transport(commands);
    return reaction.asynchrony;
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
        this.#report(this.#own.memory.forget(), commands);
        break;
    }
  }

  /** Ready at a place: the next note of the soloist is expected there. */
  #prepare(position: Beats): void {
    const { conductor, follower, solo, tempoMap } = this.#own;
    this.#interrupt();
    this.#own.memory.interrupt();
    this.#own.cadenzas.close();
    follower.seek(position);
    this.#wasLost = false;
    this.#lastOnset = firstIndexFrom(solo, position) - 1;
    this.#endsAt = undefined;
    conductor.wait(tempoMap.nominalAt(position));
  }

  /** At `at`, or after somebody has counted from there on. */
  #begin(position: Beats, commands: Command[], at: Seconds = this.#now): void {
    const { click, conductor, tempo, tempoMap } = this.#own;
    if (!click.countsIn) return this.#set(position, at, commands);
    const nominal = tempoMap.nominalAt(position);
    conductor.countIn(nominal);
    click.countIn(position, conductor.tempoAt(nominal, tempo.stretch), this.#now);
    this.#transport(commands);
  }

  /** The music sets in at a moment that is now, or within the commit horizon. */
  #set(position: Beats, at: Seconds, commands: Command[]): void {
    const { click, conductor, scheduler, tempo, tempoMap } = this.#own;
    const nominal = tempoMap.nominalAt(position);
    scheduler.seek(nominal, this.#now, commands);
    conductor.start(at, nominal, tempo.stretch);
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
    if (this.#loop === undefined || this.#turnsAt === undefined) return course;
    return { ...course, limit: nominalSeconds(Math.min(course.limit, this.#own.tempoMap.nominalAt(this.#loop.until))) };
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
  #turnEarly(event: Extract<SoloEvent, { type: 'solo-on' }>, commands: Command[]): void {
    const { click, conductor, follower, solo, tempoMap } = this.#own;
    const turn = this.#turnsAt;
    if (turn === undefined || this.#loop === undefined || click.countsIn) return;
    const { from, until } = this.#loop;
    if (event.time < turn - turnsEarly * tempoMap.periodAt(until) * conductor.tempo) return;
    const first = solo.onsets[firstIndexFrom(solo, from)];
    const last = solo.onsets[firstIndexFrom(solo, until) - 1];
    if (first === undefined || last === undefined || first.position >= until || follower.position < last.position) return;
    if (!first.notes.some((note) => note.pitch === event.pitch)) return;
    this.#silence(commands);
    this.#prepare(from);
  }

  /** While somebody counts, what is played is not the piece yet, but for the last moment. */
  #isTryingOut(now: Seconds): boolean {
    const { click, conductor, tempoMap, tempo } = this.#own;
    if (conductor.state !== 'countin' || click.beginning === undefined) return false;
    return now < click.beginning.time - entersEarly * tempoMap.periodAt(click.beginning.position) * tempo.stretch;
  }

  /** Everything that time brings: notes, beats, holding, the end. */
  #play(now: Seconds, commands: Command[]): void {
    const { click, conductor, scheduler, commitHorizon } = this.#own;
    if (conductor.state !== 'waiting' && conductor.state !== 'stopped') {
      this.#due(now, commands);
      const turn = this.#turnsAt;
      const { beginning } = click;
      if (turn !== undefined && now >= turn - commitHorizon) {
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
        if (sustainEnds !== undefined && now >= sustainEnds && scheduler.soundingNotes > 0) scheduler.silence(now, commands);
      }
      scheduler.promise(this.#course);
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
    this.#own.tempo.interrupt();
    this.#own.questions?.interrupt();
  }

  #endRunThrough(commands: Command[]): void {
    const report = this.#own.memory.endRunThrough();
    if (report !== undefined) this.#report(report, commands);
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
    });
  }

  #report(report: Report, commands: Command[]): void {
    commands.push({ type: 'report', time: this.#now, report });
  }
}

function firstIndexFrom(part: Part, position: Beats): number {
  const index = part.onsets.findIndex((onset) => onset.position >= position - 1e-9);
  return index < 0 ? part.onsets.length : index;
}
