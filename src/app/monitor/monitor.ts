/**
 * The door to the pages' thread. The stage hands over what it handled; twenty-five times a second the news of that moment
 * go to the thread that reckons, keeps and sends them. However many browsers look on, the music pays for one small message.
 */
import { randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Command } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import { UserFault } from '../../core/contract/faults.ts';
import type { Score } from '../../core/music/score.ts';
import { programOf } from '../io/concert-recording.ts';
import type { SystemClock } from '../io/system-clock.ts';
import type { OnTrouble } from '../io/trouble.ts';
import { addressOf, isLoopback } from './doorkeeper.ts';
import type { Setup } from './messages.ts';
import type { FromMonitorWorker, MonitorWorkerData, ToMonitorWorker } from './monitor-protocol.ts';
import { Tap } from './tap.ts';

/** `OSC.md`: the page beside 7770 and 7771. */
export const defaultPagePort = 7772;
const newsEvery = 40; // ms

export interface MonitorSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where the port is taken, another will do. */
  readonly orAnyFree?: boolean;
  /** The folder of the user's data, for the review of a run-through beside earlier ones; undefined to leave them out. */
  readonly takes?: string | undefined;
}
export interface MonitorHouse {
  /** Unfolded. */
  readonly score: Score;
  readonly clock: SystemClock;
  readonly version: string;
  /** How the evening is set up; as by default where left out. */
  readonly setup?: Setup;
  /** The OSC port, on loopback, at which the commands of pages are heard. */
  readonly ear: number;
  readonly onTrouble: OnTrouble;
}

/** @throws UserFault when the port is taken or the host is not ours */
export async function openMonitor({ host, port, orAnyFree = false, takes }: MonitorSettings, { score, clock, version, setup, ear, onTrouble }: MonitorHouse): Promise<Monitor> {
  const token = isLoopback(host) ? '' : randomBytes(12).toString('base64url');
  const programs = Object.fromEntries(score.parts.map((part) => [part.id, programOf(part)]));
  const workerData: MonitorWorkerData = { score, setup, programs, clockOrigin: clock.origin, host, port, orAnyFree, token, version, ear, takes };
  const worker = new Worker(new URL(`./monitor-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url), { workerData, name: 'pages', resourceLimits: { maxOldGenerationSizeMb: 512 } });
  const realPort = await new Promise<number>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (message: FromMonitorWorker) => {
      worker.off('error', reject);
      if (message.type === 'ready') resolve(message.port);
      else reject(message.type === 'failed' ? new UserFault(message.source, '', message.rule) : new Error('the pages closed before they opened'));
    });
  });
  return new Monitor(worker, addressOf(host, realPort, token), onTrouble);
}

export class Monitor {
  /** What a person opens in a browser. */
  readonly address: string;
  readonly #worker: Worker;
  readonly #tap = new Tap();
  readonly #timer: NodeJS.Timeout;
  readonly #gone: Promise<void>;
  #open = true;
  #pages = 0;

  constructor(worker: Worker, address: string, onTrouble: OnTrouble) {
    this.#worker = worker;
    this.address = address;
    worker.on('message', (message: FromMonitorWorker) => {
      if (message.type === 'pages') this.#pages = message.count;
    });
    worker.on('error', (error) => {
      this.#open = false;
      onTrouble({ port: 'page', kind: 'lost', message: `the page is gone, the music goes on: ${error.message}` });
    });
    this.#gone = new Promise((resolve) => worker.once('exit', () => resolve()));
    this.#timer = setInterval(() => this.#flush(), newsEvery);
    this.#timer.unref();
    worker.unref();
  }

  /** Browsers that look on. */
  get pages(): number {
    return this.#open ? this.#pages : 0;
  }

  observe(event: StageEvent, commands: readonly Command[]): void {
    if (this.#open) this.#tap.observe(event, commands);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#open) return;
    this.#flush();
    this.#open = false;
    this.#post({ type: 'close' });
    this.#worker.ref();
    await this.#gone;
  }

  #flush(): void {
    if (!this.#open) return;
    const news = this.#tap.take();
    if (news !== undefined) this.#post({ type: 'news', news });
  }

  #post(message: ToMonitorWorker): void {
    this.#worker.postMessage(message);
  }
}
