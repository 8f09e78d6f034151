import { expect } from 'chai';
import type { TransportCommand } from '../../src/core/contract/commands.ts';
import { BarGrid } from '../../src/core/music/meter.ts';
import { beatPeriod, beats, midiPitch, seconds } from '../../src/core/music/units.ts';
import type { OscArgument } from '../../src/app/io/osc-packet.ts';
import { OscReports } from '../../src/app/io/osc-reports.ts';
import { VirtualClock } from '../../src/learning/sim/virtual-clock.ts';

interface Told {
  readonly time: number;
  readonly address: string;
  readonly args: readonly (number | string)[];
}

function stage(meter: readonly [number, number] = [4, 4], start = 0): { clock: VirtualClock; told: Told[]; reports: OscReports } {
  const clock = new VirtualClock();
  const told: Told[] = [];
  const grid = new BarGrid({ bars: [], meters: [{ position: beats(0), numerator: meter[0], denominator: meter[1] }], start: beats(start), end: beats(40) });
  const value = (argument: OscArgument): number | string => (typeof argument === 'object' ? argument.whole : argument);
  const reports = new OscReports({ clock, grid, publish: (time, address, args) => told.push({ time, address, args: args.map(value) }) });
  return { clock, told, reports };
}
const line = (time: number, position: number, bpm: number, playing = true): TransportCommand => ({ type: 'transport', time: seconds(time), playing, position: beats(position), beatPeriod: beatPeriod(60 / bpm) });
const beatsOf = (told: readonly Told[]): string[] => told.filter(({ address }) => address === '/beat').map(({ args }) => args.join('.'));

describe('what is told by OSC while the music goes on', () => {
  it('is every beat, once, at its time', () => {
    const { clock, told, reports } = stage();
    reports.update(line(0, 0, 120));
    clock.advanceTo(seconds(2.9));
    expect(beatsOf(told)).to.deep.equal(['1.1', '1.2', '1.3', '1.4', '2.1', '2.2']);
    told.filter(({ address }) => address === '/beat').forEach(({ time }, i) => expect(time).to.be.closeTo(i * 0.5, 1e-6));
  });

  it('counts in the denominator of the meter, and a pick-up from its end', () => {
    const { clock, told, reports } = stage([6, 8], -0.5);
    reports.update(line(0, -0.5, 60));
    clock.advanceTo(seconds(3.9));
    expect(beatsOf(told)).to.deep.equal(['0.6', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '2.1']);
  });

  it('counts on in long beats, and wherever between two of them it begins', () => {
    for (const denominator of [1, 2, 4, 8, 16]) {
      for (const from of [0, 1e-7, 5e-6, 0.2, 1.35]) {
        const { clock, told, reports } = stage([2, denominator]);
        reports.update(line(0, from, 60));
        clock.advanceTo(seconds(16));
        const positions = told.filter(({ address }) => address === '/beat').map(({ time }) => time + from);
        const step = 4 / denominator;
        const first = Math.ceil((from - 1e-4) / step);
        expect(positions.length, `in ${denominator} from ${from}`).to.equal(Math.floor((16 + from + 0.02) / step + 1e-9) - first + 1);
        positions.forEach((position, i) => expect(position, `in ${denominator} from ${from}`).to.be.closeTo((first + i) * step, 1e-4));
      }
    }
  });

  it('tells no beat twice however the tempo bends', () => {
    const { clock, told, reports } = stage();
    let position = 0;
    for (let step = 0; step < 60; step++) {
      const bpm = 80 + ((step * 53) % 70);
      reports.update(line(step * 0.13, position, bpm));
      clock.advanceTo(seconds((step + 1) * 0.13));
      position += (0.13 * bpm) / 60;
    }
    const heard = beatsOf(told);
    expect(heard.length).to.be.within(Math.floor(position), Math.floor(position) + 2);
    expect(heard).to.deep.equal(heard.map((_, i) => `${Math.floor(i / 4) + 1}.${(i % 4) + 1}`));
  });

  it('moves a cursor between the beats, and rests when the music does', () => {
    const { clock, told, reports } = stage();
    reports.update(line(0, 0, 60));
    clock.advanceTo(seconds(1));
    const places = told.filter(({ address }) => address === '/position');
    expect(places.length).to.be.greaterThan(18);
    for (const { time, args } of places) expect(args[2]).to.be.closeTo(time, 1e-6);
    reports.update(line(1, 1, 60, false));
    const so = told.length;
    clock.advanceTo(seconds(10));
    expect(told.length).to.equal(so);
  });

  it('begins where a jump lands', () => {
    const { clock, told, reports } = stage();
    reports.update(line(0, 0, 60));
    clock.advanceTo(seconds(1.5));
    reports.update(line(1.5, 20.5, 60));
    clock.advanceTo(seconds(2.5));
    reports.update(line(2.5, 0, 60));
    clock.advanceTo(seconds(3.2));
    expect(beatsOf(told)).to.deep.equal(['1.1', '1.2', '6.2', '1.1']);
  });

  it('tells the beat with which the music begins, though the note was known a moment after it was played, and does not tell it again after a hold', () => {
    const { clock, told, reports } = stage();
    clock.advanceTo(seconds(1.03));
    reports.update(line(1, 0, 120));
    clock.advanceTo(seconds(1.52));
    reports.update(line(1.52, 1.04, 120, false));
    clock.advanceTo(seconds(4));
    reports.update(line(4, 1.04, 120));
    clock.advanceTo(seconds(4.9));
    expect(beatsOf(told)).to.deep.equal(['1.1', '1.2', '1.3']);
    expect(told.find(({ address }) => address === '/beat')!.time).to.equal(1.03);
  });

  it('tells a tempo only when it is another', () => {
    const { told, reports } = stage();
    for (const bpm of [120, 120, 120.001, 96]) reports.update(line(0, 0, bpm));
    expect(told.filter(({ address }) => address === '/tempo/now').map(({ args }) => Math.round(args[0] as number))).to.deep.equal([120, 96]);
  });

  it('is how sure and how much together we are, and the state', () => {
    const { told, reports } = stage();
    const matched = { kind: 'matched', noteId: 'a', position: beats(1), playedAt: seconds(0), confidence: 0.75 } as const;
    reports.report({ type: 'report', time: seconds(0), report: { ...matched, begins: true, asynchrony: seconds(-0.02) } });
    reports.report({ type: 'report', time: seconds(0), report: { ...matched, begins: true, asynchrony: seconds(NaN) } });
    reports.report({ type: 'report', time: seconds(0), report: { kind: 'extra', pitch: midiPitch(60), playedAt: seconds(0) } });
    reports.report({ type: 'report', time: seconds(0), report: { kind: 'state', state: 'holding', position: beats(9) } });
    reports.report({ type: 'report', time: seconds(0), report: { kind: 'lost', lastPosition: beats(9) } });
    expect(told.map(({ address, args }) => [address, ...args])).to.deep.equal([
      ['/confidence', 0.75], ['/asynchrony', -20], ['/confidence', 0.75], ['/state', 'holding'], ['/position', 3, 2, 9], ['/confidence', 0],
    ]);
  });
});
