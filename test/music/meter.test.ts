import { expect } from 'chai';
import fc from 'fast-check';
import { BarGrid, barsOf } from '../../src/core/music/meter.ts';
import { beats } from '../../src/core/music/units.ts';

const meter = (position: number, numerator: number, denominator: number): { position: ReturnType<typeof beats>; numerator: number; denominator: number } => ({ position: beats(position), numerator, denominator });

describe('BarGrid', () => {
  /** A pick-up of an eighth, two bars of 6/8, two of 3/4. */
  const meters = [meter(-0.5, 6, 8), meter(6, 3, 4)];
  const grid = new BarGrid({ meters, bars: barsOf(meters, beats(-0.5), beats(12)), start: beats(-0.5), end: beats(12) });

  it('counts beats in the denominator of the meter', () => {
    expect(grid.placeAt(beats(3.5))).to.deep.equal({ index: 2, number: '2', beat: 2 });
    expect(grid.placeAt(beats(7))).to.deep.equal({ index: 3, number: '3', beat: 2 });
    expect(grid.placeAt(beats(9.5))).to.deep.equal({ index: 4, number: '4', beat: 1.5 });
  });
  it('counts no faster than sixteenths, however fine the meter', () => {
    const fine = [meter(0, 16, 128)];
    const bars = new BarGrid({ meters: fine, bars: barsOf(fine, beats(0), beats(1)), start: beats(0), end: beats(1) });
    expect([...bars.beats()]).to.deep.equal([0, 0.25, 0.5, 0.75]);
    expect([...bars.pulses()]).to.deep.equal([0, 0.25, 0.5, 0.75]);
  });
  it('counts a pick-up from the end of its bar', () => {
    expect(grid.placeAt(beats(-0.5))).to.deep.equal({ index: 0, number: '0', beat: 6 });
    expect(grid.positionOf('0', 6)).to.equal(-0.5);
    expect(grid.positionOf('0', 1)).to.equal(undefined);
  });
  it('knows downbeats, of which a pick-up is none', () => {
    expect([-0.5, 0, 1, 3, 6, 9].map((position) => grid.isDownbeat(beats(position)))).to.deep.equal([false, true, false, true, true, true]);
  });
  it('knows no beats beyond the bar and no bars beyond the score', () => {
    expect(grid.positionOf('3', 4)).to.equal(undefined);
    expect(grid.positionOf('3', 0.5)).to.equal(undefined);
    expect(grid.positionOf('5')).to.equal(undefined);
  });
  it('takes a number that occurs twice for its next occurrence, then for the first again', () => {
    const bars = [0, 1, 2, 3].map((index) => ({ position: beats(index * 4), number: String((index % 2) + 1), pass: index < 2 ? 1 : 2 }));
    const twice = new BarGrid({ meters: [meter(0, 4, 4)], bars, start: beats(0), end: beats(16) });
    expect([undefined, 0, 4, 5, 12].map((after) => twice.positionOf('2', 1, after === undefined ? undefined : beats(after)))).to.deep.equal([4, 4, 12, 12, 4]);
    expect([1, 2, 3].map((pass) => twice.positionOf('2', 1, beats(5), pass))).to.deep.equal([4, 12, undefined]);
  });
  it('finds every place again that it names', () => {
    fc.assert(
      fc.property(fc.integer({ min: -24, max: 575 }), (ticks) => {
        const position = beats(ticks / 48);
        const { number, beat } = grid.placeAt(position);
        expect(grid.positionOf(number, beat)).to.be.closeTo(position, 1e-5);
      }),
    );
  });
});
