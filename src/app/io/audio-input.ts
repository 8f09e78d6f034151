/**
 * The ear for sound: samples from a pipe or a file, through the detector, as notes of the soloist. A pipe is heard as it
 * comes, and its own count of samples tells when, whatever the operating system held back; a file is played in real time.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { UserFault } from '../../core/contract/faults.ts';
import type { SoloEvent } from '../../core/contract/events.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { Part } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import type { MidiPitch, Seconds } from '../../core/music/units.ts';
import { midiPitch, seconds, velocity } from '../../core/music/units.ts';
import type { HeardNote } from '../../players/sound/note-detector.ts';
import { NoteDetector } from '../../players/sound/note-detector.ts';
import type { WrittenNote } from '../../players/sound/note-path.ts';
import { ClockMap } from './clock-map.ts';
import type { PcmShape } from './pcm.ts';
import { PcmReader, checkedShape } from './pcm.ts';

/** '-' is standard input. */
export const standardInput = '-';
/** A file is heard in pieces of so many seconds. */
const piece = seconds(0.02);

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
  /** The sound is over, or broken: then with the reason. */
  readonly onEnd: (reason: string | undefined) => void;
}

export class AudioInput {
  readonly #settings: AudioInputSettings;
  readonly #reader: PcmReader;
  readonly #map = new ClockMap();
  #detector: NoteDetector | undefined;
  #samples = 0;
  #sounding: MidiPitch | undefined;
  #began: Seconds | undefined;
  #cancel: (() => void) | undefined;
  #open = true;

  constructor(settings: AudioInputSettings) {
    this.#settings = settings;
    this.#reader = new PcmReader(settings.source, checkedShape(settings.source, settings.shape));
    const { stream } = settings;
    stream.on('data', this.#onData);
    stream.on('end', this.#onStreamEnd);
    stream.on('error', this.#onError);
  }

  /** The written note at which the detector takes the music to be. */
  get place(): number {
    return this.#detector?.place ?? -1;
  }

  /** The written note `index` is next. */
  expect(index: number): void {
    this.#detector?.expect(index);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancel?.();
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
      this.#end(error instanceof Error ? error.message : String(error));
      return;
    }
    if (samples.length === 0) return;
    if (this.#settings.source === standardInput) this.#hear(samples, true);
    else this.#play(samples);
  };
  readonly #onStreamEnd = (): void => {
    if (this.#cancel === undefined) this.#end(undefined);
  };
  readonly #onError = (error: Error): void => this.#end(error.message);

  #end(reason: string | undefined): void {
    if (!this.#open) return;
    this.#release(this.#settings.clock.now());
    this.close();
    this.#settings.onEnd(reason);
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
        if (stream.readableEnded) this.#end(undefined);
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
    this.#detector ??= new NoteDetector({ sampleRate: rate, written: this.#settings.written });
    this.#samples += samples.length;
    const heard = seconds(this.#samples / rate);
    const now = this.#settings.clock.now();
    // a pipe hands over late and in lumps; the line under its quickest pieces is the clock of the sound card
    const left = live ? this.#map.observe(heard, now) : seconds(this.#began! + heard);
    this.#detector.push(samples, (note) => this.#tell(note, seconds(left - (heard - note.begun))));
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
