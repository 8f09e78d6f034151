import { expect } from 'chai';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import type { StageEvent } from '../../src/core/contract/events.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { beatPeriod, beats, seconds } from '../../src/core/music/units.ts';
import type { Seconds } from '../../src/core/music/units.ts';
import { openOscInput } from '../../src/app/io/osc-input.ts';
import type { OscHouse, OscInput } from '../../src/app/io/osc-input.ts';
import type { OscMessage } from '../../src/app/io/osc-packet.ts';
import { readOsc, writeOsc } from '../../src/app/io/osc-packet.ts';
import { OscSubscribers } from '../../src/app/io/osc-subscribers.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import type { Trouble } from '../../src/app/io/trouble.ts';

const clock = new SystemClock();
const loopback = '127.0.0.1';

describe('the OSC input', () => {
  let input: OscInput;
  let sender: Socket;
  let heard: StageEvent[];
  let troubles: Trouble[];
  let replies: OscMessage[];
  let latencies: Map<string, Seconds>;
  let subscribers: OscSubscribers;

  beforeEach(async () => {
    heard = [];
    troubles = [];
    replies = [];
    latencies = new Map([['synth', seconds(0.02)]]);
    subscribers = new OscSubscribers();
    const house: OscHouse = {
      version: '1.2.3',
      onEvent: (event) => heard.push(event),
      onTrouble: (trouble) => troubles.push(trouble),
      positionOf: (bar, beat) => (Number(bar) <= 8 ? beats((Number(bar) - 1) * 4 + beat - 1) : undefined),
      passageOf: (first, last) => (Number(first) <= Number(last) && Number(last) <= 8 ? { from: beats((Number(first) - 1) * 4), until: beats(Number(last) * 4) } : undefined),
      positionOfMark: (name) => (name === 'B' ? beats(16) : undefined),
      status: () => ({ state: 'playing', place: { bar: '3', beat: 2 }, beatPeriod: beatPeriod(0.5), confidence: 0.9, asynchrony: seconds(-0.012) }),
      latencyOf: (name) => latencies.get(name),
      setLatency: (name, latency) => latencies.has(name) && latencies.set(name, latency).size > 0,
      subscribers,
      hasPart: (name) => name === 'piano',
    };
    input = await openOscInput({ type: 'osc', host: loopback, port: 0, latency: seconds(0.005) }, clock, house);
    sender = createSocket('udp4');
    sender.on('message', (bytes) => replies.push(...readOsc(bytes)!));
    await new Promise<void>((resolve) => sender.bind(0, loopback, resolve));
  });
  afterEach(async () => {
    sender.close();
    await input.close();
  });

  const send = (bytes: Uint8Array): Promise<void> => new Promise((resolve) => sender.send(bytes, input.port, loopback, () => resolve()));
  /** Datagrams on loopback keep their order: when the pong is here, all before it has been heard. Asks again if the kernel dropped it. */
  const settled = async (): Promise<void> => {
    const token = `done ${clock.now()}`;
    for (let turn = 0; !replies.some(({ args }) => args[0] === token); turn++) {
      if (turn % 50 === 0) await send(writeOsc('/ping', [token]));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };

  it('hears a note when it was played, not when it arrived', async () => {
    await send(writeOsc('/onset', [60, { whole: 80 }, 30, 'violin']));
    await send(writeOsc('/offset', [{ whole: 60 }]));
    await settled();
    expect(heard.map(({ type }) => type)).to.deep.equal(['solo-on', 'solo-off']);
    const [on] = heard;
    if (on?.type !== 'solo-on') throw new Error('no note');
    expect(on).to.include({ pitch: 60, velocity: 80, part: 'violin' });
    expect(on.time - on.playedAt).to.be.closeTo(0.035, 1e-9);
    expect(on.time).to.be.at.most(clock.now());
  });

  it('obeys every cue', async () => {
    for (const address of ['/start', '/stop', '/hold', '/resume', '/panic']) await send(writeOsc(address, []));
    await send(writeOsc('/start', [2, 3]));
    await send(writeOsc('/goto', [5]));
    await send(writeOsc('/mark', ['B']));
    await send(writeOsc('/collaparte/tempo', [90]));
    await send(writeOsc('/tempo', [0]));
    await send(writeOsc('/follow', [0.25]));
    await send(writeOsc('/mute', ['piano', { whole: 1 }]));
    await send(writeOsc('/loop', [2, { whole: 3 }]));
    await send(writeOsc('/loop/off', []));
    await send(writeOsc('/loop', [7, 9]));
    await send(writeOsc('/countin', [{ whole: 1 }]));
    await send(writeOsc('/click', [0]));
    await send(writeOsc('/attack', [90]));
    await send(writeOsc('/pedal', [64]));
    await settled();
    expect(heard.map((event) => ({ ...event, time: 0 })).slice(0, 16)).to.deep.equal([
      ...['start', 'stop', 'hold', 'resume', 'panic'].map((type) => ({ type, time: 0 })),
      { type: 'start', time: 0, position: 6 },
      { type: 'seek', time: 0, position: 16 },
      { type: 'seek', time: 0, position: 16 },
      { type: 'tempo', time: 0, beatPeriod: 60 / 90 },
      { type: 'tempo', time: 0, beatPeriod: undefined },
      { type: 'follow', time: 0, amount: 0.25 },
      { type: 'mute', time: 0, part: 'piano', on: true },
      { type: 'loop', time: 0, passage: { from: 4, until: 12 } },
      { type: 'loop', time: 0, passage: undefined },
      { type: 'count-in', time: 0, on: true },
      { type: 'click', time: 0, on: false },
    ]);
    expect(input.faults.get('no such place')).to.equal(1);
    expect(heard.slice(16).map(({ type }) => type)).to.deep.equal(['solo-attack', 'solo-pedal']);
  });

  it('never lets time fall from one event to the next', async () => {
    for (let i = 0; i < 50; i++) await send(writeOsc('/onset', [60 + (i % 12), 80, (50 - i) % 7]));
    await settled();
    expect(heard).to.have.length(50);
    for (let i = 1; i < heard.length; i++) expect(heard[i]!.time).to.be.at.least(heard[i - 1]!.time);
  });

  it('answers those who ask, at the port they ask from', async () => {
    await send(writeOsc('/ping', [{ whole: 42 }]));
    await send(writeOsc('/status', []));
    await send(writeOsc('/latency', ['synth']));
    await send(writeOsc('/latency', ['synth', 35]));
    await send(writeOsc('/latency', ['synth']));
    await settled();
    expect(replies[0]).to.deep.equal({ address: '/pong', args: [42, '1.2.3'] });
    expect(replies[1]!.address).to.equal('/status.reply');
    expect(replies[1]!.args.slice(0, 4)).to.deep.equal(['playing', 3, 2, 120]);
    expect(replies[1]!.args[5]).to.be.closeTo(-12, 1e-5);
    expect(replies[2]).to.deep.equal({ address: '/latency.reply', args: ['synth', 20] });
    expect(replies[3]).to.deep.equal({ address: '/latency.reply', args: ['synth', 35] });
  });

  it('keeps those who subscribe, sixteen at most', async () => {
    for (let port = 9001; port <= 9017; port++) await send(writeOsc('/subscribe', [{ whole: port }, 30]));
    await send(writeOsc('/unsubscribe', [{ whole: 9003 }]));
    await settled();
    const ports = subscribers.at(clock.now()).map(({ port }) => port);
    expect(ports).to.have.length(15);
    expect(ports).to.not.include(9003);
    expect(ports).to.not.include(9017);
    expect(input.faults.get('too many subscribers')).to.equal(1);
    expect(subscribers.at(seconds(clock.now() + 31))).to.deep.equal([]);
  });

  it('opens bundles, also bundles in bundles', async () => {
    const message = (pitch: number): Buffer => Buffer.from(writeOsc('/onset', [pitch, 80]));
    await send(bundle([message(60), bundle([message(61), message(62)]), message(63)]));
    await settled();
    expect(heard.map((event) => ('pitch' in event ? event.pitch : 0))).to.deep.equal([60, 61, 62, 63]);
  });

  it('takes the jitter of the way from notes whose bundle tells the time', async () => {
    const tag = (time: number): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(Math.floor(time));
      bytes.writeUInt32BE(Math.floor((time % 1) * 2 ** 32), 4);
      return bytes;
    };
    const start = 3_900_000_000;
    for (let i = 0; i < 20; i++) {
      // The player's clock says every 10 ms; every other note is held up on its way.
      await new Promise((resolve) => setTimeout(resolve, i % 2 === 0 ? 1 : 25));
      await send(bundle([Buffer.from(writeOsc('/onset', [60, 80]))], tag(start + i * 0.013)));
    }
    await settled();
    const played = heard.map((event) => (event.type === 'solo-on' ? event.playedAt : 0));
    expect(played).to.have.length(20);
    for (const event of heard) if (event.type === 'solo-on') expect(event.playedAt).to.be.at.most(event.time - 0.005 + 1e-9);
    const steps = played.slice(11).map((time, i) => time - played[10 + i]!);
    for (const step of steps) expect(step).to.be.closeTo(0.013, 0.006);
  });

  it('counts what it cannot use, tells it once, and plays on', async () => {
    let nest: Buffer = Buffer.from(writeOsc('/onset', [60, 80]));
    for (let depth = 0; depth < 2000; depth++) nest = bundle([nest]);
    await send(nest);
    await send(Buffer.alloc(0));
    await send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await send(Buffer.from('/onset\0\0,ii\0\0\0'));
    await send(Buffer.from([0xff, 0x00, 0x2f, 0x2f]));
    await send(writeOsc('/onset', [999, 80]));
    await send(writeOsc('/onset', ['sixty', 80]));
    await send(writeOsc('/nowhere', []));
    await send(writeOsc('/goto', [99]));
    await send(writeOsc('/mark', ['Z']));
    await send(writeOsc('/latency', ['nobody']));
    await send(writeOsc('/mute', ['pianno', { whole: 1 }]));
    await send(writeOsc('/onset', [60, 80]));
    await settled();
    expect(Object.fromEntries(input.faults)).to.deep.equal({
      'malformed packet': 5, 'out of range': 1, 'wrong type': 1, 'unknown address': 1, 'no such place': 2, 'no such port': 1, 'no such part': 1,
    });
    expect(heard.map(({ type }) => type)).to.deep.equal(['solo-on']);
    expect(troubles, 'one line a minute').to.have.length(1);
    expect(troubles[0]).to.include({ kind: 'faults', port: `osc ${loopback}:${input.port}` });
  });

  it('hears the soloist through the noise of another', async () => {
    const noise = createSocket('udp4');
    // Few at a time: what overflows the kernel's buffer nobody can hear.
    for (let burst = 0; burst < 60; burst++) {
      for (let i = 0; i < 30; i++) noise.send(writeOsc('/onset', [30, 1]), input.port, loopback);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await settled();
    await send(writeOsc('/onset', [60, 80]));
    await settled();
    noise.close();
    expect(heard.filter((event) => event.type === 'solo-on' && event.pitch === 60)).to.have.length(1);
    expect(input.faults.get('too many messages')).to.be.greaterThan(100);
  });

  it('says in one line that a port is taken', async () => {
    const house = { onTrouble: () => {} } as unknown as OscHouse;
    const fault = await openOscInput({ type: 'osc', host: loopback, port: input.port, latency: seconds(0) }, clock, house).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(UserFault);
    expect((fault as UserFault).message).to.match(/^osc 127\.0\.0\.1:\d+: cannot be listened to: .*EADDRINUSE/);
  });
});

const atOnce = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);

function bundle(packets: readonly Buffer[], timeTag: Buffer = atOnce): Buffer {
  return Buffer.concat([Buffer.from('#bundle\0'), timeTag, ...packets.flatMap((packet) => [size(packet.length), packet])]);
}

function size(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
