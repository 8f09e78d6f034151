import { expect } from 'chai';
import { seconds } from '../../src/core/music/units.ts';
import { asynchronyWithSoloist, throughDelay } from '../../src/learning/sim/metrics.ts';
import { defaultAccompanistSettings } from '../../src/players/accompany/assemble.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';
import { concertOf } from '../support/stage.ts';

describe('a synthesizer with a delay', () => {
  const march = scoreOf(times(2, 'c4 d4 e4 f4 | g4 a4 b4 c5'), { accompaniment: times(4, 'c3 e3 g3 e3'), bpm: 120 });
  const solo = soloOf(march);
  const delay = seconds(0.05);
  /** How far ours are from his, onset by onset. @param early seconds by which he comes too soon from the ninth note on */
  const apart = (early: number, through: boolean, patience = defaultAccompanistSettings.conductor.patience, outputDelay = seconds(0)): number[] => {
    const events = play(solo, { bpm: 120, startsAt: 1 }).map((event, i) => (i < 8 ? event : { ...event, time: seconds(event.time - early), playedAt: seconds(event.playedAt - early) }));
    const { commitHorizon, conductor } = defaultAccompanistSettings;
    const { log } = concertOf(march, events, { ...defaultAccompanistSettings, conductor: { ...conductor, patience, outputDelay }, commitHorizon: seconds(commitHorizon + (through ? delay : 0)) });
    return asynchronyWithSoloist(through ? throughDelay(log, delay) : log, new Map(solo.onsets.map((onset, i) => [onset.position, events[i]!.time])));
  };

  it('is made up for by who does not wait, where he plays as foreseen; of the first note nobody knows', () => {
    const [first, ...others] = apart(0, true, seconds(0));
    expect(first).to.be.closeTo(delay, 1e-9);
    for (const asynchrony of others) expect(asynchrony).to.be.closeTo(0, 0.002);
  });

  it('takes the patience from who knows of it: from 50 ms on he plays when it is foreseen, and a quick one is waited for as ever', () => {
    const knowing = (outputDelay: number): number => apart(0, true, defaultAccompanistSettings.conductor.patience, seconds(outputDelay))[8]!;
    expect(knowing(0.05)).to.be.closeTo(0, 0.002);
    expect(knowing(0.005)).to.be.closeTo(delay, 1e-9);
  });

  it('is heard where the soloist is waited for, and where he comes sooner than anybody could know; without it we go with him', () => {
    expect(apart(0, true)[8]).to.be.closeTo(delay, 1e-9);
    expect(apart(0.1, true, seconds(0))[8]).to.be.closeTo(delay, 1e-9);
    expect(apart(0.1, false)[8]).to.be.closeTo(0, 1e-9);
  });
});
