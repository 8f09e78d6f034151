import { expect } from 'chai';
import { pageScoreOf } from '../../src/app/monitor/page-score.ts';
import { heightOf, stepAt } from '../../src/app/page/staff.ts';
import { alterInKey, spell } from '../../src/core/music/spelling.ts';
import { beats } from '../../src/core/music/units.ts';
import { scoreOf } from '../support/score-builder.ts';

const inKeys = (...fifths: readonly number[]) => pageScoreOf({ ...scoreOf('c5 d5 e5 f5 | g5 a5 g5 f5', { bpm: 60 }), keys: fifths.map((sharps, i) => ({ position: beats(4 * i), fifths: sharps })) }, {}).spelling;
/** Names of the lines and spaces, as the paper counts them. */
const nameOf = (step: number): string => `${'cdefgab'[((step % 7) + 7) % 7]}${Math.floor(step / 7) - 1}`;

describe('a note that nobody wrote, on the paper', () => {
  for (const [key, fifths, pitch, line] of [
    ['E flat', -3, 66, 'g4'], ['E flat', -3, 63, 'e4'], ['E flat', -3, 68, 'a4'], ['F', -1, 70, 'b4'], ['C', 0, 61, 'c4'], ['C', 0, 70, 'b4'], ['D', 2, 61, 'c4'], ['E', 4, 63, 'd4'],
    ['C flat', -7, 71, 'c5'], ['C sharp', 7, 72, 'b4'], ['C', 0, 60, 'c4'], ['C', 0, 59, 'b3'],
  ] as const) {
    it(`${pitch} stands in ${key} major on ${line}`, () => expect(nameOf(stepAt(inKeys(fifths), 0, pitch))).to.equal(line));
  }

  it('goes over to the spelling of a new key where that begins', () => {
    const spelling = inKeys(2, -3);
    expect([3.9, 4].map((position) => nameOf(stepAt(spelling, position, 66)))).to.deep.equal(['f4', 'g4']);
  });

  it('stands in every key on the line of its written namesake, sharp, flat or natural', () => {
    for (let fifths = -7; fifths <= 7; fifths++) {
      const spelling = inKeys(fifths);
      for (let pitch = 40; pitch < 90; pitch++) {
        const { name, octave, alter } = spell(pitch, fifths);
        const natural = pitch - alter + alterInKey(name, fifths);
        expect(nameOf(stepAt(spelling, 0, pitch)), `${pitch} with ${fifths}`).to.equal(`${name}${octave}`).and.equal(nameOf(stepAt(spelling, 0, natural)));
      }
    }
  });

  it('is measured from the notes written nearby, on the staff on which that height is played', () => {
    const spelling = inKeys(-3);
    const right = { position: 2, pitch: 67, y: 100 };
    const left = { position: 1, pitch: 43, y: 200 };
    expect(heightOf(spelling, [left, right], 5, 1, 66)).to.equal(100); // G flat on the line of G
    expect(heightOf(spelling, [left, right], 5, 1, 65)).to.equal(105);
    expect(heightOf(spelling, [left, right], 5, 1.5, 46)).to.equal(190);
    expect(heightOf(spelling, [], 5, 1, 66)).to.equal(undefined);
  });
});
