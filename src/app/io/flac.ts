/**
 * FLAC into samples: each block of each channel is a prediction from its own last samples and what that missed, in Rice codes.
 * @see RFC 9639, "Free Lossless Audio Codec (FLAC)"
 */
import { UserFault } from '../../core/contract/faults.ts';

export interface FlacShape {
  /** Hz */
  readonly rate: number;
  readonly channels: number;
  /** Of a sample. */
  readonly bits: number;
  /** Of each channel; 0 where the file does not say. */
  readonly samples: number;
  /** MD5 of the samples, little-endian, channels in turn; all zeros where the file does not say. */
  readonly print: Buffer;
}

class Ended extends Error {}

class Bits {
  readonly #bytes: Buffer;
  /** Byte, and bits of it that are read. */
  at: number;
  #used = 0;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** @param count 0..36 */
  read(count: number): number {
    let value = 0;
    for (let left = count; left > 0;) {
      if (this.at >= this.#bytes.length) throw new Ended();
      const take = Math.min(8 - this.#used, left);
      value = value * (1 << take) + ((this.#bytes[this.at]! >> (8 - this.#used - take)) & ((1 << take) - 1));
      this.#skip(take);
      left -= take;
    }
    return value;
  }

  signed(count: number): number {
    const value = this.read(count);
    return count > 0 && value >= 2 ** (count - 1) ? value - 2 ** count : value;
  }

  /** Zeros before the next one, which is read too. */
  zeros(): number {
    for (let count = 0; ;) {
      if (this.at >= this.#bytes.length) throw new Ended();
      const rest = (this.#bytes[this.at]! << this.#used) & 0xff;
      if (rest !== 0) {
        const more = Math.clz32(rest) - 24;
        this.#skip(more + 1);
        return count + more;
      }
      count += 8 - this.#used;
      this.at++;
      this.#used = 0;
    }
  }

  align(): void {
    if (this.#used > 0) this.#skip(8 - this.#used);
  }

  #skip(bits: number): void {
    this.#used += bits;
    this.at += this.#used >> 3;
    this.#used &= 7;
  }
}

export class Flac {
  readonly shape: FlacShape;
  readonly #source: string;
  readonly #bytes: Buffer;
  readonly #begin: number;

  /** @param bytes of the whole file @throws UserFault where it is none */
  constructor(bytes: Buffer, source: string) {
    this.#source = source;
    this.#bytes = bytes;
    // titles of another kind may stand before it
    let at = bytes.toString('latin1', 0, 3) === 'ID3' && bytes.length > 10 ? 10 + [6, 7, 8, 9].reduce((size, i) => size * 128 + (bytes[i]! & 127), 0) : 0;
    if (bytes.toString('latin1', at, at + 4) !== 'fLaC') throw new UserFault(source, '', 'must be a FLAC file: it does not begin with fLaC');
    at += 4;
    let shape: FlacShape | undefined;
    for (let isLast = false; !isLast;) {
      if (at + 4 > bytes.length) throw this.#cutOff();
      isLast = bytes[at]! >= 128;
      const kind = bytes[at]! & 127;
      const length = bytes.readUIntBE(at + 1, 3);
      if (kind === 0 && length >= 34 && at + 38 <= bytes.length) {
        const bits = new Bits(bytes, at + 14);
        shape = { rate: bits.read(20), channels: bits.read(3) + 1, bits: bits.read(5) + 1, samples: bits.read(36), print: bytes.subarray(at + 22, at + 38) };
      }
      at += 4 + length;
    }
    if (shape === undefined) throw new UserFault(source, '', 'must say how it sounds, but has no stream info');
    this.shape = shape;
    this.#begin = at;
  }

  /** One block after the other. @returns shape [channels][samples], whole numbers @throws UserFault where it is cut off or damaged */
  *blocks(): Generator<readonly Float64Array[]> {
    const bits = new Bits(this.#bytes, this.#begin);
    let samples = 0;
    const wanted = this.shape.samples > 0 ? this.shape.samples : Infinity;
    while (samples < wanted && bits.at < this.#bytes.length) {
      const from = bits.at;
      let block: readonly Float64Array[];
      try {
        block = frameOf(bits, this.shape);
        bits.align();
        const sum = checksum(this.#bytes, from, bits.at);
        if (bits.read(16) !== sum) throw new RangeError('a wrong checksum');
      } catch (error) {
        if (error instanceof Ended) throw this.#cutOff();
        throw new UserFault(this.#source, '', `is damaged after ${(samples / this.shape.rate).toFixed(1)} s`, undefined, { cause: error });
      }
      samples += block[0]!.length;
      yield block;
    }
    if (wanted !== Infinity && samples < wanted) throw this.#cutOff();
  }

  #cutOff(): UserFault {
    return new UserFault(this.#source, '', 'is cut off');
  }
}

const sizes: Readonly<Record<number, number>> = { 1: 8, 2: 12, 4: 16, 5: 20, 6: 24, 7: 32 };

/** @throws RangeError where no frame stands */
function frameOf(bits: Bits, shape: FlacShape): readonly Float64Array[] {
  if (bits.read(14) !== 0x3ffe || bits.read(1) !== 0) throw new RangeError('no frame begins here');
  bits.read(1);
  const [lengthCode, rateCode, assignment, sizeCode] = [bits.read(4), bits.read(4), bits.read(4), bits.read(3)];
  bits.read(1);
  // the number of the frame, as a character of UTF-8 would be written
  const first = bits.read(8);
  for (let more = first < 0x80 ? 0 : Math.clz32(~(first << 24)) - 1; more > 0; more--) bits.read(8);
  const length = lengthCode === 6 ? bits.read(8) + 1 : lengthCode === 7 ? bits.read(16) + 1 : lengthCode >= 8 ? 256 << (lengthCode - 8) : lengthCode === 1 ? 192 : 576 << (lengthCode - 2);
  if (rateCode === 12) bits.read(8);
  else if (rateCode === 13 || rateCode === 14) bits.read(16);
  const size = sizeCode === 0 ? shape.bits : sizes[sizeCode];
  if (lengthCode === 0 || size === undefined || assignment > 10) throw new RangeError('a frame of no known kind');
  bits.read(8); // its own checksum: that of the whole frame does
  const channels = assignment < 8 ? assignment + 1 : 2;
  if (channels !== shape.channels) throw new RangeError(`${channels} channels where there were ${shape.channels}`);
  // of two channels that are told by their difference, that needs one bit more
  const side = assignment === 8 || assignment === 10 ? 1 : assignment === 9 ? 0 : -1;
  const sounds = Array.from({ length: channels }, (_, channel) => subframeOf(bits, length, size + (channel === side ? 1 : 0)));
  const [one, other] = sounds as [Float64Array, Float64Array];
  for (let i = 0; i < length && assignment >= 8; i++) {
    if (assignment === 8) other[i] = one[i]! - other[i]!;
    else if (assignment === 9) one[i] = one[i]! + other[i]!;
    else {
      const difference = other[i]!;
      const both = 2 * one[i]! + Math.abs(difference % 2);
      one[i] = (both + difference) / 2;
      other[i] = (both - difference) / 2;
    }
  }
  return sounds;
}

/** The next sample, as if the last ones went on in a line of this order. */
const lines: readonly (readonly number[])[] = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

function subframeOf(bits: Bits, length: number, told: number): Float64Array {
  if (bits.read(1) !== 0) throw new RangeError('a block of no known kind');
  const kind = bits.read(6);
  const wasted = bits.read(1) === 1 ? bits.zeros() + 1 : 0;
  const size = told - wasted;
  const sound = new Float64Array(length);
  if (kind === 0) sound.fill(bits.signed(size));
  else if (kind === 1) for (let i = 0; i < length; i++) sound[i] = bits.signed(size);
  else if ((kind >= 8 && kind <= 12) || kind >= 32) {
    const order = kind >= 32 ? (kind & 31) + 1 : kind & 7;
    if (order > length) throw new RangeError('a prediction from more than there is');
    for (let i = 0; i < order; i++) sound[i] = bits.signed(size);
    let weights = lines[order] ?? [];
    let shift = 0;
    if (kind >= 32) {
      const precision = bits.read(4) + 1;
      shift = bits.signed(5);
      if (precision === 16 || shift < 0) throw new RangeError('a prediction of no known kind');
      weights = Array.from({ length: order }, () => bits.signed(precision));
    }
    readMissed(bits, sound, order);
    const scale = 2 ** -shift;
    for (let i = order; i < length; i++) {
      let sum = 0;
      for (let j = 0; j < order; j++) sum += weights[j]! * sound[i - 1 - j]!;
      sound[i] = sound[i]! + Math.floor(sum * scale);
    }
  } else throw new RangeError('a block of no known kind');
  if (wasted > 0) for (let i = 0; i < length; i++) sound[i] = sound[i]! * 2 ** wasted;
  return sound;
}

/** What the prediction missed, from sample `order` on. */
function readMissed(bits: Bits, sound: Float64Array, order: number): void {
  const method = bits.read(2);
  if (method > 1) throw new RangeError('codes of no known kind');
  const wide = method === 0 ? 4 : 5;
  const parts = 1 << bits.read(4);
  const each = sound.length / parts;
  if (!Number.isInteger(each) || each < order) throw new RangeError('parts of no whole length');
  for (let part = 0, i = order; part < parts; part++) {
    const low = bits.read(wide);
    const until = (part + 1) * each;
    if (low === (1 << wide) - 1) {
      const plain = bits.read(5);
      for (; i < until; i++) sound[i] = bits.signed(plain);
    } else {
      const scale = 2 ** low;
      for (; i < until; i++) {
        const folded = bits.zeros() * scale + bits.read(low);
        sound[i] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
      }
    }
  }
}

const polynomial = 0x8005;
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 8;
  for (let bit = 0; bit < 8; bit++) sum = (sum & 0x8000) === 0 ? sum << 1 : (sum << 1) ^ polynomial;
  return sum & 0xffff;
});

function checksum(bytes: Buffer, from: number, until: number): number {
  let sum = 0;
  for (let i = from; i < until; i++) sum = ((sum << 8) & 0xffff) ^ table[(sum >> 8) ^ bytes[i]!]!;
  return sum;
}
