/**
 * The door to the beat thread: the accompaniment's notes go in with the time at which they are to sound, and leave
 * from a thread that nothing else disturbs. Timers of the main thread are late by milliseconds whenever anything runs;
 * and a main thread that dies or stands still must not leave a note sounding.
 */
import { lookup } from 'node:dns/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { UserFault } from '../../core/contract/faults.ts';
import type { ChannelCommand, TransportCommand } from '../../core/contract/commands.ts';
import type { NoteSink, TransportSink } from '../../core/contract/ports.ts';
import type { OutputSettings } from '../../core/contract/settings.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import { pulse } from './beat-protocol.ts';
import type { BeatWorkerData, FromBeatWorker, ToBeatWorker } from './beat-protocol.ts';
import type { OscArgument } from './osc-packet.ts';
import type { Subscriber } from './osc-subscribers.ts';
import type { SystemClock } from './system-clock.ts';
import type { OnTrouble } from './trouble.ts';

export interface BeatThreadOptions {
  /** The main thread may stand still for so long before every note is ended. Loading a long score on stage takes longer than a bar's patience: load before. */
  readonly patience?: Seconds;
  /** See `sounding-ledger.ts`. */
  readonly ledger?: string;
}

const defaultPatience = seconds(0.4);
const beatEvery = 0.25; // of the patience: three missed beats are an accident, four are not
const threadHop = seconds(0.003); // from `send` to the worker's queue, with something to spare
const lastWishTakes = 1000; // ms at most; a hundred notes paced take a tenth of it
/** Marks our own signal listeners, which are no reason to stay. */
const onlySilences = Symbol('only silences');
const leavingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** @throws UserFault when a host cannot be found; Error when the thread does not start */
export async function openBeatThread(outputs: readonly OutputSettings[], clock: SystemClock, onTrouble: OnTrouble, options: BeatThreadOptions = {}): Promise<BeatThread> {
  const resolved = await Promise.all(outputs.map(withNumericHost));
  const patience = options.patience ?? defaultPatience;
  const memory = new SharedArrayBuffer(pulse.length * Int32Array.BYTES_PER_ELEMENT);
  const { port1: outbox, port2: inbox } = new MessageChannel();
  const data: BeatWorkerData = { outputs: resolved, clockOrigin: clock.origin, pulse: memory, inbox, patience, ...(options.ledger !== undefined && { ledger: options.ledger }) };
  const here = fileURLToPath(import.meta.url);
  const worker = new Worker(new URL(`./beat-worker${extname(here)}`, import.meta.url), { workerData: data, transferList: [inbox], name: 'beat thread' });
  await new Promise<void>((resolve, reject) => {
    const listen = (message: FromBeatWorker): void => {
      if (message.type === 'trouble') onTrouble(message.trouble);
      else if (message.type === 'ready') {
        worker.off('message', listen);
        worker.off('error', reject);
        resolve();
      }
    };
    worker.on('message', listen);
    worker.once('error', reject);
  });
  return new BeatThread({ worker, outbox, memory, outputs: resolved, patience, onTrouble });
}

interface Parts {
  readonly worker: Worker;
  readonly outbox: MessagePort;
  readonly memory: SharedArrayBuffer;
  readonly outputs: readonly OutputSettings[];
  readonly patience: Seconds;
  readonly onTrouble: OnTrouble;
}

export class BeatThread implements NoteSink, TransportSink {
  readonly #worker: Worker;
  readonly #outbox: MessagePort;
  readonly #pulse: Int32Array;
  readonly #outputs: readonly OutputSettings[];
  readonly #latencies: Seconds[];
  readonly #heart: NodeJS.Timeout;
  readonly #gone: Promise<void>;
  #open = true;

  constructor({ worker, outbox, memory, outputs, patience, onTrouble }: Parts) {
    this.#worker = worker;
    this.#outbox = outbox;
    this.#pulse = new Int32Array(memory);
    this.#outputs = outputs;
    this.#latencies = outputs.map(({ latency }) => latency);
    this.#heart = setInterval(() => Atomics.add(this.#pulse, pulse.heartbeat, 1), patience * beatEvery * 1000);
    this.#heart.unref();
    worker.on('message', (message: FromBeatWorker) => {
      if (message.type === 'trouble') onTrouble(message.trouble);
    });
    worker.on('error', (error) => onTrouble({ port: 'beat thread', kind: 'lost', message: `the beat thread died: ${error.message}` }));
    this.#gone = new Promise((resolve) => worker.once('exit', () => resolve()));
    process.on('exit', this.#lastWish);
    for (const signal of leavingSignals) process.on(signal, this.#leave);
    // What waits for messages keeps the process alive; only `close` shall.
    worker.unref();
    outbox.unref();
  }

  /** How long before its time a note must be here to leave in time at the slowest output. */
  get delay(): Seconds {
    return seconds(Math.max(0, ...this.#latencies) + threadHop);
  }

  /** How many keys are down, at the output where most are. */
  get sounding(): number {
    return Atomics.load(this.#pulse, pulse.sounding);
  }

  /** @throws RangeError for what no wire can carry */
  send(command: ChannelCommand): void {
    checkSendable(command);
    this.#post(command);
  }

  update(transport: TransportCommand): void {
    this.#post(transport);
  }

  /** Tells the OSC targets and subscribers something at its time. */
  publish(time: Seconds, address: string, args: readonly OscArgument[]): void {
    this.#post({ type: 'publish', time, address, args });
  }

  /** The whole list: who is not on it is told nothing more. */
  setSubscribers(subscribers: readonly Subscriber[]): void {
    this.#post({ type: 'subscribers', subscribers });
  }

  /** @param output index in the settings */
  latencyOf(output: number): Seconds | undefined {
    return this.#latencies[output];
  }

  setLatency(output: number, latency: Seconds): void {
    if (!(output in this.#latencies)) throw new RangeError(`there is no output ${output}`);
    this.#latencies[output] = latency;
    this.#post({ type: 'latency', output, latency });
  }

  get outputs(): readonly OutputSettings[] {
    return this.#outputs;
  }

  silence(): void {
    this.#post({ type: 'silence' });
  }

  /** Ends every note, closes the ports, and waits until that is done. */
  async close(): Promise<void> {
    if (!this.#open) return this.#gone;
    this.#post({ type: 'close' });
    this.#open = false;
    this.#worker.ref(); // the process may not end before the last note
    await this.#gone;
    clearInterval(this.#heart);
    this.#outbox.close();
    process.off('exit', this.#lastWish);
    for (const signal of leavingSignals) process.off(signal, this.#leave);
  }

  #post(message: ToBeatWorker): void {
    if (!this.#open) return;
    this.#outbox.postMessage(message);
    Atomics.add(this.#pulse, pulse.heartbeat, 1);
    this.#wake();
  }

  #wake(): void {
    Atomics.add(this.#pulse, pulse.inbox, 1);
    Atomics.notify(this.#pulse, pulse.inbox);
  }

  /** The process is ending, for whatever reason: hold it, in shared memory, until every note has ended. */
  readonly #lastWish = (): void => {
    if (!this.#open) return;
    const done = Atomics.load(this.#pulse, pulse.lastWishDone);
    Atomics.add(this.#pulse, pulse.lastWish, 1);
    this.#wake();
    Atomics.wait(this.#pulse, pulse.lastWishDone, done, lastWishTakes);
  };

  /** A signal that nobody but beat threads minds would end the process without further words: the last of them sends it again. */
  readonly #leave = Object.assign(
    (signal: NodeJS.Signals): void => {
      if (process.listeners(signal).some((listener) => !(onlySilences in listener))) return;
      this.#lastWish();
      for (const each of leavingSignals) process.off(each, this.#leave);
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    },
    { [onlySilences]: true },
  );
}

async function withNumericHost(settings: OutputSettings): Promise<OutputSettings> {
  if (settings.type !== 'osc') return settings;
  try {
    return { ...settings, host: (await lookup(settings.host)).address };
  } catch (cause) {
    throw new UserFault(`osc ${settings.host}:${settings.port}`, '', 'names a host that cannot be found', undefined, { cause });
  }
}

/** @throws RangeError for what no wire can carry */
export function checkSendable(command: ChannelCommand): void {
  if (!Number.isFinite(command.time)) throw new RangeError(`${command.type} has no time: ${command.time}`);
  if (!(Number.isInteger(command.channel) && command.channel >= 0 && command.channel <= 15)) throw new RangeError(`${command.type}: channels are 0..15, not ${command.channel}`);
  switch (command.type) {
    case 'note-on':
      inSevenBits(command.pitch, 'pitch');
      if (!(command.velocity >= 1 && command.velocity <= 127)) throw new RangeError(`velocity must lie in 1..127, but is ${command.velocity}`);
      return;
    case 'note-off':
      return inSevenBits(command.pitch, 'pitch');
    case 'control-change':
      inSevenBits(command.controller, 'controller');
      return inSevenBits(command.value, 'value');
    case 'program':
      return inSevenBits(command.program, 'program');
  }
}

function inSevenBits(value: number, name: string): void {
  if (!(Number.isInteger(value) && value >= 0 && value <= 127)) throw new RangeError(`${name} must be a whole number 0..127, not ${value}`);
}
