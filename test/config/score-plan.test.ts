import { expect } from 'chai';
import { asPlanned } from '../../src/app/config/score-plan.ts';
import { unfold } from '../../src/core/music/route.ts';
import type { Score } from '../../src/core/music/score.ts';
import { beats } from '../../src/core/music/units.ts';
import { Recollection } from '../../src/players/memory/recollection.ts';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import { defaultTempoSettings } from '../../src/players/tempo/settings.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';
import { seconds, velocity } from '../../src/core/music/units.ts';

/** Four bars; the first two are repeated, the second time with the third bar in place of the second. */
const song = scoreOf('c4/4 | d4/4 | e4/4 | f4/4', {
  accompaniment: 'c3/4 | d3/4 | e3/4 | f3/4', bpm: 60,
  jumps: [{ type: 'repeat', at: beats(8), to: beats(0), times: 2 }, { type: 'ending', from: beats(4), until: beats(8), passes: [1] }, { type: 'ending', from: beats(8), until: beats(12), passes: [2] }],
});
const barsOf = (score: Score): string => score.bars.map((bar) => bar.number).join(' ');
const pitchesOf = (score: Score): number[] => soloOf(score).onsets.map((onset) => onset.notes[0]!.pitch);

describe('a plan for a score', () => {
  const ways: [Parameters<typeof asPlanned>[1], string][] = [
    [{}, '1 2 1 3 4'],
    [{ route: 'all' }, '1 2 1 3 4'],
    [{ route: 'none' }, '1 3 4'],
    [{ route: 'heard' }, '1 2 3 4'],
    [{ route: 'heard', cut: '4' }, '1 2 3'],
    [{ route: 'heard', cut: '1' }, '2 3 4'],
    [{ route: '1-2,1,3-4' }, '1 2 1 3 4'],
    [{ route: '3-4,1' }, '3 4 1'],
    [{ cut: '1' }, '2 3 4'],
    [{ route: 'none', cut: '3-4' }, '1'],
  ];
  for (const [plan, bars] of ways) it(`${JSON.stringify(plan)} plays bars ${bars}`, () => expect(barsOf(asPlanned(song, plan))).to.equal(bars));

  it('leaves the signs where they belong when something before them is cut, and none without its passage', () => {
    const shorter = asPlanned(song, { route: 'heard', cut: '1' });
    expect(shorter.jumps).to.deep.include({ type: 'repeat', at: beats(4), to: beats(0), times: 2 });
    expect(barsOf(unfold(shorter))).to.equal('2 3 4');
    expect(barsOf(unfold(asPlanned(song, { route: 'heard', cut: '4' })))).to.equal('1 2 1 3');
    expect(asPlanned(song, { route: 'heard', cut: '1-2' }).jumps.filter(({ type }) => type === 'repeat')).to.deep.equal([]);
  });

  it('leaves no gap where something is cut', () => {
    const short = asPlanned(song, { route: '1-4', cut: '2-3' });
    expect(soloOf(short).onsets.map((onset) => onset.position)).to.deep.equal([0, 4]);
    expect(pitchesOf(short)).to.deep.equal([60, 65]);
    expect(short.end).to.equal(8);
  });

  for (const [plan, rule] of [[{ route: '9' }, /--route: must name bars.*has 1 to 4, but is "9"/], [{ route: '' }, /--route/], [{ cut: '1-4' }, /leave something to play/], [{ speed: 9 }, /--speed: must lie in/]] as const) {
    it(`refuses ${JSON.stringify(plan)}`, () => expect(() => asPlanned(song, plan)).to.throw(rule));
  }

  it('takes the cadenza along, wherever the route has it', () => {
    expect(asPlanned(song, { cadenza: ['1'] }).cadenzas).to.deep.equal([{ from: 0, until: 4 }, { from: 8, until: 12 }]);
    expect(asPlanned(song, { cadenza: ['3-4'], route: 'none' }).cadenzas).to.deep.equal([{ from: 4, until: 12 }]);
    expect(() => asPlanned(song, { cadenza: ['40'] })).to.throw(/--cadenza: must name bars/);
  });

  it('is slower, and still remembers the same of a soloist', () => {
    const etude = scoreOf('c4 d4 e4 f4 | g4 a4 b4 c5 | d5 c5 b4 a4 | g4 f4 e4 d4', { bpm: 60 });
    const slow = asPlanned(etude, { speed: 0.5 });
    expect(slow.tempoMarks[0]!.beatPeriod).to.equal(2);
    const positions = Float64Array.from(soloOf(etude).onsets, (onset) => onset.position);
    const remembered = (score: Score, period: number): number[] => {
      let time = 0;
      // Every fourth note is held half as long again.
      const onsets = [...positions].map((position, i) => ({ position: beats(position), time: seconds((time += period * (i > 0 && i % 4 === 0 ? 1.5 : 1))), velocity: velocity(64), joined: i > 0 }));
      const memory = new Recollection([{ id: 'one', score: '', player: '', recordedAt: '', onsets }], positions, new TempoMap(score.tempoMarks), defaultTempoSettings);
      return [...positions.keys()].slice(0, -1).map((i) => memory.nextInterval(i).delta);
    };
    const [asWritten, practised] = [remembered(etude, 1), remembered(slow, 2)];
    for (const [i, delta] of asWritten.entries()) expect(practised[i]).to.be.closeTo(delta, 1e-9);
    expect(asWritten[11]!).to.be.greaterThan(0.2);
    // Practised slowly, and then played at the printed tempo: after the first bar the tempo of the take no longer shows.
    const later = remembered(etude, 2);
    for (const i of [11, 12, 13]) expect(later[i]).to.be.closeTo(asWritten[i]!, 0.15);
  });
});
