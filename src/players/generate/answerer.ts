/**
 * Call and response: a musician plays a phrase, rests, and at the next barline the phrase is answered: gone on with,
 * varied, or played again with an accompaniment. Bars are those of an outside clock, or of a tempo of our own that
 * begins with the first note. Whoever writes the answer is asked ahead of it; what comes late is not played, and a
 * musician who enters ends the answer at once.
 */
import type { AskCommand, Command } from '../../core/contract/commands.ts';
import type { ClockEvent, SoloOnEvent, StageEvent } from '../../core/contract/events.ts';
import type { Player } from '../../core/contract/player.ts';
import type { SongBar } from '../../core/music/song.ts';
import { positionsPerQuarter, ticksPerPosition, ticksPerQuarter } from '../../core/music/song.ts';
import type { BeatPeriod, Seconds } from '../../core/music/units.ts';
import { beats, seconds } from '../../core/music/units.ts';
import type { SongNote } from './editing.ts';
import { columnsOf } from './editing.ts';
import { quantised, usualStray } from './quantise.ts';
import type { GapQuestion } from './question.ts';
import { decodeNotes, encodeQuestion } from './question.ts';
import { barsSeen } from './stretches.ts';
import type { Line, WrittenNote } from './written-music.ts';
import { positionOn, timeOn, WrittenMusic } from './written-music.ts';

export const answerManners = ['continue', 'vary', 'accompany'] as const;
export type AnswerManner = (typeof answerManners)[number];

export interface AnswererSettings {
  readonly manner: AnswerManner;
  readonly meter: { readonly numerator: number; readonly denominator: number };
  /** Of our own tempo; undefined where an outside clock is waited for. */
  readonly beatPeriod: BeatPeriod | undefined;
  /** The answer comes at the first barline at which nothing has begun for so many bars. */
  readonly rest: number;
  /** Or after so many bars from where the phrase began, whatever is played then. */
  readonly trade?: number;
  /** Bars of the answer; as many as the phrase has unless said. */
  readonly bars?: number;
  /** The answer is asked for so long before it is to begin. */
  readonly ahead: Seconds;
  readonly seed: number;
  /** 0 to 15; the accompaniment to a phrase goes to the next one. */
  readonly channel: number;
}

export const longestAnswer = 8; // bars
/** A note so little before a barline belongs to the bar that comes, in quarters. */
const anticipation = 0.12;
/** What is played in the last quarter of an answer is a pick-up, and does not end it. */
const pickUp = 1;
/** After so many bars of silence a beat of our own begins anew with the next note. */
const longSilence = 2;
/** Of a bar. */
const nearly = 0.03;
/** A clock that jumps back by whole bars loops. */
const loopTolerance = 0.25; // quarters
const jump = 0.75;

interface Played {
  readonly onset: number;
  readonly pitch: number;
  readonly velocity: number;
  end: number | undefined;
}
/** An answer that is asked for or plays; quarter notes. */
interface Answer {
  readonly id: string;
  readonly begins: number;
  readonly ends: number;
  /** Bar of the answer in the question. */
  readonly firstBar: number;
  /** The phrase as it was asked about, and as it is played again. */
  readonly phrase: readonly SongNote[];
  readonly again: readonly SongNote[];
  /** Its own line, once it is written: on the grid of all bars. */
  readonly written?: readonly SongNote[];
}

export class Answerer implements Player {
  readonly #settings: AnswererSettings;
  /** Quarters of a bar. */
  readonly #bar: number;
  readonly #music = new WrittenMusic();
  #ownPeriod: BeatPeriod | undefined;
  #line: Line | undefined;
  #isOutside = false;
  /** Added to the places of an outside clock, so that a loop goes on. */
  #offset = 0;
  #phrase: Played[] = [];
  /** What was played and answered before it, on the grid of all bars. */
  #before: SongNote[] = [];
  #answer: Answer | undefined;
  /** Since then nobody has played. */
  #quietFrom = 0;
  #isSummoned = false;
  #questions = 0;

  constructor(settings: AnswererSettings) {
    this.#settings = settings;
    this.#ownPeriod = settings.beatPeriod;
    this.#bar = (4 * settings.meter.numerator) / settings.meter.denominator;
  }

  handle(event: StageEvent): readonly Command[] {
    const commands: Command[] = [];
    switch (event.type) {
      case 'solo-on': this.#hear(event, commands); break;
      case 'solo-off': this.#release(event.pitch, event.playedAt); break;
      case 'clock': this.#follow(event, commands); break;
      case 'answer': this.#answered(event.id, event.output, event.time, commands); break;
      case 'tempo': if (event.beatPeriod !== undefined && !this.#isOutside) this.#setTempo(event.beatPeriod, event.time, commands); break;
      case 'resume': this.#isSummoned = this.#phrase.length > 0 && this.#answer === undefined; break;
      case 'daw-position': if (!event.playing) this.#stop(event.time, commands); break;
      case 'stop': this.#stop(event.time, commands); break;
      case 'panic': return this.#music.silence(event.time);
      case 'wake': break;
      default: return commands;
    }
    this.#go(event.time, commands);
    return commands;
  }

  nextWake(): Seconds | undefined {
    if (this.#line === undefined) return undefined;
    const plays = this.#music.nextWake(this.#line) ?? Infinity;
    const asks = this.#asksAt() ?? Infinity;
    const next = Math.min(plays, asks);
    return next === Infinity ? undefined : seconds(next);
  }

  #hear({ time, playedAt, pitch, velocity }: SoloOnEvent, commands: Command[]): void {
    this.#findBeat(playedAt, time, commands);
    if (this.#line === undefined) return;
    const onset = Math.max(0, positionOn(this.#line, playedAt));
    if (this.#answer !== undefined) {
      const { begins, ends } = this.#answer;
      const hasBegun = onset >= begins - anticipation;
      // After a fixed number of bars there is an answer, whatever he plays up to it.
      if (!hasBegun && this.#settings.trade !== undefined) return;
      if (onset < ends - pickUp) commands.push(...this.#music.silence(time));
      // Where he plays on before it there is none: his phrase is not over.
      if (hasBegun) this.#conclude(onset);
      this.#answer = undefined;
    }
    this.#release(pitch, playedAt);
    this.#phrase.push({ onset, pitch, velocity, end: undefined });
    this.#quietFrom = Math.max(this.#quietFrom, onset);
  }

  /** Of our own tempo the beat begins with the first note, and anew after a long silence. */
  #findBeat(playedAt: Seconds, time: Seconds, commands: Command[]): void {
    if (this.#isOutside || this.#ownPeriod === undefined) return;
    const here = this.#line === undefined ? 0 : positionOn(this.#line, playedAt);
    if (this.#line !== undefined && (this.#music.isPlaying || here < this.#quietFrom + longSilence * this.#bar)) return;
    this.#tellLine({ time: playedAt, position: beats(Math.ceil(here / this.#bar - 1e-6) * this.#bar), beatPeriod: this.#ownPeriod }, time, commands);
  }

  #release(pitch: number, playedAt: Seconds): void {
    const note = this.#phrase.findLast((one) => one.pitch === pitch && one.end === undefined);
    if (note !== undefined && this.#line !== undefined) note.end = positionOn(this.#line, playedAt);
  }

  /** Asks when it is time to, and plays what is due. */
  #go(now: Seconds, commands: Command[]): void {
    if (this.#line === undefined) return;
    const asksAt = this.#asksAt();
    if (asksAt !== undefined && asksAt <= now) commands.push(this.#ask(this.#line, now));
    commands.push(...this.#music.take(this.#line, now));
  }

  /** When to ask for the answer to what was played; undefined where there is nothing to answer. */
  #asksAt(): Seconds | undefined {
    if (this.#line === undefined || this.#phrase.length === 0 || this.#answer !== undefined) return undefined;
    return this.#isSummoned ? this.#line.time : seconds(timeOn(this.#line, this.#answerAt()) - this.#settings.ahead);
  }

  /** The barline at which the answer begins, in quarters. */
  #answerAt(): number {
    const { trade, rest } = this.#settings;
    const after = trade === undefined ? this.#phrase.at(-1)!.onset + rest * this.#bar : (this.#barOf(this.#phrase[0]!.onset) + trade) * this.#bar;
    // Who has played on every half bar may be about to play at the barline.
    return Math.ceil(after / this.#bar + (trade === undefined ? nearly : -nearly)) * this.#bar;
  }

  #ask(line: Line, now: Seconds): AskCommand {
    // Not at a barline that has passed meanwhile.
    const begins = this.#isSummoned ? Math.ceil(positionOn(line, now) / this.#bar + 1e-6) * this.#bar : Math.max(this.#answerAt(), Math.ceil(positionOn(line, now) / this.#bar) * this.#bar);
    this.#isSummoned = false;
    const phraseBegins = this.#barOf(this.#phrase[0]!.onset);
    const phraseEnds = Math.max(phraseBegins + 1, this.#settings.trade === undefined ? this.#barOf(this.#phrase.at(-1)!.onset) + 1 : phraseBegins + this.#settings.trade);
    const count = Math.min(longestAnswer, this.#settings.bars ?? phraseEnds - phraseBegins);
    const phrase = this.#onGrid(positionOn(line, now), line);
    // The bars of rest between phrase and answer are left out: for who writes, the answer follows.
    const firstBar = Math.max(0, phraseBegins - barsSeen.before);
    const id = `infill#${++this.#questions}`;
    const perBar = this.#bar * positionsPerQuarter;
    const shown = [...this.#before, ...phrase].filter(({ position }) => position >= firstBar * perBar && position < phraseEnds * perBar).map((note) => ({ ...note, position: note.position - firstBar * perBar }));
    const question = this.#question(shown, phraseBegins - firstBar, phraseEnds - firstBar, count);
    const again = this.#settings.manner === 'accompany' ? repeated(shown, (phraseBegins - firstBar) * perBar, (phraseEnds - firstBar) * perBar, count * perBar) : [];
    this.#answer = { id, begins, ends: begins + count * this.#bar, firstBar: phraseEnds - firstBar, phrase, again };
    return { type: 'ask', id, role: 'infill', input: encodeQuestion(question), fresh: false };
  }

  #question(shown: readonly SongNote[], phraseBegins: number, phraseEnds: number, count: number): GapQuestion {
    const { manner, meter, seed } = this.#settings;
    const length = Math.round(this.#bar * positionsPerQuarter);
    const bars = Array.from({ length: phraseEnds + count }, (_, i): SongBar => ({ start: i * length, length, ...meter }));
    const [from, until] = [phraseEnds * length, (phraseEnds + count) * length];
    const role = new Set(shown.map(({ position }) => position)).size < 0.75 * shown.length ? 'accompaniment' : 'melody';
    const again = manner === 'continue' ? [] : repeated(shown, phraseBegins * length, from, count * length).map((note) => ({ ...note, position: note.position + from }));
    const own = { role, notes: columnsOf([...shown, ...again]) } as const;
    const tracks = manner === 'accompany' ? [own, { role: 'accompaniment', notes: columnsOf([]) } as const] : [own];
    return { song: { bars, tracks }, seed: seed + this.#questions, gap: { from, until, tracks: [tracks.length - 1], missing: manner === 'vary' ? 'pitches' : 'notes' } };
  }

  #answered(id: string, output: Float32Array, now: Seconds, commands: Command[]): void {
    const answer = this.#answer;
    if (answer?.id !== id || answer.written !== undefined || this.#line === undefined) {
      commands.push({ type: 'report', time: now, report: { kind: 'unanswered', id } });
      return;
    }
    const { channel } = this.#settings;
    const first = answer.firstBar * this.#bar * positionsPerQuarter;
    const notes = [...answer.again, ...decodeNotes(output).map((note) => ({ ...note, position: note.position - first }))];
    const begins = Math.round(answer.begins * positionsPerQuarter);
    commands.push(...this.#music.silence(now), ...this.#music.add(notes.map((note): WrittenNote => ({
      position: beats((begins + note.position) / positionsPerQuarter),
      // On the grid of the beat, and not beyond the end of the answer.
      end: beats(Math.min(answer.ends, (begins + note.position) / positionsPerQuarter + Math.max(note.duration, ticksPerPosition / 2) / ticksPerQuarter)),
      pitch: note.pitch, velocity: note.velocity,
      part: note.track === 0 ? 'phrase' : 'filled', channel: (channel + note.track) % 16,
    })), this.#line, now));
    this.#answer = { ...answer, written: notes.filter(({ track }) => track === 0).map((note) => ({ ...note, position: begins + note.position })) };
    this.#quietFrom = Math.max(this.#quietFrom, answer.ends);
  }

  /** Phrase and answer, as far as it was played, belong to what was before. */
  #conclude(onset: number): void {
    const { phrase, written = [] } = this.#answer!;
    this.#phrase = [];
    const seen = (barsSeen.before + 2 * longestAnswer) * this.#bar;
    this.#before = [...this.#before, ...phrase, ...written.filter(({ position }) => position < onset * positionsPerQuarter)].filter(({ position }) => position > (onset - seen) * positionsPerQuarter);
  }

  /** @param now where keys that are still down end for the present */
  #onGrid(now: number, line: Line): SongNote[] {
    const positions = quantised(this.#phrase.map(({ onset }) => onset), usualStray.played);
    const taken = new Set<number>();
    return this.#phrase.flatMap((note, i): SongNote[] => {
      const position = positions[i]!;
      if (taken.has(position * 128 + note.pitch)) return [];
      taken.add(position * 128 + note.pitch);
      const lasts = Math.max(0.05 / line.beatPeriod, (note.end ?? Math.max(now, note.onset)) - note.onset);
      return [{ track: 0, position, deviation: Math.round(note.onset * ticksPerQuarter) - position * ticksPerPosition, duration: Math.max(1, Math.round(lasts * ticksPerQuarter)), pitch: note.pitch, velocity: note.velocity }];
    });
  }

  #barOf(onset: number): number {
    return Math.floor((onset + anticipation) / this.#bar);
  }

  #follow({ time, position, beatPeriod }: ClockEvent, commands: Command[]): void {
    // Of a clock that has not started only the tempo is known: it is taken where the beat is our own.
    if (position < -1e6) return this.#isOutside ? undefined : this.#setTempo(beatPeriod, time, commands);
    if (this.#line !== undefined && this.#isOutside) {
      const by = positionOn(this.#line, time) - (position + this.#offset);
      const bars = Math.round(by / this.#bar) * this.#bar;
      if (Math.abs(by) > jump && bars > 0 && Math.abs(by - bars) < loopTolerance) this.#offset += bars;
      else if (Math.abs(by) > jump) this.#stop(time, commands);
    }
    this.#isOutside = true;
    this.#line = { time, position: beats(position + this.#offset), beatPeriod };
  }

  #setTempo(beatPeriod: BeatPeriod, time: Seconds, commands: Command[]): void {
    this.#ownPeriod = beatPeriod;
    if (this.#line !== undefined) this.#tellLine({ time, position: positionOn(this.#line, time), beatPeriod }, time, commands);
  }

  #tellLine(line: Line, now: Seconds, commands: Command[]): void {
    this.#line = line;
    commands.push({ type: 'transport', playing: true, time: now, position: positionOn(line, now), beatPeriod: line.beatPeriod });
  }

  #stop(time: Seconds, commands: Command[]): void {
    commands.push(...this.#music.silence(time));
    if (this.#line !== undefined && !this.#isOutside) commands.push({ type: 'transport', time, playing: false, position: positionOn(this.#line, time), beatPeriod: this.#line.beatPeriod });
    this.#line = undefined;
    this.#offset = 0;
    this.#phrase = [];
    this.#before = [];
    this.#answer = undefined;
    this.#quietFrom = 0;
    this.#isSummoned = false;
  }
}

/** A phrase over and over until so many positions are full; it begins at 0. */
function repeated(notes: readonly SongNote[], from: number, until: number, length: number): SongNote[] {
  const phrase = notes.filter(({ position }) => position >= from && position < until).map((note) => ({ ...note, position: note.position - from }));
  const rounds = Math.ceil(length / (until - from));
  return Array.from({ length: rounds }, (_, round) => phrase.map((note) => ({ ...note, position: note.position + round * (until - from) }))).flat().filter(({ position }) => position < length);
}
