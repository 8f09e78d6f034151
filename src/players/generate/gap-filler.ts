/**
 * Open bars of a score, filled while it is played: a bar before they come, whoever writes is asked for the notes of one
 * part; what comes in time is played with everybody else, what comes late is not. Where the soloist has nothing
 * written there, his entry ends it at once. In a cadenza that he leaves to us the music goes on in the tempo that held.
 */
import type { AskCommand, Command, TransportCommand } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';
import { BarGrid } from '../../core/music/meter.ts';
import type { Part, Passage, Score } from '../../core/music/score.ts';
import { contains } from '../../core/music/score.ts';
import type { Song } from '../../core/music/song.ts';
import { positionsPerQuarter, ticksPerQuarter } from '../../core/music/song.ts';
import { draftOfScore } from '../../core/music/song-draft.ts';
import type { Seconds } from '../../core/music/units.ts';
import { beats, seconds } from '../../core/music/units.ts';
import { edited } from './editing.ts';
import type { SongNote } from './editing.ts';
import { decodeNotes, encodeQuestion } from './question.ts';
import { standardise } from './standardise.ts';
import type { Line, WrittenNote } from './written-music.ts';
import { positionOn, timeOn, WrittenMusic } from './written-music.ts';

export interface FillSettings {
  readonly passages: readonly Passage[];
  /** Id of the part that is written. */
  readonly part: string;
  readonly seed: number;
}

/** Bars that are asked for at a time. */
const atATime = 4;
/** The music went elsewhere, and did not only bend. */
const jump = 1;
/** With less than so much to go before a barline we begin at the next one, in quarters. */
const tooShort = 0.5;

/** The score without what is to be written: nobody plays that part there. */
export function withOpenBars(score: Score, { passages, part }: FillSettings): Score {
  const isOpen = (position: number): boolean => passages.some((passage) => contains(passage, position));
  return { ...score, parts: score.parts.map((one) => (one.id === part ? { ...one, onsets: one.onsets.filter(({ position }) => !isOpen(position)) } : one)) };
}

export class GapFiller {
  readonly #settings: FillSettings;
  readonly #part: Part;
  readonly #song: Song;
  readonly #track: number;
  /** Of the first barline of the song, in quarters of the score. */
  readonly #zero: number;
  readonly #barlines: Float64Array;
  /** Passages in which the soloist is silent, so that his entry ends ours. */
  readonly #untilEntry: ReadonlySet<Passage>;
  readonly #cadenzas: ReadonlySet<Passage>;
  readonly #music = new WrittenMusic();
  #line: Line | undefined;
  #isFree = false;
  /** Up to here somebody was asked. */
  #askedUntil = -Infinity;
  #asked: { readonly id: string; readonly until: number } | undefined;
  #written: SongNote[] = [];
  readonly #ended = new Set<Passage>();
  #questions = 0;

  /** @param score with open bars, see `withOpenBars` @throws RangeError where it has no such part, or no bars */
  constructor(score: Score, settings: FillSettings) {
    const part = score.parts.find(({ id }) => id === settings.part);
    if (part === undefined) throw new RangeError(`the score has no part ${settings.part}`);
    const draft = draftOfScore(score, { id: 'live', source: 'live', licence: '', played: { velocity: true, timing: true } });
    const made = standardise(draft, 'test', true);
    if ('refused' in made) throw new RangeError(`the score cannot be put on a grid: ${made.refused}`);
    this.#settings = settings;
    this.#part = part;
    this.#zero = draft.bars[0]!.start;
    // Parts without a note are no tracks of the song.
    const kept = score.parts.filter(({ onsets }) => onsets.some((onset) => onset.position >= this.#zero));
    const index = kept.indexOf(part);
    this.#track = index >= 0 ? index : kept.length;
    this.#song = index >= 0 ? made.song : { ...made.song, tracks: [...made.song.tracks, { name: part.name, role: 'accompaniment', notes: { onset: [], duration: [], pitch: [], velocity: [], position: [] } }] };
    this.#barlines = Float64Array.from([...new BarGrid(score).bars.map(({ position }) => position as number), score.end]);
    const solos = score.parts.filter(({ role }) => role === 'solo');
    this.#untilEntry = new Set(settings.passages.filter((passage) => !solos.some(({ onsets }) => onsets.some(({ position }) => contains(passage, position)))));
    this.#cadenzas = new Set(settings.passages.filter((passage) => (score.cadenzas ?? []).some(({ from }) => contains(passage, from))));
  }

  /** @param played what the accompanist made of the same event */
  handle(event: StageEvent, played: readonly Command[]): readonly Command[] {
    const commands: Command[] = [];
    const now = event.time;
    for (const command of played) if (command.type === 'transport') this.#follow(command, now, commands);
    switch (event.type) {
      case 'solo-on':
      case 'solo-attack': this.#enter(now, played, commands); break;
      case 'answer': this.#answered(event.id, event.output, now, commands); break;
      case 'stop': this.#begin(now, commands); this.#line = undefined; break;
      case 'panic': commands.push(...this.#music.silence(now)); break;
      default: break;
    }
    if (this.#line === undefined) return commands;
    const ask = this.#nextGap(this.#line);
    if (ask !== undefined && timeOn(this.#line, ask.asksAt) <= now) commands.push(this.#ask(ask.from, ask.until));
    commands.push(...this.#music.take(this.#line, now));
    return commands;
  }

  nextWake(): Seconds | undefined {
    if (this.#line === undefined) return undefined;
    const ask = this.#nextGap(this.#line);
    const next = Math.min(this.#music.nextWake(this.#line) ?? Infinity, ask === undefined ? Infinity : timeOn(this.#line, ask.asksAt));
    return next === Infinity ? undefined : seconds(next);
  }

  /** Whether the answer is meant for us. */
  static asks(id: string): boolean {
    return id.startsWith('infill#');
  }

  #follow({ time, position, beatPeriod, playing }: TransportCommand, now: Seconds, commands: Command[]): void {
    const here = this.#line === undefined ? undefined : positionOn(this.#line, time);
    if (playing) {
      // Out of a cadenza the score goes on where it ends: our own place in it was free.
      if (here !== undefined && Math.abs(here - position) > jump) this.#begin(now, commands, !this.#isFree);
      this.#isFree = false;
      this.#line = { time, position, beatPeriod };
      this.#music.skipTo(beats(position - jump));
      return;
    }
    if (this.#isFree) return;
    const open = here === undefined ? undefined : this.#passageAt(here + 1e-3);
    if (open !== undefined && this.#cadenzas.has(open) && !this.#ended.has(open) && here !== undefined) {
      this.#isFree = true;
      this.#line = { time, position: beats(Math.max(here, open.from)), beatPeriod };
      return;
    }
    commands.push(...this.#music.pause(now));
    this.#line = undefined;
  }

  /** All that was written is forgotten. */
  #begin(now: Seconds, commands: Command[], isElsewhere = true): void {
    commands.push(...this.#music.silence(now));
    this.#askedUntil = -Infinity;
    this.#asked = undefined;
    this.#isFree = false;
    if (!isElsewhere) return;
    this.#written = [];
    this.#ended.clear();
  }

  /** Where the soloist has nothing written, what he plays is his entry; a last note of what was before is none. */
  #enter(now: Seconds, played: readonly Command[], commands: Command[]): void {
    if (this.#line === undefined) return;
    const open = this.#passageAt(positionOn(this.#line, now));
    if (open === undefined || !this.#untilEntry.has(open) || this.#ended.has(open)) return;
    if (played.some((command) => command.type === 'report' && command.report.kind === 'matched' && command.report.position < open.from - 1e-6)) return;
    this.#ended.add(open);
    this.#asked = undefined;
    commands.push(...this.#music.silence(now));
    if (this.#isFree) this.#line = undefined;
    this.#isFree = false;
  }

  #passageAt(position: number): Passage | undefined {
    return this.#settings.passages.find((passage) => contains(passage, position));
  }

  /** What is to be asked for next, and where the music is then: a bar before. */
  #nextGap(line: Line): { readonly from: number; readonly until: number; readonly asksAt: number } | undefined {
    const open = this.#settings.passages.find((passage) => !this.#ended.has(passage) && passage.until > Math.max(this.#askedUntil, line.position) + 1e-6);
    if (open === undefined || this.#asked !== undefined) return undefined;
    const earliest = Math.max(open.from, this.#askedUntil);
    // Who comes into the middle of it begins at the next barline.
    const first = firstAtOrAfter(this.#barlines, (line.position > earliest ? line.position + tooShort : earliest) - 1e-6);
    const from = this.#barlines[first];
    if (from === undefined || from >= open.until - 1e-6) return undefined;
    const until = Math.min(open.until, this.#barlines[first + atATime] ?? open.until);
    return { from, until, asksAt: this.#barlines[first - 1] ?? from - 4 };
  }

  #ask(from: number, until: number): AskCommand {
    const id = `infill#${++this.#questions}`;
    this.#askedUntil = until;
    const song = edited(this.#song, this.#written);
    const toGrid = (position: number): number => Math.round((position - this.#zero) * positionsPerQuarter);
    const alsoOpen = this.#settings.passages.filter((passage) => passage.until > until).map((passage) => [toGrid(Math.max(until, passage.from)), toGrid(passage.until)] as const);
    this.#asked = { id, until };
    return { type: 'ask', id, role: 'infill', fresh: false, input: encodeQuestion({ song, gap: { from: toGrid(from), until: toGrid(until), tracks: [this.#track], missing: 'notes', alsoOpen }, seed: this.#settings.seed + this.#questions }) };
  }

  #answered(id: string, output: Float32Array, now: Seconds, commands: Command[]): void {
    if (!GapFiller.asks(id)) return;
    if (this.#asked?.id !== id || this.#line === undefined) {
      if (this.#asked?.id === id) this.#asked = undefined;
      commands.push({ type: 'report', time: now, report: { kind: 'unanswered', id } });
      return;
    }
    const { until } = this.#asked;
    this.#asked = undefined;
    const notes = decodeNotes(output);
    this.#written.push(...notes);
    const toScore = (position: number): number => this.#zero + position / positionsPerQuarter;
    commands.push(...this.#music.add(notes.map((note): WrittenNote => ({
      position: beats(toScore(note.position)),
      end: beats(Math.min(until, toScore(note.position) + Math.max(1 / positionsPerQuarter, note.duration / ticksPerQuarter))),
      pitch: note.pitch, velocity: note.velocity, part: this.#part.id, channel: this.#part.channel,
    })), this.#line, now));
  }
}
