import { expect } from 'chai';
import type { FoundNote } from '../../src/players/sound/note-path.ts';
import { NotePath } from '../../src/players/sound/note-path.ts';

const lowest = 58;
const pitches = 10;
const hop = 256 / 44_100;
const written = [60, 62, 64, 65].map((pitch, i) => ({ pitches: [pitch], time: 0.3 * i }));

/** What is heard for so many moments: nothing, one pitch, or a tone that dies away and might be another one. */
type Heard = readonly [moments: number, pitch: number | 'silence' | 'dying', mistaken?: number];

function told(heard: readonly Heard[]): FoundNote[] {
  const path = new NotePath(written, lowest, pitches, hop);
  const notes: FoundNote[] = [];
  for (const [moments, what, mistaken] of heard) {
    const against = new Float64Array(pitches).fill(7);
    if (typeof what === 'number') against[what - lowest] = 0.1;
    if (mistaken !== undefined) against[mistaken - lowest] = 2;
    const silence = what === 'silence' ? 0.1 : what === 'dying' ? 2 : 7;
    for (let i = 0; i < moments; i++) {
      const note = path.hear(against, silence, { of: () => -3 });
      if (note !== undefined) notes.push(note);
    }
  }
  return notes;
}

describe('the way through the moments', () => {
  it('tells what is played as it is written', () => {
    expect(told([[20, 60], [25, 'silence'], [30, 62], [25, 'silence'], [30, 64]]).map(({ pitch, written: index }) => [pitch, index])).to.deep.equal([[60, 0], [62, 1], [64, 2]]);
  });

  it('does not put a note that was left out into the gap where it would have been', () => {
    expect(told([[30, 60], [4, 'dying', 62], [60, 'silence'], [40, 64]]).map(({ pitch }) => pitch)).to.deep.equal([60, 64]);
  });

  it('still hears a quick note', () => {
    expect(told([[30, 60], [20, 'silence'], [9, 62], [4, 'dying'], [40, 64]]).map(({ pitch }) => pitch)).to.deep.equal([60, 62, 64]);
  });
});

describe('the way through the moments without a score', () => {
  const struckAt = 40;
  /** A tone, a stroke that is heard, and the tone that sounds after `unsure` moments in which the first one still seems to. */
  const toldWithout = (unsure: number, then: number): FoundNote[] => {
    const path = new NotePath([], lowest, pitches, hop);
    const notes: FoundNote[] = [];
    for (let i = 0; i < 100; i++) {
      const against = new Float64Array(pitches).fill(7);
      against[(i < struckAt + unsure ? 60 : then) - lowest] = 0.1;
      const note = path.hear(against, 7, { of: () => (i >= struckAt && i < struckAt + 3 ? 5 : -3) });
      if (note !== undefined) notes.push(note);
    }
    return notes;
  };

  it('tells a tone that is struck again', () => {
    const notes = toldWithout(0, 60);
    expect(notes.map(({ pitch }) => pitch)).to.deep.equal([60, 60]);
    expect(notes[1]!.hop).to.be.closeTo(struckAt, 4);
  });

  it('takes the stroke of another tone, whose pitch is heard later, for that one alone', () => {
    for (const unsure of [0, 3, 6]) expect(toldWithout(unsure, 62).map(({ pitch }) => pitch)).to.deep.equal([60, 62]);
  });
});
