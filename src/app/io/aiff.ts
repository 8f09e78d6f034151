/** AIFF and AIFC without compression, as sound editors and samplers write them, into samples. */
import { UserFault } from '../../core/contract/faults.ts';

export interface AiffSound {
  /** Hz */
  readonly rate: number;
  readonly channels: number;
  /** Channels in turn, -1..1. */
  readonly sampleAt: (index: number) => number;
  /** Of all channels together. */
  readonly samples: number;
}

/** @param bytes of the whole file @throws UserFault where it is none that can be read */
export function readAiff(bytes: Buffer, source: string): AiffSound {
  const kind = bytes.toString('latin1', 8, 12);
  if (bytes.toString('latin1', 0, 4) !== 'FORM' || (kind !== 'AIFF' && kind !== 'AIFC')) throw new UserFault(source, '', 'must be an AIFF file: it does not begin with FORM and AIFF');
  let shape: { readonly rate: number; readonly channels: number; readonly bits: number; readonly order: string } | undefined;
  let sound: Buffer | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32BE(at + 4);
    const from = at + 8;
    if (name === 'COMM' && size >= 18 && from + 18 <= bytes.length) shape = { channels: bytes.readUInt16BE(from), bits: bytes.readUInt16BE(from + 6), rate: extended(bytes, from + 8), order: kind === 'AIFC' ? bytes.toString('latin1', from + 18, from + 22) : 'NONE' };
    if (name === 'SSND' && from + 8 <= bytes.length) {
      if (from + size > bytes.length) throw new UserFault(source, '', 'is cut off');
      sound = bytes.subarray(from + 8 + bytes.readUInt32BE(from), from + size);
    }
    at = from + size + (size % 2);
  }
  if (shape === undefined || sound === undefined) throw new UserFault(source, '', 'must hold sound, but has none');
  const { rate, channels, bits, order } = shape;
  const width = Math.ceil(bits / 8);
  const data = sound;
  const sampleAt = readerOf(data, width, order);
  if (sampleAt === undefined) throw new UserFault(source, '', 'must hold whole numbers of 8 to 32 bits, or floats of 32 bits, without compression', `${bits} bits, ${order}`);
  return { rate, channels, sampleAt, samples: Math.floor(data.length / width / channels) * channels };
}

function readerOf(data: Buffer, width: number, order: string): ((index: number) => number) | undefined {
  if (width < 1 || width > 4) return undefined;
  const scale = 2 ** (1 - 8 * width);
  switch (order) {
    case 'NONE':
    case 'twos':
    case 'in24':
    case 'in32':
      return (index) => data.readIntBE(width * index, width) * scale;
    case 'sowt':
      return (index) => data.readIntLE(width * index, width) * scale;
    case 'fl32':
    case 'FL32':
      return width === 4 ? (index) => data.readFloatBE(4 * index) : undefined;
    default:
      return undefined;
  }
}

/** A number of 80 bits, as old machines reckoned. */
function extended(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64BE(at + 2)) * 2 ** ((bytes.readUInt16BE(at) & 0x7fff) - 16_383 - 63);
}
