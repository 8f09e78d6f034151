/**
 * The metronome of the evening: it counts a beginning aloud, and may go on clicking with the music. While the music
 * moves, its beats are notes like any others, bent with the timeline and waiting for the soloist where he begins a
 * note; the bars before a beginning are struck by the clock, in the tempo that is about to hold.
 */
import type { Command } from '../../core/contract/commands.ts';
import { lastAtOrBefore } from '../../core/math/search.ts';
import type { BarGrid } from '../../core/music/meter.ts';
import { barLength, pulseOf } from '../../core/music/meter.ts';
import type { Score, ScoreNote } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { Beats, MidiPitch, NominalSeconds, Seconds, Stretch, Velocity } from '../../core/music/units.ts';
import { beats, midiPitch, seconds, velocity } from '../../core/music/units.ts';
import { layOut } from './accompaniment.ts';
import { defaultExpressionSettings, Expression } from './expression.ts';
import { Pedals } from './pedals.ts';
import type { Course } from './scheduler.ts';
import { Scheduler } from './scheduler.ts';

export interface ClickSettings {
  /** Click from the beginning on. */
  readonly on: boolean;
  /** Bars counted before a beginning; 0 for none. */
  readonly countInBars: number;
  /** 0..15; percussion is 9. */
  readonly channel: number;
  /** What sounds on the first beat of a bar, and on the others. */
  readonly downbeat: MidiPitch;
  readonly beat: MidiPitch;
  readonly velocity: Velocity;
}

/** High and low wood block of General MIDI. */
export const defaultClickSettings: ClickSettings = { on: false, countInBars: 0, channel: 9, downbeat: midiPitch(76), beat: midiPitch(77), velocity: velocity(90) };

/** The id that the clicks carry in place of a part's. */
export const clickPart = 'click';
/** A click is struck, not held: share of a felt beat, and at most so long. */
const clickShare = 0.25;
const longestClick = 0.08; // s
const hair = 1e-6;

/** One strike of a count, waiting for its time. */
interface Strike {
  readonly time: number;
  readonly pitch: MidiPitch;
  readonly position: Beats;
  readonly begins: boolean;
}

export class Click {
  readonly #settings: ClickSettings;
  readonly #grid: BarGrid;
  readonly #tempoMap: TempoMap;
  readonly #commitHorizon: Seconds;
  readonly #layOutBeats: () => Scheduler;
  #laidOut: Scheduler | undefined;
  #on: boolean;
  #countInBars: number;
  #strikes: Strike[] = [];
  /** Where the music begins after the count, and when. */
  #beginning: { readonly position: Beats; readonly time: Seconds } | undefined;

  /** @param soloists rising score positions of the onsets of each */
  constructor(settings: ClickSettings, score: Score, grid: BarGrid, tempoMap: TempoMap, soloists: readonly ArrayLike<number>[], commitHorizon: Seconds) {
    this.#settings = settings;
    this.#grid = grid;
    this.#tempoMap = tempoMap;
    this.#commitHorizon = commitHorizon;
    this.#on = settings.on;
    this.#countInBars = settings.countInBars;
    const even = new Expression({ ...defaultExpressionSettings, loudness: 0, articulation: 0 }, tempoMap);
    this.#layOutBeats = () => {
      const items = layOut(clicksOf(score, grid, settings), tempoMap, soloists);
      return new Scheduler({ items, commitHorizon, expression: even, pedals: new Pedals(items.parts) });
    };
  }

  /** Laid out when the first click is asked for: most evenings have none, and a long score has many beats. */
  get #beats(): Scheduler {
    return (this.#laidOut ??= this.#layOutBeats());
  }

  /** The count that is going on; undefined while nobody counts. */
  get beginning(): { readonly position: Beats; readonly time: Seconds } | undefined {
    return this.#beginning;
  }
  get countsIn(): boolean {
    return this.#countInBars > 0;
  }

  /** @param on a bar, or as many as the settings say */
  setCountIn(on: boolean): void {
    this.#countInBars = on ? Math.max(1, this.#settings.countInBars) : 0;
  }

  turn(on: boolean, place: NominalSeconds, now: Seconds, commands: Command[]): void {
    this.#on = on;
    if (on) this.#beats.seek(place, now, commands);
    else this.#laidOut?.silence(now, commands);
  }

  /** Counts whole bars, and the beats that come before `position` in its own. @param tempo about to hold */
  countIn(position: Beats, tempo: Stretch, now: Seconds): void {
    const meter = this.#grid.meterAt(position);
    const period = this.#tempoMap.periodAt(position) * tempo;
    const pulse = pulseOf(meter);
    const intoBar = ((this.#grid.placeAt(position).beat - 1) * 4) / meter.denominator;
    const counted = this.#countInBars * barLength(meter) + intoBar;
    const first = now + this.#commitHorizon;
    const time = seconds(first + counted * period);
    this.#beginning = { position, time };
    this.#strikes = [];
    for (let k = 0; k * pulse < counted - hair; k++) {
      const isDownbeat = (k * pulse) % barLength(meter) < hair;
      const strike = { pitch: isDownbeat ? this.#settings.downbeat : this.#settings.beat, position: beats(position - counted + k * pulse) };
      const at = first + k * pulse * period;
      this.#strikes.push({ ...strike, time: at, begins: true }, { ...strike, time: at + Math.min(longestClick, clickShare * pulse * period), begins: false });
    }
  }

  /** Nobody counts any more. */
  endCount(now: Seconds, commands: Command[]): void {
    const next = this.#strikes[0];
    if (next !== undefined && !next.begins) this.#strike(next, now, commands);
    this.#strikes = [];
    this.#beginning = undefined;
  }

  /** The music goes on from `place`. */
  seek(place: NominalSeconds, now: Seconds, commands: Command[]): void {
    if (this.#on) this.#beats.seek(place, now, commands);
  }

  /** The soloist has begun what stands at `place`. */
  reach(place: NominalSeconds, course: Course): void {
    if (this.#on) this.#beats.reach(place, course.line);
  }

  /** Strikes what is due at `now`. */
  due(now: Seconds, course: Course, commands: Command[]): void {
    while (this.#strikes.length > 0 && this.#strikes[0]!.time - this.#commitHorizon <= now) this.#strike(this.#strikes.shift()!, now, commands);
    if (!this.#on) return;
    const from = commands.length;
    this.#beats.due(now, { ...course, sustained: false }, commands);
    // A late click is no late note: nobody misses it in the music.
    for (let i = commands.length - 1; i >= from; i--) if (commands[i]!.type === 'report') commands.splice(i, 1);
  }

  /** When `due` will next have something to do. */
  nextTime(course: Course): Seconds | undefined {
    const strike = this.#strikes[0];
    const beat = this.#on ? this.#beats.nextTime({ ...course, sustained: false }) : undefined;
    const next = Math.min(strike === undefined ? Infinity : strike.time - this.#commitHorizon, beat ?? Infinity);
    return next === Infinity ? undefined : seconds(next);
  }

  silence(now: Seconds, commands: Command[]): void {
    this.endCount(now, commands);
    this.#laidOut?.silence(now, commands);
  }

  #strike({ time, pitch, position, begins }: Strike, now: Seconds, commands: Command[]): void {
    const at = { time: seconds(Math.max(now, time)), part: clickPart, channel: this.#settings.channel, pitch };
    commands.push(begins ? { type: 'note-on', ...at, velocity: this.#settings.velocity, position, noteId: '' } : { type: 'note-off', ...at });
  }
}

/** A score that consists of clicks, so that they are laid out and scheduled as everything else. */
function clicksOf(score: Score, grid: BarGrid, settings: ClickSettings): Score {
  const bars = Float64Array.from(grid.bars, (bar) => bar.position);
  const onsets = [...grid.pulses()].map((position) => {
    const bar = lastAtOrBefore(bars, position + hair);
    const isDownbeat = grid.isDownbeat(beats(bars[Math.max(0, bar)]!)) && Math.abs(position - bars[Math.max(0, bar)]!) < hair;
    const note: ScoreNote = {
      id: '', pitch: isDownbeat ? settings.downbeat : settings.beat, onset: beats(position), duration: beats(clickShare * pulseOf(grid.meterAt(beats(position)))),
      velocity: settings.velocity, voice: 1, staff: 0, grace: false, fermata: false,
    };
    return { position: beats(position), notes: [note] };
  });
  return { ...score, parts: [{ id: clickPart, name: clickPart, role: 'accompaniment', channel: settings.channel, onsets, controls: [] }] };
}
