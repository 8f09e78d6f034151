import { expect } from 'chai';
import { Tuning } from '../../src/app/io/tuning.ts';
import { Random } from '../../src/core/math/random.ts';
import { createFollower } from '../../src/players/follow/follower.ts';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';

const scale = [60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 65, 64, 62, 60, 59, 57, 55];

describe('tuning', () => {
  it('leaves the keys of a keyboard as they are', () => {
    const tuning = new Tuning();
    for (let key = 0; key < 128; key++) expect(tuning.begin(key)).to.equal(key);
    expect(tuning.off).to.be.closeTo(0, 1e-9);
  });

  for (const cents of [-40, -30, 30, 40]) {
    it(`does not matter: ${cents} cents off, and never quite the same`, () => {
      const tuning = new Tuning();
      const random = new Random(4);
      const heard = [...scale, ...scale].map((key) => tuning.begin(key + cents / 100 + random.normal(0, 0.08)));
      // The first notes may fall to the next key, as long as nobody knows how he is tuned.
      expect(heard.slice(6)).to.deep.equal([...scale, ...scale].slice(6));
      expect(tuning.off * 100).to.be.closeTo(cents, 8);
    });
  }

  it('goes along with an instrument that slowly rises by a semitone', () => {
    const tuning = new Tuning();
    const keys = Array.from({ length: 400 }, (_, i) => scale[i % scale.length]!);
    expect(keys.map((key, i) => tuning.begin(key + i / 400))).to.deep.equal(keys);
  });

  it('ends the note that was begun there', () => {
    const tuning = new Tuning();
    const key = tuning.begin(60.48);
    for (const other of [62.45, 64.44, 65.46, 67.45, 69.45, 71.4]) tuning.begin(other);
    expect(tuning.end(60.44)).to.equal(key);
  });

  it('is followed from the first bar, as one who plays in tune', () => {
    const song = scoreOf(times(4, 'c5 e5 d5 f5 | a5 g5 b4 c5'), { bpm: 120 });
    const tuning = new Tuning();
    const follower = createFollower(soloOf(song), new TempoMap(song.tempoMarks));
    const random = new Random(2);
    const positions = play(soloOf(song)).map((event) => follower.follow({ ...event, pitch: tuning.begin(event.pitch + 0.4 + random.normal(0, 0.06)) })?.position);
    expect(positions.slice(4)).to.deep.equal(soloOf(song).onsets.slice(4).map((onset) => onset.position));
  });
});
