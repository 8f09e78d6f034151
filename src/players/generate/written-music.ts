/**
 * Notes that were written while the music went on, on their way out: they wait in beats, get a time when they must
 * leave, and what has begun is always ended. What came too late is left out and counted.
 */
import type { NoteCommand, ReportCommand } from '../../core/contract/commands.ts';
import type { BeatPeriod, Beats, Seconds } from '../../core/music/units.ts';
import { beats, midiPitch, seconds, velocity } from '../../core/music/units.ts';

/** Where the music is and how fast it goes. */
export interface Line {
  readonly time: Seconds;
  readonly position: Beats;
  readonly beatPeriod: BeatPeriod;
}
export const timeOn = (line: Line, position: number): Seconds => seconds(line.time + (position - line.position) * line.beatPeriod);
export const positionOn = (line: Line, time: number): Beats => beats(line.position + (time - line.time) / line.beatPeriod);

export interface WrittenNote {
  readonly position: Beats;
  readonly end: Beats;
  readonly pitch: number;
  readonly velocity: number;
  readonly part: string;
  readonly channel: number;
}

interface Sounding extends WrittenNote {
  readonly begun: Seconds;
}

/** A note leaves so long before it is to sound. */
const horizon = seconds(0.01);
/** Nobody hears that a note came so much later. */
const unheard = seconds(0.01);

export class WrittenMusic {
  /** The next one last. */
  #waiting: WrittenNote[] = [];
  #sounding: Sounding[] = [];
  #count = 0;

  /** To what still waits. @returns a report for each note whose moment is over: it is not played */
  add(notes: readonly WrittenNote[], line: Line, now: Seconds): ReportCommand[] {
    const isLate = (note: WrittenNote): boolean => timeOn(line, note.position) < now - unheard;
    this.#waiting = [...this.#waiting, ...notes.filter((note) => !isLate(note))].sort((a, b) => b.position - a.position || b.pitch - a.pitch);
    return notes.filter(isLate).map(({ position }) => ({ type: 'report', time: now, report: { kind: 'late-note', position, lateBy: seconds(now - timeOn(line, position)) } }));
  }

  /** All that must leave now. */
  take(line: Line, now: Seconds): NoteCommand[] {
    const commands: NoteCommand[] = [];
    this.#sounding = this.#sounding.filter((note) => {
      if (leaves(line, note.end) > now) return true;
      commands.push(off(note, seconds(Math.max(now, note.begun, timeOn(line, note.end)))));
      return false;
    });
    for (let note = this.#waiting.at(-1); note !== undefined && leaves(line, note.position) <= now; note = this.#waiting.at(-1)) {
      this.#waiting.pop();
      const time = seconds(Math.max(now, timeOn(line, note.position)));
      // A key that is struck again is let go first.
      this.#sounding = this.#sounding.filter((other) => {
        if (other.pitch !== note.pitch || other.channel !== note.channel) return true;
        commands.push(off(other, seconds(Math.max(time, other.begun))));
        return false;
      });
      commands.push({ type: 'note-on', time, part: note.part, channel: note.channel, pitch: midiPitch(note.pitch), velocity: velocity(note.velocity), position: note.position, noteId: `written ${++this.#count}` });
      this.#sounding.push({ ...note, begun: time });
    }
    return commands;
  }

  nextWake(line: Line): Seconds | undefined {
    let next = this.#waiting.length === 0 ? Infinity : leaves(line, this.#waiting.at(-1)!.position);
    for (const note of this.#sounding) next = Math.min(next, leaves(line, note.end));
    return next === Infinity ? undefined : seconds(next);
  }

  /** What sounds ends; the rest waits on. */
  pause(now: Seconds): NoteCommand[] {
    const ends = this.#sounding.map((note) => off(note, seconds(Math.max(now, note.begun))));
    this.#sounding = [];
    return ends;
  }

  /** Nothing waits any more, and what sounds ends. */
  silence(now: Seconds): NoteCommand[] {
    this.#waiting = [];
    return this.pause(now);
  }

  /** What waits and stands before is left out. */
  skipTo(position: Beats): void {
    while (this.#waiting.length > 0 && this.#waiting.at(-1)!.position < position) this.#waiting.pop();
  }

  /** Whether anything sounds or waits. */
  get isPlaying(): boolean {
    return this.#waiting.length > 0 || this.#sounding.length > 0;
  }
}

const leaves = (line: Line, position: number): number => timeOn(line, position) - horizon;
const off = ({ part, channel, pitch }: WrittenNote, time: Seconds): NoteCommand => ({ type: 'note-off', time, part, channel, pitch: midiPitch(pitch) });
