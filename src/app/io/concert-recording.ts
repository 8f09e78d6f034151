/** A concert as it was played: who played what and when. What a MIDI file, a sound file and a review are made of. */
import type { ChannelCommand } from '../../core/contract/commands.ts';
import type { SoloEvent } from '../../core/contract/events.ts';
import type { PedalChange } from '../../core/music/performance.ts';
import type { Part } from '../../core/music/score.ts';
import type { Beats, MidiPitch, Seconds, Velocity } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

export interface PlayedNote {
  readonly time: Seconds;
  readonly duration: Seconds;
  readonly pitch: MidiPitch;
  readonly velocity: Velocity;
  /** Where it stands in the score; of the accompaniment only. */
  readonly position?: Beats;
  /** Which soloist, where the event named one. */
  readonly part?: string;
}

export interface PlayedPart {
  readonly name: string;
  /** General MIDI, counted from 0. */
  readonly program: number;
  readonly notes: readonly PlayedNote[];
  /** In order of time. */
  readonly pedal?: readonly PedalChange[];
  /** Overlapping notes are slurred, by a synthesizer that can. */
  readonly slurred?: boolean;
  /** 0..15; given out in order where it is left open. 9 is percussion. */
  readonly channel?: number;
  /** -1 left .. 1 right; spread over the stage where it is left open. */
  readonly pan?: number;
}

export interface ConcertRecording {
  readonly title: string;
  /** The soloist first. */
  readonly parts: readonly PlayedPart[];
}

/** What an instrument is called in scores, most particular first, and its General MIDI program. */
const instruments: readonly (readonly [pattern: RegExp, program: number])[] = [
  [/contrabassoon|bassoon|fagott/, 70], [/contrabass|double ?bass|kontrabass/, 43], [/bass clarinet|clarinet|klarinette/, 71], [/english horn/, 69], [/oboe/, 68], [/piccolo/, 72],
  [/recorder|blockfl/, 74], [/flute|flöte|flauto|traverso/, 73], [/sax/, 65], [/trumpet|tromba|clarino/, 56], [/trombone|posaune/, 57], [/tuba/, 58], [/horn|corno|corni/, 60],
  [/timpani|pauken/, 47], [/harpsichord|cembalo|clavecin/, 6], [/organ|orgel/, 19], [/harp|harfe/, 46], [/guitar|lute/, 24], [/violoncello|cello/, 42],
  [/viola/, 41], [/violin|geige|fiddle/, 40], [/strings|streicher/, 48], [/voice|sopran|alto|tenor|baritone|mezzo|choir|vocal|singstimme|gesang/, 53], [/piano|klavier|keyboard/, 0],
];

/** What a part should sound like: the program it asks for, or what its name says, or a piano. */
export function programOf(part: Part): number {
  const asked = part.controls.find((control) => control.type === 'program');
  return asked?.type === 'program' ? asked.program : programNamed(part.name);
}

/** @param name as in a score: "Violino I" */
export function programNamed(name: string): number {
  const lower = name.toLowerCase();
  return instruments.find(([pattern]) => pattern.test(lower))?.[1] ?? 0;
}

interface Struck {
  readonly time: Seconds;
  readonly pitch: MidiPitch;
  readonly velocity: Velocity;
  readonly position?: Beats;
  readonly part?: string;
}

/**
 * Notes and pedal of the soloist, at the time they were played.
 * @param end when notes that were never let go are over
 */
export function playedBySoloist(events: readonly SoloEvent[], end: Seconds): Pick<PlayedPart, 'notes' | 'pedal'> {
  // Two who play the same pitch do not let go of each other's.
  const keyboards = new Map<string, Keyboard>();
  const keysOf = (part: string): Keyboard => {
    const keys = keyboards.get(part) ?? new Keyboard();
    keyboards.set(part, keys);
    return keys;
  };
  const pedal: PedalChange[] = [];
  for (const event of [...events].sort((a, b) => a.playedAt - b.playedAt)) {
    if (event.type === 'solo-on') keysOf(event.part).strike({ time: event.playedAt, pitch: event.pitch, velocity: event.velocity, ...(event.part !== '' && { part: event.part }) });
    else if (event.type === 'solo-off') keysOf(event.part).release(event.pitch, event.playedAt);
    else if (event.type === 'solo-pedal') pedal.push({ time: event.playedAt, value: event.value });
  }
  return { notes: [...keyboards.values()].flatMap((keys) => keys.notesUntil(end)).sort((a, b) => a.time - b.time || a.pitch - b.pitch), pedal };
}

/** What one accompanying part was told to play. Commands may come in any order. */
export function playedByCommands(commands: readonly ChannelCommand[], part: string, end: Seconds): Pick<PlayedPart, 'notes' | 'pedal'> {
  const keys = new Keyboard();
  const pedal: PedalChange[] = [];
  const own = commands.filter((command) => command.part === part);
  // A note-off that shares its moment with the next note-on of the pitch belongs to the note before.
  for (const command of own.sort((a, b) => a.time - b.time || Number(a.type === 'note-on') - Number(b.type === 'note-on'))) {
    if (command.type === 'note-on') keys.strike({ time: command.time, pitch: command.pitch, velocity: command.velocity, position: command.position });
    else if (command.type === 'note-off') keys.release(command.pitch, command.time);
    else if (command.type === 'control-change' && command.controller === 64) pedal.push({ time: command.time, value: command.value });
  }
  return { notes: keys.notesUntil(end), pedal };
}

/** How long notes sound when the pedal holds them: until it comes up, or the pitch is struck again. */
export function heldByPedal(notes: readonly PlayedNote[], pedal: readonly PedalChange[]): readonly PlayedNote[] {
  const spans = pedalSpans(pedal);
  if (spans.length === 0) return notes;
  const again = new Map<number, number>();
  return [...notes]
    .sort((a, b) => b.time - a.time)
    .map((note) => {
      const end = note.time + note.duration;
      const span = spans.find(({ down, up }) => down <= end && end < up);
      const held = Math.min(span?.up ?? end, Math.max(end, again.get(note.pitch) ?? Infinity));
      again.set(note.pitch, note.time);
      return held > end ? { ...note, duration: seconds(held - note.time) } : note;
    })
    .reverse();
}

const longestPedal = 12; // s: nothing rings longer, and a pedal that never comes up must not hold for ever

function pedalSpans(pedal: readonly PedalChange[]): { readonly down: number; readonly up: number }[] {
  const spans: { down: number; up: number }[] = [];
  let down: number | undefined;
  for (const { time, value } of pedal) {
    if (value >= 64) down ??= time;
    else if (down !== undefined) {
      spans.push({ down, up: Math.min(time, down + longestPedal) });
      down = undefined;
    }
  }
  if (down !== undefined) spans.push({ down, up: down + longestPedal });
  return spans;
}

/** Pairs each beginning with its end. */
class Keyboard {
  readonly #down = new Map<number, Struck>();
  readonly #notes: PlayedNote[] = [];

  strike(key: Struck): void {
    this.release(key.pitch, key.time);
    this.#down.set(key.pitch, key);
  }

  release(pitch: MidiPitch, time: Seconds): void {
    const key = this.#down.get(pitch);
    if (key === undefined) return;
    this.#down.delete(pitch);
    this.#notes.push({ ...key, duration: seconds(time - key.time) });
  }

  notesUntil(end: Seconds): readonly PlayedNote[] {
    for (const key of [...this.#down.values()]) this.release(key.pitch, seconds(Math.max(end, key.time)));
    return this.#notes.sort((a, b) => a.time - b.time || a.pitch - b.pitch);
  }
}
