/** A performance that somebody really gave, note by note, aligned to its score. */
import type { MidiPitch, Seconds, Velocity } from './units.ts';

export interface PerformedNote {
  readonly time: Seconds;
  readonly duration: Seconds;
  readonly pitch: MidiPitch;
  readonly velocity: Velocity;
  /** The part that played it, by its id in the score. */
  readonly part: string;
  /** The id of the score note it plays; undefined for an inserted note. */
  readonly noteId?: string;
}

export interface PedalChange {
  readonly time: Seconds;
  /** 0..127 */
  readonly value: number;
}

export interface Performance {
  readonly id: string;
  readonly performer: string;
  /** In order of time. */
  readonly notes: readonly PerformedNote[];
  readonly pedal: readonly PedalChange[];
}
