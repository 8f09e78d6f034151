/**
 * A synthesizer that is nobody's but its own: settings go out to it, and its sound comes back as samples, from a sound card or
 * another program. Time is counted in samples that came, so it does not matter how fast this machine is.
 */
import type { Readable } from 'node:stream';
import { UserFault, saidBy } from '../../core/contract/faults.ts';
import type { PcmShape } from './pcm.ts';
import { PcmReader, checkedShape } from './pcm.ts';

const patience = 10_000; // ms without a sample

export interface HeardSynthSettings {
  /** As the person named it, for faults. */
  readonly source: string;
  readonly stream: Readable;
  readonly shape: PcmShape;
  /** @param setting 0..1 each */
  readonly send: (setting: ArrayLike<number>) => void;
}

export class HeardSynth {
  readonly #settings: HeardSynthSettings;
  readonly #reader: PcmReader;
  #ended: UserFault | undefined;
  #take: Float32Array | undefined;
  #taken = 0;
  #done: ((fault?: UserFault) => void) | undefined;

  /** @returns when its first samples have come @throws UserFault where none come, or what comes is no sound */
  static async open(settings: HeardSynthSettings): Promise<HeardSynth> {
    const synth = new HeardSynth(settings);
    await synth.#hear(1);
    return synth;
  }

  private constructor(settings: HeardSynthSettings) {
    this.#settings = settings;
    this.#reader = new PcmReader(settings.source, checkedShape(settings.source, settings.shape));
    settings.stream.on('data', this.#onData);
    settings.stream.once('end', () => this.#end('has ended'));
    settings.stream.once('error', (error) => this.#end(`is broken: ${error.message}`));
  }

  /** Hz */
  get rate(): number {
    return this.#reader.shape.rate;
  }

  /** Samples so far that were no numbers. */
  get broken(): number {
    return this.#reader.broken;
  }

  /** @param length samples @returns so many from when the setting was sent @throws UserFault when the sound ends before */
  async play(setting: ArrayLike<number>, length: number): Promise<Float32Array> {
    this.#settings.send(setting);
    return this.#hear(length);
  }

  close(): void {
    this.#settings.stream.off('data', this.#onData).destroy();
  }

  async #hear(length: number): Promise<Float32Array> {
    if (this.#ended !== undefined) throw this.#ended;
    const take = (this.#take = new Float32Array(length));
    this.#taken = 0;
    const late = setTimeout(() => this.#end(`has given nothing for ${patience / 1000} s`), patience + (1000 * length) / this.rate);
    try {
      await new Promise<void>((resolve, reject) => (this.#done = (fault) => (fault === undefined ? resolve() : reject(fault))));
    } finally {
      clearTimeout(late);
      this.#take = this.#done = undefined;
    }
    return take;
  }

  readonly #onData = (bytes: Buffer): void => {
    let samples: Float32Array;
    try {
      samples = this.#reader.push(bytes);
    } catch (error) {
      this.#end(saidBy(error));
      return;
    }
    // what comes while nobody asks is of a setting that has been heard
    const take = this.#take;
    if (take === undefined) return;
    const wanted = samples.subarray(0, take.length - this.#taken);
    take.set(wanted, this.#taken);
    this.#taken += wanted.length;
    if (this.#taken === take.length && samples.length > 0) this.#done?.();
  };

  #end(why: string): void {
    this.#ended ??= new UserFault(this.#settings.source, '', why);
    this.#done?.(this.#ended);
  }
}
