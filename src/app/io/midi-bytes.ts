/**
 * The bytes of MIDI 1.0 to messages and back. Drivers deliver whole messages with their status byte, so running status
 * does not occur here; what is cut short or says nonsense becomes a fault to be counted.
 * @see MIDI 1.0 Detailed Specification, tables I to V
 */
import { machineCommands } from '../../core/contract/settings.ts';
import type { Beats, MidiPitch, Velocity } from '../../core/music/units.ts';
import { beats, midiPitch, velocity } from '../../core/music/units.ts';

/** Channels are 0..15. */
export type MidiMessage =
  | { readonly type: 'note-on'; readonly channel: number; readonly pitch: MidiPitch; readonly velocity: Velocity }
  | { readonly type: 'note-off'; readonly channel: number; readonly pitch: MidiPitch }
  | { readonly type: 'control-change'; readonly channel: number; readonly controller: number; readonly value: number }
  | { readonly type: 'program'; readonly channel: number; readonly program: number }
  | { readonly type: 'clock' | 'start' | 'continue' | 'stop' }
  | { readonly type: 'song-position'; readonly position: Beats }
  /** MIDI machine control, to any device: the buttons of a tape machine. */
  | { readonly type: 'machine'; readonly command: (typeof machineCommands)[number] }
  /** Valid, and of no meaning here: aftertouch, bend, other exclusive messages, time code, active sensing. */
  | { readonly type: 'other' };

export type MidiFault = 'empty message' | 'message cut short' | 'data byte without status' | 'status byte among data' | 'undefined status';

/** MIDI clocks in a quarter note. */
export const clocksPerBeat = 24;
/** Song position counts sixteenths, in 14 bits. */
const songPositionsPerBeat = 4;
const lastSongPosition = 0x3fff;

export const sustainPedal = 64;
export const allNotesOff = 123;

/** What follows the status byte, by its upper half. */
const dataBytes: Readonly<Record<number, number>> = { 0x80: 2, 0x90: 2, 0xa0: 2, 0xb0: 2, 0xc0: 1, 0xd0: 1, 0xe0: 2 };

/** One message, as a driver delivers it. */
export function readMidi(bytes: ArrayLike<number>): MidiMessage | MidiFault {
  const status = bytes[0];
  if (status === undefined) return 'empty message';
  if (status < 0x80) return 'data byte without status';
  if (status >= 0xf0) return readSystem(status, bytes);
  const kind = status & 0xf0;
  const needed = dataBytes[kind]!;
  if (bytes.length < 1 + needed) return 'message cut short';
  for (let i = 1; i <= needed; i++) if (bytes[i]! > 127) return 'status byte among data';
  const channel = status & 0x0f;
  const first = bytes[1]!;
  const second = bytes[2]!;
  switch (kind) {
    case 0x80:
      return { type: 'note-off', channel, pitch: midiPitch(first) };
    case 0x90: // velocity 0 releases
      return second === 0 ? { type: 'note-off', channel, pitch: midiPitch(first) } : { type: 'note-on', channel, pitch: midiPitch(first), velocity: velocity(second) };
    case 0xb0:
      return { type: 'control-change', channel, controller: first, value: second };
    case 0xc0:
      return { type: 'program', channel, program: first };
    default:
      return { type: 'other' };
  }
}

function readSystem(status: number, bytes: ArrayLike<number>): MidiMessage | MidiFault {
  switch (status) {
    case 0xf0: {
      // F0 7F device 06 command F7; the commands count from 1.
      const command = bytes[1] === 0x7f && bytes[3] === 0x06 ? machineCommands[(bytes[4] ?? 0) - 1] : undefined;
      return command === undefined ? { type: 'other' } : { type: 'machine', command };
    }
    case 0xf2: {
      if (bytes.length < 3) return 'message cut short';
      if (bytes[1]! > 127 || bytes[2]! > 127) return 'status byte among data';
      return { type: 'song-position', position: beats((bytes[1]! | (bytes[2]! << 7)) / songPositionsPerBeat) };
    }
    case 0xf8:
      return { type: 'clock' };
    case 0xfa:
      return { type: 'start' };
    case 0xfb:
      return { type: 'continue' };
    case 0xfc:
      return { type: 'stop' };
    case 0xf4:
    case 0xf5:
    case 0xf9:
    case 0xfd:
      return 'undefined status';
    default:
      return { type: 'other' };
  }
}

/** @throws RangeError when a channel is not 0..15 or a value not 0..127: a device would take it for another message */
export function writeMidi(message: Exclude<MidiMessage, { type: 'other' }>): number[] {
  switch (message.type) {
    case 'note-on':
      return channelBytes(0x90, message.channel, message.pitch, message.velocity);
    case 'note-off':
      return channelBytes(0x80, message.channel, message.pitch, 64); // 64: a release like any other
    case 'control-change':
      return channelBytes(0xb0, message.channel, message.controller, message.value);
    case 'program':
      return channelBytes(0xc0, message.channel, message.program);
    case 'clock':
      return [0xf8];
    case 'start':
      return [0xfa];
    case 'continue':
      return [0xfb];
    case 'stop':
      return [0xfc];
    case 'machine':
      return [0xf0, 0x7f, 0x7f, 0x06, machineCommands.indexOf(message.command) + 1, 0xf7];
    case 'song-position': {
      const sixteenths = Math.min(lastSongPosition, Math.max(0, Math.floor(message.position * songPositionsPerBeat + 1e-6)));
      return [0xf2, sixteenths & 0x7f, sixteenths >> 7];
    }
  }
}

function channelBytes(kind: number, channel: number, ...data: readonly number[]): number[] {
  if (!(Number.isInteger(channel) && channel >= 0 && channel <= 15)) throw new RangeError(`MIDI channels are 0..15, not ${channel}`);
  for (const value of data) if (!(Number.isInteger(value) && value >= 0 && value <= 127)) throw new RangeError(`MIDI data are whole numbers 0..127, not ${value}`);
  return [kind | channel, ...data];
}
