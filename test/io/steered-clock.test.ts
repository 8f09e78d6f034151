import { expect } from 'chai';
import type { TransportCommand } from '../../src/core/contract/commands.ts';
import { beats, periodOf, seconds } from '../../src/core/music/units.ts';
import { SteeredClock } from '../../src/app/io/steered-clock.ts';

const music = (time: number, position: number, bpm = 120, playing = true): TransportCommand => ({ type: 'transport', time: seconds(time), playing, position: beats(position), beatPeriod: periodOf(bpm) });

/** What leaves until a time, each with its moment. */
function run(clock: SteeredClock, from: number, until: number): { readonly type: string; readonly at: number }[] {
  const sent: { readonly type: string; readonly at: number }[] = [];
  for (let now = from; now <= until; now = Math.max(now, clock.nextDue)) {
    const message = clock.take(seconds(now));
    if (message !== undefined) sent.push({ type: message.type, at: now });
  }
  return sent;
}

describe('the MIDI clock on the beat of the soloist', () => {
  it('comes to him within a fifth of a second, and loses no tick on the way', () => {
    const clock = new SteeredClock();
    clock.update(music(0, 0), seconds(0));
    const before = run(clock, 0, 2 - 1e-6);
    clock.update({ ...music(2, 4), soloist: { position: beats(4.08), beatPeriod: periodOf(120) } }, seconds(2));
    const after = run(clock, 2, 4);
    const ticks = [...before, ...after].filter(({ type }) => type === 'clock');
    expect([...before, ...after].filter(({ type }) => type !== 'clock').map(({ type }) => type)).to.deep.equal(['start']);
    // Tick 24 k is the beat k; the music's beat k is now 40 ms earlier.
    for (const beat of [5, 6, 7]) expect(ticks[24 * beat]!.at).to.be.closeTo(beat / 2 - 0.04, 0.003);
    for (let i = 1; i < ticks.length; i++) expect(ticks[i]!.at - ticks[i - 1]!.at, 'no burst').to.be.greaterThan(0.012);
  });

  it('does not drift over two hours of beats', () => {
    const clock = new SteeredClock();
    const hours = 2 * 3600;
    let ticks = 0;
    for (let second = 0; second < hours; second += 10) {
      clock.update(music(second, second * 1.55, 93), seconds(second));
      ticks += run(clock, second, second + 10 - 1e-6).filter(({ type }) => type === 'clock').length;
    }
    expect(ticks).to.be.closeTo(hours * 1.55 * 24, 1.5);
  });

  it('stops when it is halted, and begins again where the music is', () => {
    const clock = new SteeredClock();
    clock.update(music(0, 0), seconds(0));
    run(clock, 0, 1);
    clock.halt();
    expect(run(clock, 1, 2).map(({ type }) => type)).to.deep.equal(['stop']);
    clock.update(music(3, 6), seconds(3));
    expect(run(clock, 3, 3.01).map(({ type }) => type)).to.deep.equal(['song-position', 'continue', 'clock']);
  });

  it('ticks in the printed tempo before anybody plays, evenly into the start, and on at a fermata', () => {
    const clock = new SteeredClock({ ticksWhileWaiting: true });
    clock.update(music(0, 0, 100, false), seconds(0));
    const waiting = run(clock, 0, 2 - 1e-6);
    expect(waiting.map(({ type }) => type)).to.deep.equal(Array.from({ length: 80 }, () => 'clock'));
    for (let i = 1; i < waiting.length; i++) expect(waiting[i]!.at - waiting[i - 1]!.at).to.be.closeTo(0.025, 1e-9);
    clock.update(music(2, 0, 120), seconds(2));
    const playing = run(clock, 2, 4 - 1e-6).map(({ type }) => type);
    expect([playing[0], playing.filter((type) => type === 'clock').length]).to.deep.equal(['start', 96]);
    clock.update(music(4, 4, 120, false), seconds(4));
    const held = run(clock, 4, 6 - 1e-6);
    expect([held[0]!.type, held.slice(1).every(({ type }) => type === 'clock')]).to.deep.equal(['stop', true]);
    expect(held.length - 1).to.be.closeTo(96, 1);
    clock.update(music(6, 4, 120), seconds(6));
    expect(run(clock, 6, 6.5).slice(0, 3).map(({ type }) => type), 'the place, and only then the ticks that count').to.deep.equal(['song-position', 'continue', 'clock']);
    clock.halt();
    expect(run(clock, 7, 9).map(({ type }) => type)).to.deep.equal(['stop']);
  });

  it('stands still before anybody plays where it was not asked to tick', () => {
    const clock = new SteeredClock();
    clock.update(music(0, 0, 100, false), seconds(0));
    expect(run(clock, 0, 2)).to.deep.equal([]);
  });
});
