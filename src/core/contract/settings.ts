/**
 * Settings of everything that touches the world: which ports, which addresses, which delays.
 * Checked and given defaults in `app/config`; milliseconds become `Seconds` there.
 */
import type { Seconds } from '../music/units.ts';

export interface MidiInputSettings {
  readonly type: 'midi';
  /** The name of our own virtual port, or a pattern that an existing port's name must contain. */
  readonly name: string;
  readonly virtual: boolean;
  /** Which soloist plays here; '' for the only one. */
  readonly part: string;
  /** 0..15, or undefined for all channels. */
  readonly channel?: number;
  /** From the finger to the event; subtracted to get `playedAt`. */
  readonly latency: Seconds;
}
export interface OscInputSettings {
  readonly type: 'osc';
  readonly host: string;
  readonly port: number;
  readonly latency: Seconds;
}
export type InputSettings = MidiInputSettings | OscInputSettings;

export interface MidiOutputSettings {
  readonly type: 'midi';
  readonly name: string;
  readonly virtual: boolean;
  /** Part name or id to channel 0..15; parts not named keep the score's channel. */
  readonly channels: Readonly<Record<string, number>>;
  /** From the byte leaving to the sound; notes leave earlier by as much. */
  readonly latency: Seconds;
  /** Also send the MIDI clock, 24 to the quarter, with start, continue, stop and song position. */
  readonly clock?: boolean;
}
export interface OscOutputSettings {
  readonly type: 'osc';
  readonly host: string;
  readonly port: number;
  /** Which groups of `OSC.md` to send. */
  readonly notes: boolean;
  readonly position: boolean;
  readonly latency: Seconds;
}
export type OutputSettings = MidiOutputSettings | OscOutputSettings;

/** One place where settings come from, before they are checked: a preset file, a flag. */
export interface SettingsLayer {
  /** As a person would name it: "presets/osc.json", "--follow". */
  readonly source: string;
  readonly values: unknown;
}
