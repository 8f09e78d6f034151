/** What every NoteSink must do, told as statements about what is heard at its far end. */
import { expect } from 'chai';
import type { Clock, NoteSink } from '../../src/core/contract/ports.ts';
import { Random } from '../../src/core/math/random.ts';
import { mean, median } from '../../src/core/math/statistics.ts';
import { noteOffAt, noteOnAt } from '../support/note-commands.ts';
import type { HeardKey } from '../support/recording-sink.ts';

export interface SinkUnderTest {
  readonly sink: NoteSink;
  readonly clock: Clock;
  /** Lets time pass: really, or virtually. */
  pass(seconds: number): Promise<void>;
  /** Keys up and down so far; waits until at least so many are heard, or long enough that they never will be. */
  heard(atLeast: number): Promise<readonly HeardKey[]>;
  /** Closes the sink; `heard` still answers. */
  close(): Promise<void>;
  dispose(): Promise<void>;
}

export function itConformsAsNoteSink(open: () => Promise<SinkUnderTest>): void {
  let rig: SinkUnderTest;
  beforeEach(async () => {
    rig = await open();
  });
  afterEach(async () => rig.dispose());

  const soon = (): number => rig.clock.now() + rig.sink.delay + 0.02;

  it('plays in order of time, in whatever order it was told', async () => {
    const start = soon();
    for (const step of [3, 0, 4, 1, 2]) {
      rig.sink.send(noteOffAt(start + step * 0.02 + 0.01, 60 + step));
      rig.sink.send(noteOnAt(start + step * 0.02, 60 + step));
    }
    await rig.pass(0.2);
    const keys = await rig.heard(10);
    expect(keys.map(({ pitch, velocity }) => (velocity > 0 ? pitch : -pitch))).to.deep.equal([60, -60, 61, -61, 62, -62, 63, -63, 64, -64]);
  });

  it('releases a repeated note before it is struck again', async () => {
    const start = soon();
    rig.sink.send(noteOnAt(start, 60));
    rig.sink.send(noteOnAt(start + 0.02, 60));
    rig.sink.send(noteOffAt(start + 0.02, 60));
    rig.sink.send(noteOffAt(start + 0.04, 60));
    await rig.pass(0.1);
    expect((await rig.heard(4)).map(({ velocity }) => velocity)).to.deep.equal([80, 0, 80, 0]);
  });

  it('keeps a chord together and every note apart by channel', async () => {
    const start = soon();
    for (let channel = 0; channel < 16; channel++) rig.sink.send(noteOnAt(start, 60, channel));
    for (let channel = 0; channel < 16; channel++) rig.sink.send(noteOffAt(start + 0.05, 60, channel));
    await rig.pass(0.15);
    const keys = await rig.heard(32);
    expect(keys.slice(0, 16).map(({ channel }) => channel)).to.deep.equal(Array.from({ length: 16 }, (_, channel) => channel));
    expect(keys.slice(0, 16).every(({ velocity }) => velocity === 80)).to.equal(true);
    expect(keys.slice(16).every(({ velocity }) => velocity === 0)).to.equal(true);
  });

  it('lets a key that two parts hold sound until both have let go', async () => {
    const start = soon();
    rig.sink.send(noteOnAt(start, 60, 0, 'violin'));
    rig.sink.send(noteOnAt(start + 0.01, 60, 0, 'viola'));
    rig.sink.send(noteOffAt(start + 0.02, 60, 0, 'violin'));
    rig.sink.send(noteOffAt(start + 0.06, 60, 0, 'viola'));
    await rig.pass(0.12);
    const keys = await rig.heard(4);
    expect(keys.map(({ velocity }) => velocity)).to.deep.equal([80, 0, 80, 0]);
    expect(keys[3]!.at).to.be.at.least(start + 0.055);
  });

  it('is never early, does not drift, and loses nothing', async () => {
    const start = soon();
    const notes = 60;
    for (let i = 0; i < notes; i++) {
      rig.sink.send(noteOnAt(start + i * 0.02, 36 + i));
      rig.sink.send(noteOffAt(start + i * 0.02 + 0.01, 36 + i));
    }
    await rig.pass(notes * 0.02 + 0.1);
    const keys = await rig.heard(2 * notes);
    expect(keys).to.have.length(2 * notes);
    const lateness = keys.map(({ at }, i) => at - (start + i * 0.01));
    expect(Math.min(...lateness), 'early').to.be.at.least(-0.001);
    expect(median(lateness), 'usually late by').to.be.at.most(0.02);
    const half = (from: number): number => median(lateness.slice(from, from + notes));
    expect(Math.abs(half(notes) - half(0)), 'drift').to.be.at.most(0.01);
    expect(mean(lateness)).to.be.finite;
  });

  it('plays at once what is late already', async () => {
    rig.sink.send(noteOnAt(rig.clock.now() - 1, 60));
    rig.sink.send(noteOffAt(rig.clock.now() - 0.5, 60));
    await rig.pass(0.05);
    expect((await rig.heard(2)).map(({ velocity }) => velocity)).to.deep.equal([80, 0]);
  });

  it('ends what sounds and forgets what waits, when silenced; and plays on after', async () => {
    const start = soon();
    for (const pitch of [60, 64, 67]) rig.sink.send(noteOnAt(start, pitch));
    rig.sink.send(noteOnAt(start + 10, 72));
    await rig.pass(0.1);
    expect(await rig.heard(3)).to.have.length(3);
    rig.sink.silence();
    await rig.pass(0.05);
    expect((await rig.heard(6)).slice(3).map(({ pitch, velocity }) => [pitch, velocity])).to.deep.equal([[60, 0], [64, 0], [67, 0]]);
    rig.sink.silence();
    rig.sink.send(noteOffAt(rig.clock.now(), 60));
    rig.sink.send(noteOnAt(rig.clock.now(), 48));
    await rig.pass(0.1);
    expect((await rig.heard(7)).slice(6).map(({ pitch, velocity }) => [pitch, velocity])).to.deep.equal([[48, 80]]);
  });

  it('leaves nothing sounding when it closes, whatever was played', async () => {
    const random = new Random(5);
    const start = soon();
    for (let i = 0; i < 200; i++) {
      const time = start + random.between(0, 0.3);
      const pitch = 40 + random.below(30);
      rig.sink.send(noteOnAt(time, pitch, random.below(3)));
      if (random.uniform() < 0.7) rig.sink.send(noteOffAt(time + random.between(0.001, 0.4), pitch, random.below(3)));
    }
    await rig.pass(0.2);
    await rig.close();
    // How many there will be is not known: everything that is still on its way shall arrive.
    const keys = await rig.heard(Infinity);
    expect(soundingAfter(keys)).to.deep.equal([]);
    expect(keys.length).to.be.greaterThan(50);
  });
}

/** Walks through what was heard; every key must go down and up in turn. @returns keys still down, "channel/pitch" */
export function soundingAfter(keys: readonly HeardKey[]): string[] {
  const down = new Set<string>();
  for (const { channel, pitch, velocity } of keys) {
    const key = `${channel}/${pitch}`;
    expect(down.has(key), `${key} goes ${velocity > 0 ? 'down' : 'up'}`).to.equal(velocity === 0);
    if (velocity > 0) down.add(key);
    else down.delete(key);
  }
  return [...down];
}
