/**
 * The ear for sound: samples from a pipe or a file, through the detector in its thread, as notes of the soloist. A pipe is
 * heard as it comes, and its own count of samples tells when, whatever the operating system held back. A file is played in
 * real time, and so is a pipe that gives more than that.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { saidBy, UserFault } from '../../core/contract/faults.ts';
import type { SoloEvent } from '../../core/contract/events.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { Part } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { MidiPitch, Seconds } from '../../core/music/units.ts';
import { midiPitch, seconds, velocity } from '../../core/music/units.ts';
import type { HeardNote } from '../../players/sound/note-detector.ts';
import type { WrittenNote } from '../../players/sound/note-path.ts';
import { ClockMap } from './clock-map.ts';
import type { PcmShape } from './pcm.ts';
import { PcmReader, checkedShape } from './pcm.ts';
import { PipePace } from './pipe-pace.ts';
import { SoundThread } from './sound-thread.ts';
import type { OnTrouble } from './trouble.ts';

/** '-' is standard input. */
export const standardInput = '-';
/** A file is heard in pieces of so many seconds. */
const piece = seconds(0.02);
/** No more than this waits to be heard; then the pipe waits. */
const longestWait = seconds(10);

/** What the detector knows of a solo part. */
export function writtenNotes(part: Part, tempoMap: TempoMap): readonly WrittenNote[] {
  return part.onsets.map((onset) => ({ pitches: onset.notes.map((note) => note.pitch as number), time: tempoMap.nominalAt(onset.position) }));
}

/** @throws UserFault when the file cannot be read */
export async function openSound(source: string): Promise<Readable> {
  if (source === standardInput) return process.stdin;
  try {
    const file = await open(source, 'r');
    if (!(await file.stat()).isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' });
    await file.close();
  } catch (cause) {
    throw new UserFault(source, '', `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, undefined, { cause });
  }
  return createReadStream(source);
}

export interface AudioInputSettings {
  readonly source: string;
  readonly stream: Readable;
  readonly shape: PcmShape;
  readonly written: readonly WrittenNote[];
  readonly clock: Clock;
  /** From the sound to the sample, and what the instrument's attack takes; subtracted. */
  readonly latency: Seconds;
  readonly onEvent: (event: SoloEvent) => void;
  readonly onTrouble: OnTrouble;
  /** The sound is over, or broken: then with the reason. */
  readonly onEnd: (reason: string | undefined) => void;
}

export class AudioInput {
  readonly #settings: AudioInputSettings;
  readonly #reader: PcmReader;
  readonly #map = new ClockMap();
  readonly #thread: SoundThread;
  #listening = false;
  /** What has come from a pipe of which it is not known yet whether it is live. */
  #early: Float32Array[] | undefined;
  #pace: PipePace | undefined;
  #samples = 0;
  #waiting = 0;
  #sounding: MidiPitch | undefined;
  #began: Seconds | undefined;
  #cancel: (() => void) | undefined;
  #open = true;

  constructor(settings: AudioInputSettings) {
    this.#settings = settings;
    this.#reader = new PcmReader(settings.source, checkedShape(settings.source, settings.shape));
    if (settings.source === standardInput) [this.#early, this.#pace] = [[], new PipePace()];
    this.#thread = new SoundThread({
      rate: settings.shape.rate, written: settings.written, onTrouble: settings.onTrouble,
      onNote: (note, began) => this.#tell(note, began),
      onHeard: (waiting) => this.#onHeard(waiting),
      onEnded: () => this.#end(undefined),
      onDeaf: () => this.#end('the thread that hears does not live'),
    });
  }

  /** Warmed up: from then on a sound is heard at once. */
  get ready(): Promise<void> {
    return this.#thread.ready;
  }

  /** From now on the sound is heard. */
  listen(): void {
    if (!this.#open || this.#listening) return;
    this.#listening = true;
    const { stream } = this.#settings;
    stream.on('data', this.#onData);
    stream.on('end', this.#onStreamEnd);
    stream.on('error', this.#onError);
  }

  /** The written note at which the detector takes the music to be. */
  get place(): number {
    return this.#thread.place;
  }

  /** The written note `index` is next. */
  expect(index: number): void {
    this.#thread.expect(index);
  }

  /** A note of ours begins or ends at `time`: the microphone hears it, and it is not the soloist's. */
  weSound(pitch: number, begins: boolean, time: Seconds): void {
    this.#thread.weSound(pitch, begins, time);
  }

  /** Ends the thread that hears, as a crash would; another one listens on. */
  async interrupt(): Promise<void> {
    await this.#thread.interrupt();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancel?.();
    void this.#thread.close();
    const { stream } = this.#settings;
    stream.off('data', this.#onData);
    stream.off('end', this.#onStreamEnd);
    stream.destroy();
  }

  readonly #onData = (bytes: Buffer): void => {
    let samples: Float32Array;
    try {
      samples = this.#reader.push(bytes);
    } catch (error) {
      this.#end(saidBy(error));
      return;
    }
    if (samples.length === 0) return;
    if (this.#early !== undefined) this.#wait(this.#early, samples);
    else if (this.#pace !== undefined) this.#hear(samples, true);
    else this.#play(samples);
  };
  readonly #onStreamEnd = (): void => {
    if (this.#early !== undefined) this.#play(this.#recorded(this.#early));
    else if (this.#cancel === undefined) this.#thread.end();
  };
  readonly #onError = (error: Error): void => this.#end(error.message);

  #end(reason: string | undefined): void {
    if (!this.#open) return;
    this.#release(this.#settings.clock.now());
    this.close();
    this.#settings.onEnd(reason);
  }

  /** What came in a rush was taken before the last of it, which was taken now. */
  #wait(early: Float32Array[], samples: Float32Array): void {
    const { rate } = this.#reader.shape;
    const now = this.#settings.clock.now();
    early.push(samples);
    switch (this.#pace!.hear(samples.length / rate, now)) {
      case 'not yet known':
        return;
      case 'as fast as it can':
        return this.#play(this.#recorded(early));
      case 'as it is played': {
        this.#early = undefined;
        this.#samples = early.reduce((sum, { length }) => sum + length, 0);
        const end = this.#map.observe(seconds(this.#samples / rate), now);
        let after = this.#samples;
        for (const piece of early) {
          after -= piece.length;
          this.#give(piece, seconds(end - after / rate));
        }
      }
    }
  }

  /** From now on it is no pipe, but a recording. */
  #recorded(early: readonly Float32Array[]): Float32Array {
    this.#early = this.#pace = undefined;
    const whole = new Float32Array(early.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of early) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  /** In real time: the file waits until what was read has sounded. */
  #play(samples: Float32Array): void {
    const { clock, stream } = this.#settings;
    const { rate } = this.#reader.shape;
    stream.pause();
    this.#began ??= clock.now();
    const step = Math.round(piece * rate);
    const next = (from: number): void => {
      this.#cancel = undefined;
      if (!this.#open) return;
      if (from >= samples.length) {
        if (stream.readableEnded) this.#thread.end();
        else stream.resume();
        return;
      }
      const part = samples.subarray(from, from + step);
      this.#cancel = clock.wakeAt(seconds(this.#began! + (this.#samples + part.length) / rate), () => {
        this.#hear(part, false);
        next(from + step);
      });
    };
    next(0);
  }

  #hear(samples: Float32Array, live: boolean): void {
    const { rate } = this.#reader.shape;
    this.#samples += samples.length;
    const heard = seconds(this.#samples / rate);
    const now = this.#settings.clock.now();
    // a pipe hands over late and in lumps; the line under its quickest pieces is the clock of the sound card
    this.#give(samples, live ? this.#map.observe(heard, now) : seconds(this.#began! + heard));
  }

  /** @param end when the last of them was taken */
  #give(samples: Float32Array, end: Seconds): void {
    const { rate } = this.#reader.shape;
    this.#thread.hear(samples, rate, end);
    this.#waiting += samples.length;
    if (this.#pace !== undefined && this.#waiting > longestWait * rate) this.#settings.stream.pause();
  }

  #onHeard(waiting: number): void {
    this.#waiting = waiting;
    const { stream } = this.#settings;
    if (this.#pace !== undefined && stream.isPaused() && waiting < longestWait * this.#reader.shape.rate) stream.resume();
  }

  #tell(note: HeardNote, began: Seconds): void {
    const time = this.#settings.clock.now();
    const playedAt = seconds(Math.min(time, began - this.#settings.latency));
    this.#release(time, playedAt);
    const pitch = midiPitch(note.pitch);
    this.#sounding = pitch;
    this.#settings.onEvent({ type: 'solo-on', time, playedAt, part: '', pitch, velocity: velocity(note.velocity) });
  }

  #release(time: Seconds, playedAt = time): void {
    if (this.#sounding === undefined) return;
    this.#settings.onEvent({ type: 'solo-off', time, playedAt, part: '', pitch: this.#sounding });
    this.#sounding = undefined;
  }
}
