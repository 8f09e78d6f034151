import { expect } from 'chai';
import { beats, seconds } from '../../src/core/music/units.ts';
import type { Jump, Score } from '../../src/core/music/score.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';
import { concertOf, notesOf, reportsOf, settingsWith, soundedAt } from '../support/stage.ts';

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

  describe('where the soloist rests at the sign', () => {
    const resting = (melody: string): Score => scoreOf(melody, { accompaniment: 'c3 e3 g3 e3 | b2 d3 g3 d3 | f3 a3 c4 a3 | e3 g3 c3/2', bpm: 120, jumps: signs });
    const heard = 0.25; // s: so long we listen at the barline
    /** Repeats once, in tempo, or goes on. */
    const played = (score: Score, repeats: boolean): ReturnType<typeof concertOf> => {
      const part = soloOf(score);
      const first = part.onsets[0]!.position;
      if (!repeats) return concertOf(score, play(part, { bpm: 120, startsAt: 1 + first * 0.5 }));
      return concertOf(score, [...play(part, { bpm: 120, startsAt: 1 + first * 0.5, until: 8 }), ...play(part, { bpm: 120, startsAt: 5 + first * 0.5 })]);
    };
    /** [score position, seconds after the barline] of what we play from the sign on until he is heard. */
    const meanwhile = (concert: ReturnType<typeof concertOf>, barline = 5): [number, number][] =>
      notesOf(concert).filter(({ time }) => time > barline - 0.01 && time < barline + 0.99).map(({ position, time }) => [position, Math.round((time - barline) * 100) / 100]);

    it('takes the printed way in time where he rests on both', () => {
      const both = resting('- - e5 f5 | g5 f5 e5 d5 | - - c5 a4 | g4 a4 g4/2');
      expect(meanwhile(played(both, true))).to.deep.equal([[0, 0], [1, 0.5]]);
      expect(positionsOf(played(both, true)).slice(-15)).to.deep.equal(upTo(0, 16));
      // He went on all the same: then so do we, from his first note.
      expect(positionsOf(played(both, false))).to.deep.equal([...upTo(2, 8), 0, 1, ...upTo(10, 16)]);
    });

    it('listens a moment where he would play had he gone on, and then goes back with him', () => {
      const back = resting('- - e5 f5 | g5 f5 e5 d5 | a4 b4 c5 a4 | g4 a4 g4/2');
      const [[first, delay], second] = meanwhile(played(back, true)) as [[number, number], [number, number]];
      expect([first, second]).to.deep.equal([0, [1, 0.5]]);
      expect(delay).to.be.closeTo(heard, 0.02);
      expect(positionsOf(played(back, false))).to.deep.equal(upTo(2, 16));
    });

    it('listens a moment where he would play had he gone back, and then goes on with him', () => {
      const on = resting('c5 d5 e5 f5 | g5 f5 e5 d5 | - - c5 a4 | g4 a4 g4/2');
      expect(positionsOf(played(on, true))).to.deep.equal([...upTo(0, 8), ...upTo(0, 16)]);
      const [[first, delay], second] = meanwhile(played(on, false)) as [[number, number], [number, number]];
      expect([first, second]).to.deep.equal([8, [9, 0.5]]);
      expect(delay).to.be.closeTo(heard, 0.02);
    });

    it('goes the printed way as a metronome, too', () => {
      const concert = concertOf(dance, [{ type: 'start', time: seconds(1) }, { type: 'stop', time: seconds(13.5) }], settingsWith({ follow: 0 }));
      expect(positionsOf(concert)).to.deep.equal([...upTo(0, 8), ...upTo(0, 16)]);
      expect(notesOf(concert).every(({ time, position }, i) => Math.abs(time - (1 + (i < 8 ? 0 : 4) + position * 0.5)) < 0.011)).to.equal(true);
    });

    it('reports where the music went', () => {
      const both = resting('- - e5 f5 | g5 f5 e5 d5 | - - c5 a4 | g4 a4 g4/2');
      expect(reportsOf(played(both, true)).filter(({ kind }) => kind === 'jumped')).to.deep.equal([{ kind: 'jumped', from: 8, to: 0 }]);
    });
  });
});
