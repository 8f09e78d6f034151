/**
 * Settings of everything that touches the world: which ports, which addresses, which delays.
 * Checked and given defaults in `app/config`; milliseconds become `Seconds` there.
 */
import type { Beats, Seconds } from '../music/units.ts';

export interface MidiInputSettings {
  readonly type: 'midi';
  /** The name of our own virtual port, or a pattern that an existing port's name must contain. */
  readonly name: string;
  readonly virtual: boolean;
  /** Which soloist plays here; '' for the only one. */
  readonly part: string;
  /** 0..15, or undefined for all channels. */
  readonly channel?: number;
  /** False where only controls come in, as from pedals; nothing there is playing. */
  readonly notes?: boolean;
  /** From the finger to the event; subtracted to get `playedAt`. */
  readonly latency: Seconds;
  /** A MIDI clock that comes in here counts: as a hint of the tempo, or as the soloist. */
  readonly clock?: boolean;
}
export interface OscInputSettings {
  readonly type: 'osc';
  readonly host: string;
  readonly port: number;
  /** Who plays where a message names no part; the first soloist where left out. */
  readonly part?: string;
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
  /** Ticks also leave while the music stands still, so that a receiver knows the tempo before it starts. */
  readonly clockWhileWaiting?: boolean;
  /** The clock leaves earlier than the notes by as much, later where it is negative. */
  readonly clockLead?: Seconds;
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

/** How a machine with a tempo of its own may be driven; see `app/io/daw/steering.ts`. */
export interface DrivingSettings {
  /** From an order to its effect. */
  readonly lag: Seconds;
  /** Two changes of tempo are at least so far apart. */
  readonly gap: Seconds;
  /** BPM. */
  readonly slowest: number;
  readonly fastest: number;
  /** A change of tempo smaller than this share is not worth telling. */
  readonly deadband: number;
  /** To win the beat back, the tempo may leave that of the music by this share; 0 drives the tempo alone. */
  readonly nudge: number;
  /** In how long a beat that is off is to be won back. */
  readonly catchUp: Seconds;
  /** Time constant with which changes of tempo are evened out; 0 follows at once. */
  readonly smoothing: Seconds;
}
/** Who is driven, by the protocol that it speaks: programs that need no logic of their own share `osc`. */
export type DawKind = 'reaper' | 'ableton-live' | 'ardour' | 'supercollider' | 'link' | 'osc';

/** A message of one's own: an address, and arguments in which `{bpm}`, `{beat}` and the like are filled in. */
export interface MessageTemplate {
  readonly address: string;
  readonly args: readonly (string | number)[];
}
/** What is sent when; what is left out is not sent. */
export interface DawMessages {
  readonly tempo?: MessageTemplate;
  readonly play?: MessageTemplate;
  readonly stop?: MessageTemplate;
  readonly locate?: MessageTemplate;
  /** On each quarter, for whoever counts. */
  readonly beat?: MessageTemplate;
}
/** Addresses at which a program says how it is; what is left out it does not say. */
export interface DawFeedback {
  /** 1 or 0. */
  readonly playing?: string;
  readonly stopped?: string;
  /** BPM. */
  readonly tempo?: string;
  /** From the beginning of its time. */
  readonly seconds?: string;
  readonly quarters?: string;
  /** Text such as "12.3.1.25": bar, beat, sixteenth. */
  readonly bars?: string;
  /** Text such as "3 / 4", without which four quarters are a bar. */
  readonly meter?: string;
}
/** A program whose tempo and transport we drive, or follow. */
export interface DawSettings extends DrivingSettings {
  readonly daw: DawKind;
  readonly host: string;
  readonly port: number;
  /** Where it answers; undefined where it says nothing. */
  readonly listen?: number;
  /** Where the first downbeat of the score lies in its time, in quarters. */
  readonly offset: Beats;
  /** Nobody has said so: its cue points may tell, where they are named as marks or bars of the score. */
  readonly offsetByCues: boolean;
  /** It counts so many beats to a quarter of the score: music that is too slow for it runs twice as fast there. */
  readonly pace: number;
  /** It can be set to any place. */
  readonly locates: boolean;
  readonly messages: DawMessages;
  readonly feedback: DawFeedback;
}

/** What a control can ask for. `mute`, `click` and `count-in` change to and fro. */
export const controlActions = ['start', 'stop', 'hold', 'resume', 'panic', 'go-to', 'tap', 'follow', 'mute', 'forget-take', 'count-in', 'click'] as const;
export type ControlAction = (typeof controlActions)[number];
export const machineCommands = ['stop', 'play', 'deferred play', 'fast forward', 'rewind', 'record', 'pause'] as const;
export const realtimeCommands = ['start', 'continue', 'stop'] as const;
/** The message behind it; without a channel, 0..15, any will do. */
export type ControlTrigger =
  | { readonly type: 'note' | 'controller' | 'program'; readonly number: number; readonly channel?: number | undefined }
  | { readonly type: 'machine'; readonly command: (typeof machineCommands)[number] }
  | { readonly type: 'realtime'; readonly command: (typeof realtimeCommands)[number] };
export interface ControlSettings {
  readonly action: ControlAction;
  readonly trigger: ControlTrigger;
  /** Values (of a controller) or velocities (of a note) that count, both included. */
  readonly from: number;
  readonly to: number;
  /** Where `go-to` goes: a printed bar, or a mark. */
  readonly bar?: string;
  readonly mark?: string;
  /** Whom `mute` silences. */
  readonly part?: string;
}

/** One place where settings come from, before they are checked: a preset file, a flag. */
export interface SettingsLayer {
  /** As a person would name it: "presets/osc.json", "--follow". */
  readonly source: string;
  readonly values: unknown;
}
