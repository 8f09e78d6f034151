/** Listens at a MIDI port until the first message that can stand for an action. */
import type { Clock } from '../../core/contract/ports.ts';
import { UserFault } from '../../core/contract/faults.ts';
import type { ControlTrigger } from '../../core/contract/settings.ts';
import { seconds } from '../../core/music/units.ts';
import type { MidiMessage } from './midi-bytes.ts';
import { triggerOf } from './midi-controls.ts';
import { openMidiInput } from './midi-input.ts';

/** Opens an ear that hands on every message; returns what closes it. @throws UserFault where there is none to be had */
export type OpenEar = (onMessage: (message: MidiMessage) => void) => () => void;

/**
 * @param wait seconds
 * @throws UserFault where there is no MIDI, or nothing comes
 */
export function nextControl(port: { readonly name: string; readonly virtual: boolean }, clock: Clock, wait: number, open: OpenEar = midiEar(port, clock)): Promise<ControlTrigger> {
  if (!(wait > 0)) throw new UserFault('--wait', '', 'must be a number of seconds above 0', wait);
  return new Promise((resolve, reject) => {
    let close: () => void = () => undefined;
    let cancel: () => void = () => undefined;
    let settled = false;
    const end = (settle: () => void): void => {
      if (settled) return;
      settled = true;
      cancel();
      close();
      settle();
    };
    try {
      close = open((message) => {
        const trigger = triggerOf(message);
        // A pedal that comes up, a knob at rest: what is meant is pressing.
        if (trigger === undefined || (message.type === 'control-change' && message.value < 64)) return;
        end(() => resolve(trigger));
      });
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    cancel = clock.wakeAt(seconds(clock.now() + wait), () => end(() => reject(new UserFault('controls learn', '', `heard nothing on "${port.name}" within ${wait} s; "collaparte ports --watch" shows what arrives`))));
  });
}

function midiEar({ name, virtual }: { readonly name: string; readonly virtual: boolean }, clock: Clock): OpenEar {
  return (onMessage) => {
    let unavailable: string | undefined;
    const input = openMidiInput({ type: 'midi', name, virtual, part: '', latency: seconds(0), notes: false }, clock, () => undefined, (trouble) => {
      if (trouble.kind === 'unavailable') unavailable ??= trouble.message;
    }, { controls: [], onControl: () => undefined, onMessage });
    if (unavailable !== undefined) {
      input.close();
      throw new UserFault('controls learn', `port "${name}"`, `cannot be heard: ${unavailable}`);
    }
    return () => input.close();
  };
}
