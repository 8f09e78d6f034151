/** Single notes as commands, for trying sinks. */
import type { ChannelCommand } from '../../src/core/contract/commands.ts';
import { beats, midiPitch, seconds, velocity } from '../../src/core/music/units.ts';

export function noteOnAt(time: number, pitch: number, channel = 0, part = 'piano', strength = 80): ChannelCommand {
  return { type: 'note-on', time: seconds(time), part, channel, pitch: midiPitch(pitch), velocity: velocity(strength), position: beats(0), noteId: `${pitch}` };
}
export function noteOffAt(time: number, pitch: number, channel = 0, part = 'piano'): ChannelCommand {
  return { type: 'note-off', time: seconds(time), part, channel, pitch: midiPitch(pitch) };
}
