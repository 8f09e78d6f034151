import { expect } from 'chai';
import type { SoloEvent } from '../../src/core/contract/events.ts';
import type { Follower, ScoreMatch } from '../../src/core/contract/following.ts';
import { Random } from '../../src/core/math/random.ts';
import type { Score } from '../../src/core/music/score.ts';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import { beats, midiPitch, seconds } from '../../src/core/music/units.ts';
import type { FollowerSettings } from '../../src/players/follow/settings.ts';
import { leapsOf } from '../../src/players/follow/leaps.ts';
import { createFollower } from '../../src/players/follow/follower.ts';
import { noteOn, play, strike } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';

const follow = (score: Score, settings?: FollowerSettings): Follower => createFollower(soloOf(score), new TempoMap(score.tempoMarks), settings);

/** Positions reported right after each event. */
function positions(follower: Follower, events: readonly SoloEvent[]): number[] {
  return events.map((event) => {
    follower.follow(event);
    return follower.position;
  });
}

const matches = (follower: Follower, events: readonly SoloEvent[]): (ScoreMatch | undefined)[] => events.map((event) => follower.follow(event));

/** Sixteen bars in which no bar is like another. */
const tune = [
  'c4 e4 g4 c5', 'b4 g4 d4 f4', 'e4 a4 c5 e5', 'd5 b4 g4 f#4', 'g4 b4 d5 g5', 'f5 d5 a4 f4', 'bb4 g4 e4 c#4', 'd4 f4 a4 d5',
  'eb5 c5 ab4 f4', 'g4 eb4 c4 g4', 'ab4 f4 d4 b4', 'c5 g4 eb4 c4', 'f4 a4 c5 f5', 'e5 c#5 a4 e4', 'd4 g4 b4 d5', 'c5 g4 e4 c4',
].join(' | ');

describe('the follower', () => {
  it('names each note at once, at whatever tempo the soloist begins', () => {
    const score = scoreOf(tune);
    for (const bpm of [40, 90, 200]) {
      const events = play(soloOf(score), { bpm });
      expect(positions(follow(score), events), `at ${bpm}`).to.deep.equal(soloOf(score).onsets.map((onset) => onset.position));
    }
  });

  it('says which note of which onset was played, and which begins it', () => {
    const score = scoreOf('c4+e4+g4 d4+f4+a4');
    const found = matches(follow(score), play(soloOf(score)));
    expect(found.map((match) => [match?.onsetIndex, match?.noteIndex, match?.begins])).to.deep.equal([
      [0, 0, true], [0, 1, false], [0, 2, false], [1, 0, true], [1, 1, false], [1, 2, false],
    ]);
  });

  it('takes a slowly rolled chord for one chord', () => {
    const score = scoreOf('c4 c3+g3+e4+c5/2 d4 c3+g3+e4+c5/2 e4');
    const events = [noteOn(1, 60), ...[48, 55, 64, 72].map((pitch, i) => noteOn(1.5 + 0.09 * i, pitch)), noteOn(2.55, 62),
      ...[48, 55, 64, 72].map((pitch, i) => noteOn(3.05 + 0.09 * i, pitch)), noteOn(4.1, 64)];
    expect(positions(follow(score), events)).to.deep.equal([0, 1, 1, 1, 1, 3, 4, 4, 4, 4, 6]);
  });

  it('counts repeated notes by time when one of them is missing', () => {
    const score = scoreOf(`${times(4, 'c4 c4 c4 c4')} | d4 e4 f4 g4`);
    const events = play(soloOf(score), { bpm: 100 }).filter((_, i) => i !== 9);
    const truth = soloOf(score).onsets.map((onset) => onset.position).filter((_, i) => i !== 9);
    expect(positions(follow(score), events)).to.deep.equal(truth);
  });

  it('stays where it is through wrong and extra notes', () => {
    const score = scoreOf(tune);
    const events = play(soloOf(score)).map((event, i) => (i % 7 === 5 ? noteOn(event.time, event.pitch - 25) : event));
    const follower = follow(score);
    const found = matches(follower, events);
    expect(found.filter((match) => match === undefined)).to.have.lengthOf(events.filter((_, i) => i % 7 === 5).length);
    for (let i = 0; i < events.length; i++) if (i % 7 !== 5) expect(found[i]?.position).to.equal(soloOf(score).onsets[i]!.position);
    expect(follower.lost).to.equal(false);
  });

  it('follows a printed change of tempo as if nothing had happened', () => {
    const score = scoreOf(`${times(2, 'c4 c4 c4 c4')} | ${times(2, 'c4 c4 c4 c4')} | d4/4`, { tempi: [[0, 160], [8, 50]] });
    const map = new TempoMap(score.tempoMarks);
    const events = soloOf(score).onsets.map((onset) => noteOn(1 + map.nominalAt(onset.position), onset.notes[0]!.pitch));
    const truth = soloOf(score).onsets.map((onset) => onset.position);
    // the fourth of the slow notes is left out: only the tempo can tell
    expect(positions(follow(score), events.filter((_, i) => i !== 11))).to.deep.equal(truth.filter((_, i) => i !== 11));
  });

  it('goes back with the soloist, and says that it jumped', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    const follower = follow(score);
    positions(follower, play(part, { until: 40 }));
    const found = matches(follower, play(part, { from: 8, until: 24, startsAt: 22 }));
    const at = found.findIndex((match) => match?.jumped === true);
    expect(at).to.be.within(1, 7);
    expect(found.slice(at).map((match) => match?.position)).to.deep.equal(part.onsets.slice(8 + at, 24).map((onset) => onset.position));
  });

  it('skips ahead with the soloist', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    const follower = follow(score);
    positions(follower, play(part, { until: 12 }));
    const found = positions(follower, play(part, { from: 44, until: 60, startsAt: 7.5 }));
    expect(found.slice(7)).to.deep.equal(part.onsets.slice(51, 60).map((onset) => onset.position));
  });

  it('never jumps when told so', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    const follower = follow(score, { forgiving: 0.5, readyToJump: 0.5, jumps: 'never' });
    positions(follower, play(part, { until: 12 }));
    const found = matches(follower, play(part, { from: 44, until: 60, startsAt: 7.5 }));
    expect(found.every((match) => match?.jumped !== true)).to.equal(true);
    expect(follower.position).to.be.below(40);
  });

  it('takes more wrong notes for slips the more forgiving it is', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    const notesUntilBelieved = (forgiving: number): number => {
      const follower = follow(score, { forgiving, readyToJump: 0.5, jumps: 'free' });
      positions(follower, play(part, { until: 40 }));
      return matches(follower, play(part, { from: 8, until: 24, startsAt: 22 })).findIndex((match) => match?.jumped === true);
    };
    expect(notesUntilBelieved(0)).to.be.at.least(0);
    expect(notesUntilBelieved(0)).to.be.below(notesUntilBelieved(1));
  });

  it('begins where it is told', () => {
    const score = scoreOf(tune);
    const follower = follow(score);
    follower.seek(beats(32));
    expect(follower.position).to.equal(32);
    const found = matches(follower, play(soloOf(score), { from: 32, bpm: 77 }));
    expect(found.map((match) => match?.position)).to.deep.equal(soloOf(score).onsets.slice(32).map((onset) => onset.position));
  });

  it('finds a soloist who comes in anywhere, within eight notes', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    for (const from of [8, 20, 36, 44]) {
      const follower = follow(score);
      const found = positions(follower, play(part, { from, until: from + 16, bpm: 84 }));
      expect(found.slice(7), `from ${from}`).to.deep.equal(part.onsets.slice(from + 7, from + 16).map((onset) => onset.position));
    }
  });

  it('waits through a tremolo that is not written out', () => {
    const score = scoreOf('c4 e4 g4 c5 | g3/4 | b4 g4 d4 f4 | e4 a4 c5 e5');
    const part = soloOf(score);
    const before = play(part, { until: 8, bpm: 120 });
    const [entry] = before.slice(-1);
    const shaken = Array.from({ length: 14 }, (_, i) => noteOn(entry!.time + 0.13 * (i + 1), i % 2 === 0 ? 47 : 55));
    const follower = follow(score);
    positions(follower, before);
    for (const position of positions(follower, shaken)) expect(position).to.equal(4);
    expect(positions(follower, play(part, { from: 8, startsAt: entry!.time + 2 }))).to.deep.equal(part.onsets.slice(5).map((onset) => onset.position));
  });

  it('understands a note that comes after its own octave', () => {
    const score = scoreOf('c4 e4 g4 c5 | d4+f4+a4 e4 c4+e4+g4 c4');
    const events = play(soloOf(score), { bpm: 100 });
    const slip = noteOn(events[4]!.time - 0.06, 74);
    const follower = follow(score);
    positions(follower, events.slice(0, 4));
    follower.follow(slip);
    expect(positions(follower, events.slice(4))).to.deep.equal([4, 4, 4, 5, 6, 6, 6, 7]);
  });

  it('says a place and a confidence whatever arrives, also late and in the wrong order', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    const random = new Random(8);
    const follower = follow(score);
    for (const event of play(part, { until: 64 })) {
      const time = event.time + random.between(-2, 2);
      follower.follow(random.uniform() < 0.3 ? strike(time) : noteOn(time, event.pitch + (random.uniform() < 0.3 ? random.below(24) - 12 : 0)));
      expect(follower.position).to.be.within(0, 63);
      expect(follower.confidence).to.be.within(0, 1);
    }
  });

  it('is lost when somebody plays something else, and found again', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    const follower = follow(score);
    positions(follower, play(part, { until: 16 }));
    const random = new Random(5);
    for (let i = 0; i < 24; i++) follower.follow(noteOn(9 + 0.37 * i, 30 + random.below(18)));
    expect(follower.lost).to.equal(true);
    positions(follower, play(part, { from: 24, until: 40, startsAt: 20 }));
    expect(follower.lost).to.equal(false);
    expect(follower.position).to.equal(39);
  });

  it('hears whether a repeat is taken, in the written order', () => {
    const score = scoreOf(tune, { jumps: [{ type: 'repeat', at: beats(32), to: beats(16), times: 2 }] });
    const part = soloOf(score);
    for (const taken of [true, false]) {
      const follower = createFollower(part, new TempoMap(score.tempoMarks), undefined, leapsOf(score.jumps));
      const passages = taken ? [[0, 32], [16, 48]] : [[0, 48]];
      let startsAt = 1;
      for (const [from, until] of passages) {
        const events = play(part, { from: from!, until: until!, startsAt });
        startsAt += (until! - from!) * 0.5;
        const truth = part.onsets.map((onset) => onset.position).filter((position) => position >= from! && position < until!);
        expect(positions(follower, events), `taken: ${taken}`).to.deep.equal(truth);
      }
    }
  });

  it('steps over a first ending the second time', () => {
    const score = scoreOf(tune, { jumps: [
      { type: 'repeat', at: beats(32), to: beats(16), times: 2 },
      { type: 'ending', from: beats(28), until: beats(32), passes: [1] },
      { type: 'ending', from: beats(32), until: beats(36), passes: [2] },
    ] });
    const part = soloOf(score);
    const follower = createFollower(part, new TempoMap(score.tempoMarks), undefined, leapsOf(score.jumps));
    let startsAt = 1;
    for (const [from, until] of [[0, 32], [16, 28], [32, 48]] as const) {
      const truth = part.onsets.map((onset) => onset.position).filter((position) => position >= from && position < until);
      expect(positions(follower, play(part, { from, until, startsAt }))).to.deep.equal(truth);
      startsAt += (until - from) * 0.5;
    }
  });

  it('takes a note in the wrong octave for what it is', () => {
    const score = scoreOf(tune);
    const events = play(soloOf(score)).map((event, i) => (i % 5 === 3 ? noteOn(event.time, event.pitch + 12) : event));
    expect(positions(follow(score), events)).to.deep.equal(soloOf(score).onsets.map((onset) => onset.position));
  });

  it('guesses the place of an attack by its time, and names it afterwards', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    const follower = follow(score);
    positions(follower, play(part, { until: 8 }));
    const attack = follower.follow(strike(5.01));
    expect(attack).to.include({ onsetIndex: 8, noteIndex: -1, begins: true, position: 8 });
    const named = follower.follow(noteOn(5.04, part.onsets[8]!.notes[0]!.pitch));
    expect(named).to.include({ onsetIndex: 8, noteIndex: 0, begins: false });
    expect(named?.time).to.equal(5.01);
    expect(follower.follow(strike(5.6))?.position).to.equal(9);
  });

  it('follows attacks alone for a while', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    const follower = follow(score);
    positions(follower, play(part, { until: 12 }));
    const found = positions(follower, Array.from({ length: 12 }, (_, i) => strike(7 + 0.5 * i)));
    expect(found).to.deep.equal(part.onsets.slice(12, 24).map((onset) => onset.position));
    expect(positions(follower, play(part, { from: 24, startsAt: 13 }))).to.deep.equal(part.onsets.slice(24).map((onset) => onset.position));
  });

  it('ignores releases', () => {
    const score = scoreOf(tune);
    const follower = follow(score);
    positions(follower, play(soloOf(score), { until: 4 }));
    const release: SoloEvent = { type: 'solo-off', time: seconds(2.7), playedAt: seconds(2.7), part: 'solo', pitch: midiPitch(60) };
    expect(follower.follow(release)).to.equal(undefined);
    expect(follower.position).to.equal(3);
  });

  for (const transposedBy of [12, -12, 2, -3]) {
    it(`notices, offers and then follows a soloist ${transposedBy} semitones off`, () => {
      const score = scoreOf(tune);
      const part = soloOf(score);
      const follower = follow(score);
      const events = play(part, { transposedBy });
      const offers = events.map((event) => {
        follower.follow(event);
        return [follower.transposition?.offered, follower.transposition?.followed];
      });
      const followed = offers.findIndex(([, semitones]) => semitones === transposedBy);
      if (Math.abs(transposedBy) !== 12) {
        expect(offers.findIndex(([semitones]) => semitones === transposedBy)).to.be.within(6, 28);
        expect(followed).to.be.within(12, 40);
      }
      expect(follower.position).to.equal(part.onsets.at(-1)!.position);
      expect(follower.lost).to.equal(false);
    });
  }

  it('notices within a few bars that somebody begins anew on another instrument', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    const follower = follow(score);
    positions(follower, play(part));
    follower.seek(part.onsets[0]!.position);
    positions(follower, play(part, { startsAt: 60, transposedBy: -3, until: 40 }));
    expect(follower.transposition?.followed).to.equal(-3);
  });

  it('does not take a few strange bars in the midst of a piece for another key', () => {
    const score = scoreOf(tune);
    const part = soloOf(score);
    const follower = follow(score);
    positions(follower, play(part, { until: 32 }));
    positions(follower, play(part, { from: 32, until: 48, startsAt: 18, transposedBy: 3 }));
    expect(follower.transposition?.followed).to.equal(0);
    expect(positions(follower, play(part, { from: 48, startsAt: 26 })).slice(6)).to.deep.equal(part.onsets.slice(54).map((onset) => onset.position));
  });

  it('gives the same answers to the same events', () => {
    const score = scoreOf(tune);
    const events = play(soloOf(score), { unevenness: 0.03, random: new Random(1) });
    expect(matches(follow(score), events)).to.deep.equal(matches(follow(score), events));
  });
});
