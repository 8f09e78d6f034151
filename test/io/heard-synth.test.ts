import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import { UserFault } from '../../src/core/contract/faults.ts';
import { HeardSynth } from '../../src/app/io/heard-synth.ts';

const rate = 44_100;
const block = 441;

/** A level that goes where it is sent after `lag` samples, and sounds on as fast as somebody listens. */
function instrument(lag: number, blocks = Infinity): { readonly stream: PassThrough; readonly send: (setting: ArrayLike<number>) => void } {
  const stream = new PassThrough({ highWaterMark: 2 * block });
  let [level, wanted, after, played] = [0, 0, 0, 0];
  const play = (): void => {
    if (stream.destroyed) return;
    if (played++ === blocks) return void stream.end();
    const samples = Buffer.alloc(2 * block);
    for (let n = 0; n < block; n++) {
      if (after-- <= 0) level = wanted;
      samples.writeInt16LE(Math.round(32_768 * level), 2 * n);
    }
    if (stream.write(samples)) setImmediate(play);
    else stream.once('drain', play);
  };
  setImmediate(play);
  return { stream, send: (setting) => ([wanted, after] = [setting[0]!, lag]) };
}
const shape = { format: 's16le', rate, channels: 1 } as const;

describe('a synthesizer that is heard at an input', () => {
  it('gives so many samples from when a setting was sent: what comes late is late in them', async () => {
    const synth = await HeardSynth.open({ source: 'it', shape, ...instrument(1000) });
    for (const level of [0.25, 0.5, 0.125]) {
      const sound = await synth.play([level], 3000);
      expect(sound).to.have.length(3000);
      expect(sound.at(-1)).to.equal(level);
      expect(sound[0], 'what sounded before').to.not.equal(level);
    }
    synth.close();
  });
  it('says so where the sound ends', async () => {
    const synth = await HeardSynth.open({ source: 'the input', shape, ...instrument(0, 10) });
    const fault = await synth.play([0.5], 20 * block).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(UserFault);
    expect((fault as Error).message).to.equal('the input: has ended');
    synth.close();
  });
});
