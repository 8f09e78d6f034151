import { expect } from 'chai';
import type { SoloPlan } from '../../src/learning/sim/soloist.ts';
import type { Temperament } from '../../src/learning/sim/temperament.ts';
import type { Concert } from '../../src/learning/sim/concert.ts';
import { temperaments } from '../../src/learning/sim/temperament.ts';
import { soloEvents } from '../../src/learning/sim/soloist.ts';
import { asynchronyWithSoloist, soloOnsetTimes, summarise } from '../../src/learning/sim/metrics.ts';
import { beats, seconds } from '../../src/core/music/units.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';
import { concertOf, notesOf, reportsOf, soundedAt, statesOf, transportsOf } from '../support/stage.ts';

/** A tune that never repeats itself exactly, over broken chords. */
const tune = [
  'c5 e5 g5/0.5 f5/0.5 e5', 'd5/0.5 e5/0.5 f5 a5 g5', 'e5 c5 d5/0.5 b4/0.5 g4', 'a4/1.5 b4/0.5 c5/2',
  'g5 f5/0.5 e5/0.5 d5 c5', 'b4 d5 g5 f5', 'e5/0.5 g5/0.5 c6 b5 a5', 'g5/3 -',
  'a5 g5 f5 e5', 'f5/0.5 e5/0.5 d5/0.5 c5/0.5 b4 d5', 'c5/2 g4 c5', 'd5 a4 b4 f#4',
  'g4/0.5 a4/0.5 b4/0.5 c5/0.5 d5 e5', 'f5 e5/0.5 d5/0.5 e5 c5', 'd5/1.5 c5/0.5 b4 d5', 'c5/4',
].join(' | ');
const broken = (root: string, third: string, fifth: string): string => [root, third, fifth, third, root, third, fifth, third].map((note) => `${note}/0.5`).join(' ');
const song = scoreOf(tune, { accompaniment: times(4, [broken('c3', 'e3', 'g3'), broken('f3', 'a3', 'c4'), broken('g3', 'b3', 'd4'), broken('c3', 'e3', 'g3')].join(' | ')), bpm: 96 });
const solo = soloOf(song);

function perform(temperament: Temperament, seed: number, plan: SoloPlan = {}) {
  const take = soloEvents(song, solo, temperament, seed, plan);
  const concert = concertOf(song, take.events);
  return { take, concert, together: summarise(asynchronyWithSoloist(concert.log, soloOnsetTimes(take.performance, song))) };
}
function itEndsWell(concert: Concert): void {
  expect(concert.metrics.stuckNotes).to.equal(0);
  expect(concert.metrics.lateNotes).to.equal(0);
  expect(statesOf(concert).at(-1)).to.equal('stopped');
}

describe('a whole concert', () => {
  for (const [name, median, within] of [['steady', 5, 99], ['rubato', 15, 95], ['romantic', 20, 90], ['nervous', 20, 85]] as const) {
    it(`stays together with a ${name} soloist`, () => {
      const { concert, together } = perform(temperaments[name], 3);
      expect(together.median).to.be.at.most(median);
      expect(together.within100).to.be.at.least(within);
      expect(concert.metrics.matched / concert.metrics.soloNotes).to.be.at.least(0.95);
      itEndsWell(concert);
    });
  }

  it('plays every note of the accompaniment for a soloist who plays what is written', () => {
    expect(notesOf(perform(temperaments.rubato, 5).concert)).to.have.length(128);
  });

  it('broadens with a ritardando at the end', () => {
    // From beat 48 on each quarter takes 4 % longer than the one before.
    const timeAt = (position: number): number => 1 + Math.min(position, 48) * 0.625 + (position > 48 ? (0.625 * (1.04 ** (position - 48) - 1)) / Math.log(1.04) : 0);
    const events = play(solo, { bpm: 96 }).map((event, i) => ({ ...event, time: seconds(timeAt(solo.onsets[i]!.position)), playedAt: seconds(timeAt(solo.onsets[i]!.position)) }));
    const sounded = soundedAt(concertOf(song, events));
    for (const position of [54.5, 56.5, 58.5, 59.5]) expect(sounded.get(position), `beat ${position}`).to.be.closeTo(timeAt(position), 0.11);
  });

  it('survives a student: missed, wrong and extra notes, hesitations', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const { concert } = perform({ ...temperaments.student, repeatedBars: 0, skippedBars: 0 }, seed);
      itEndsWell(concert);
      expect(concert.metrics.matched / concert.metrics.soloNotes, `seed ${seed}`).to.be.at.least(0.85);
    }
  });

  /** The accompaniment of the last two bars is where the soloist is. */
  const findsHimAgain = (plan: SoloPlan): Concert => {
    const { concert, take } = perform(temperaments.steady, 4, plan);
    const truth = soloOnsetTimes({ ...take.performance, notes: take.performance.notes.slice(-8) }, song);
    const sounded = soundedAt(concert);
    for (const position of [56, 58, 59]) expect(sounded.get(position), `beat ${position}`).to.be.closeTo(truth.get(position)!, 0.1);
    itEndsWell(concert);
    return concert;
  };
  it('goes with a soloist who skips bars', () => {
    const concert = findsHimAgain({ accidents: [{ type: 'jump', at: beats(16), to: beats(32), hesitation: seconds(0.2) }] });
    // Thirty-two are written there; a few are played before the jump is believed.
    expect(notesOf(concert).filter((note) => note.position >= 16 && note.position < 32).length).to.be.below(14);
  });
  it('goes back with a soloist who repeats a passage', () => {
    const concert = findsHimAgain({ accidents: [{ type: 'jump', at: beats(40), to: beats(24), hesitation: seconds(0.4) }] });
    expect(notesOf(concert).filter((note) => note.position === 36)).to.have.length(2);
  });

  it('is silent with a soloist who never plays', () => {
    const concert = concertOf(song, [{ type: 'wake', time: seconds(0) }]);
    expect(notesOf(concert)).to.have.length(0);
  });

  it('keeps its tempo within bounds beside uneven fingers', () => {
    const { concert } = perform({ ...temperaments.steady, unevenness: 1.5 }, 9);
    const periods = transportsOf(concert).filter((transport) => transport.playing && transport.position > 8).map((transport) => transport.beatPeriod);
    expect(Math.max(...periods) / Math.min(...periods)).to.be.below(1.8);
  });

  it('waits on a fermata and goes on with the soloist', () => {
    const hymn = scoreOf('c5 d5 e5 f5 | g5^/4 | e5 d5 c5 b4 | c5/4', { accompaniment: times(4, 'c3 e3 g3 e3'), bpm: 90 });
    const take = soloEvents(hymn, soloOf(hymn), { ...temperaments.steady, fermata: 2.5 }, 1);
    const concert = concertOf(hymn, take.events);
    expect(soundedAt(concert).get(8)).to.be.closeTo(soloOnsetTimes(take.performance, hymn).get(8)!, 0.02);
    expect(reportsOf(concert).some((report) => report.kind === 'lost')).to.equal(false);
  });

  it('is the same concert twice', () => {
    expect(JSON.stringify(perform(temperaments.romantic, 6).concert.log)).to.equal(JSON.stringify(perform(temperaments.romantic, 6).concert.log));
  });
});
