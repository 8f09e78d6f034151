import { expect } from 'chai';
import { createSocket } from 'node:dgram';
import { seconds } from '../../src/core/music/units.ts';
import { OscSubscribers } from '../../src/app/io/osc-subscribers.ts';
import { writeOsc } from '../../src/app/io/osc-packet.ts';
import { watchInputs } from '../../src/app/io/ports.ts';
import type { Arrival } from '../../src/app/io/ports.ts';
import { RateLimit } from '../../src/app/io/rate-limit.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';

describe('the live meter', () => {
  it('shows what arrives, and what cannot be used, until it is stopped', async () => {
    const port = await freePort();
    const stop = new AbortController();
    const arrivals: Arrival[] = [];
    const sender = createSocket('udp4');
    const ask = setInterval(() => {
      sender.send(writeOsc('/onset', [60, 80]), port, '127.0.0.1');
      sender.send(writeOsc('/nonsense', []), port, '127.0.0.1');
    }, 10);
    for await (const arrival of watchInputs([{ type: 'osc', host: '127.0.0.1', port, latency: seconds(0) }], new SystemClock(), stop.signal)) {
      arrivals.push(arrival);
      if (arrivals.length >= 5) stop.abort();
    }
    clearInterval(ask);
    sender.close();
    expect(arrivals.filter((arrival) => 'event' in arrival && arrival.event.type === 'solo-on').length).to.be.at.least(3);
    expect(arrivals.filter((arrival) => 'trouble' in arrival)).to.have.length(1);
    expect(arrivals[0]!.input).to.equal(`osc 127.0.0.1:${port}`);
  });
});

describe('a limit on what one source may say', () => {
  it('lets a burst through, then so much a second, and others all the while', () => {
    const limit = new RateLimit({ perSource: 100, burst: 50, together: 1000 }, seconds(0));
    const admitted = (source: string, time: number, tries: number): number => Array.from({ length: tries }, () => limit.admits(source, seconds(time))).filter(Boolean).length;
    expect(admitted('noise', 0, 200)).to.equal(50);
    expect(admitted('soloist', 0, 10)).to.equal(10);
    expect(admitted('noise', 0.1, 200)).to.equal(10);
    expect(admitted('noise', 60, 200)).to.equal(50);
  });

  it('is not fooled by a source with many ports', () => {
    const limit = new RateLimit({ perSource: 100, burst: 50, together: 300 }, seconds(0));
    let admitted = 0;
    for (let i = 0; i < 5000; i++) if (limit.admits(`noise ${i}`, seconds(i * 1e-4))) admitted++;
    expect(admitted).to.be.at.most(300 + 150);
  });
});

describe('those who subscribe', () => {
  it('are forgotten when their lease is over, and may renew it', () => {
    const lists: number[][] = [];
    const all = new OscSubscribers((list) => lists.push(list.map(({ port }) => port)));
    expect(all.subscribe('::1', 1, seconds(0))).to.equal(true);
    expect(all.subscribe('::1', 2, seconds(0), seconds(10))).to.equal(true);
    expect(all.subscribe('::1', 1, seconds(50))).to.equal(true);
    expect(all.at(seconds(100)).map(({ port }) => port)).to.deep.equal([1]);
    expect(all.at(seconds(110))).to.deep.equal([]);
    expect(lists).to.deep.equal([[1], [1, 2], [1]]);
    all.unsubscribe('::1', 9, seconds(111));
    expect(lists).to.have.length(3);
  });

  it('are sixteen at most, until one has gone', () => {
    const all = new OscSubscribers();
    for (let port = 1; port <= 16; port++) expect(all.subscribe('::1', port, seconds(0), seconds(port))).to.equal(true);
    expect(all.subscribe('::1', 17, seconds(0.5))).to.equal(false);
    expect(all.subscribe('::1', 3, seconds(0.5))).to.equal(true);
    expect(all.subscribe('::1', 17, seconds(1))).to.equal(true);
  });
});

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
