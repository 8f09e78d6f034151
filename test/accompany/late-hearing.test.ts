import { expect } from 'chai';
import type { StageEvent } from '../../src/core/contract/events.ts';
import { Random } from '../../src/core/math/random.ts';
import { median } from '../../src/core/math/statistics.ts';
import { seconds } from '../../src/core/music/units.ts';
import { LateHearing } from '../../src/players/accompany/late-hearing.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';
import { concertOf, notesOf } from '../support/stage.ts';

/** How long one is waited for who was heard thirty times, so late, and strayed as told. */
function waitFor(age: number, strayed: (note: number) => number): number {
  const hearing = new LateHearing();
  for (let note = 0; note < 30; note++) hearing.hear(seconds(age), seconds(strayed(note)));
  return hearing.wait;
}

describe('a soloist who is heard late', () => {
  it('is waited for without a limit where a key says at once that it went down, however even he is', () => {
    expect(waitFor(0, () => 0.2)).to.equal(Infinity);
    expect(waitFor(0.01, () => 0)).to.equal(Infinity);
  });

  it('is not waited for where he is even', () => {
    expect(waitFor(0.07, (note) => 0.01 * (note % 3 - 1))).to.be.at.most(0.01);
  });

  it('is waited for where he strays by more than it takes to hear him', () => {
    expect(waitFor(0.07, (note) => [0.3, -0.05, 0.2][note % 3]!)).to.be.at.least(0.25);
  });

  it('is met where he comes if he is late by as much each time', () => {
    expect(waitFor(0.07, () => 0.06)).to.be.closeTo(0.06, 0.011);
  });

  it('is waited for after a long note, where he may stray by more, and not in a run', () => {
    const hearing = new LateHearing();
    for (let note = 0; note < 30; note++) {
      const interval = note % 5 === 0 ? 2 : 0.4;
      hearing.hear(seconds(0.07), seconds(interval * [0.12, -0.02, 0.08, 0, 0.1][note % 5]!), seconds(interval));
    }
    hearing.expect(seconds(0.3));
    const inARun = hearing.wait;
    hearing.expect(seconds(2.5));
    expect(inARun).to.be.at.most(0.04);
    expect(hearing.wait).to.be.at.least(0.2);
  });

  it('is judged by what he did last, and not by a note that was held up on its way', () => {
    const hearing = new LateHearing();
    for (let note = 0; note < 30; note++) hearing.hear(seconds(0.002), seconds(0));
    hearing.hear(seconds(2), undefined);
    expect(hearing.wait).to.equal(Infinity);
    for (let note = 0; note < 30; note++) hearing.hear(seconds(0.08), seconds(0));
    expect(hearing.wait).to.be.at.most(0.01);
  });

  it('and his accompanist begin together, although each of his notes is known 80 ms later', () => {
    const score = scoreOf(times(8, 'c5 d5 e5 f5'), { accompaniment: times(8, 'c3 e3 g3 e3'), bpm: 100 });
    const random = new Random(4);
    const played = play(soloOf(score), { bpm: 92, startsAt: 1 }).map((event): StageEvent => {
      const at = seconds(event.time + random.normal(0, 0.008));
      return { ...event, time: seconds(at + 0.08), playedAt: at };
    });
    const onsets = played.filter(({ type }) => type === 'solo-on').map((event) => ('playedAt' in event ? (event.playedAt as number) : NaN));
    const apart = notesOf(concertOf(score, played)).filter(({ position }) => position >= 8).map(({ position, time }) => time - onsets[position]!);
    expect(apart).to.have.length.above(20);
    expect(median(apart.map(Math.abs))).to.be.below(0.02);
  });
});
