import { expect } from 'chai';
import { nominalSeconds, seconds, stretch } from '../../src/core/music/units.ts';
import { bendTowards, nominalAt, straightLine, timeAt } from '../../src/players/tempo/timeline.ts';

describe('a timeline', () => {
  const line = straightLine(seconds(10), nominalSeconds(16), stretch(0.8));

  it('tells the time of a place and the place of a time', () => {
    expect(timeAt(line, nominalSeconds(17))).to.be.closeTo(10.8, 1e-12);
    for (const place of [3, 16, 16.5, 40]) expect(nominalAt(line, timeAt(line, nominalSeconds(place)))).to.be.closeTo(place, 1e-9);
  });

  for (const [name, ahead] of [['early', -0.08], ['late', 0.08], ['very late', 2]] as const) {
    describe(`bent towards a soloist who is ${name}`, () => {
      const theirs = straightLine(seconds(10.4 + ahead), nominalSeconds(16.5), stretch(0.9));
      const now = seconds(10.4);
      const bent = bendTowards(line, now, theirs, 0.5);

      it('does not jump at the moment of bending', () => {
        expect(nominalAt(bent, now)).to.be.closeTo(nominalAt(line, now), 1e-9);
      });
      it('is on his line after the meeting', () => {
        const later = nominalSeconds(bent.meeting + 3);
        expect(timeAt(bent, later)).to.be.closeTo(timeAt(theirs, later), 1e-9);
      });
      it('never goes backwards', () => {
        let last = -Infinity;
        for (let t = 10.4; t < 20; t += 0.01) {
          const place = nominalAt(bent, seconds(t));
          expect(place).to.be.greaterThan(last);
          last = place;
        }
      });
    });
  }

  it('takes as long as it was told where the difference is small', () => {
    const theirs = straightLine(seconds(10.43), nominalSeconds(16.5), stretch(0.8));
    const bent = bendTowards(line, seconds(10.4), theirs, 0.5);
    expect(bent.meeting - bent.nominal).to.be.closeTo(0.5, 1e-9);
  });

  it('refuses to catch up in no time', () => {
    expect(() => bendTowards(line, seconds(10), line, 0)).to.throw(RangeError);
  });
});
