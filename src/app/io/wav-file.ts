/** Sound as a WAV file: 16 bits, dithered, written as it comes. */
import { Random } from '../../core/math/random.ts';
import { AtomicFile } from './atomic-file.ts';

const headerBytes = 44;
const bytesPerSample = 2;
const channels = 2;

/** Stereo. The file appears in its place with `close`; until then, and after `discard`, there is none. */
export class WavFile {
  readonly #file: AtomicFile;
  readonly #sampleRate: number;
  readonly #chance = new Random(16);
  /** The last draw of each channel. */
  readonly #last = new Float64Array(channels);
  #bytes = Buffer.alloc(0);

  private constructor(file: AtomicFile, sampleRate: number) {
    this.#file = file;
    this.#sampleRate = sampleRate;
  }

  /** @throws UserFault when the place cannot be written */
  static async create(path: string, sampleRate = 44_100): Promise<WavFile> {
    const file = await AtomicFile.create(path);
    const wav = new WavFile(file, sampleRate);
    await file.append(wav.#header(0));
    return wav;
  }

  /** @param left right samples in -1..1, of equal length; what lies outside is cut off */
  async write(left: Float32Array, right: Float32Array): Promise<void> {
    if (left.length !== right.length) throw new RangeError(`channels differ in length: left ${left.length}, right ${right.length} samples`);
    const size = left.length * channels * bytesPerSample;
    if (this.#bytes.length < size) this.#bytes = Buffer.alloc(size);
    for (let i = 0; i < left.length; i++) {
      this.#bytes.writeInt16LE(this.#quantised(left[i]!, 0), i * 4);
      this.#bytes.writeInt16LE(this.#quantised(right[i]!, 1), i * 4 + 2);
    }
    await this.#file.append(this.#bytes.subarray(0, size));
  }

  async close(): Promise<void> {
    await this.#file.overwrite(this.#header(this.#file.length - headerBytes), 0);
    await this.#file.commit();
  }

  async discard(): Promise<void> {
    await this.#file.discard();
  }

  /**
   * Triangular dither turns the error of rounding into an even hiss; the difference of successive draws moves it
   * up to where the ear is dull, and costs one draw. Digital silence stays silent.
   */
  #quantised(sample: number, channel: number): number {
    if (sample === 0) return 0;
    const draw = this.#chance.uniform();
    const noise = draw - this.#last[channel]!;
    this.#last[channel] = draw;
    return Math.max(-32768, Math.min(32767, Math.round(sample * 32767 + noise)));
  }

  #header(dataBytes: number): Buffer {
    const header = Buffer.alloc(headerBytes);
    header.write('RIFF', 0, 'latin1');
    header.writeUInt32LE(headerBytes - 8 + dataBytes, 4);
    header.write('WAVEfmt ', 8, 'latin1');
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(1, 20); // linear PCM
    header.writeUInt16LE(channels, 22);
    header.writeUInt32LE(this.#sampleRate, 24);
    header.writeUInt32LE(this.#sampleRate * channels * bytesPerSample, 28);
    header.writeUInt16LE(channels * bytesPerSample, 32);
    header.writeUInt16LE(8 * bytesPerSample, 34);
    header.write('data', 36, 'latin1');
    header.writeUInt32LE(dataBytes, 40);
    return header;
  }
}
