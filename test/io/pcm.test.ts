import { expect } from 'chai';
import { UserFault } from '../../src/core/contract/faults.ts';
import { PcmReader } from '../../src/app/io/pcm.ts';

const wave = Array.from({ length: 300 }, (_, i) => Math.sin(i / 7) * 0.5);

function bytesOf(format: 's16le' | 's32le' | 'f32le', channels = 1): Buffer {
  const size = format === 's16le' ? 2 : 4;
  const bytes = Buffer.alloc(wave.length * channels * size);
  wave.forEach((x, i) => {
    for (let c = 0; c < channels; c++) {
      const at = (i * channels + c) * size;
      // the channels differ, and their mean is the wave
      const sample = channels === 1 ? x : x + (c === 0 ? 0.25 : -0.25);
      if (format === 's16le') bytes.writeInt16LE(Math.round(sample * 32_768), at);
      else if (format === 's32le') bytes.writeInt32LE(Math.round(sample * 2_147_483_648), at);
      else bytes.writeFloatLE(sample, at);
    }
  });
  return bytes;
}

function wavOf(data: Buffer, changes: { kind?: number; bits?: number; rate?: number; length?: number } = {}): Buffer {
  const { kind = 1, bits = 16, rate = 48_000, length = data.length } = changes;
  const header = Buffer.alloc(44 + 10);
  header.write('RIFF\0\0\0\0WAVEfmt ', 0, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(kind, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt16LE(bits, 34);
  // a title of odd length stands before the sound, and is padded
  header.write('LIST\x01\0\0\0x\0', 36, 'latin1');
  header.write('data', 46, 'latin1');
  header.writeUInt32LE(length, 50);
  return Buffer.concat([header, data]);
}

function read(reader: PcmReader, bytes: Buffer, piece: number): number[] {
  const samples: number[] = [];
  for (let at = 0; at < bytes.length; at += piece) samples.push(...reader.push(bytes.subarray(at, at + piece)));
  return samples;
}

describe('samples from a pipe', () => {
  for (const format of ['s16le', 's32le', 'f32le'] as const) {
    for (const channels of [1, 2]) {
      it(`are the same wave as ${format} in ${channels} channels, cut anywhere`, () => {
        for (const piece of [1, 3, 7, 4096]) {
          const samples = read(new PcmReader('test', { format, channels, rate: 44_100 }), bytesOf(format, channels), piece);
          expect(samples).to.have.length(wave.length);
          samples.forEach((sample, i) => expect(sample).to.be.closeTo(wave[i]!, 1e-4));
        }
      });
    }
  }

  it('say by their WAV header what they are, whatever was expected', () => {
    const reader = new PcmReader('test', { format: 'f32le', channels: 2, rate: 44_100 });
    expect(read(reader, wavOf(bytesOf('s16le')), 11)).to.have.length(wave.length);
    expect(reader.shape).to.deep.equal({ format: 's16le', channels: 1, rate: 48_000 });
  });

  it('of a WAV stream of unknown length go on, and behind the sound of a file nothing is heard', () => {
    const shape = { format: 's16le', channels: 1, rate: 44_100 } as const;
    expect(read(new PcmReader('test', shape), wavOf(bytesOf('s16le'), { length: 0xffffffff }), 500)).to.have.length(wave.length);
    expect(read(new PcmReader('test', shape), Buffer.concat([wavOf(bytesOf('s16le')), Buffer.from('LIST some words behind it')]), 500)).to.have.length(wave.length);
  });

  it('that are no numbers are silence', () => {
    const bytes = bytesOf('f32le');
    bytes.writeFloatLE(NaN, 40);
    bytes.writeFloatLE(Infinity, 44);
    expect(read(new PcmReader('test', { format: 'f32le', channels: 1, rate: 44_100 }), bytes, 64).slice(10, 12)).to.deep.equal([0, 0]);
  });

  it('of another kind are refused in one line', () => {
    const reading = (bytes: Buffer) => () => read(new PcmReader('song.wav', { format: 's16le', channels: 1, rate: 44_100 }), bytes, 4096);
    expect(reading(wavOf(bytesOf('s16le'), { bits: 12 }))).to.throw(UserFault, /song\.wav: must hold samples of 8, 16, 24 or 32 bits.*12 bits/);
    expect(reading(wavOf(bytesOf('s16le'), { rate: 0 }))).to.throw(UserFault, /song\.wav: rate must be 16000 to 192000/);
    expect(reading(Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), Buffer.alloc(80_000)]))).to.throw(UserFault, /no "data"/);
  });
});
