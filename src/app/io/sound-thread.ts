/**
 * The door to the thread that hears. Listening to sound takes a twentieth of a core, and a second and more at its first
 * sound: none of that may stand between the soloist and a note of ours. A thread that dies is told, and another one
 * listens on from where the music was; what was on its way is lost, as if a hand had been over the ear.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Seconds } from '../../core/music/units.ts';
import type { HeardNote } from '../../players/sound/note-detector.ts';
import type { FromSoundWorker, SoundWorkerData, ToSoundWorker } from './sound-worker.ts';
import type { OnTrouble } from './trouble.ts';

export interface SoundThreadSettings extends SoundWorkerData {
  /** @param began when the note began, on the clock by which the samples were stamped */
  readonly onNote: (note: HeardNote, began: Seconds) => void;
  /** So many samples were sent and not heard yet: whenever it gets less. */
  readonly onHeard: (waiting: number) => void;
  /** All that was sent is heard, after `end`. */
  readonly onEnded: () => void;
  readonly onTrouble: OnTrouble;
  /** No thread lives long enough to hear anything. */
  readonly onDeaf: () => void;
}

const mostDeaths = 3; // without having heard anything in between

export class SoundThread {
  readonly #settings: SoundThreadSettings;
  readonly ready: Promise<void>;
  #worker: Worker;
  #place = -1;
  #turn = 0;
  #waiting = 0;
  #deaths = 0;
  #ending = false;
  #open = true;

  constructor(settings: SoundThreadSettings) {
    this.#settings = settings;
    this.#worker = this.#start();
    this.ready = new Promise((resolve) => {
      this.#worker.once('message', () => resolve());
      this.#worker.once('exit', () => resolve()); // told by `#onExit`; nobody shall wait for ever
    });
  }

  /** The written note at which the music was taken to be, when last heard. */
  get place(): number {
    return this.#place;
  }

  /** The written note `index` is next. */
  expect(index: number): void {
    this.#place = index - 1;
    this.#post({ type: 'expect', index, turn: ++this.#turn });
  }

  /** A note of ours begins or ends at `time`, which may lie ahead: it is not the soloist's. */
  weSound(pitch: number, begins: boolean, time: Seconds): void {
    this.#post({ type: 'own', pitch, begins, time });
  }

  /** @param left when the last of the samples was taken; the samples are a copy of the thread's own from now on */
  hear(samples: Float32Array, rate: number, left: Seconds): void {
    this.#waiting += samples.length;
    const own = samples.slice();
    this.#post({ type: 'hear', samples: own, rate, left }, [own.buffer]);
  }

  end(): void {
    this.#ending = true;
    this.#post({ type: 'end' });
  }

  /** As a crash would. */
  async interrupt(): Promise<void> {
    await this.#worker.terminate();
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#worker.terminate();
  }

  #start(): Worker {
    const { rate, written } = this.#settings;
    const here = fileURLToPath(import.meta.url);
    const worker = new Worker(new URL(`./sound-worker${extname(here)}`, import.meta.url), { workerData: { rate, written } satisfies SoundWorkerData, name: 'ear' });
    let reason = 'it ended by itself';
    worker.on('message', this.#onMessage);
    worker.on('error', (error) => (reason = error.message)); // 'exit' follows
    worker.once('exit', () => this.#onExit(reason));
    worker.unref();
    return worker;
  }

  readonly #onMessage = (message: FromSoundWorker): void => {
    if (!this.#open) return;
    switch (message.type) {
      case 'ready':
        return;
      case 'note':
        this.#stand(message);
        return this.#settings.onNote(message.note, message.began);
      case 'heard':
        this.#stand(message);
        this.#deaths = 0;
        this.#waiting = Math.max(0, this.#waiting - message.samples);
        return this.#settings.onHeard(this.#waiting);
      case 'ended':
        return this.#settings.onEnded();
    }
  };

  /** What it thought before it knew our last wish is of no use. */
  #stand({ place, turn }: { readonly place: number; readonly turn: number }): void {
    if (turn === this.#turn) this.#place = place;
  }

  #onExit(reason: string): void {
    if (!this.#open) return;
    this.#settings.onTrouble({ port: 'ear', kind: 'lost', message: `the thread that hears died: ${reason}` });
    if (++this.#deaths > mostDeaths) {
      this.#open = false;
      return this.#settings.onDeaf();
    }
    this.#worker = this.#start();
    this.#waiting = 0;
    this.#settings.onHeard(0);
    this.expect(this.#place + 1);
    if (this.#ending) this.#post({ type: 'end' });
  }

  #post(message: ToSoundWorker, transfer: readonly ArrayBuffer[] = []): void {
    if (this.#open) this.#worker.postMessage(message, transfer);
  }
}
