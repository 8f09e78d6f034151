import { expect } from 'chai';
import { beats, periodOf, seconds } from '../../src/core/music/units.ts';
import type { StageEvent } from '../../src/core/contract/events.ts';
import { itIsAPlayer } from '../contract/player-conformance.ts';
import { createAccompanist, defaultAccompanistSettings } from '../../src/players/accompany/assemble.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';
import { commandsOf, concertOf, notesOf, reportsOf, settingsWith, soundedAt, statesOf, transportsOf } from '../support/stage.ts';

const march = scoreOf(times(4, 'c4 d4 e4 f4 | g4 a4 b4 c5'), { accompaniment: times(4, 'c3/0.5 e3/0.5 g3/0.5 e3/0.5 c3/0.5 e3/0.5 g3/0.5 e3/0.5 | g2/0.5 b2/0.5 d3/0.5 b2/0.5 g2/0.5 b2/0.5 d3/0.5 b2/0.5'), bpm: 120 });
const at = (time: number) => ({ time: seconds(time) });

describe('the accompanist', () => {
  itIsAPlayer('the accompanist', () => createAccompanist(march, defaultAccompanistSettings), play(soloOf(march), { bpm: 100 }));

  it('begins with the soloist\'s first note and plays every note of the accompaniment once', () => {
    const concert = concertOf(march, play(soloOf(march), { bpm: 120, startsAt: 3 }));
    expect(notesOf(concert)).to.have.length(64);
    expect(notesOf(concert)[0]!.time).to.equal(3);
    expect(new Set(notesOf(concert).map((note) => note.noteId)).size).to.equal(64);
    expect(concert.metrics.stuckNotes).to.equal(0);
  });

  it('plays between the soloist\'s notes in his tempo, not in the printed one', () => {
    const sounded = soundedAt(concertOf(march, play(soloOf(march), { bpm: 80, startsAt: 1 })));
    for (const position of [8.5, 12.5, 20.5]) expect(sounded.get(position)).to.be.closeTo(1 + position * 0.75, 0.03);
  });

  it('sounds together with a soloist who comes early', () => {
    const events = play(soloOf(march), { bpm: 120, startsAt: 1 }).map((event, i) => (i >= 8 ? { ...event, time: seconds(event.time - 0.09), playedAt: seconds(event.playedAt - 0.09) } : event));
    expect(soundedAt(concertOf(march, events)).get(8)).to.be.closeTo(1 + 8 * 0.5 - 0.09, 0.001);
  });

  it('waits a moment for a soloist who comes late', () => {
    const events = play(soloOf(march), { bpm: 120, startsAt: 1 }).map((event, i) => (i >= 8 ? { ...event, time: seconds(event.time + 0.06), playedAt: seconds(event.playedAt + 0.06) } : event));
    expect(soundedAt(concertOf(march, events)).get(8)).to.be.closeTo(1 + 8 * 0.5 + 0.06, 0.001);
  });

  it('ends together with the soloist and then stops', () => {
    const concert = concertOf(march, play(soloOf(march), { bpm: 120 }));
    expect(statesOf(concert)).to.deep.equal(['playing', 'stopped']);
  });

  it('holds instead of running away when the soloist stops in mid-piece, and ends what sounds', () => {
    const concert = concertOf(march, play(soloOf(march), { bpm: 120, until: 12 }));
    expect(statesOf(concert).slice(0, 2)).to.deep.equal(['playing', 'holding']);
    expect(Math.max(...notesOf(concert).map((note) => note.position))).to.be.below(14);
    expect(concert.metrics.stuckNotes).to.equal(0);
  });

  it('goes on from where it held when the soloist comes back', () => {
    const before = play(soloOf(march), { bpm: 120, startsAt: 1, until: 12 });
    const after = play(soloOf(march), { bpm: 120, startsAt: 20, from: 12 });
    const concert = concertOf(march, [...before, ...after]);
    expect(statesOf(concert)).to.deep.equal(['playing', 'holding', 'playing', 'stopped']);
    expect(soundedAt(concert).get(20.5)).to.be.closeTo(20 + 8.5 * 0.5, 0.05);
    expect(notesOf(concert).length).to.be.greaterThan(60);
  });

  it('plays a long tutti alone after a start, and takes the soloist\'s tempo at his entry', () => {
    const concerto = scoreOf(`-/32 | ${times(2, 'c5 d5 e5 f5 | g5 f5 e5 d5')}`, { accompaniment: times(12, 'c3 g3 e3 g3'), bpm: 120 });
    const solo = play(soloOf(concerto), { bpm: 110, startsAt: 1 + 32 * 0.5 + 0.1 });
    const concert = concertOf(concerto, [{ type: 'start', ...at(1) }, ...solo]);
    const sounded = soundedAt(concert);
    expect(sounded.get(16)).to.be.closeTo(1 + 16 * 0.5, 0.001);
    expect(sounded.get(32)).to.be.closeTo(1 + 32 * 0.5 + 0.1, 0.001);
    expect(sounded.get(44)).to.be.closeTo(1 + 32 * 0.5 + 0.1 + 12 * (60 / 110), 0.02);
  });

  it('begins at the soloist\'s entry when nobody gave a start for the tutti', () => {
    const concerto = scoreOf(`-/32 | ${times(2, 'c5 d5 e5 f5 | g5 f5 e5 d5')}`, { accompaniment: times(12, 'c3 g3 e3 g3'), bpm: 120 });
    const concert = concertOf(concerto, play(soloOf(concerto), { bpm: 120, startsAt: 2 }));
    expect(notesOf(concert)[0]!.position).to.equal(32);
    expect(notesOf(concert)[0]!.time).to.equal(2);
  });

  it('begins with a pickup', () => {
    const song = scoreOf('g4 | c5/2 e5/2 | d5/2 b4/2 | c5/4', { accompaniment: '- | c3/2 g3/2 | g3/2 f3/2 | e3/4', pickup: 1, bpm: 90 });
    const sounded = soundedAt(concertOf(song, play(soloOf(song), { bpm: 90, startsAt: 1 })));
    expect(sounded.get(0)).to.be.closeTo(1 + 60 / 90, 0.01);
  });

  it('waits for a cue where it was told to', () => {
    const events = play(soloOf(march), { bpm: 120, startsAt: 1 });
    expect(notesOf(concertOf(march, events, settingsWith({ begin: 'on-cue' })))).to.have.length(0);
  });

  it('starts at any bar, and goes to any bar while playing', () => {
    const first = play(soloOf(march), { bpm: 120, startsAt: 2, from: 8, until: 16 });
    const second = play(soloOf(march), { bpm: 120, startsAt: 7, from: 24 });
    const events: StageEvent[] = [{ type: 'start', position: beats(8), ...at(2) }, ...first, { type: 'seek', position: beats(24), ...at(6.9) }, ...second];
    const concert = concertOf(march, events);
    const positions = notesOf(concert).map((note) => note.position);
    expect(positions[0]).to.equal(8);
    expect(positions.some((position) => position > 17 && position < 24)).to.equal(false);
    expect(soundedAt(concert).get(28)).to.be.closeTo(9, 0.05);
    expect(concert.metrics.stuckNotes).to.equal(0);
  });

  it('is a metronome when told not to follow', () => {
    const events = play(soloOf(march), { bpm: 90, startsAt: 1 });
    const sounded = soundedAt(concertOf(march, events, settingsWith({ follow: 0 })));
    expect(sounded.get(8)! - sounded.get(4)!).to.be.closeTo(2, 0.001);
  });

  it('follows half-way where told so', () => {
    const tempoAt = (follow: number): number => {
      const sounded = soundedAt(concertOf(march, play(soloOf(march), { bpm: 100, startsAt: 1 }), settingsWith({ follow })));
      return (sounded.get(4.5)! - sounded.get(0)!) / 4.5;
    };
    expect(tempoAt(0.4)).to.be.within(0.505, 0.595);
    expect(tempoAt(1)).to.be.closeTo(0.6, 0.01);
  });

  it('obeys a tempo from a person until it is given back', () => {
    const solo = play(soloOf(march), { bpm: 120, startsAt: 1, until: 4 });
    const concert = concertOf(march, [...solo, { type: 'tempo', beatPeriod: periodOf(60), ...at(2.6) }]);
    expect(transportsOf(concert).filter((transport) => transport.time >= 2.6 && transport.playing)[0]!.beatPeriod).to.be.closeTo(1, 1e-9);
  });

  it('never leaves the limits of tempo', () => {
    const concert = concertOf(march, play(soloOf(march), { bpm: 40, startsAt: 1 }), settingsWith({ slowest: 0.5 }));
    for (const transport of transportsOf(concert)) if (transport.playing) expect(transport.beatPeriod).to.be.at.most(0.5 * 2 * 2 + 1e-9);
  });

  it('mutes a part', () => {
    const events: StageEvent[] = [{ type: 'mute', part: 'accompaniment', on: true, ...at(0) }, ...play(soloOf(march), { bpm: 120 })];
    expect(notesOf(concertOf(march, events))).to.have.length(0);
  });

  it('ends every note at once on stop', () => {
    const organ = scoreOf(times(2, 'c4 d4 e4 f4'), { accompaniment: times(2, 'c3+e3+g3/4'), bpm: 120 });
    const concert = concertOf(organ, [...play(soloOf(organ), { bpm: 120, startsAt: 1, until: 2 }), { type: 'stop', ...at(1.7) }]);
    const stop = concert.log.find((step) => step.event.type === 'stop')!;
    expect(stop.commands.filter((command) => command.type === 'note-off').map((command) => command.time)).to.deep.equal([1.7, 1.7, 1.7]);
  });

  it('wishes for nothing more when it is stopped between the last note and the end', () => {
    const player = createAccompanist(march, defaultAccompanistSettings);
    const wakeUntil = (time: number): void => {
      for (let wake = player.nextWake(); wake !== undefined && wake < time; wake = player.nextWake()) player.handle({ type: 'wake', time: wake });
    };
    for (const event of play(soloOf(march), { bpm: 120, startsAt: 1 })) {
      wakeUntil(event.time);
      player.handle(event);
    }
    wakeUntil(17.1);
    expect(player.nextWake()).to.be.greaterThan(17.1);
    player.handle({ type: 'stop', ...at(17.1) });
    expect(player.nextWake()).to.equal(undefined);
  });

  it('begins the piece anew when the soloist does, some time after the end', () => {
    const events = [...play(soloOf(march), { bpm: 120, startsAt: 1 }), ...play(soloOf(march), { bpm: 120, startsAt: 30 })];
    expect(statesOf(concertOf(march, events)).filter((state) => state === 'playing')).to.have.length(2);
    expect(notesOf(concertOf(march, events))).to.have.length(128);
  });

  it('plays softer for a soft soloist, and shorter for a short one', () => {
    const solo = soloOf(march);
    const perform = (velocity: number, share: number): StageEvent[] =>
      play(solo, { bpm: 120, startsAt: 1 }).flatMap((event, i) => [
        { ...event, velocity: (velocity + (i % 2)) as never },
        { type: 'solo-off' as const, time: seconds(event.time + 0.5 * share), playedAt: seconds(event.time + 0.5 * share), part: 'solo', pitch: event.pitch },
      ]).sort((a, b) => a.time - b.time);
    const soft = notesOf(concertOf(march, perform(30, 0.95))).at(-1)!;
    const loud = notesOf(concertOf(march, perform(110, 0.95))).at(-1)!;
    expect(loud.velocity - soft.velocity).to.be.greaterThan(25);
    const lengthOf = (share: number): number => {
      const commands = concertOf(march, perform(64, share)).log.flatMap((step) => [...step.commands]);
      const on = commands.filter((command) => command.type === 'note-on').find((command) => command.position === 24.5)!;
      const off = commands.filter((command) => command.type === 'note-off').find((command) => command.pitch === on.pitch && command.time > on.time)!;
      return off.time - on.time;
    };
    expect(lengthOf(0.3)).to.be.below(0.85 * lengthOf(0.95));
  });

  it('sends the pedal and the program that a place needs when it starts there', () => {
    const piano = scoreOf(times(4, 'c4 d4 e4 f4'), {
      accompaniment: times(4, 'c3 e3 g3 e3'), bpm: 120,
      controls: { accompaniment: [{ type: 'program', position: beats(0), program: 6 }, { type: 'controller', position: beats(2), controller: 64, value: 127 }] },
    });
    const concert = concertOf(piano, [{ type: 'start', position: beats(8), ...at(1) }]);
    const types = commandsOf(concert).map((command) => command.type);
    expect(types.indexOf('program')).to.be.within(0, types.indexOf('note-on'));
    expect(types.indexOf('control-change')).to.be.within(0, types.indexOf('note-on'));
  });

  it('counts the beats of the meter in its transport', () => {
    const waltz = scoreOf(times(4, 'c4 e4 g4'), { accompaniment: times(4, 'c3/3'), meter: [3, 4], bpm: 120 });
    const beatsHeard = transportsOf(concertOf(waltz, play(soloOf(waltz), { bpm: 120, startsAt: 1 }))).map((transport) => Math.round(transport.position * 1000) / 1000);
    for (let beat = 1; beat < 12; beat++) expect(beatsHeard).to.include(beat);
  });

  it('says what it left out when the soloist skips ahead', () => {
    const long = scoreOf('c4 d4 e4 f4 | g4 a4 b4 c5 | d5 c5 b4 a4 | g4 f#4 g4 a4 | bb4 a4 g4 f4 | e4 g4 c5 e5 | f5 e5 d5 c5 | b4 d5 g4 b4', { accompaniment: times(8, 'c3 e3 g3 e3'), bpm: 120 });
    const solo = soloOf(long);
    const events = [...play(solo, { bpm: 120, startsAt: 1, until: 8 }), ...play(solo, { bpm: 120, startsAt: 5.5, from: 20 })];
    const concert = concertOf(long, events);
    expect(reportsOf(concert).some((report) => report.kind === 'jumped' || report.kind === 'skipped')).to.equal(true);
    expect(soundedAt(concert).get(31)).to.be.closeTo(5.5 + 11 * 0.5, 0.05);
  });
});
