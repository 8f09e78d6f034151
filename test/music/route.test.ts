import { expect } from 'chai';
import fc from 'fast-check';
import { onsetsOf } from '../../src/core/music/onsets.ts';
import { unfold } from '../../src/core/music/route.ts';
import type { Jump, Score } from '../../src/core/music/score.ts';
import { beatPeriod, beats, midiPitch, velocity } from '../../src/core/music/units.ts';

/** Bars of one quarter each, numbered from 1, with one note in each: its pitch is 60 plus the bar's index. */
function scoreOf(bars: number, jumps: readonly Jump[]): Score {
  const indexes = Array.from({ length: bars }, (_, index) => index);
  const notes = indexes.map((index) => ({
    id: `n${index + 1}`, pitch: midiPitch(60 + index), onset: beats(index), duration: beats(1), velocity: velocity(80), voice: 1, staff: 1, grace: false, fermata: false,
  }));
  return {
    title: '', meters: [{ position: beats(0), numerator: 1, denominator: 4 }], tempoMarks: [{ position: beats(0), beatPeriod: beatPeriod(0.5) }], keys: [],
    parts: [{ id: 'solo', name: 'Solo', role: 'solo', channel: 0, onsets: onsetsOf(notes), controls: [] }],
    bars: indexes.map((index) => ({ position: beats(index), number: String(index + 1), pass: 1 })),
    marks: [], fermatas: [], jumps, start: beats(0), end: beats(bars),
  };
}
const repeat = (at: number, to: number, times = 2): Jump => ({ type: 'repeat', at: beats(at), to: beats(to), times });
const ending = (from: number, until: number, ...passes: number[]): Jump => ({ type: 'ending', from: beats(from), until: beats(until), passes });
const jump = (at: number, to: number, withRepeats = false): Jump => ({ type: 'jump', at: beats(at), to: beats(to), withRepeats });
const leave = (at: number, to: number | 'end'): Jump => ({ type: 'leave', at: beats(at), to: to === 'end' ? to : beats(to) });

const route = (score: Score): string => unfold(score).bars.map((bar) => bar.number).join(' ');

describe('unfold', () => {
  const routes: readonly (readonly [string, number, readonly Jump[], string])[] = [
    ['plays a repeat twice', 3, [repeat(2, 0)], '1 2 1 2 3'],
    ['plays a repeat as often as it says', 2, [repeat(1, 0, 3)], '1 1 1 2'],
    ['plays two repeated halves', 4, [repeat(2, 0), repeat(4, 2)], '1 2 1 2 3 4 3 4'],
    ['plays first and second endings', 5, [repeat(3, 0), ending(2, 3, 1), ending(3, 4, 2)], '1 2 3 1 2 4 5'],
    ['plays a first ending for two passes', 4, [repeat(2, 0, 3), ending(1, 2, 1, 2), ending(2, 3, 3)], '1 2 1 2 1 3 4'],
    ['plays three endings, each with its repeat', 4, [repeat(2, 0), repeat(3, 0), ending(1, 2, 1), ending(2, 3, 2), ending(3, 4, 3)], '1 2 1 3 1 4'],
    ['does not repeat after the last ending', 4, [repeat(2, 0), repeat(3, 0), ending(1, 2, 1), ending(2, 3, 2)], '1 2 1 3 4'],
    ['plays da capo al fine', 4, [jump(4, 0), leave(2, 'end')], '1 2 3 4 1 2'],
    ['does not repeat after a da capo', 4, [repeat(2, 0), jump(4, 0), leave(2, 'end')], '1 2 1 2 3 4 1 2'],
    ['repeats after a da capo that says so', 3, [repeat(2, 0), jump(3, 0, true), leave(2, 'end')], '1 2 1 2 3 1 2 1 2'],
    ['takes the second ending after a da capo', 5, [repeat(2, 0), ending(1, 2, 1), ending(2, 3, 2), jump(4, 0), leave(3, 'end')], '1 2 1 3 4 1 3'],
    ['plays dal segno al coda', 6, [jump(4, 1), leave(3, 5)], '1 2 3 4 2 3 6'],
    ['goes on behind a da capo that has no fine', 4, [jump(2, 0)], '1 2 1 2 3 4'],
    ['leaves a minuet for the next movement', 6, [repeat(2, 0), jump(4, 0), leave(2, 4), repeat(6, 4)], '1 2 1 2 3 4 1 2 5 6 5 6'],
    ['passes by a fine the first time', 2, [leave(1, 'end')], '1 2'],
  ];
  for (const [fact, bars, jumps, expected] of routes) {
    it(fact, () => {
      expect(route(scoreOf(bars, jumps))).to.equal(expected);
    });
  }

  it('moves the notes with their bars, and marks them with their pass', () => {
    const played = unfold(scoreOf(3, [repeat(2, 0)]));
    const notes = played.parts[0]!.onsets.map((onset) => [onset.position, onset.notes[0]!.onset, onset.notes[0]!.id]);
    expect(notes).to.deep.equal([[0, 0, 'n1'], [1, 1, 'n2'], [2, 2, 'n1@2'], [3, 3, 'n2@2'], [4, 4, 'n3']]);
    expect(played.bars.map((bar) => bar.pass)).to.deep.equal([1, 1, 2, 2, 1]);
    expect(played.end).to.equal(5);
    expect(played.jumps).to.deep.equal([]);
  });

  it('says again what tempo, meter and pedal hold where it goes back to', () => {
    const written = scoreOf(3, [repeat(2, 0)]);
    const played = unfold({
      ...written,
      tempoMarks: [...written.tempoMarks, { position: beats(1), beatPeriod: beatPeriod(1) }],
      parts: written.parts.map((part) => ({ ...part, controls: [{ type: 'controller' as const, position: beats(1), controller: 64, value: 127 }] })),
    });
    expect(played.tempoMarks.map((mark) => [mark.position, mark.beatPeriod])).to.deep.equal([[0, 0.5], [1, 1], [2, 0.5], [3, 1]]);
    expect(played.parts[0]!.controls.map((control) => [control.position, control.type === 'controller' && control.value])).to.deep.equal([[1, 127], [2, 0], [3, 127]]);
  });

  it('comes to an end whatever the signs, and never plays two bars at once', () => {
    const bars = 8;
    const place = fc.integer({ min: 0, max: bars });
    const sign = fc.oneof(
      fc.tuple(place, place).filter(([at, to]) => to < at).map(([at, to]) => repeat(at, to)),
      fc.tuple(place, place, fc.subarray([1, 2, 3], { minLength: 1 })).filter(([from, until]) => from < until).map(([from, until, passes]) => ending(from, until, ...passes)),
      fc.tuple(place, place, fc.boolean()).filter(([at, to]) => to < at).map(([at, to, withRepeats]) => jump(at, to, withRepeats)),
      fc.tuple(place, place).filter(([at, to]) => to > at).map(([at, to]) => leave(at, to)),
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 7 }), (jumps) => {
        const played = unfold(scoreOf(bars, jumps));
        expect(played.bars.map((bar) => bar.position)).to.deep.equal(played.bars.map((_, index) => index));
        expect(played.end).to.equal(played.bars.length);
        expect(played.parts[0]!.onsets.map((onset) => onset.position)).to.deep.equal(played.bars.map((bar) => bar.position));
        expect(played.jumps).to.deep.equal([]);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  it('leaves a score without jumps as it is', () => {
    const score = scoreOf(3, []);
    expect(unfold(score)).to.equal(score);
  });
});
