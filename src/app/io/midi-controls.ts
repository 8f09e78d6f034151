/**
 * What a foot or a spare finger may ask for by MIDI: messages that stand for an action, and are no playing. A control
 * acts when its message comes; one of a controller when the value enters its range, so that a pedal that sends a
 * hundred values on its way down acts once. Only the amount of following is taken from every value.
 */
import type { ControlSettings, ControlTrigger } from '../../core/contract/settings.ts';
import { pitchName } from '../../core/music/pitch.ts';
import type { MidiMessage } from './midi-bytes.ts';

/** A control was meant; `share` is how far its controller is turned, 0..1. */
export interface ControlWish {
  readonly type: 'control-wish';
  readonly control: ControlSettings;
  readonly share: number;
}

export class MidiControls {
  readonly #controls: readonly ControlSettings[];
  /** Controls whose controller is in their range already. */
  readonly #entered = new Set<ControlSettings>();

  constructor(controls: readonly ControlSettings[]) {
    this.#controls = controls;
    // A pedal is up before anything is heard of it.
    for (const control of controls) if (control.trigger.type === 'controller' && control.from === 0) this.#entered.add(control);
  }

  /** Exclusive messages must be let through by the driver. */
  get needsExclusive(): boolean {
    return this.#controls.some(({ trigger }) => trigger.type === 'machine');
  }

  /** @returns undefined where the message is none of ours; an empty list where it is, and nothing is to be done */
  hear(message: MidiMessage): readonly ControlWish[] | undefined {
    let wishes: ControlWish[] | undefined;
    for (const control of this.#controls) {
      if (!isMeant(control.trigger, message)) continue;
      wishes ??= [];
      const value = valueOf(message);
      const inRange = value === undefined || (value >= control.from && value <= control.to);
      const wasIn = this.#entered.has(control);
      if (message.type === 'control-change') this.#note(control, inRange);
      if (!inRange || message.type === 'note-off' || (message.type === 'control-change' && wasIn && control.action !== 'follow')) continue;
      wishes.push({ type: 'control-wish', control, share: (value ?? 127) / 127 });
    }
    return wishes;
  }

  #note(control: ControlSettings, inRange: boolean): void {
    if (inRange) this.#entered.add(control);
    else this.#entered.delete(control);
  }
}

/** The part of a message that is learned; undefined for what cannot stand for an action: a release, a clock, bends. */
export function triggerOf(message: MidiMessage): ControlTrigger | undefined {
  switch (message.type) {
    case 'note-on':
      return { type: 'note', number: message.pitch, channel: message.channel };
    case 'control-change':
      return { type: 'controller', number: message.controller, channel: message.channel };
    case 'program':
      return { type: 'program', number: message.program, channel: message.channel };
    case 'machine':
      return { type: 'machine', command: message.command };
    case 'start':
    case 'continue':
    case 'stop':
      return { type: 'realtime', command: message.type };
    default:
      return undefined;
  }
}

/** The same message may come from both. */
export function overlap(a: ControlTrigger, b: ControlTrigger): boolean {
  if ('command' in a || 'command' in b) return 'command' in a && 'command' in b && a.type === b.type && a.command === b.command;
  return a.type === b.type && a.number === b.number && (a.channel === undefined || b.channel === undefined || a.channel === b.channel);
}

/** For people: "controller 64 (sustain pedal) on channel 1". */
export function triggerInWords(trigger: ControlTrigger): string {
  if ('command' in trigger) return trigger.type === 'machine' ? `machine control "${trigger.command}"` : `MIDI "${trigger.command}"`;
  const { type, number, channel } = trigger;
  const what = type === 'note' ? `note ${number} (${pitchName(number as never)})` : type === 'controller' && number === 64 ? 'controller 64 (sustain pedal)' : `${type} ${type === 'program' ? number + 1 : number}`;
  return `${what}${channel === undefined ? '' : ` on channel ${channel + 1}`}`;
}

function isMeant(trigger: ControlTrigger, message: MidiMessage): boolean {
  const heard = message.type === 'note-off' ? ({ type: 'note', number: message.pitch, channel: message.channel } as const) : triggerOf(message);
  return heard !== undefined && overlap(trigger, heard);
}

function valueOf(message: MidiMessage): number | undefined {
  return message.type === 'control-change' ? message.value : message.type === 'note-on' ? message.velocity : undefined;
}
