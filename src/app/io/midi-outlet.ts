/** One MIDI output inside the beat thread: opens and reopens its port, and knows what sounds there. */
import type { ChannelCommand } from '../../core/contract/commands.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { MidiOutputSettings } from '../../core/contract/settings.ts';
import type { Seconds } from '../../core/music/units.ts';
import { midiPitch, seconds, velocity } from '../../core/music/units.ts';
import { KeptPort } from './kept-port.ts';
import type { MidiBinding, MidiDriverOutput } from './midi-binding.ts';
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
  readonly #sounding: Sounding;
  readonly #pace: Pace;
  readonly #port: KeptPort<MidiDriverOutput>;
  #nextLook: Seconds;
  latency: Seconds;

  constructor(settings: MidiOutputSettings, binding: MidiBinding, clock: Clock, onTrouble: OnTrouble, ledger?: LedgerRow) {
    this.#sounding = new Sounding(ledger);
    this.#settings = settings;
    this.#pace = new Pace(clock, burst, gap);
    this.latency = settings.latency;
    this.#port = new KeptPort({
      ...settings,
      direction: 'output',
      create: () => new binding.Output(),
      onOpen: () => this.silence(), // a synth that was unplugged in the middle of a note still holds it
      onLost: () => undefined,
      onTrouble,
    });
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
    this.#port.port?.sendMessage(writeMidi(message));
  }

  /** How much earlier than its beat a tick leaves. */
  get clockLead(): Seconds {
    return seconds(this.latency + (this.#settings.clockLead ?? 0));
  }

  get hasClock(): boolean {
    return this.#settings.clock === true;
  }

  get ticksWhileWaiting(): boolean {
    return this.#settings.clockWhileWaiting === true;
  }

  /** Once a second: is the port still there, has it come? */
  look(now: Seconds): void {
    if (now < this.#nextLook) return;
    this.#nextLook = seconds(now + lookAgain);
    this.#port.look();
  }

  close(): void {
    this.#port.close();
  }

  #send(message: Exclude<MidiMessage, { type: 'other' }>): void {
    const { port } = this.#port;
    if (port === undefined) return;
    this.#pace.wait();
    port.sendMessage(writeMidi(message));
  }
}
