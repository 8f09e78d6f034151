import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserFault } from '../../src/core/contract/faults.ts';
import { Flac } from '../../src/app/io/flac.ts';
import { soundIn } from '../../src/app/io/sound-file.ts';

/** Two sines of 440 and 445 Hz at half of full scale for .08 s, written by libFLAC as small as it can: predictions, Rice codes, the sum and difference of channels. */
const flac = Buffer.from([
  'ZkxhQ4AAACIQABAAAAP3AAP3A+gC8AAABQDF0f0S/br4/qHmDOwkXiop//h1GAAE/zdEARMK0RXItb/zp8HYqAAAAACQTW3Sss0vC9q0rSeJ2hiGKUpakrUhKUBTW/c++kpERIhCQiSJ',
  'Srx/37+qURESEIiIiSUq3bF//S0SREhCIiEUS0u3/+L7pJESIQiIkRIqL+3t9uGkkIkRCIRERFEq+/b590hSQiIiIhEiUVr+259cpIiEiIhEQiJJKX/N//UpIhIhCIiIiSiuvm/3riok',
  'QiIiIhESJKr7b/vtLIiRCIQiRCQpVPve//XJESIiEIkIkSUNT//fctFERIhCQiSJSrx/37+qURESEIiIiSUq3bF//S0SREhCIiEUS0u3/+L7pJESIQiIkRIqL+3t9uGkkIkRCIRERFEq',
  '+/b590hSQiIiIhEiUVr+259cpIiEiIhEQiJJKX/N//UpIhIhCIiIiSiuvm/3riokQiIiIhESJKr7b/vtLIiRCIQiRCQpVPve//XJESIiEIkIkSUNT//fctFERIhCQiSJSrx/37+qURES',
  'EIiIiSUq3bF//S0SREhCIiEUS0u3/+L7pJESIQiIkRIqL+3t9uGkkIkRCIRERFEq+/b590hSQiIiIhEiUVr+259cpIiEiIhEQiJJKX/N//UpIhIhCIiIiSiuvm/3riokQiIiIhESJKr7',
  'b/vtLIiRCIQiRCRbSTy+1bb59NI2bNDQRRlGKMUzxMNCwkDDw0bHS8xR01bZWd1e4V7iXN9Y2E7NQELSW/B+rR5mcNcGAAI0AADuRAEWCvEWBLUhcaTiaKgAAAACgv6MYSjCEp0jSFp2',
  'jiNoWhSVJSjKEJRC+dJJkJJITCGQlksrDNJySQkIZJJMnLN9AnJMkkhJJCTmzsqcwmSEkhDJJJ93fnJIBJITCFIZ7u805khJAJhJCaTNqVPJhkkMhkAknJ92WcmZDISSSSB/tlTSZJJC',
  'EwhJhMwm76czIZCSGSHJ+D1ywySSSEkkmTnKmD5kpCSSEkkMhz+/AnJJJDJIQmT+y7DmBMhJJJCZJ9JHWXk4QCSSGSQnn9TWZJMgSQCSQoQyeWX+ckyGQhIGEycj75ySGQkhMhJISXt3',
  'nMhkJIQwkhOGH1NPkJhJJDISEyc8E1mzJMgSSSQmclzWBZshJhCSEkJJOG+VmhJkkJJCSEhMzlm2WWQMkgTISTJzTd9JmSQhCQkhMhznr+ZKEkJgEMknPN/mhwkkJhDCBJOG/KsskkkJ',
  'JISTCQ5KnqeSkySQhMhychdqbyZJJIQyEk57gv/JJJJCSEmSeY7gyzhkJhJCSST/SpsjKkkkSJKJKUrUuZGEMQwQwjaRDkQ4kaDKizptirev5s+zbw38N+zPis0Icm5zTm0wC6H4BZAA',
  'sAAAAK7H8Q==',
].join(''), 'base64');
const rate = 16_000;
const sine = (hertz: number, n: number): number => 0.5 * Math.sin((2 * Math.PI * hertz * n) / rate);
const wave = Array.from({ length: 1280 }, (_, n) => (sine(440, n) + sine(445, n)) / 2);

function aiff(kind: 'AIFF' | 'AIFC', order: string, bits: number, write: (data: Buffer, sample: number, at: number) => void): Buffer {
  const width = bits / 8;
  const data = Buffer.alloc(wave.length * 2 * width);
  // the channels differ, and their mean is the wave
  wave.forEach((x, n) => [x + 0.125, x - 0.125].forEach((sample, c) => write(data, sample, (2 * n + c) * width)));
  const chunk = (name: string, body: Buffer): Buffer => Buffer.concat([Buffer.from(name, 'latin1'), Buffer.from(Uint32Array.of(body.length).buffer).swap32(), body, Buffer.alloc(body.length % 2)]);
  const common = Buffer.alloc(kind === 'AIFC' ? 24 : 18);
  common.writeUInt16BE(2, 0);
  common.writeUInt32BE(wave.length, 2);
  common.writeUInt16BE(bits, 6);
  // 16000 as a number of 80 bits: 2 to the 13th, times 1.953125
  common.writeUInt16BE(16_383 + 13, 8);
  common.writeBigUInt64BE(BigInt(rate) << 50n, 10);
  if (kind === 'AIFC') common.write(order, 18, 'latin1');
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), chunk('NAME', Buffer.from('abc')), chunk('COMM', common), chunk('SSND', Buffer.concat([Buffer.alloc(8), data]))]);
  return chunk('FORM', body);
}

describe('a recording in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sound-file-'));
  after(() => rmSync(folder, { recursive: true }));
  async function read(name: string, bytes: Buffer): Promise<{ readonly rate: number; readonly samples: number[] }> {
    writeFileSync(join(folder, name), bytes);
    const samples: number[] = [];
    let found = 0;
    for await (const sound of soundIn(join(folder, name))) {
      found = sound.rate;
      samples.push(...sound.samples);
    }
    return { rate: found, samples };
  }
  const faultOf = async (name: string, bytes: Buffer): Promise<string> => {
    const fault: unknown = await read(name, bytes).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(UserFault);
    return (fault as UserFault).message;
  };
  const isTheWave = ({ rate: found, samples }: { readonly rate: number; readonly samples: number[] }, within: number): void => {
    expect(found).to.equal(rate);
    expect(samples).to.have.length(wave.length);
    samples.forEach((x, n) => expect(x).to.be.closeTo(wave[n]!, within));
  };

  it('is read from FLAC bit for bit: its own checksum says so', () => {
    const file = new Flac(flac, 'two.flac');
    const hash = createHash('md5');
    for (const [left, right] of file.blocks()) hash.update(Buffer.from(Int16Array.from({ length: 2 * left!.length }, (_, i) => (i % 2 === 0 ? left! : right!)[i >> 1]!).buffer));
    expect(hash.digest('hex')).to.equal(file.shape.print.toString('hex'));
  });
  it('is the mean of its channels', async () => {
    const { rate: found, samples } = await read('two.flac', flac);
    const both = [...new Flac(flac, '').blocks()].flatMap(([left, right]) => [...left!].map((x, n) => (x + right![n]!) / 65_536));
    expect(found).to.equal(rate);
    expect(samples).to.deep.equal(both);
    expect(Math.max(...samples)).to.be.closeTo(0.5, 0.01);
  });
  for (const [name, kind, order, bits, write] of [
    ['16 bits', 'AIFF', 'NONE', 16, (data, x, at) => data.writeInt16BE(Math.round(32_768 * x), at)],
    ['24 bits', 'AIFF', 'NONE', 24, (data, x, at) => data.writeIntBE(Math.round(8_388_608 * x), at, 3)],
    ['16 bits, the other way round', 'AIFC', 'sowt', 16, (data, x, at) => data.writeInt16LE(Math.round(32_768 * x), at)],
    ['floats', 'AIFC', 'fl32', 32, (data, x, at) => data.writeFloatBE(x, at)],
  ] as [string, 'AIFF' | 'AIFC', string, number, (data: Buffer, sample: number, at: number) => void][]) it(`is read from ${kind}, ${name}`, async () => isTheWave(await read('two.aiff', aiff(kind, order, bits, write)), 1e-4));
  it('that is cut off, damaged or packed otherwise is told from one that is whole', async () => {
    expect(await faultOf('cut.flac', flac.subarray(0, 600))).to.match(/cut\.flac: is cut off/);
    const damaged = Buffer.from(flac);
    damaged[500]! ^= 4;
    expect(await faultOf('damaged.flac', damaged)).to.match(/is damaged after 0\.0 s/);
    expect(await faultOf('cut.aiff', aiff('AIFF', 'NONE', 16, () => undefined).subarray(0, 2000))).to.match(/is cut off/);
    expect(await faultOf('packed.aifc', aiff('AIFC', 'ima4', 16, () => undefined))).to.match(/without compression.*ima4/);
    expect(await faultOf('letter.flac', Buffer.from('Dear Clara, '.repeat(9)))).to.match(/must be a WAV, FLAC or AIFF file/);
  });
});
