import { expect } from 'chai';
import type { Evidence } from '../../src/players/follow/calibration.ts';
import { confidenceOf } from '../../src/players/follow/calibration.ts';

const sure: Evidence = { quality: 0.95, step: 0.1, recent: 2, lead: 9, matched: true, settled: 32 };

describe('confidence', () => {
  it('is high where all goes as written, and low where nothing is recognised', () => {
    expect(confidenceOf(sure)).to.be.above(0.97);
    expect(confidenceOf({ quality: 0.1, step: 6, recent: 80, lead: -5, matched: false, settled: 3 })).to.be.below(0.1);
  });

  it('falls when a note surprises, when another place explains as much, and when little has been heard', () => {
    const middling: Evidence = { ...sure, lead: 3, recent: 20 };
    for (const worse of [{ step: 5 }, { recent: 60 }, { lead: 0 }, { matched: false }, { settled: 1 }]) {
      expect(confidenceOf({ ...middling, ...worse }), JSON.stringify(worse)).to.be.below(confidenceOf(middling));
    }
  });

  it('stays within 0..1 whatever the evidence', () => {
    for (const lead of [-1e9, 0, 1e9]) for (const recent of [-50, 1e9]) expect(confidenceOf({ ...sure, lead, recent, settled: 1e9 })).to.be.within(0, 1);
  });
});
