/**
 * The ear for MIDI: a port of our own that others play into, or one that exists. The driver stamps each message with
 * the time since the one before; through the clock map that tells when a note was played even if we were busy when it came.
 */
import type { SoloEvent, StageEvent } from '../../core/contract/events.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { ControlSettings, MidiInputSettings } from '../../core/contract/settings.ts';
import type { MidiPitch, Seconds } from '../../core/music/units.ts';
import { midiPitch, seconds } from '../../core/music/units.ts';
import { ClockMap } from './clock-map.ts';
import { MidiClockEar } from './daw/outside-clock.ts';
import { FaultTally } from './fault-tally.ts';
import { KeptPort } from './kept-port.ts';
import type { MidiBinding, MidiDriverInput } from './midi-binding.ts';
import { hasMidi, loadMidi } from './midi-binding.ts';
import type { MidiMessage } from './midi-bytes.ts';
import { readMidi, sustainPedal } from './midi-bytes.ts';
import type { ControlWish } from './midi-controls.ts';
import { MidiControls } from './midi-controls.ts';
import type { OnTrouble } from './trouble.ts';

export interface MidiInput {
  readonly name: string;
  /** From the finger to the event; may be set while playing. */
  latency: Seconds;
  /** False while the port is missing; it is looked for every second. */
  readonly isOpen: boolean;
  readonly faults: ReadonlyMap<string, number>;
  close(): void;
}

/** Which messages are controls, and who hears of them. */
export interface MidiDesk {
  readonly controls: readonly ControlSettings[];
  readonly onControl: (wish: ControlWish) => void;
  /** Everything that arrives, before anything is made of it; for whoever learns. */
  readonly onMessage?: (message: MidiMessage) => void;
}

const lookAgain = seconds(1);
const latestBelieved = seconds(0.5); // a message cannot have waited longer in the driver's queue than we may stand still

/** Never throws: without MIDI, `onTrouble` is told why in one line, and everything else goes on. */
export function openMidiInput(settings: MidiInputSettings, clock: Clock, onEvent: (event: StageEvent) => void, onTrouble: OnTrouble, desk?: MidiDesk): MidiInput {
  const binding = loadMidi();
  if (hasMidi(binding)) return new MidiEar(settings, binding, clock, onEvent, onTrouble, desk);
  onTrouble({ port: settings.name, kind: 'unavailable', message: binding.reason });
  return { name: settings.name, latency: settings.latency, isOpen: false, faults: new Map(), close: () => {} };
}

class MidiEar implements MidiInput {
  readonly #settings: MidiInputSettings;
  readonly #clock: Clock;
  readonly #onEvent: (event: StageEvent) => void;
  readonly #onControl: (wish: ControlWish) => void;
  readonly #notes: MidiNotes;
  readonly #tally: FaultTally;
  readonly #port: KeptPort<MidiDriverInput>;
  #cancelLook: (() => void) | undefined;

  constructor(settings: MidiInputSettings, binding: MidiBinding, clock: Clock, onEvent: (event: StageEvent) => void, onTrouble: OnTrouble, desk: MidiDesk | undefined) {
    this.#settings = settings;
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.#onControl = desk?.onControl ?? ((): void => undefined);
    const controls = desk === undefined ? undefined : new MidiControls(desk.controls);
    this.#notes = new MidiNotes(settings, (message) => this.#isControl(message, controls, desk));
    this.#tally = new FaultTally(`midi ${settings.name}`, clock, onTrouble);
    this.#port = new KeptPort({
      ...settings,
      direction: 'input',
      create: () => {
        const port = new binding.Input();
        // Exclusive messages are off unless asked for: some devices dump their memory.
        const hearsExclusive = controls?.needsExclusive === true || desk?.onMessage !== undefined;
        port.ignoreTypes(!hearsExclusive, settings.clock !== true, true);
        port.on('messageBuffer', (delta, bytes) => this.#receive(delta, bytes));
        return port;
      },
      onOpen: () => this.#notes.restart(),
      onLost: () => {
        for (const release of this.#notes.release(clock.now())) onEvent(release);
      },
      onTrouble,
    });
    this.#look();
  }

  get name(): string {
    return this.#settings.name;
  }
  get latency(): Seconds {
    return this.#notes.latency;
  }
  set latency(latency: Seconds) {
    this.#notes.latency = latency;
  }
  get isOpen(): boolean {
    return this.#port.port !== undefined;
  }
  get faults(): ReadonlyMap<string, number> {
    return this.#tally.totals;
  }

  close(): void {
    this.#cancelLook?.();
    this.#tally.close();
    this.#port.close();
  }

  #receive(delta: number, bytes: Uint8Array): void {
    const event = this.#notes.read(delta, bytes, this.#clock.now());
    if (typeof event === 'string') this.#tally.add(event);
    else if (event !== undefined) this.#onEvent(event);
  }

  /** What stands for an action is no playing. */
  #isControl(message: MidiMessage, controls: MidiControls | undefined, desk: MidiDesk | undefined): boolean {
    desk?.onMessage?.(message);
    const wishes = controls?.hear(message);
    for (const wish of wishes ?? []) this.#onControl(wish);
    return wishes !== undefined;
  }

  #look(): void {
    this.#port.look();
    this.#cancelLook = this.#clock.wakeAt(seconds(this.#clock.now() + lookAgain), () => this.#look());
  }
}

/** Bytes with their stamps, but for those that are taken for something else, into what the soloist did; remembers which keys are down, so that a lost port can let them go. */
export class MidiNotes {
  readonly #part: string;
  readonly #channel: number | undefined;
  readonly #playsNotes: boolean;
  readonly #isTaken: (message: MidiMessage) => boolean;
  readonly #held = new Set<MidiPitch>();
  readonly #clockEar: MidiClockEar | undefined;
  #map = new ClockMap();
  /** The driver's own time: its deltas added up. */
  #driverTime = 0;
  latency: Seconds;

  constructor(settings: Pick<MidiInputSettings, 'part' | 'channel' | 'latency' | 'clock' | 'notes'>, isTaken: (message: MidiMessage) => boolean = () => false) {
    this.#clockEar = settings.clock === true ? new MidiClockEar() : undefined;
    this.#playsNotes = settings.notes ?? true;
    this.#isTaken = isTaken;
    this.#part = settings.part;
    this.#channel = settings.channel;
    this.latency = settings.latency;
  }

  /**
   * @param delta seconds since the message before, by the driver
   * @param time  arrival, by our clock
   * @returns undefined for what is no playing; a phrase for what cannot be read
   */
  read(delta: number, bytes: ArrayLike<number>, time: Seconds): StageEvent | string | undefined {
    this.#driverTime += Number.isFinite(delta) ? Math.max(0, delta) : 0;
    const left = this.#map.observe(seconds(this.#driverTime), time);
    const message = readMidi(bytes);
    if (typeof message === 'string') return message;
    if (this.#isTaken(message)) return undefined;
    if (message.type !== 'other' && message.type !== 'machine' && !('channel' in message)) return this.#clockEar?.hear(message, seconds(Math.max(left, time - latestBelieved) - this.latency), time);
    if (!this.#playsNotes) return undefined;
    if (!('channel' in message) || (this.#channel !== undefined && message.channel !== this.#channel)) return undefined;
    const playedAt = seconds(Math.max(left, time - latestBelieved) - this.latency);
    const part = this.#part;
    switch (message.type) {
      case 'note-on':
        this.#held.add(message.pitch);
        return { type: 'solo-on', time, playedAt, part, pitch: message.pitch, velocity: message.velocity };
      case 'note-off':
        this.#held.delete(message.pitch);
        return { type: 'solo-off', time, playedAt, part, pitch: message.pitch };
      case 'control-change':
        return message.controller === sustainPedal ? { type: 'solo-pedal', time, playedAt, part, value: message.value } : undefined;
      default:
        return undefined;
    }
  }

  /** The keys that were down when the port went. */
  release(time: Seconds): SoloEvent[] {
    const releases = [...this.#held].map((pitch): SoloEvent => ({ type: 'solo-off', time, playedAt: time, part: this.#part, pitch: midiPitch(pitch) }));
    this.#held.clear();
    return releases;
  }

  /** A newly opened port counts its time anew. */
  restart(): void {
    this.#map = new ClockMap();
    this.#driverTime = 0;
  }
}
