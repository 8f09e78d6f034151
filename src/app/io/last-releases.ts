/** Ends what another process left sounding: the ledger says which keys, and its outputs are reached anew. */
import type { OutputSettings } from '../../core/contract/settings.ts';
import type { Clock } from '../../core/contract/ports.ts';
import { midiPitch } from '../../core/music/units.ts';
import { hasMidi, loadMidi, portNamed } from './midi-binding.ts';
import { allNotesOff, sustainPedal, writeMidi } from './midi-bytes.ts';
import { OscSockets, noteArguments } from './osc-outlet.ts';
import { writeOsc } from './osc-packet.ts';
import type { Subscriber } from './osc-subscribers.ts';
import type { DownKey } from './sounding-ledger.ts';

/**
 * A virtual MIDI port went with its process, and whoever listened to it cannot be reached; everybody else can.
 * @param outputs with numeric hosts
 */
export async function releaseKeys(keys: readonly DownKey[], outputs: readonly OutputSettings[], subscribers: readonly Subscriber[], clock: Clock): Promise<void> {
  const sockets = new OscSockets(clock);
  for (const [index, output] of outputs.entries()) {
    const own = keys.filter((key) => key.output === index);
    if (output.type === 'midi') releaseMidi(output.name, output.virtual, own);
    else await releaseOsc(sockets, own, output);
  }
  const told = keys.filter((key) => key.output === outputs.length);
  for (const subscriber of subscribers) await releaseOsc(sockets, told, subscriber);
  // What was sent leaves inside the call; closing waits for nothing.
  sockets.close();
}

async function releaseOsc(sockets: OscSockets, keys: readonly DownKey[], to: { readonly host: string; readonly port: number }): Promise<void> {
  if (keys.length === 0) return;
  await sockets.prepare(to.host);
  for (const { channel, pitch } of keys) sockets.send(writeOsc('/note', noteArguments(channel, pitch, 0)), to.host, to.port);
}

/** The pedal is in no ledger, so it is lifted everywhere. */
function releaseMidi(name: string, virtual: boolean, keys: readonly DownKey[]): void {
  const binding = virtual ? undefined : loadMidi();
  if (binding === undefined || !hasMidi(binding)) return;
  const port = new binding.Output();
  const number = portNamed(port, name);
  if (number !== undefined) {
    port.openPort(number);
    for (const { channel, pitch } of keys) port.sendMessage(writeMidi({ type: 'note-off', channel, pitch: midiPitch(pitch) }));
    for (let channel = 0; channel < 16; channel++) {
      for (const controller of [sustainPedal, allNotesOff]) port.sendMessage(writeMidi({ type: 'control-change', channel, controller, value: 0 }));
    }
  }
  port.destroy();
}
