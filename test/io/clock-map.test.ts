import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { mean, quantile } from '../../src/core/math/statistics.ts';
import { seconds } from '../../src/core/music/units.ts';
import { ClockMap } from '../../src/app/io/clock-map.ts';

interface Wire {
  readonly offset: number;
  /** Source seconds a second of ours, less 1. */
  readonly drift: number;
  /** Smallest delay and mean of what comes on top, s. */
  readonly delay: number;
  readonly jitter: number;
}

/** Notes every 0.2 s or so over such a wire: errors of the map after `settle` seconds, and of the arrivals themselves. */
function errorsOver(wire: Wire, seed: number, length = 60, settle = 15): { mapped: number[]; raw: number[]; map: ClockMap } {
  const random = new Random(seed);
  const map = new ClockMap();
  const mapped: number[] = [];
  const raw: number[] = [];
  for (let time = 0; time < length; time += random.between(0.05, 0.35)) {
    const delay = wire.delay - wire.jitter * Math.log(1 - random.uniform());
    const left = map.observe(seconds(wire.offset + time * (1 + wire.drift)), seconds(time + delay));
    expect(left).to.be.at.most(time + delay);
    if (time < settle) continue;
    mapped.push(left - time - wire.delay);
    raw.push(delay - wire.delay);
  }
  return { mapped, raw, map };
}

describe("another clock's time", () => {
  const wires: [string, Wire][] = [
    ['a steady clock', { offset: 1000, drift: 0, delay: 0.003, jitter: 0.004 }],
    ['a quartz that is off', { offset: -50, drift: 80e-6, delay: 0.001, jitter: 0.004 }],
    ['an audio clock without hardware', { offset: 3.8e9, drift: 0.025, delay: 0.005, jitter: 0.006 }],
    ['one that runs slow', { offset: 0, drift: -0.02, delay: 0.01, jitter: 0.01 }],
  ];
  for (const [name, wire] of wires) {
    it(`takes the jitter from ${name}`, () => {
      const { mapped, raw, map } = errorsOver(wire, 7);
      expect(mean(raw)).to.be.greaterThan(wire.jitter * 0.7);
      expect(quantile(mapped.map(Math.abs), 0.95), 'jitter that is left').to.be.below(0.002);
      expect(map.drift).to.be.closeTo(wire.drift, 5e-4);
    });
  }

  it('leaves a wire without jitter as it is', () => {
    const { mapped } = errorsOver({ offset: 12, drift: 0, delay: 0.004, jitter: 0 }, 1, 20, 0);
    for (const error of mapped) expect(error).to.be.closeTo(0, 1e-9);
  });

  it('reads the time of what waited while we were busy', () => {
    const map = new ClockMap();
    for (let i = 0; i < 20; i++) map.observe(seconds(i * 0.1), seconds(100 + i * 0.1));
    // Three notes that all come out of the queue when we look again.
    for (const time of [2, 2.1, 2.2]) expect(map.observe(seconds(time), seconds(102.3))).to.be.closeTo(100 + time, 1e-9);
  });

  it('begins anew when the source sets its clock, back or ahead', () => {
    const map = new ClockMap();
    for (let i = 0; i < 50; i++) map.observe(seconds(500 + i), seconds(i));
    expect(map.observe(seconds(3), seconds(50))).to.equal(50);
    expect(map.observe(seconds(4), seconds(51.02))).to.be.closeTo(51, 1e-9);
    expect(map.observe(seconds(900), seconds(52))).to.equal(52);
  });

  it('believes after a few messages that the source has paused', () => {
    const map = new ClockMap();
    for (let i = 0; i < 50; i++) map.observe(seconds(i * 0.1), seconds(i * 0.1));
    let error = Infinity;
    for (let i = 50; i < 60; i++) error = i * 0.1 + 20 - map.observe(seconds(i * 0.1), seconds(i * 0.1 + 20));
    expect(error).to.be.closeTo(0, 1e-6);
  });
});
