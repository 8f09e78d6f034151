/**
 * The door to the MIDI driver, which may be missing: then everything else goes on without it. `@julusian/midi` is opened
 * directly rather than through `easymidi`, which is built on it, because `easymidi` drops the driver's time stamps, opens
 * ports by their whole name only, and offers no way to see that a port has gone.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as driver from '@julusian/midi';
import { saidBy } from '../../core/contract/faults.ts';

export type MidiBinding = typeof driver;
export type MidiDriverInput = InstanceType<MidiBinding['Input']>;
export type MidiDriverOutput = InstanceType<MidiBinding['Output']>;

/** Why there is no MIDI, and what helps: one line. */
export interface NoMidi {
  readonly reason: string;
}

/** Loads the driver. Tried only when somebody wants MIDI; does not throw. */
export function loadMidi(): MidiBinding | NoMidi {
  // RtMidi prints the library's own complaints when the sequencer is missing: look first.
  if (process.platform === 'linux' && !existsSync('/dev/snd/seq')) {
    return { reason: 'MIDI is unavailable: this system has no ALSA sequencer (/dev/snd/seq); load it with "sudo modprobe snd-seq", or use OSC' };
  }
  try {
    const binding = createRequire(import.meta.url)('@julusian/midi') as MidiBinding;
    new binding.Output().destroy(); // loading alone does not reach the driver
    return binding;
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

export function hasMidi(binding: MidiBinding | NoMidi): binding is MidiBinding {
  return !('reason' in binding);
}

function reasonOf(error: unknown): string {
  const said = saidBy(error).split('\n')[0]!;
  if (said.includes('libasound')) return 'MIDI is unavailable: the ALSA library is missing; install it with "sudo apt install libasound2" ("libasound2t64" on newer systems), or use OSC';
  if (said.includes('initialise RtMidi') && process.platform === 'linux') {
    return 'MIDI is unavailable: the ALSA sequencer cannot be opened; load it with "sudo modprobe snd-seq" and see that you may read /dev/snd/seq (group "audio"), or use OSC';
  }
  return `MIDI is unavailable: ${said}`;
}

/** The number of the port that is called `name`, or else of the first whose name contains it, in any case. */
export function portNamed(ports: { getPortCount(): number; getPortName(port: number): string }, name: string): number | undefined {
  const wanted = name.toLowerCase();
  let contains: number | undefined;
  for (let port = 0; port < ports.getPortCount(); port++) {
    const here = ports.getPortName(port);
    if (here === name) return port;
    if (contains === undefined && here.toLowerCase().includes(wanted)) contains = port;
  }
  return contains;
}

export function portNames(ports: { getPortCount(): number; getPortName(port: number): string }): string[] {
  return Array.from({ length: ports.getPortCount() }, (_, port) => ports.getPortName(port));
}

/** Windows has no virtual ports; said once, where somebody asks for one. */
export function virtualPortFault(name: string): string | undefined {
  if (process.platform !== 'win32') return undefined;
  return `Windows has no virtual MIDI ports: create "${name}" with loopMIDI or Windows MIDI Services, and set "virtual" to false`;
}
