import { expect } from 'chai';
import type { StageEvent } from '../../src/core/contract/events.ts';
import { beats, seconds } from '../../src/core/music/units.ts';
import { createAccompanist, defaultAccompanistSettings } from '../../src/players/accompany/assemble.ts';
import type { AccompanistSettings } from '../../src/players/accompany/assemble.ts';
import { clickPart, defaultClickSettings } from '../../src/players/accompany/click.ts';
import { itIsAPlayer } from '../contract/player-conformance.ts';
import { noteOn, play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';
import { concertOf, notesOf, reportsOf, soundedAt, statesOf, transportsOf } from '../support/stage.ts';

const march = scoreOf('c4 d4 e4 f4 | g4 a4 b4 c5 | d5 c5 b4 a4 | g4 f4 e4 d4', { accompaniment: times(4, 'c3/0.5 e3/0.5 g3/0.5 e3/0.5 c3/0.5 e3/0.5 g3/0.5 e3/0.5'), bpm: 120 });
const at = (time: number) => ({ time: seconds(time) });
const withClick = (on: boolean, countInBars: number): AccompanistSettings => ({ ...defaultAccompanistSettings, click: { ...defaultClickSettings, on, countInBars } });
const clicksOf = (concert: ReturnType<typeof concertOf>) => notesOf(concert).filter((note) => note.part === clickPart);
const playedOf = (concert: ReturnType<typeof concertOf>) => notesOf(concert).filter((note) => note.part !== clickPart);
const round = (value: number): number => Math.round(value * 1000) / 1000;

describe('a count-in', () => {
  const counted = withClick(false, 1);
  itIsAPlayer('an accompanist who counts', () => createAccompanist(march, withClick(true, 2)), [{ type: 'start', ...at(1) }, ...play(soloOf(march), { bpm: 118, startsAt: 5 })]);

  it('counts a bar in the tempo of the score and then begins, the first beat higher', () => {
    const concert = concertOf(march, [{ type: 'start', ...at(1) }, ...play(soloOf(march), { bpm: 120, startsAt: 3.01 })], counted);
    expect(clicksOf(concert).map((click) => round(click.time))).to.deep.equal([1.01, 1.51, 2.01, 2.51]);
    expect(clicksOf(concert).map((click) => click.pitch)).to.deep.equal([76, 77, 77, 77]);
    expect(clicksOf(concert).every((click) => click.channel === 9)).to.equal(true);
    expect(playedOf(concert)[0]!.time).to.be.closeTo(3.01, 0.002);
    expect(statesOf(concert)).to.deep.equal(['countin', 'playing', 'stopped']);
    expect(concert.metrics.stuckNotes).to.equal(0);
  });

  it('counts the beats before an upbeat too', () => {
    const song = scoreOf('g4 | c5/2 e5 | d5/3', { accompaniment: '- | c3/3 | g2/3', meter: [3, 4], pickup: 1, bpm: 60 });
    const concert = concertOf(song, [{ type: 'start', ...at(1) }, ...play(soloOf(song), { bpm: 60, startsAt: 6.01 })], counted);
    expect(clicksOf(concert).map((click) => click.pitch)).to.deep.equal([76, 77, 77, 76, 77]);
    expect(soundedAt(concert).get(0)).to.be.closeTo(1.01 + 6, 0.002);
  });

  it('counts dotted quarters in six eight', () => {
    const jig = scoreOf('c5/0.5 d5/0.5 e5/0.5 f5/1.5 | g5/3', { accompaniment: 'c3/3 | g2/3', meter: [6, 8], bpm: 90 });
    expect(clicksOf(concertOf(jig, [{ type: 'start', ...at(0) }], counted)).map((click) => round(click.time))).to.deep.equal([0.01, 1.01]);
  });

  it('takes no notice of a soloist who tries his instrument meanwhile, and goes with one who enters a little early', () => {
    const noodling = [noteOn(1.2, 60), noteOn(1.4, 67)];
    const concert = concertOf(march, [{ type: 'start', ...at(1) }, ...noodling, ...play(soloOf(march), { bpm: 120, startsAt: 2.93 })], counted);
    expect(playedOf(concert)[0]!.time).to.equal(2.93);
    expect(playedOf(concert)).to.have.length(32);
  });

  it('is asked for by a cue, and given up by another', () => {
    const cues: StageEvent[] = [{ type: 'count-in', on: true, ...at(0) }, { type: 'start', ...at(1) }, { type: 'stop', ...at(1.7) }];
    const concert = concertOf(march, cues);
    expect(clicksOf(concert)).to.have.length(2);
    expect(playedOf(concert)).to.have.length(0);
  });
});

describe('a metronome that follows', () => {
  it('clicks on every beat together with the soloist, in his tempo', () => {
    const concert = concertOf(march, play(soloOf(march), { bpm: 90, startsAt: 1 }), withClick(true, 0));
    const clicks = clicksOf(concert);
    expect(clicks.map((click) => click.position)).to.deep.equal([...Array(16).keys()]);
    for (const click of clicks) expect(click.time).to.be.closeTo(1 + click.position * (60 / 90), 0.02);
    expect(clicks.filter((click) => click.pitch === 76).map((click) => click.position)).to.deep.equal([0, 4, 8, 12]);
    expect(playedOf(concert)).to.have.length(32);
  });

  it('is turned on and off while playing', () => {
    const events: StageEvent[] = [...play(soloOf(march), { bpm: 120, startsAt: 1 }), { type: 'click' as const, on: true, ...at(2.9) }, { type: 'click' as const, on: false, ...at(4.9) }].sort((a, b) => a.time - b.time);
    expect(clicksOf(concertOf(march, events)).map((click) => click.position)).to.deep.equal([4, 5, 6, 7]);
  });
});

describe('a loop', () => {
  const passage = { from: beats(4), until: beats(8) };
  const looped = { ...defaultAccompanistSettings, loop: passage };
  const bar2 = (startsAt: number, bpm = 120) => play(soloOf(march), { bpm, startsAt, from: 4, until: 8 });

  it('plays the passage again and again, without a gap', () => {
    const events = [...bar2(1), ...bar2(3), ...bar2(5)];
    const concert = concertOf(march, [...events, { type: 'stop', ...at(6.95) }], looped);
    const played = playedOf(concert);
    expect(played.every((note) => note.position >= 4 && note.position < 8)).to.equal(true);
    const begun = played.filter((note) => note.position === 4).map((note) => round(note.time));
    expect(begun[0]).to.equal(1);
    expect(begun[1]).to.be.closeTo(3, 0.02);
    expect(begun[2]).to.be.closeTo(5, 0.02);
    expect(played).to.have.length(24);
    expect(concert.metrics.stuckNotes).to.equal(0);
  });

  it('goes with a soloist who comes back to its beginning a little early, or late', () => {
    for (const shift of [-0.08, 0.08]) {
      const concert = concertOf(march, [...bar2(1), ...bar2(3 + shift), { type: 'stop', ...at(4.9 + shift) }], looped);
      const begun = playedOf(concert).filter((note) => note.position === 4).map((note) => note.time);
      expect(begun).to.have.length(2);
      expect(begun[1]).to.be.closeTo(3 + shift, 0.01);
    }
  });

  it('counts in each time where it is asked to', () => {
    const settings = { ...withClick(false, 1), loop: passage };
    const concert = concertOf(march, [{ type: 'start', ...at(1) }, ...bar2(3.01), ...bar2(7.01), { type: 'stop', ...at(8.9) }], settings);
    expect(clicksOf(concert).map((click) => round(click.time)).slice(4, 8).map((time) => time - 5.01)).to.satisfy((late: number[]) => late.every((time, i) => Math.abs(time - i * 0.5) < 0.03));
    expect(playedOf(concert).filter((note) => note.position === 4)).to.have.length(2);
    expect(concert.metrics.stuckNotes).to.equal(0);
  });

  it('is set while playing and goes there, and is given up again', () => {
    const concert = concertOf(march, [
      { type: 'seek', position: beats(12), ...at(0.5) }, ...play(soloOf(march), { bpm: 120, startsAt: 1, from: 12 }), { type: 'loop', passage, ...at(2.6) }, ...bar2(2.7),
      { type: 'loop', passage: undefined, ...at(4.3) }, ...play(soloOf(march), { bpm: 120, startsAt: 4.7, from: 8 }),
    ]);
    expect(playedOf(concert).at(-1)!.position).to.equal(15.5);
    expect(playedOf(concert).filter((note) => note.position >= 4 && note.position < 8)).to.have.length(8);
  });

  it('makes one take of all its rounds, each a beginning of its own', () => {
    const events = [...bar2(1), ...bar2(3), ...bar2(5)];
    const report = reportsOf(concertOf(march, [...events, { type: 'stop', ...at(6.95) }], looped)).find((one) => one.kind === 'run-through');
    if (report?.kind !== 'run-through') throw new Error('no take');
    expect(report.onsets.map((onset) => onset.position)).to.deep.equal([4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7]);
    expect(report.onsets.map((onset) => onset.joined)).to.deep.equal([false, true, true, true, false, true, true, true, false, true, true, true]);
  });
});

describe('limits of the tempo', () => {
  const slowly = play(soloOf(march), { bpm: 60, startsAt: 1 });
  const tempoAfter = (events: StageEvent[], time: number): number => transportsOf(concertOf(march, events)).filter((transport) => transport.playing && transport.time > time).map(({ beatPeriod }) => 60 / beatPeriod).reduce((a, b) => Math.min(a, b));

  it('keep the accompaniment from going as slowly as the soloist, from the moment they are set', () => {
    expect(tempoAfter(slowly, 6)).to.be.closeTo(60, 1);
    expect(tempoAfter([...slowly, { type: 'tempo-limits' as const, slowest: 0.8, fastest: 1.2, ...at(5) }].sort((a, b) => a.time - b.time), 6)).to.be.closeTo(96, 1e-6);
  });
});

describe('silent parts', () => {
  const duo = scoreOf('c5 d5 e5 f5 | g5/4', { parts: { flute: 'e4/4 | e4/4', bass: 'c3/4 | g2/4' }, bpm: 120 });

  it('are left out from the beginning, and come back when asked', () => {
    const events: StageEvent[] = [...play(soloOf(duo), { bpm: 120, startsAt: 1 }), { type: 'mute' as const, part: 'Flute', on: false, ...at(2.9) }].sort((a, b) => a.time - b.time);
    const concert = concertOf(duo, events, { ...defaultAccompanistSettings, muted: ['flute'] });
    expect(notesOf(concert).map((note) => `${note.part} ${note.position}`)).to.deep.equal(['bass 0', 'flute 4', 'bass 4']);
  });

  it('fall silent at once, in the middle of a note', () => {
    const concert = concertOf(duo, [...play(soloOf(duo), { bpm: 120, startsAt: 1, until: 2 }), { type: 'mute', part: 'flute', on: true, ...at(1.7) }]);
    const ended = concert.log.flatMap((step) => [...step.commands]).find((command) => command.type === 'note-off' && command.part === 'flute');
    expect(ended).to.include({ time: 1.7 });
  });
});

it('hears an instrument that sounds elsewhere than it is written', () => {
  const concert = concertOf(march, play(soloOf(march), { bpm: 120, startsAt: 1, transposedBy: -2 }), { ...defaultAccompanistSettings, transposedBy: -2 });
  expect(concert.metrics.matched).to.equal(16);
  expect(playedOf(concert)).to.have.length(32);
});
