/** One MIDI output inside the beat thread: opens and reopens its port, and knows what sounds there. */
import type { ChannelCommand } from '../../core/contract/commands.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { MidiOutputSettings } from '../../core/contract/settings.ts';
import type { Seconds } from '../../core/music/units.ts';
import { midiPitch, seconds, velocity } from '../../core/music/units.ts';
import type { MidiBinding, MidiDriverOutput } from './midi-binding.ts';
import { portNamed, portNames, virtualPortFault } from './midi-binding.ts';
import type { MidiMessage } from './midi-bytes.ts';
import { allNotesOff, sustainPedal, writeMidi } from './midi-bytes.ts';
import type { Outlet } from './outlet.ts';
import { Pace } from './pace.ts';
import { Sounding } from './sounding.ts';
import type { LedgerRow } from './sounding-ledger.ts';
import type { OnTrouble } from './trouble.ts';

const lookAgain = seconds(1);
const burst = 32;
const gap = seconds(0.0002); // 5,000 messages a second, five times what a MIDI cable carries

export class MidiOutlet implements Outlet {
  readonly #settings: MidiOutputSettings;
  readonly #binding: MidiBinding;
  readonly #onTrouble: OnTrouble;
  readonly #sounding: Sounding;
  readonly #pace: Pace;
  #port: MidiDriverOutput | undefined;
  /** The full name of an existing port that is open. */
  #openName: string | undefined;
  #toldMissing = false;
  #nextLook: Seconds;
  latency: Seconds;

  constructor(settings: MidiOutputSettings, binding: MidiBinding, clock: Clock, onTrouble: OnTrouble, ledger?: LedgerRow) {
    this.#sounding = new Sounding(ledger);
    this.#settings = settings;
    this.#binding = binding;
    this.#onTrouble = onTrouble;
    this.#pace = new Pace(clock, burst, gap);
    this.latency = settings.latency;
    this.#nextLook = clock.now();
    this.look(this.#nextLook);
  }

  get sounding(): number {
    return this.#sounding.count;
  }

  play(command: ChannelCommand): void {
    const channel = this.#settings.channels[command.part] ?? command.channel;
    switch (command.type) {
      case 'note-on':
        if (this.#sounding.begin(channel, command.pitch)) this.#send({ type: 'note-off', channel, pitch: command.pitch });
        this.#send({ type: 'note-on', channel, pitch: command.pitch, velocity: velocity(Math.round(command.velocity)) });
        return;
      case 'note-off':
        if (this.#sounding.end(channel, command.pitch)) {
          this.#send({ type: 'note-off', channel, pitch: command.pitch });
          this.#sounding.ended(channel, command.pitch);
        }
        return;
      case 'control-change':
        this.#sounding.use(channel);
        this.#send({ type: 'control-change', channel, controller: command.controller, value: command.value });
        return;
      case 'program':
        this.#sounding.use(channel);
        this.#send({ type: 'program', channel, program: command.program });
    }
  }

  /** Key by key, since not every synth knows "all notes off"; then the pedal, then that as well. */
  silence(): void {
    this.#sounding.clear((channel, pitch) => this.#send({ type: 'note-off', channel, pitch: midiPitch(pitch) }));
    for (const channel of this.#sounding.channelsUsed) {
      this.#send({ type: 'control-change', channel, controller: sustainPedal, value: 0 });
      this.#send({ type: 'control-change', channel, controller: allNotesOff, value: 0 });
    }
  }

  /** The MIDI clock goes unpaced: it may not wait behind a chord. */
  sendClock(message: MidiMessage & { type: 'clock' | 'start' | 'continue' | 'stop' | 'song-position' }): void {
    this.#port?.sendMessage(writeMidi(message));
  }

  get hasClock(): boolean {
    return this.#settings.clock === true;
  }

  /** Once a second: is the port still there, has it come? */
  look(now: Seconds): void {
    if (now < this.#nextLook) return;
    this.#nextLook = seconds(now + lookAgain);
    try {
      if (this.#port === undefined) this.#open();
      else if (this.#openName !== undefined && portNamed(this.#port, this.#openName) === undefined) this.#lose();
    } catch (error) {
      this.#tellOnce(error instanceof Error ? error.message : String(error));
    }
  }

  close(): void {
    this.#port?.destroy();
    this.#port = undefined;
  }

  #open(): void {
    const { name, virtual } = this.#settings;
    const fault = virtual ? virtualPortFault(name) : undefined;
    if (fault !== undefined) return this.#tellOnce(fault);
    const port = new this.#binding.Output();
    try {
      if (virtual) port.openVirtualPort(name);
      else {
        const number = portNamed(port, name);
        if (number === undefined) throw new Error(`no MIDI output has this in its name (there is ${portNames(port).join(', ') || 'none'}); looking every second`);
        this.#openName = port.getPortName(number);
        port.openPort(number);
      }
    } catch (error) {
      this.#openName = undefined;
      port.destroy();
      throw error;
    }
    this.#port = port;
    if (this.#toldMissing) this.#onTrouble({ port: name, kind: 'back', message: `${this.#openName ?? name} is open` });
    this.#toldMissing = false;
    this.silence(); // a synth that was unplugged in the middle of a note still holds it
  }

  #lose(): void {
    this.#port?.destroy();
    this.#port = undefined;
    this.#toldMissing = true;
    this.#onTrouble({ port: this.#settings.name, kind: 'lost', message: `${this.#openName} has gone; looking for it every second` });
    this.#openName = undefined;
  }

  #tellOnce(message: string): void {
    if (this.#toldMissing) return;
    this.#toldMissing = true;
    this.#onTrouble({ port: this.#settings.name, kind: 'unavailable', message });
  }

  #send(message: Exclude<MidiMessage, { type: 'other' }>): void {
    if (this.#port === undefined) return;
    this.#pace.wait();
    this.#port.sendMessage(writeMidi(message));
  }
}
