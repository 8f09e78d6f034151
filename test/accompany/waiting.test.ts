import { expect } from 'chai';
import type { StageEvent } from '../../src/core/contract/events.ts';
import type { Score } from '../../src/core/music/score.ts';
import { beats, seconds } from '../../src/core/music/units.ts';
import { noteOn, play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';
import { commandsOf, concertOf, notesOf, reportsOf, soundedAt, statesOf, transportsOf } from '../support/stage.ts';

const at = (time: number) => ({ time: seconds(time) });
/** The solo up to a place, and from there on later by so much. */
const delayed = (score: Score, from: number, by: number, bpm = 120): StageEvent[] =>
  play(soloOf(score), { bpm, startsAt: 1 }).map((event, i) => (soloOf(score).onsets[i]!.position >= from ? { ...event, time: seconds(event.time + by), playedAt: seconds(event.playedAt + by) } : event));
/** When a note of the accompaniment ended that began at a position. */
const endOf = (concert: ReturnType<typeof concertOf>, position: number): number => {
  const on = notesOf(concert).find((note) => note.position === position)!;
  const off = commandsOf(concert).find((command) => command.type === 'note-off' && command.pitch === on.pitch && command.time > on.time);
  return off?.type === 'note-off' ? off.time : NaN;
};

describe('a fermata', () => {
  const chorale = scoreOf('c5 d5 e5 f5 | g5^/4 | a5 g5 f5 e5 | d5/4', { accompaniment: 'c3/2 f3/2 | c3/4 | f3/2 g3/2 | g2/4', bpm: 120 });

  it('lasts as long as the soloist likes, and the accompaniment sounds on', () => {
    const concert = concertOf(chorale, delayed(chorale, 8, 2.5));
    expect(soundedAt(concert).get(8)).to.be.closeTo(1 + 4 + 2.5, 0.001);
    expect(endOf(concert, 4)).to.be.closeTo(1 + 4 + 2.5, 0.001);
    expect(concert.metrics.stuckNotes).to.equal(0);
  });

  it('may last so long that he could have played the next notes meanwhile: he is found at the first, and not at its like', () => {
    const turning = scoreOf('g4 c5 d5 e5 | f5 e5 d5 g5^ | c5 b4 c5 d5 | d5 e5 f5 g5 | c5/4', { accompaniment: 'c3/2 f3/2 | c3/4 | f3 g3 f3 g3 | g2/4 | c3/4', bpm: 120 });
    const concert = concertOf(turning, delayed(turning, 8, 1));
    const found = reportsOf(concert).flatMap((report) => (report.kind === 'matched' ? [report.position] : []));
    expect(found).to.deep.equal(soloOf(turning).onsets.map((onset) => onset.position));
    const unmarked = { ...turning, fermatas: [], parts: turning.parts.map((part) => ({ ...part, onsets: part.onsets.map((onset) => ({ ...onset, notes: onset.notes.map((note) => ({ ...note, fermata: false })) })) })) };
    expect(reportsOf(concertOf(unmarked, delayed(unmarked, 8, 1))).find((report) => report.kind === 'matched' && report.playedAt > 5.5), 'without the sign it would be taken for a skip').to.include({ position: 10 });
  });

  it('does not slow down what comes after it', () => {
    const sounded = soundedAt(concertOf(chorale, delayed(chorale, 8, 2.5)));
    expect(sounded.get(10)).to.be.closeTo(1 + 5 + 2.5, 0.01);
  });

  it('is shortened by a soloist who is in a hurry', () => {
    const concert = concertOf(chorale, delayed(chorale, 8, -0.5));
    expect(soundedAt(concert).get(8)).to.be.closeTo(1 + 4 - 0.5, 0.001);
  });
});

describe('a cadenza', () => {
  const concerto: Score = {
    ...scoreOf(`c5 d5 e5 f5 | g5/4 | -/4 | e5 f5 g5 a5 | c6 b5 a5 g5 | f5 d5 b4 g4 | c5 e5 d5 b4`, { accompaniment: `c3 e3 g3 e3 | g2/4 | g3/4 | ${times(4, 'c3 e3 g3 e3')}`, bpm: 120 }),
    cadenzas: [{ from: beats(8), until: beats(12) }],
  };
  const before = play(soloOf(concerto), { bpm: 120, startsAt: 1, until: 8 });
  /** Twenty seconds of what nobody has written, with bits of what comes. */
  const fantasy = [67, 71, 74, 79, 77, 76, 77, 72, 74, 71, 67, 66, 64, 76, 59, 62, 67, 74, 81, 79].map((pitch, i) => noteOn(5 + i * 0.7, pitch));

  it('is waited through, whatever is played, until the soloist goes on in the score', () => {
    const concert = concertOf(concerto, [...before, ...fantasy, ...play(soloOf(concerto), { bpm: 120, startsAt: 20, from: 12 })]);
    const sounded = notesOf(concert);
    expect(sounded.some((note) => note.position === 8)).to.equal(true);
    expect(sounded.filter((note) => note.position >= 12).every((note) => note.time >= 20)).to.equal(true);
    expect(sounded.find((note) => note.position === 15)!.time).to.be.closeTo(21.5, 0.05);
    expect(sounded.find((note) => note.position === 24)!.time).to.be.closeTo(26, 0.05);
    expect(concert.metrics.stuckNotes).to.equal(0);
  });

  it('is ended by a cue', () => {
    const concert = concertOf(concerto, [...before, ...fantasy.slice(0, 8), { type: 'resume', ...at(14) }, ...play(soloOf(concerto), { bpm: 120, startsAt: 14.02, from: 12 })]);
    expect(soundedAt(concert).get(12)).to.be.closeTo(14.01, 0.02);
    expect(soundedAt(concert).get(14)).to.be.closeTo(15.02, 0.03);
  });

  it('is followed like everything else where its notes are written', () => {
    const written: Score = { ...concerto, cadenzas: [{ from: beats(0), until: beats(4) }] };
    expect(soundedAt(concertOf(written, delayed(written, 4, 1.2))).get(4)).to.be.closeTo(1 + 2 + 1.2, 0.001);
  });
});

describe('a note that belongs together with the soloist', () => {
  const lingering = 0.2;

  it('waits for him in quick notes too, where both play them', () => {
    const both = scoreOf(times(2, 'c5/0.25 d5/0.25 e5/0.25 f5/0.25 g5/0.25 f5/0.25 e5/0.25 d5/0.25 c5/0.25 e5/0.25 d5/0.25 f5/0.25 e5/0.25 g5/0.25 f5/0.25 e5/0.25'), { accompaniment: times(8, 'c3/0.25 d3/0.25 e3/0.25 f3/0.25'), bpm: 120 });
    const sounded = soundedAt(concertOf(both, delayed(both, 4, lingering)));
    for (const position of [4, 4.25, 4.5, 5]) expect(sounded.get(position)).to.be.closeTo(1 + position / 2 + lingering, 0.001);
  });

  it('makes room for those that he does not share', () => {
    const between = scoreOf(times(4, 'c5 d5 e5 f5'), { accompaniment: times(4, 'c3/1 e3/0.25 g3/0.25 e3/0.25 c3/0.25 g3/2'), bpm: 120 });
    const sounded = soundedAt(concertOf(between, delayed(between, 5, lingering)));
    // The next one comes after an eighth of a second, and of that there is four fifths.
    expect(sounded.get(5)).to.be.closeTo(1 + 2.5 + 0.1, 0.01);
  });

  it('waits longer where it is long', () => {
    const slow = scoreOf('c5/4 d5/4 e5/4 f5/4', { accompaniment: 'c3/4 d3/4 e3/4 f3/4', bpm: 120 });
    expect(soundedAt(concertOf(slow, delayed(slow, 8, 0.9))).get(8)).to.be.closeTo(1 + 4 + 0.9, 0.001);
    expect(soundedAt(concertOf(slow, delayed(slow, 8, 1.5))).get(8)).to.be.below(1 + 4 + 1.1);
  });
});

describe('pauses', () => {
  const tune = scoreOf('c5 d5 e5 f5 | g5 a5 b5 c6 | d6 c6 b5 a5', { accompaniment: times(3, 'c3 e3 g3 e3'), bpm: 120 });

  it('at a caesura nobody goes on before the soloist, and nothing sounds', () => {
    const concert = concertOf({ ...tune, pauses: [{ type: 'caesura', position: beats(4) }] }, delayed(tune, 4, 0.9));
    expect(soundedAt(concert).get(4)).to.be.closeTo(1 + 2 + 0.9, 0.001);
  });

  it('a breath has time, but not for ever', () => {
    const quavers = scoreOf('c5 d5 e5 f5 | g5 a5 b5 c6 | d6 c6 b5 a5', { accompaniment: times(6, 'c3/0.5 e3/0.5 g3/0.5 e3/0.5'), bpm: 120 });
    const breathed = { ...quavers, pauses: [{ type: 'breath' as const, position: beats(4) }] };
    expect(soundedAt(concertOf(breathed, delayed(quavers, 4, 0.24))).get(4)).to.be.closeTo(1 + 2 + 0.24, 0.001);
    expect(soundedAt(concertOf(quavers, delayed(quavers, 4, 0.24))).get(4)).to.be.closeTo(1 + 2 + 0.2, 0.01);
    for (const score of [tune, quavers, breathed]) expect(soundedAt(concertOf(score, delayed(score, 4, 3))).get(4)).to.be.below(1 + 2 + 1);
  });
});

describe('passages', () => {
  const etude = scoreOf(times(6, 'c5 d5 e5 f5 | g5 f5 e5 d5'), { accompaniment: times(12, 'c3/0.5 e3/0.5 g3/0.5 e3/0.5 c3/0.5 e3/0.5 g3/0.5 e3/0.5'), bpm: 120 });
  const inManner = (manner: 'tight' | 'loose' | 'wait' | 'ignore' | 'lead') => ({ ...etude, manners: [{ from: beats(8), until: beats(16), manner }] });
  /** At 120 up to the passage, slower in it, and at 120 again. */
  const slowing = (bpm: number): StageEvent[] => {
    let time = 1;
    return soloOf(etude).onsets.map((onset) => {
      const event = noteOn(time, onset.notes[0]!.pitch);
      time += 60 / (onset.position >= 8 && onset.position < 16 ? bpm : 120);
      return event;
    });
  };
  const playedAt = (position: number, bpm: number): number => 5 + (position - 8) * (60 / bpm);

  it('ignores the soloist where it is told to, and is with him again behind it', () => {
    const sounded = soundedAt(concertOf(inManner('ignore'), slowing(100)));
    for (const position of [9, 11.5, 14, 15.5]) expect(sounded.get(position)).to.be.closeTo(playedAt(position, 120), 0.02);
    expect(sounded.get(20)).to.be.closeTo(playedAt(16, 100) + 2, 0.03);
  });

  it('leads where it is told to: it does not wait, and is a little ahead', () => {
    const sounded = soundedAt(concertOf(inManner('lead'), delayed(etude, 10, 0.1)));
    expect(sounded.get(10)).to.be.closeTo(6 - 0.02, 0.001);
    expect(soundedAt(concertOf(etude, delayed(etude, 10, 0.1))).get(10)).to.be.greaterThan(6.05);
  });

  it('leads in the tempo that held, not in the printed one', () => {
    const concert = concertOf(inManner('lead'), play(soloOf(etude), { bpm: 90, startsAt: 1 }));
    const sounded = soundedAt(concert);
    for (const position of [10, 12.5, 15]) expect(sounded.get(position)).to.be.closeTo(1 + position * (60 / 90) - 0.02, 0.025);
    for (const transport of transportsOf(concert).filter(({ position }) => position > 9 && position < 15)) expect(transport.beatPeriod).to.be.closeTo(60 / 90, 0.02);
  });

  it('does not hurry away from one who cannot come along', () => {
    const sounded = soundedAt(concertOf(inManner('lead'), slowing(80)));
    const ahead = [11, 12, 13, 14, 15].map((position) => playedAt(position, 80) - sounded.get(position)!);
    for (const seconds of ahead) expect(seconds).to.be.within(0.1, 0.9);
    expect(sounded.get(20)).to.be.closeTo(playedAt(16, 80) + 2, 0.05);
  });

  it('goes on alone through a passage in which it leads, and waits for him behind it', () => {
    const concert = concertOf(inManner('lead'), play(soloOf(etude), { bpm: 120, startsAt: 1, until: 9 }));
    expect(Math.max(...notesOf(concert).map((note) => note.position))).to.be.within(15.5, 18.5);
    expect(statesOf(concert)).to.include('holding');
  });

  it('waits for each note where it is told to', () => {
    const solo = slowing(40);
    const sounded = soundedAt(concertOf(inManner('wait'), solo));
    for (const position of [9, 10, 11, 12, 13, 14, 15]) expect(sounded.get(position)).to.be.closeTo(playedAt(position, 40), 0.002);
  });

  it('follows loosely in broad lines, and tightly at once', () => {
    const apart = (manner: 'tight' | 'loose', position: number): number => Math.abs(soundedAt(concertOf(inManner(manner), slowing(90))).get(position)! - playedAt(position, 90));
    for (const position of [9.5, 11.5, 12.5]) expect(apart('loose', position)).to.be.greaterThan(apart('tight', position) + 0.015);
    expect(apart('tight', 10.5)).to.be.below(0.05);
    expect(apart('tight', 12.5)).to.be.below(0.03);
  });

  it('takes into account how late the score says that he is heard', () => {
    const late = { ...etude, manners: [{ from: beats(0), until: beats(48), manner: 'usual' as const, latency: seconds(0.06) }] };
    const sounded = soundedAt(concertOf(late, play(soloOf(etude), { bpm: 120, startsAt: 1 })));
    expect(sounded.get(20.5)).to.be.closeTo(1 + 20.5 * 0.5 - 0.06, 0.01);
  });
});
