import { expect } from 'chai';
import { glance } from '../../src/app/cli/display.ts';
import { Places } from '../../src/app/live/places.ts';
import { Whereabouts } from '../../src/app/live/whereabouts.ts';
import type { Report } from '../../src/core/contract/commands.ts';
import { beatPeriod, beats, seconds } from '../../src/core/music/units.ts';
import { scoreOf } from '../support/score-builder.ts';

const score = scoreOf('c5 d5 e5 f5 | g5 a5 g5 f5', { accompaniment: 'c3/4 | g3/4', marks: { A: 0, B: 4 } });
const report = (time: number, told: Report) => ({ type: 'report' as const, time: seconds(time), report: told });
const matched = (time: number, asynchrony: number, begins = true) => report(time, { kind: 'matched', noteId: 'x', position: beats(0), playedAt: seconds(time), begins, asynchrony: seconds(asynchrony), confidence: 0.9 });
const transport = (time: number, position: number, playing = true) => ({ type: 'transport' as const, time: seconds(time), playing, position: beats(position), beatPeriod: beatPeriod(0.5) });

describe('whereabouts', () => {
  it('move on between two commands while the music plays, and stand still while it holds', () => {
    const here = new Whereabouts(score.start);
    here.observe([report(10, { kind: 'state', state: 'playing', position: beats(0) }), transport(10, 1)]);
    expect(here.positionAt(seconds(11))).to.be.closeTo(3, 1e-9);
    here.observe([report(11, { kind: 'state', state: 'holding', position: beats(3) }), transport(11, 3, false)]);
    expect(here.positionAt(seconds(20))).to.equal(3);
  });

  it('sum up a concert: the median asynchrony is of its size, early or late alike', () => {
    const here = new Whereabouts(score.start);
    here.observe([matched(1, -0.03), matched(2, 0.01), matched(3, 0.02), matched(3, 0.5, false), report(4, { kind: 'skipped', from: beats(1), to: beats(2), notes: 3 })]);
    const { matched: found, onsets, medianAsynchrony, skippedNotes } = here.summary();
    expect({ found, onsets, skippedNotes }).to.deep.equal({ found: 4, onsets: 3, skippedNotes: 3 });
    expect(medianAsynchrony).to.be.closeTo(0.02, 1e-6);
  });

  it('are told at a glance in bar, beat, tempo, state and asynchrony', () => {
    const here = new Whereabouts(score.start);
    const places = new Places(score);
    expect(glance(here, places, seconds(0))).to.equal('bar   1  beat 1.0    - bpm  waiting');
    here.observe([report(1, { kind: 'state', state: 'playing', position: beats(0) }), transport(1, 5), matched(1, -0.014)]);
    expect(glance(here, places, seconds(1.25))).to.equal('bar   2  beat 2.5  120 bpm  playing    -14 ms');
  });

  it('know rehearsal marks, whatever their case, and the next time they come', () => {
    const places = new Places(score);
    expect(places.positionOfMark('b', beats(0))).to.equal(4);
    expect(places.positionOfMark('A', beats(5))).to.equal(0);
    expect(places.positionOfMark('Z', beats(0))).to.equal(undefined);
  });
});
