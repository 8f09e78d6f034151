import { expect } from 'chai';
import { beats } from '../../src/core/music/units.ts';
import type { Jump } from '../../src/core/music/score.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';
import { concertOf, notesOf, soundedAt } from '../support/stage.ts';

const signs: readonly Jump[] = [{ type: 'repeat', at: beats(8), to: beats(0), times: 2 }];
const dance = scoreOf('c5 d5 e5 f5 | g5 f5 e5 d5 | a4 b4 c5 a4 | g4 a4 g4/2', { accompaniment: 'c3 e3 g3 e3 | b2 d3 g3 d3 | f3 a3 c4 a3 | e3 g3 c3/2', bpm: 120, jumps: signs });
const solo = soloOf(dance);
const positionsOf = (concert: ReturnType<typeof concertOf>): number[] => notesOf(concert).map((note) => note.position);
const upTo = (from: number, until: number): number[] => Array.from({ length: until - from }, (_, i) => from + i).filter((position) => position !== 15);

describe('a score that is played as heard', () => {
  it('goes back with a soloist who repeats', () => {
    const concert = concertOf(dance, [...play(solo, { bpm: 120, startsAt: 1, until: 8 }), ...play(solo, { bpm: 120, startsAt: 5 })]);
    expect(positionsOf(concert)).to.deep.equal([...upTo(0, 8), ...upTo(0, 16)]);
    expect(concert.metrics.stuckNotes).to.equal(0);
  });

  it('goes on with a soloist who does not', () => {
    const concert = concertOf(dance, play(solo, { bpm: 120, startsAt: 1 }));
    expect(positionsOf(concert)).to.deep.equal(upTo(0, 16));
  });

  it('waits at the sign until it is heard which way is taken', () => {
    const late = 0.4;
    const concert = concertOf(dance, [...play(solo, { bpm: 120, startsAt: 1, until: 8 }), ...play(solo, { bpm: 120, startsAt: 5 + late })]);
    expect(positionsOf(concert)).to.deep.equal([...upTo(0, 8), ...upTo(0, 16)]);
    expect(notesOf(concert)[8]!.time).to.be.closeTo(5 + late, 0.002);
  });

  it('goes back from the last barline too, after a breath', () => {
    const piece = { ...dance, jumps: [{ type: 'jump' as const, at: beats(16), to: beats(0), withRepeats: false }] };
    const concert = concertOf(piece, [...play(solo, { bpm: 120, startsAt: 1 }), ...play(solo, { bpm: 120, startsAt: 10, until: 8 })]);
    expect(positionsOf(concert).slice(15, 20)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(soundedAt(concert).get(0)).to.be.closeTo(10, 0.5);
  });
});
