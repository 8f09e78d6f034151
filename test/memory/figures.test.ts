import { expect } from 'chai';
import { figuresOf, likenesses } from '../../src/players/memory/figures.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

/** In what the intervals that begin at two onsets of a melody are alike. */
function alike(melody: string, one: number, other: number): string[] {
  const score = scoreOf(melody);
  const { kinds } = figuresOf(score, soloOf(score));
  return likenesses.filter((_, q) => kinds[q]![one] === kinds[q]![other]);
}

describe('figures of a part', () => {
  it('are alike in everything where a long passage is repeated', () => {
    const bars = 'c4 d4 e4 c4 | e4 f4 g4/2 | g4/0.5 a4/0.5 g4/0.5 f4/0.5 e4 c4';
    expect(alike(`${bars} | ${bars} | c4/4`, 10, 23)).to.deep.equal([...likenesses]);
  });

  it('are the same figure at another pitch, but not the same notes', () => {
    expect(alike('c4 d4 e4 c4 | d4 e4 f#4 d4 | g4/4', 2, 6)).to.deep.equal(['place', 'rhythm', 'figure']);
  });

  it('stand at another place when they are played a beat later', () => {
    expect(alike('c4 d4 e4 c4 | g4 c4 d4 e4 | g4/4', 1, 6)).to.deep.equal(['figure', 'notes']);
  });

  it('differ in rhythm where a neighbour is longer', () => {
    expect(alike('c4 d4 e4 c4 | c4/0.5 b3/0.5 d4 e4 c4 | c4/4', 1, 6)).to.not.include('rhythm');
  });

  it('are single notes or chords', () => {
    expect(alike('c4 d4 e4 c4 | c4 f3+d4 e4 c4 | c4/4', 1, 5)).to.deep.equal(['place']);
  });

  it('do not mind grace notes', () => {
    const plain = figuresOf(...withSolo('c4 d4 e4 c4'));
    const graced = figuresOf(...withSolo('c4 (e4) d4 e4 c4'));
    expect(graced).to.deep.equal(plain);
  });

  function withSolo(melody: string): Parameters<typeof figuresOf> {
    const score = scoreOf(melody);
    return [score, soloOf(score)];
  }
});
