import { expect } from 'chai';
import type { StageEvent } from '../../src/core/contract/events.ts';
import type { Part, Score } from '../../src/core/music/score.ts';
import { beats, seconds } from '../../src/core/music/units.ts';
import type { AccompanistSettings } from '../../src/players/accompany/assemble.ts';
import { createAccompanist, defaultAccompanistSettings } from '../../src/players/accompany/assemble.ts';
import { itIsAPlayer } from '../contract/player-conformance.ts';
import { noteOn, play } from '../support/playing.ts';
import { scoreOf, times } from '../support/score-builder.ts';
import { concertOf, notesOf, reportsOf, soundedAt, statesOf } from '../support/stage.ts';

/** A trio of which violin and cello are played by people, and the piano is ours. */
const tune = 'c5 d5 e5 f5 | g5 a5 b5 c6 | a5 g5 f5 e5 | d5 b4 g4 a4 | c5 e5 d5 f5 | e5 g5 f5 a5 | b5 d6 c6 a5 | g5 f5 d5 c5';
const bass = 'c3 e3 g3 c4 | d3 f3 a3 d4 | b2 d3 g3 b3 | c3 a2 f2 g2 | eb3 ab2 c3 eb3 | f#3 d3 a2 f#2 | bb2 f3 db3 gb3 | g3 d3 g2 c3';
const trio = withSoloists(scoreOf(tune, { parts: { cello: bass, piano: times(8, 'c4/0.5 e4/0.5 g4/0.5 e4/0.5 c4/0.5 e4/0.5 g4/0.5 e4/0.5') }, bpm: 120 }), ['solo', 'cello']);
const [violin, cello] = trio.parts as readonly [Part, Part];

function withSoloists(score: Score, names: readonly string[]): Score {
  return { ...score, parts: score.parts.map((part) => ({ ...part, role: names.includes(part.id) ? 'solo' : 'accompaniment' })) };
}
const shared = defaultAccompanistSettings;
const ledBy = (part: Part): AccompanistSettings => ({ ...shared, leader: part.id });
const together = (...players: readonly (readonly StageEvent[])[]): StageEvent[] => players.flat().sort((a, b) => a.time - b.time);
const later = (events: readonly ReturnType<typeof noteOn>[], by: number) => events.map((event) => ({ ...event, time: seconds(event.time + by), playedAt: seconds(event.playedAt + by) }));

describe('several soloists', () => {
  const both = together(play(violin, { bpm: 112 }), later(play(cello, { bpm: 112 }), 0.02));
  itIsAPlayer('an accompanist of two', () => createAccompanist(trio, shared), both);

  it('are not accompanied with their own parts', () => {
    const concert = concertOf(trio, both);
    expect(new Set(notesOf(concert).map((note) => note.part))).to.deep.equal(new Set(['piano']));
    expect(notesOf(concert)).to.have.length(64);
    expect(reportsOf(concert).filter((report) => report.kind === 'matched')).to.have.length(64);
    expect(statesOf(concert)).to.deep.equal(['playing', 'stopped']);
  });

  /** How long after the violin we sound, on the average of the later beats. */
  const behindViolin = (settings: AccompanistSettings, apart: number): number => {
    const sounded = soundedAt(concertOf(trio, together(play(violin, { bpm: 120, startsAt: 1 }), later(play(cello, { bpm: 120, startsAt: 1 }), apart)), settings));
    const beats = Array.from({ length: 20 }, (_, i) => 8 + i);
    return beats.reduce((sum, beat) => sum + sounded.get(beat)! - (1 + beat * 0.5), 0) / beats.length;
  };

  it('share the lead: we sound between two who are apart', () => {
    expect(behindViolin(shared, 0.08)).to.be.within(0.02, 0.06);
  });

  it('have a leader: we sound with him, whether he comes first or last', () => {
    expect(behindViolin(ledBy(violin), 0.08)).to.be.within(-0.001, 0.02);
    expect(behindViolin(ledBy(cello), 0.08)).to.be.within(0.06, 0.085);
    expect(behindViolin(ledBy(cello), -0.06)).to.be.within(-0.065, -0.04);
  });

  it('lead in turn: who rests leaves it to the other, and is not waited for', () => {
    const dialogue = withSoloists(scoreOf(`${times(2, 'c5 d5 e5 f5')} | -/16 | ${times(2, 'c5 d5 e5 g5')}`, { parts: { cello: `-/8 | ${times(4, 'c3 d3 e3 g3')} | -/8`, piano: times(8, 'c4/0.5 e4/0.5 g4/0.5 e4/0.5 c4/0.5 e4/0.5 g4/0.5 e4/0.5') }, bpm: 120 }), ['solo', 'cello']);
    const [upper, lower] = dialogue.parts as [Part, Part];
    // The violin in 100, the cello in 80, the violin in 100 again.
    const cello = play(lower, { bpm: 80, startsAt: 1 + 8 * 0.6 });
    const end = 1 + 8 * 0.6 + 16 * 0.75;
    for (const settings of [shared, ledBy(upper)]) {
      const concert = concertOf(dialogue, together(play(upper, { bpm: 100, startsAt: 1, until: 8 }), cello, play(upper, { bpm: 100, startsAt: end, from: 24 })), settings);
      const sounded = soundedAt(concert);
      expect(sounded.get(20.5)! - sounded.get(16.5)!).to.be.closeTo(4 * 0.75, 0.05);
      expect(sounded.get(30.5)! - sounded.get(28.5)!).to.be.closeTo(2 * 0.6, 0.06);
      expect(statesOf(concert)).to.deep.equal(['playing', 'stopped']);
    }
  });

  it('need not all be there', () => {
    const concert = concertOf(trio, play(violin, { bpm: 100, startsAt: 1 }), ledBy(cello));
    const sounded = soundedAt(concert);
    for (const beat of [8.5, 16.5, 24.5]) expect(sounded.get(beat)).to.be.closeTo(1 + beat * 0.6, 0.03);
    expect(statesOf(concert)).to.deep.equal(['playing', 'stopped']);
  });

  it('go on when one of them drops out, and wait when all do', () => {
    const one = concertOf(trio, together(play(violin, { bpm: 120, startsAt: 1 }), play(cello, { bpm: 120, startsAt: 1, until: 12 })), ledBy(cello));
    expect(soundedAt(one).get(24.5)).to.be.closeTo(1 + 24.5 * 0.5, 0.03);
    const none = concertOf(trio, together(play(violin, { bpm: 120, startsAt: 1, until: 12 }), play(cello, { bpm: 120, startsAt: 1, until: 12 })));
    expect(statesOf(none).slice(0, 2)).to.deep.equal(['playing', 'holding']);
    expect(Math.max(...notesOf(none).map((note) => note.position))).to.be.below(14);
  });

  it('may enter late: who comes in where the music is plays along from his first note', () => {
    const entry = play(cello, { bpm: 120, startsAt: 1 + 16 * 0.5, from: 16 });
    const concert = concertOf(trio, together(play(violin, { bpm: 120, startsAt: 1 }), entry));
    const matched = concert.log.filter(({ event }) => event.type === 'solo-on' && event.part === 'cello').map(({ commands }) => commands.find((command) => command.type === 'report' && command.report.kind === 'matched'));
    expect(matched[0]).to.deep.include({ type: 'report' });
    expect(reportsOf(concert).some((report) => report.kind === 'jumped')).to.equal(false);
  });

  it('are not disturbed by one who plays something else', () => {
    const noodling = Array.from({ length: 40 }, (_, i) => noteOn(3 + i * 0.31, 40 + ((i * 7) % 11), 'cello'));
    const concert = concertOf(trio, together(play(violin, { bpm: 120, startsAt: 1 }), play(cello, { bpm: 120, startsAt: 1, until: 4 }), noodling), ledBy(cello));
    const sounded = soundedAt(concert);
    for (const beat of [12.5, 20.5, 28.5]) expect(sounded.get(beat)).to.be.closeTo(1 + beat * 0.5, 0.05);
    expect(statesOf(concert)).to.deep.equal(['playing', 'stopped']);
  });

  describe('of whom one jumps', () => {
    const jumpAt = 1 + 12 * 0.5;
    const staying = (part: Part) => play(part, { bpm: 120, startsAt: 1 });
    const jumping = (part: Part) => together(play(part, { bpm: 120, startsAt: 1, until: 12 }), play(part, { bpm: 120, startsAt: jumpAt, from: 20 }));
    const placesAfter = (events: readonly StageEvent[], settings: AccompanistSettings, from = jumpAt + 2.5): number[] =>
      notesOf(concertOf(trio, events, settings)).filter((note) => note.time > from && note.time < from + 1).map((note) => note.position - (note.time - 1) / 0.5);

    it('are stayed with, unless it was the leader', () => {
      for (const settings of [shared, ledBy(violin)]) for (const ahead of placesAfter(together(staying(violin), jumping(cello)), settings)) expect(ahead).to.be.closeTo(0, 0.5);
    });
    it('are left for the leader', () => {
      const ahead = placesAfter(together(staying(violin), jumping(cello)), ledBy(cello));
      expect(ahead).to.have.length.greaterThan(1);
      for (const beats of ahead) expect(beats).to.be.closeTo(8, 0.5);
    });
    it('are gone with when all do, whoever leads', () => {
      for (const settings of [shared, ledBy(violin), ledBy(cello)]) {
        const ahead = placesAfter(together(jumping(violin), jumping(cello)), settings);
        expect(ahead).to.have.length.greaterThan(1);
        for (const beats of ahead) expect(beats).to.be.closeTo(8, 0.5);
      }
    });
    it('are gone with when the others have stopped playing', () => {
      const ahead = placesAfter(together(play(violin, { bpm: 120, startsAt: 1, until: 12 }), play(cello, { bpm: 120, startsAt: 1, until: 12 }), play(cello, { bpm: 120, startsAt: jumpAt + 6, from: 20 })), shared, jumpAt + 8);
      expect(ahead).to.have.length.greaterThan(1);
      for (const beats of ahead) expect(beats).to.be.closeTo(20 - 12 - 12, 0.5);
    });
  });

  it('may each have an instrument that sounds elsewhere than it is written', () => {
    const clarinets = together(play(violin, { transposedBy: -2 }), play(cello, { transposedBy: 3 }));
    const concert = concertOf(trio, clarinets, { ...shared, transposedBy: { solo: -2, cello: 3 } });
    expect(concert.metrics).to.include({ matched: 64, soloNotes: 64, timesLost: 0 });
    expect(notesOf(concert)).to.have.length(64);
  });

  describe('in a cadenza', () => {
    const free = withSoloists(scoreOf('c5 d5 e5 f5 | g5/4 | -/4 | a5 g5 f5 e5 | d5 b4 g4 a4 | c5 e5 d5 f5', { parts: { cello: 'c3 e3 g3 c4 | g3/4 | -/4 | f3 d3 a2 d3 | b2 d3 g3 b3 | c3 a2 f2 g2', piano: times(6, 'c4 e4 g4 e4') }, bpm: 120 }), ['solo', 'cello']);
    const [upper, lower] = free.parts as readonly [Part, Part];
    const concerto: Score = { ...free, cadenzas: [{ from: beats(8), until: beats(12) }] };
    const before = together(play(upper, { bpm: 120, startsAt: 1, until: 8 }), later(play(lower, { bpm: 120, startsAt: 1, until: 8 }), 0.03));
    const fantasy = [60, 55, 62, 67, 58, 49, 52, 64, 66, 50].map((pitch, i) => noteOn(6 + i * 0.6, pitch, 'cello'));
    const goOn = (first: Part, second: Part): StageEvent[] => together(play(first, { bpm: 120, startsAt: 14, from: 12 }), play(second, { bpm: 120, startsAt: 16, from: 16 }));

    for (const [who, events] of [['the one who has not played it', goOn(upper, lower)], ['the one who has', goOn(lower, upper)]] as const) {
      it(`of one of them are waited for, until ${who} goes on`, () => {
        const concert = concertOf(concerto, together(before, fantasy, events));
        expect(reportsOf(concert).filter((report) => report.kind === 'matched').length, 'before it each of his notes is his').to.be.at.least(10 + 12);
        const sounded = notesOf(concert).filter((note) => note.position >= 12);
        expect(sounded.every((note) => note.time >= 14), 'nothing before').to.equal(true);
        expect(sounded.find((note) => note.position === 15)!.time).to.be.closeTo(15.5, 0.06);
        expect(sounded.find((note) => note.position === 20)!.time).to.be.closeTo(18, 0.06);
      });
    }
  });

  it('each remember their own run-through', () => {
    const reports = reportsOf(concertOf(trio, both)).flatMap((report) => (report.kind === 'run-through' ? [report] : []));
    expect(reports).to.have.length(2);
    expect(new Set(reports.map((report) => report.score)).size).to.equal(2);
  });
});
