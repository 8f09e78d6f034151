import { expect } from 'chai';
import { beatPeriod, beats, seconds } from '../../src/core/music/units.ts';
import { ClockTicks } from '../../src/app/io/clock-ticks.ts';

const line = (time: number, position: number, bpm = 120, playing = true) =>
  ({ type: 'transport', time: seconds(time), playing, position: beats(position), beatPeriod: beatPeriod(60 / bpm) }) as const;

/** Everything sent up to `until`, as [time, what]. */
function run(ticks: ClockTicks, until: number): [number, string][] {
  const sent: [number, string][] = [];
  while (ticks.nextDue <= until) {
    const due = ticks.nextDue;
    const message = ticks.take(due)!;
    sent.push([due, message.type === 'song-position' ? `at ${message.position}` : message.type]);
  }
  return sent;
}
const words = (sent: readonly [number, string][]): string[] => sent.map(([, what]) => what).filter((what, i, all) => what !== 'clock' || all[i - 1] !== 'clock');
const clocks = (sent: readonly [number, string][]): number[] => sent.filter(([, what]) => what === 'clock').map(([time]) => time);

describe('the MIDI clock', () => {
  it('starts with the downbeat and gives 24 to the quarter', () => {
    const ticks = new ClockTicks();
    ticks.update(line(10, 0), seconds(10));
    const sent = run(ticks, 11 - 1e-9);
    expect(words(sent)).to.deep.equal(['start', 'clock']);
    expect(clocks(sent)).to.have.length(48);
    clocks(sent).forEach((time, i) => expect(time).to.be.closeTo(10 + i / 48, 1e-9));
  });

  it('is silent through a pick-up', () => {
    const ticks = new ClockTicks();
    ticks.update(line(10, -1), seconds(10));
    ticks.update(line(10.25, -0.5), seconds(10.25));
    const sent = run(ticks, 10.6);
    expect(words(sent)).to.deep.equal(['start', 'clock']);
    expect(clocks(sent)[0]).to.be.closeTo(10.5, 1e-9);
  });

  it('keeps its count through every change of tempo', () => {
    const ticks = new ClockTicks();
    let position = 0;
    let count = 0;
    for (let beat = 0; beat < 40; beat++) {
      const bpm = 60 + ((beat * 37) % 90);
      ticks.update(line(beat, position, bpm), seconds(beat));
      const sent = run(ticks, beat + 1 - 1e-9);
      expect(words(sent).filter((word) => word !== 'clock')).to.deep.equal(beat === 0 ? ['start'] : []);
      count += clocks(sent).length;
      position += bpm / 60;
      expect(count).to.be.closeTo(position * 24, 1);
    }
  });

  it('follows a line whose anchor lies in the past', () => {
    const ticks = new ClockTicks();
    ticks.update(line(0, 0), seconds(0));
    run(ticks, 10);
    ticks.update(line(0, 0.1), seconds(10));
    expect(words(run(ticks, 10.5))).to.deep.equal(['clock']);
  });

  it('stops, tells the place and continues when the music jumps', () => {
    const ticks = new ClockTicks();
    ticks.update(line(0, 0), seconds(0));
    run(ticks, 2);
    ticks.update(line(2, 32.1), seconds(2));
    const sent = run(ticks, 3);
    expect(words(sent)).to.deep.equal(['stop', 'at 32.25', 'continue', 'clock']);
    expect(clocks(sent)[0], 'the next sixteenth').to.be.closeTo(2 + 0.15 / 2, 1e-9);
    ticks.update(line(3, 0), seconds(3));
    expect(words(run(ticks, 3.1))).to.deep.equal(['stop', 'start', 'clock']);
  });

  it('stops when the music does, and continues where it goes on', () => {
    const ticks = new ClockTicks();
    ticks.update(line(0, 0), seconds(0));
    run(ticks, 1);
    ticks.update(line(1, 2, 120, false), seconds(1));
    expect(words(run(ticks, 60))).to.deep.equal(['stop']);
    ticks.update(line(60, 2), seconds(60));
    expect(words(run(ticks, 61))).to.deep.equal(['at 2', 'continue', 'clock']);
  });
});
