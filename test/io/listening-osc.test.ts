import { expect } from 'chai';
import { createSocket } from 'node:dgram';
import type { ListeningWish } from '../../src/app/io/listening-osc.ts';
import { openListeningEar, understandListening } from '../../src/app/io/listening-osc.ts';
import { writeOsc } from '../../src/app/io/osc-packet.ts';

const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('what is said to a listener by OSC', () => {
  it("is the original's message: 55 numbers of the synthesizer, 55 of the musician, and the parameters", () => {
    expect(understandListening({ address: '/feats/loudness', args: [...numbers(55), ...numbers(55, 100), 0.1, 0.2, 0.3] })).to.deep.equal({ type: 'heard', own: numbers(55), musician: numbers(55, 100) });
  });
  it('is its own sound alone, or a plus or a minus', () => {
    expect(understandListening({ address: '/feats/synth', args: numbers(55) })).to.deep.equal({ type: 'own', own: numbers(55) });
    expect(understandListening({ address: '/feedback', args: [-1] })).to.deep.equal({ type: 'feedback', liked: false });
  });
  it('is how an accompanist beside it is doing: whether its music waits', () => {
    expect(understandListening({ address: '/state', args: ['holding', 17] })).to.deep.equal({ type: 'state', holds: true });
    expect(understandListening({ address: '/state', args: ['playing', 18] })).to.deep.equal({ type: 'state', holds: false });
    expect(understandListening({ address: '/state', args: [1] })).to.equal(undefined);
  });
  it('is nothing where it is too short, no number, or of another address', () => {
    for (const message of [{ address: '/feats/loudness', args: numbers(109) }, { address: '/feats/synth', args: [...numbers(54), NaN] }, { address: '/feats/synth', args: [...numbers(54), 'x'] }, { address: '/feedback', args: [0] }, { address: '/other', args: [1] }]) {
      expect(understandListening(message)).to.equal(undefined);
    }
  });
  it('arrives over a real socket, and noise is counted', async () => {
    const heard: ListeningWish[] = [];
    const ear = await openListeningEar('127.0.0.1', 0, (wish) => heard.push(wish));
    const socket = createSocket('udp4');
    const send = (bytes: Uint8Array): Promise<void> => new Promise((resolve) => socket.send(bytes, ear.port, '127.0.0.1', () => resolve()));
    await send(Buffer.from('noise'));
    await send(writeOsc('/feedback', [1]));
    while (heard.length === 0) await new Promise(setImmediate);
    expect(heard).to.deep.equal([{ type: 'feedback', liked: true }]);
    expect(ear.refused()).to.equal(1);
    socket.close();
    await ear.close();
  });
});
