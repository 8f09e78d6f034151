/**
 * The first player: hears the soloist, finds the place, feels the tempo, and plays the other parts.
 * match, estimate, conduct, play: each is somebody else's work; here it is only put in order.
 */
import type { Command, Report, StageState } from '../../core/contract/commands.ts';
import type { CueEvent, SoloEvent, StageEvent } from '../../core/contract/events.ts';
import type { Follower, ScoreMatch } from '../../core/contract/following.ts';
import type { Player } from '../../core/contract/player.ts';
import type { Part, Score } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, NominalSeconds, Seconds } from '../../core/music/units.ts';
import { beatPeriod, beats, seconds } from '../../core/music/units.ts';
import { firstAfter } from '../../core/math/search.ts';
import type { BaseTempo } from '../tempo/base.ts';
import { timeAt } from '../tempo/timeline.ts';
import type { Conductor } from './conductor.ts';
import type { Expression } from './expression.ts';
import type { Scheduler } from './scheduler.ts';
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
  readonly expression: Expression;
}

/** After the end, a note of the soloist begins the piece anew, once it has been quiet for so long. */
const quietAfterEnd = seconds(2);
/** Below this we would rather trust our own tempo than the place we think he is at. */
export const conductingConfidence = 0.2;
/** After the last note of all, this long until the piece is over. */
const afterTheLastNote = seconds(0.3);

export class Accompanist implements Player {
  readonly #own: AccompanistParts;
  #lastOnset = -1;
  #wasLost = false;
  #state: StageState = 'waiting';
  #nextBeat = 0;
  #lastSolo: Seconds = seconds(-Infinity);
  #endsAt: Seconds | undefined;
  #now: Seconds = seconds(0);

  constructor(own: AccompanistParts) {
    this.#own = own;
    own.conductor.wait(own.tempoMap.nominalAt(own.score.start));
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
        this.#hear(event, commands);
        break;
      case 'start':
      case 'stop':
      case 'seek':
      case 'hold':
      case 'resume':
      case 'tempo':
      case 'follow':
      case 'mute':
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
    const { conductor, scheduler } = this.#own;
    let next = Infinity;
    const consider = (time: Seconds | undefined): void => {
      if (time !== undefined && time < next) next = time;
    };
    if (conductor.state === 'playing' || conductor.state === 'lost') consider(this.#beatTime());
    if (conductor.state !== 'stopped' && conductor.state !== 'waiting') consider(scheduler.nextTime(conductor.course));
    consider(conductor.deadline);
    if (scheduler.soundingNotes > 0) consider(conductor.sustainEnds);
    consider(this.#endsAt);
    // A wake that finds nothing to do would come again for ever: ours are always in the future.
    return next === Infinity ? undefined : seconds(Math.max(next, this.#now + 1e-6));
  }

  #hear(event: SoloEvent, commands: Command[]): void {
    const { conductor, follower, expression, solo } = this.#own;
    if (event.type === 'solo-off') expression.released(event.pitch, event.playedAt);
    if (event.type === 'solo-on' || event.type === 'solo-attack') {
      if (conductor.state === 'stopped' && conductor.finished && event.time > this.#lastSolo + quietAfterEnd) this.#prepare(this.#own.score.start);
      this.#lastSolo = event.time;
    }
    const match = follower.follow(event);
    if (follower.lost !== this.#wasLost) this.#report(this.#wasLost ? { kind: 'found', position: follower.position } : { kind: 'lost', lastPosition: follower.position }, commands);
    if (follower.lost && !this.#wasLost) conductor.lose(event.time);
    const wasLost = this.#wasLost;
    this.#wasLost = follower.lost;
    if (match === undefined) {
      if (event.type === 'solo-on') this.#report({ kind: 'extra', pitch: event.pitch, playedAt: event.playedAt }, commands);
      return;
    }
    const note = match.noteIndex >= 0 ? solo.onsets[match.onsetIndex]!.notes[match.noteIndex]! : undefined;
    if (note !== undefined && event.type === 'solo-on') expression.heard(note, event.velocity, event.playedAt, this.#own.tempo.stretch);
    if (match.confidence >= conductingConfidence) this.#own.memory.heard(match, event.type === 'solo-on' ? event.velocity : 0);
    const begins = this.#beginsOnset(match, note?.grace ?? false);
    const asynchrony = begins && !follower.lost && match.confidence >= conductingConfidence ? this.#follow(match, wasLost, event.type === 'solo-on' || event.type === 'solo-attack' ? event.velocity : 0, commands) : seconds(0);
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
    const estimate = tempo.observe(match);
    this.#own.questions?.ask(this.#now, match, velocity, this.#own.memory.recollection, commands);
    const reaction = conductor.match(this.#now, estimate, elsewhere);
    if (reaction.move === 'none') return reaction.asynchrony;
    if (reaction.move === 'elsewhere') {
      if (before !== 'waiting') this.#report({ kind: 'jumped', from, to: match.position }, commands);
      scheduler.seek(estimate.nominal, this.#now, commands);
      this.#findBeat(estimate.nominal);
    }
    if (conductor.goesWithSoloist) {
      const skipped = scheduler.reach(estimate.nominal, conductor.line);
      if (skipped > 0) this.#report({ kind: 'skipped', from, to: match.position, notes: skipped }, commands);
    }
    this.#transport(commands);
    return reaction.asynchrony;
  }

  #obey(cue: CueEvent, commands: Command[]): void {
    const { conductor, scheduler, tempoMap, score } = this.#own;
    const { time } = cue;
    switch (cue.type) {
      case 'start': {
        this.#endRunThrough(commands);
        const position = cue.position ?? (conductor.state === 'stopped' ? score.start : tempoMap.positionAt(conductor.placeAt(time)));
        this.#prepare(position);
        this.#begin(position, commands);
        break;
      }
      case 'seek': {
        const wasPlaying = conductor.state === 'playing' || conductor.state === 'holding' || conductor.state === 'lost';
        scheduler.silence(time, commands);
        this.#prepare(cue.position);
        if (wasPlaying) this.#begin(cue.position, commands);
        break;
      }
      case 'stop':
        scheduler.silence(time, commands);
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
        scheduler.mute(cue.part, cue.on);
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
    follower.seek(position);
    this.#wasLost = false;
    this.#lastOnset = firstIndexFrom(solo, position) - 1;
    this.#endsAt = undefined;
    conductor.wait(tempoMap.nominalAt(position));
  }

  #begin(position: Beats, commands: Command[]): void {
    const { conductor, scheduler, tempo, tempoMap } = this.#own;
    const nominal = tempoMap.nominalAt(position);
    scheduler.seek(nominal, this.#now, commands);
    conductor.start(this.#now, nominal, tempo.stretch);
    this.#findBeat(nominal);
    this.#transport(commands);
  }

  /** Everything that time brings: notes, beats, holding, the end. */
  #play(now: Seconds, commands: Command[]): void {
    const { conductor, scheduler } = this.#own;
    if (conductor.state !== 'waiting' && conductor.state !== 'stopped') {
      scheduler.due(now, conductor.course, commands);
      if (conductor.pass(now)) this.#transport(commands);
      if (conductor.state === 'holding') {
        const sustainEnds = conductor.sustainEnds;
        if (sustainEnds !== undefined && now >= sustainEnds && scheduler.soundingNotes > 0) scheduler.silence(now, commands);
      }
      scheduler.promise(conductor.course);
      this.#count(now, commands);
      this.#maybeEnd(now, commands);
    }
    if (conductor.state !== this.#state) {
      this.#state = conductor.state;
      this.#report({ kind: 'state', state: this.#state, position: this.#position() }, commands);
    }
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
    if (!scheduler.finished || conductor.state !== 'playing') {
      this.#endsAt = undefined;
      return;
    }
    this.#endsAt = seconds(timeAt(conductor.line, tempoMap.nominalAt(score.end)) + afterTheLastNote);
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
