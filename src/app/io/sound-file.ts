/** A recording as samples, piece by piece: WAV, FLAC or AIFF, whatever its name says, by how it begins. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { UserFault } from '../../core/contract/faults.ts';
import { readAiff } from './aiff.ts';
import { Flac } from './flac.ts';
import { PcmReader, checkedShape } from './pcm.ts';

export interface SoundPiece {
  /** Hz; the same for all pieces. */
  readonly rate: number;
  /** The mean of the channels, -1..1. */
  readonly samples: Float32Array;
}

/** Samples in a piece of a file that is read at once. */
const piece = 1 << 16;

/** @param onBytes of the file as it is @throws UserFault where it cannot be read */
export async function* soundIn(path: string, onBytes: (bytes: Buffer) => void = () => undefined): AsyncGenerator<SoundPiece> {
  const reader = new PcmReader(path, { format: 's16le', rate: 44_100, channels: 1 });
  let isFirst = true;
  for await (const bytes of bytesOf(path)) {
    if (isFirst && !bytes.toString('latin1', 0, 4).startsWith('RIFF')) {
      const whole = await readFile(path);
      onBytes(whole);
      yield* soundOfWhole(whole, path);
      return;
    }
    isFirst = false;
    onBytes(bytes);
    const samples = reader.push(bytes);
    if (reader.begun) yield { rate: reader.shape.rate, samples };
  }
}

function* soundOfWhole(bytes: Buffer, path: string): Generator<SoundPiece> {
  const begin = bytes.toString('latin1', 0, 4);
  if (begin === 'FORM') {
    const { rate, channels, samples, sampleAt } = readAiff(bytes, path);
    checkedShape(path, { format: 's16le', rate, channels });
    for (let from = 0; from < samples; from += piece * channels) {
      const count = Math.min(piece, (samples - from) / channels);
      yield { rate, samples: Float32Array.from({ length: count }, (_, i) => {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += sampleAt(from + i * channels + c);
        return Number.isFinite(sum) ? sum / channels : 0;
      }) };
    }
    return;
  }
  // without a header anything would pass for sound
  if (begin !== 'fLaC' && !begin.startsWith('ID3')) throw new UserFault(path, '', 'must be a WAV, FLAC or AIFF file: it begins with none of RIFF, fLaC and FORM');
  const flac = new Flac(bytes, path);
  const { rate, channels, bits } = flac.shape;
  checkedShape(path, { format: 's16le', rate, channels });
  const scale = 2 ** (1 - bits) / channels;
  for (const block of flac.blocks()) yield { rate, samples: Float32Array.from(block[0]!, (_, i) => block.reduce((sum, channel) => sum + channel[i]!, 0) * scale) };
}

async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const bytes of createReadStream(path)) yield bytes as Buffer;
  } catch (cause) {
    throw new UserFault(path, '', 'cannot be read', undefined, { cause });
  }
}
