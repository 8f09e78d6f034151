/**
 * The beat thread itself. It lives in a loop of its own: sleep in shared memory until shortly before the next message
 * is due, turn on the spot for the rest, send. It owns what sounds, and ends it when the main thread asks, dies, or
 * stands still.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { ChannelCommand } from '../../core/contract/commands.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import { pulse } from './beat-protocol.ts';
import type { BeatWorkerData, FromBeatWorker, PublishCommand, ToBeatWorker } from './beat-protocol.ts';
import { DueQueue } from './due-queue.ts';
import { hasMidi, loadMidi } from './midi-binding.ts';
import { MidiOutlet } from './midi-outlet.ts';
import { OscOutlet, OscSockets, SubscribersOutlet } from './osc-outlet.ts';
import type { Subscriber } from './osc-subscribers.ts';
import type { Outlet } from './outlet.ts';
import { SoundingLedger } from './sounding-ledger.ts';
import { SteeredClock } from './steered-clock.ts';
import { SystemClock } from './system-clock.ts';
import type { Trouble } from './trouble.ts';

const spin = seconds(0.0003); // turning on the spot that long before a deadline halves the median error a hundredfold
const nap = seconds(0.05); // the longest sleep: heartbeat and ports are looked at so often
const roomForOthers = seconds(0.001); // with less time than that the event loop is not turned

/** Equal times: releases, then what prepares a note, then notes, then what is only told. */
const rankOf = { 'note-off': 0, 'control-change': 1, program: 1, 'note-on': 2, publish: 3 } as const;

interface Departure {
  readonly outlet: Outlet;
  readonly command: ChannelCommand | PublishCommand;
}

class BeatWorker {
  readonly #inbox: BeatWorkerData['inbox'];
  readonly #pulse: Int32Array;
  readonly #clock: SystemClock;
  readonly #patience: Seconds;
  readonly #queue = new DueQueue<Departure>();
  readonly #sockets: OscSockets;
  readonly #subscribers: SubscribersOutlet;
  readonly #ledger: SoundingLedger | undefined;
  /** In the order of the settings; undefined where an output cannot be had. */
  readonly #outlets: (Outlet | undefined)[] = [];
  readonly #clocks: { readonly ticks: SteeredClock; readonly outlet: MidiOutlet }[] = [];
  #heartbeat = 0;
  #heardAt: Seconds;
  #stalled = false;
  #closing = false;

  constructor(data: BeatWorkerData) {
    this.#inbox = data.inbox;
    this.#pulse = new Int32Array(data.pulse);
    this.#clock = new SystemClock(data.clockOrigin);
    this.#patience = data.patience;
    this.#heardAt = this.#clock.now();
    this.#sockets = new OscSockets(this.#clock);
    this.#ledger = data.ledger === undefined ? undefined : new SoundingLedger(data.ledger, (error) => this.#tell({ port: 'beat thread', kind: 'lost', message: `what sounds cannot be written down, so nobody can end it if we are killed: ${error.message}` }));
    this.#subscribers = new SubscribersOutlet(this.#sockets, this.#clock, this.#ledger?.rowOf(data.outputs.length));
  }

  async open(outputs: BeatWorkerData['outputs']): Promise<void> {
    const midi = outputs.some(({ type }) => type === 'midi') ? loadMidi() : undefined;
    if (midi !== undefined && !hasMidi(midi)) this.#tell({ port: 'midi', kind: 'unavailable', message: midi.reason });
    for (const [index, settings] of outputs.entries()) {
      const ledger = this.#ledger?.rowOf(index);
      if (settings.type === 'osc') {
        await this.#sockets.prepare(settings.host);
        this.#outlets.push(new OscOutlet(settings, this.#sockets, ledger));
      } else if (midi !== undefined && hasMidi(midi)) {
        const outlet = new MidiOutlet(settings, midi, this.#clock, (trouble) => this.#tell(trouble), ledger);
        this.#outlets.push(outlet);
        if (outlet.hasClock) this.#clocks.push({ ticks: new SteeredClock({ ticksWhileWaiting: outlet.ticksWhileWaiting }), outlet });
      } else this.#outlets.push(undefined);
    }
  }

  async run(): Promise<void> {
    while (!this.#closing) {
      const seen = Atomics.load(this.#pulse, pulse.inbox);
      this.#readInbox();
      this.#grantLastWish();
      this.#watchMainThread();
      this.#sendDue();
      let wait = this.#nextDue() - this.#clock.now() - spin;
      if (wait > roomForOthers) {
        this.#lookAtPorts();
        await turn();
        wait = this.#nextDue() - this.#clock.now() - spin;
      }
      if (wait > 0) Atomics.wait(this.#pulse, pulse.inbox, seen, Math.min(wait, nap) * 1000);
    }
    this.#silence();
    for (const outlet of this.#outlets) outlet?.close();
    this.#sockets.close();
    this.#ledger?.close();
  }

  #readInbox(): void {
    for (let next = receiveMessageOnPort(this.#inbox); next !== undefined; next = receiveMessageOnPort(this.#inbox)) {
      const message = next.message as ToBeatWorker;
      switch (message.type) {
        case 'transport':
          for (const { ticks, outlet } of this.#clocks) ticks.update(message, seconds(this.#clock.now() + outlet.clockLead));
          break;
        case 'subscribers':
          void this.#welcome(message.subscribers);
          break;
        case 'latency': {
          const outlet = this.#outlets[message.output];
          if (outlet !== undefined) outlet.latency = message.latency;
          break;
        }
        case 'silence':
          this.#silence();
          break;
        case 'close':
          this.#closing = true;
          break;
        default:
          for (const outlet of this.#outlets) if (outlet !== undefined) this.#put(outlet, message);
          this.#put(this.#subscribers, message);
      }
    }
  }

  async #welcome(subscribers: readonly Subscriber[]): Promise<void> {
    for (const { host } of subscribers) {
      await this.#sockets.prepare(host).catch((error: unknown) => this.#tell({ port: 'osc', kind: 'unavailable', message: `${host}: ${String(error)}` }));
    }
    this.#subscribers.replace(subscribers);
  }

  #put(outlet: Outlet, command: ChannelCommand | PublishCommand): void {
    this.#queue.put(seconds(command.time - outlet.latency), rankOf[command.type], { outlet, command });
  }

  #sendDue(): void {
    for (let next = this.#queue.take(this.#clock.now()); next !== undefined; next = this.#queue.take(this.#clock.now())) {
      const { outlet, command } = next;
      if (command.type !== 'publish') outlet.play(command);
      else if (outlet instanceof OscOutlet || outlet instanceof SubscribersOutlet) outlet.publish(command.address, command.args);
    }
    for (const { ticks, outlet } of this.#clocks) {
      const now = seconds(this.#clock.now() + outlet.clockLead);
      while (ticks.nextDue <= now) {
        const message = ticks.take(now); // a change of pace is none
        if (message !== undefined) outlet.sendClock(message);
      }
    }
    this.#countSounding();
  }

  #nextDue(): number {
    let due: number = this.#queue.nextDue;
    for (const { ticks, outlet } of this.#clocks) due = Math.min(due, ticks.nextDue - outlet.clockLead);
    return due;
  }

  /** Whatever waits to sound is forgotten, whatever sounds is ended. What is only told stays. */
  #silence(): void {
    this.#queue.drop(({ command }) => command.type !== 'publish');
    for (const outlet of this.#outlets) outlet?.silence();
    this.#subscribers.silence();
    this.#countSounding();
  }

  /** The main thread is on its way out, and waits for us. */
  #grantLastWish(): void {
    const wish = Atomics.load(this.#pulse, pulse.lastWish);
    if (wish === Atomics.load(this.#pulse, pulse.lastWishDone)) return;
    this.#silence();
    this.#stopClocks();
    Atomics.store(this.#pulse, pulse.lastWishDone, wish);
    Atomics.notify(this.#pulse, pulse.lastWishDone);
  }

  #watchMainThread(): void {
    const beat = Atomics.load(this.#pulse, pulse.heartbeat);
    const now = this.#clock.now();
    if (beat !== this.#heartbeat) {
      if (this.#stalled) this.#tell({ port: 'beat thread', kind: 'stalled', message: `the main thread stood still for ${((now - this.#heardAt) * 1000).toFixed(0)} ms; the notes were ended` });
      this.#heartbeat = beat;
      this.#heardAt = now;
      this.#stalled = false;
      return;
    }
    if (this.#stalled || now - this.#heardAt < this.#patience) return;
    if (Atomics.load(this.#pulse, pulse.sounding) === 0 && this.#queue.length === 0 && this.#nextDue() === Infinity) return;
    this.#stalled = true;
    this.#silence();
    this.#stopClocks();
  }

  #stopClocks(): void {
    for (const { ticks, outlet } of this.#clocks) {
      ticks.halt();
      for (let message = ticks.take(seconds(-Infinity)); message !== undefined; message = ticks.take(seconds(-Infinity))) outlet.sendClock(message);
    }
  }

  #lookAtPorts(): void {
    const now = this.#clock.now();
    for (const outlet of this.#outlets) outlet?.look(now);
    this.#subscribers.look(now);
  }

  #countSounding(): void {
    let count = this.#subscribers.sounding;
    for (const outlet of this.#outlets) count = Math.max(count, outlet?.sounding ?? 0);
    Atomics.store(this.#pulse, pulse.sounding, count);
  }

  #tell(trouble: Trouble): void {
    say({ type: 'trouble', trouble });
  }
}

/** Lets callbacks of sockets and drivers run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function say(message: FromBeatWorker): void {
  parentPort!.postMessage(message);
}

const data = workerData as BeatWorkerData;
const worker = new BeatWorker(data);
await worker.open(data.outputs);
say({ type: 'ready' });
await worker.run();
say({ type: 'closed' });
data.inbox.close();
