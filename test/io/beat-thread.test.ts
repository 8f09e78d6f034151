import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { OscOutputSettings } from '../../src/core/contract/settings.ts';
import { beats, seconds } from '../../src/core/music/units.ts';
import { openBeatThread } from '../../src/app/io/beat-thread.ts';
import type { BeatThread } from '../../src/app/io/beat-thread.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import type { Trouble } from '../../src/app/io/trouble.ts';
import { itConformsAsNoteSink, soundingAfter } from '../contract/note-sink-conformance.ts';
import { noteOffAt, noteOnAt } from '../support/note-commands.ts';
import { OscEar } from '../support/osc-ear.ts';
import type { HeardMessage } from '../support/osc-ear.ts';
import type { HeardKey } from '../support/recording-sink.ts';

const clock = new SystemClock();
const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time * 1000));
const target = (port: number, changes: Partial<OscOutputSettings> = {}): OscOutputSettings => ({ type: 'osc', host: '127.0.0.1', port, notes: true, position: true, latency: seconds(0), ...changes });

function keysOf(messages: readonly HeardMessage[]): HeardKey[] {
  return messages
    .filter(({ address }) => address === '/note')
    .map(({ at, args }) => ({ at, channel: args[0] as number, pitch: args[1] as number, velocity: args[2] as number }));
}

// An ear for each: what a thread sends when it is closed may come when the next one is heard.
describe('the beat thread as a note sink', () => {
  itConformsAsNoteSink(async () => {
    const ear = await OscEar.open(clock);
    const thread = await openBeatThread([target(ear.port)], clock, () => {});
    return {
      sink: thread,
      clock,
      pass: pause,
      heard: async (atLeast) => {
        await ear.count(atLeast, 1000);
        return keysOf(ear.heard);
      },
      close: () => thread.close(),
      dispose: async () => {
        await thread.close();
        await ear.close();
      },
    };
  });
});

describe('the beat thread', () => {
  let ear: OscEar;
  const others: OscEar[] = [];
  const anotherEar = async (): Promise<OscEar> => {
    const other = await OscEar.open(clock);
    others.push(other);
    return other;
  };
  let thread: BeatThread | undefined;
  let troubles: Trouble[];
  const open = async (...args: [Parameters<typeof openBeatThread>[0], Parameters<typeof openBeatThread>[3]?]): Promise<BeatThread> => {
    thread = await openBeatThread(args[0], clock, (trouble) => troubles.push(trouble), args[1]);
    return thread;
  };

  beforeEach(async () => {
    troubles = [];
    ear = await OscEar.open(clock);
  });
  afterEach(async () => {
    await thread?.close();
    thread = undefined;
    for (const each of [ear, ...others.splice(0)]) await each.close();
  });

  it('lets notes leave earlier by the latency of their output, also when that changes', async () => {
    const slow = await open([target(ear.port, { latency: seconds(0.1) })]);
    expect(slow.delay).to.be.within(0.1, 0.11);
    const time = clock.now() + 0.2;
    slow.send(noteOnAt(time, 60));
    await ear.count(1);
    expect(ear.heard[0]!.at).to.be.within(time - 0.101, time - 0.05);
    slow.setLatency(0, seconds(0.02));
    const later = clock.now() + 0.2;
    slow.send(noteOnAt(later, 62));
    await ear.count(2);
    expect(ear.heard[1]!.at).to.be.within(later - 0.021, later + 0.03);
    expect(slow.latencyOf(0)).to.equal(0.02);
    expect(slow.delay).to.be.below(0.05);
  });

  it('tells positions after the notes of the same time, and only to who wants them', async () => {
    const onlyNotes = await anotherEar();
    const both = await open([target(ear.port), target(onlyNotes.port, { position: false })]);
    const time = seconds(clock.now() + 0.05);
    both.publish(time, '/beat', [{ whole: 3 }, 1]);
    both.send(noteOnAt(time, 60));
    both.send(noteOffAt(time, 59)); // nobody holds it: nothing is said
    await ear.count(2);
    await onlyNotes.count(1);
    expect(ear.heard.map(({ address, args }) => [address, ...args])).to.deep.equal([['/note', 0, 60, 80], ['/beat', 3, 1]]);
    expect(onlyNotes.heard.map(({ address }) => address)).to.deep.equal(['/note']);
  });

  it('counts every message to a subscriber, until the lease is over', async () => {
    const other = await anotherEar();
    const beat = await open([]);
    const until = seconds(clock.now() + 0.25);
    beat.setSubscribers([{ host: '127.0.0.1', port: ear.port, until }]);
    await pause(0.05);
    beat.publish(clock.now(), '/state', ['playing']);
    beat.send(noteOnAt(clock.now(), 60, 2));
    await ear.count(2);
    beat.setSubscribers([{ host: '127.0.0.1', port: ear.port, until }, { host: '127.0.0.1', port: other.port, until: seconds(until + 60) }]);
    await pause(0.05);
    beat.publish(clock.now(), '/confidence', [0.5]);
    await other.count(1);
    await pause(0.25);
    beat.publish(clock.now(), '/confidence', [1]);
    await other.count(2);
    expect(ear.heard.map(({ address, args }) => [address, ...args])).to.deep.equal([['/state', 'playing', 0], ['/note', 2, 60, 80, 1], ['/confidence', 0.5, 2]]);
    expect(other.heard.map(({ address, args }) => [address, ...args])).to.deep.equal([['/confidence', 0.5, 0], ['/confidence', 1, 1]]);
  });

  it('ends every note when the main thread stands still, says so when it is back, and plays on', async () => {
    const beat = await open([target(ear.port)], { patience: seconds(0.1) });
    for (const pitch of [60, 64, 67]) beat.send(noteOnAt(clock.now(), pitch));
    await ear.count(3);
    expect(beat.sounding).to.equal(3);
    const stoodAt = clock.now();
    while (clock.now() < stoodAt + 0.4);
    await ear.count(6);
    const keys = keysOf(ear.heard);
    expect(soundingAfter(keys)).to.deep.equal([]);
    expect(keys[5]!.at).to.be.within(stoodAt + 0.05, stoodAt + 0.4);
    beat.send(noteOnAt(clock.now(), 72));
    await ear.count(7);
    expect(beat.sounding).to.equal(1);
    await pause(0.3); // a living main thread that merely has nothing to say is not still
    expect(beat.sounding).to.equal(1);
    expect(troubles.map(({ kind }) => kind)).to.deep.equal(['stalled']);
  });

  it('says that MIDI is not to be had, and plays by OSC', async function () {
    const { loadMidi, hasMidi } = await import('../../src/app/io/midi-binding.ts');
    if (hasMidi(loadMidi())) this.skip();
    const beat = await open([{ type: 'midi', name: 'Colla Parte Out', virtual: true, channels: {}, latency: seconds(0) }, target(ear.port)]);
    beat.send(noteOnAt(clock.now(), 60));
    await ear.count(1);
    expect(keysOf(ear.heard)).to.have.length(1);
    expect(troubles).to.have.length(1);
    expect(troubles[0]).to.include({ kind: 'unavailable', port: 'midi' });
    expect(troubles[0]!.message).to.match(/^MIDI is unavailable: [^\n]+$/);
  });

  it('refuses what no wire can carry', async () => {
    const beat = await open([target(ear.port)]);
    expect(() => beat.send(noteOnAt(NaN, 60))).to.throw(RangeError, 'no time');
    expect(() => beat.send(noteOnAt(0, 128))).to.throw(RangeError, 'pitch');
    expect(() => beat.send(noteOnAt(0, 60, 16))).to.throw(RangeError, 'channels');
    expect(() => beat.send(noteOnAt(0, 60, 0, 'piano', 0))).to.throw(RangeError, 'velocity');
    beat.update({ type: 'transport', time: clock.now(), playing: true, position: beats(0), beatPeriod: 0.5 as never });
  });

  for (const death of ['throws', 'rejects', 'exits', 'returns', 'stands still', 'SIGTERM', 'SIGINT']) {
    it(`leaves no note sounding when its process ${death.startsWith('SIG') ? `gets ${death}` : death}`, async () => {
      const child = spawn(process.execPath, [fileURLToPath(new URL('../support/dying-accompanist.js', import.meta.url)), String(ear.port), death], { stdio: 'ignore' });
      const ended = new Promise<number | string | null>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
      await ear.count(5);
      expect(keysOf(ear.heard).filter(({ velocity }) => velocity > 0), 'notes before').to.have.length(5);
      if (death.startsWith('SIG')) child.kill(death as NodeJS.Signals);
      await ear.count(10);
      expect(soundingAfter(keysOf(ear.heard))).to.deep.equal([]);
      if (death === 'stands still') child.kill('SIGKILL');
      const code = await ended;
      expect(code).to.equal({ throws: 1, rejects: 1, exits: 3, returns: 0, 'stands still': 'SIGKILL' }[death] ?? death);
    });
  }
});
