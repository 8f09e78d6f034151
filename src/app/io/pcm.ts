/**
 * Samples as other programs hand them over: plain numbers (`arecord -t raw`, `sox -t raw`, Pure Data, JACK), or a WAV file
 * or stream, whose header says what follows. Pieces may be cut anywhere, also within a sample.
 */
import { UserFault } from '../../core/contract/faults.ts';

export const pcmFormats = ['s16le', 's24le', 's32le', 'f32le', 'u8'] as const;
export type PcmFormat = (typeof pcmFormats)[number];

export interface PcmShape {
  readonly format: PcmFormat;
  /** Hz */
  readonly rate: number;
  readonly channels: number;
}

const bytesOf: Readonly<Record<PcmFormat, number>> = { s16le: 2, s24le: 3, s32le: 4, f32le: 4, u8: 1 };
/** By the kind that a WAV file names, and its bits. */
const wavFormats: Readonly<Record<string, PcmFormat>> = { '1/8': 'u8', '1/16': 's16le', '1/24': 's24le', '1/32': 's32le', '3/32': 'f32le' };
const nothing = Buffer.alloc(0);
const longestHeader = 1 << 16; // bytes before the sound of a WAV file: pictures and titles may stand there

export class PcmReader {
  readonly #source: string;
  #shape: PcmShape;
  #rest: Buffer = nothing;
  #begun = false;
  #left = Infinity;
  #broken = 0;

  /** @param source as the person named it, for faults @param shape what is there if no header says otherwise */
  constructor(source: string, shape: PcmShape) {
    this.#source = source;
    this.#shape = shape;
  }

  /** True once it is known what comes: sooner than the first samples. */
  get begun(): boolean {
    return this.#begun;
  }

  get shape(): PcmShape {
    return this.#shape;
  }

  /** Samples so far that were no numbers. */
  get broken(): number {
    return this.#broken;
  }

  /**
   * @returns the samples that are complete now, the mean of the channels, -1..1
   * @throws UserFault for a WAV file that is none that we can read
   */
  push(bytes: Buffer): Float32Array {
    if (this.#begun && this.#left < bytesOf[this.#shape.format] * this.#shape.channels) return new Float32Array(0);
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (!this.#begun && !this.#begin()) return new Float32Array(0);
    const { format, channels } = this.#shape;
    const frame = bytesOf[format] * channels;
    const count = Math.floor(Math.min(this.#rest.length, this.#left) / frame);
    const samples = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += this.#sampleAt(i * frame + c * bytesOf[format]);
      const sample = sum / channels;
      // a broken stream may hold anything; what is no number is silence
      if (!Number.isFinite(sample)) this.#broken++;
      else samples[i] = Math.max(-4, Math.min(4, sample));
    }
    this.#left -= count * frame;
    // behind the sound of a WAV file stand titles and the like
    this.#rest = this.#left < frame ? nothing : this.#rest.subarray(count * frame);
    return samples;
  }

  #sampleAt(at: number): number {
    switch (this.#shape.format) {
      case 's16le':
        return this.#rest.readInt16LE(at) / 32_768;
      case 's24le':
        return this.#rest.readIntLE(at, 3) / 8_388_608;
      case 'u8':
        return (this.#rest.readUInt8(at) - 128) / 128;
      case 's32le':
        return this.#rest.readInt32LE(at) / 2_147_483_648;
      case 'f32le':
        return this.#rest.readFloatLE(at);
    }
  }

  /** @returns true when what follows is sound */
  #begin(): boolean {
    if (this.#rest.length < 4) return false;
    if (this.#rest.toString('latin1', 0, 4) !== 'RIFF') return (this.#begun = true);
    for (let at = 12; at + 8 <= this.#rest.length;) {
      const name = this.#rest.toString('latin1', at, at + 4);
      const size = this.#rest.readUInt32LE(at + 4);
      if (name === 'data') {
        // programs that write into a pipe do not know the length, and write 0 or the greatest number
        this.#left = size === 0 || size >= 0x7ffff000 ? Infinity : size;
        this.#rest = this.#rest.subarray(at + 8);
        return (this.#begun = true);
      }
      if (name === 'fmt ' && at + 24 <= this.#rest.length) this.#shape = this.#shapeOf(at + 8);
      at += 8 + size + (size % 2);
    }
    if (this.#rest.length > longestHeader) throw new UserFault(this.#source, '', 'must hold sound: its WAV header has no "data"');
    return false;
  }

  #shapeOf(at: number): PcmShape {
    const bytes = this.#rest;
    const told = bytes.readUInt16LE(at);
    // The extended header says the kind at the head of a longer name.
    const kind = told === 0xfffe && at + 26 <= bytes.length ? bytes.readUInt16LE(at + 24) : told;
    const channels = bytes.readUInt16LE(at + 2);
    const rate = bytes.readUInt32LE(at + 4);
    const bits = bytes.readUInt16LE(at + 14);
    const format = wavFormats[`${kind}/${bits}`];
    if (format === undefined) throw new UserFault(this.#source, '', 'must hold samples of 8, 16, 24 or 32 bits, or floats of 32 bits', `kind ${kind} with ${bits} bits`);
    return checkedShape(this.#source, { format, channels, rate });
  }
}

/** @throws UserFault for a rate or a number of channels that no instrument has */
export function checkedShape(source: string, shape: PcmShape): PcmShape {
  if (!(Number.isInteger(shape.rate) && shape.rate >= 16_000 && shape.rate <= 192_000)) throw new UserFault(source, 'rate', 'must be 16000 to 192000 samples a second', shape.rate);
  if (!(Number.isInteger(shape.channels) && shape.channels >= 1 && shape.channels <= 64)) throw new UserFault(source, 'channels', 'must be 1 to 64', shape.channels);
  return shape;
}
