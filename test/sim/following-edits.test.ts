import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import type { EditedNote } from '../../src/learning/sim/edits.ts';
import { edit, stresses } from '../../src/learning/sim/edits.ts';
import { count, emptyCounts, stumblesOf, TrueTimes } from '../../src/learning/sim/following-metrics.ts';
import { fold, heardRight, performFolded } from '../../src/learning/sim/folding.ts';
import { createPitchHmmReference } from '../../src/learning/sim/reference/pitch-hmm-reference.ts';
import { createTimeWarpingReference } from '../../src/learning/sim/reference/time-warping-reference.ts';
import { createFollower } from '../../src/players/follow/follower.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';

/** A scale up and down for a while, half a second a note, perfectly in time. */
const onsets = Array.from({ length: 200 }, (_, i) => i);
const played: EditedNote[] = onsets.map((on) => ({ time: 1 + on / 2, pitch: 60 + (on % 12), note: on }));
const trueTimes = new TrueTimes(played, onsets, () => false);

describe('an edited performance', () => {
  it('is the same for the same seed, and in order of time', () => {
    for (const stress of stresses) {
      const [one, two] = [1, 1].map((seed) => edit(stress, played, onsets, trueTimes, new Random(seed)));
      expect(one, stress).to.deep.equal(two);
      expect(one!.notes.every((note, i, all) => i === 0 || note.time >= all[i - 1]!.time), stress).to.equal(true);
    }
  });

  it('misses, mistakes and adds as many notes as it says', () => {
    const many: EditedNote[] = Array.from({ length: 20000 }, (_, i) => ({ time: i, pitch: 60, note: i }));
    const { notes } = edit('errors', many, many.map((note) => note.note), trueTimes, new Random(3));
    const linked = notes.filter((note) => note.note >= 0).length;
    expect(linked / many.length).to.be.closeTo(0.92, 0.01);
    expect((notes.length - linked) / many.length).to.be.closeTo(0.08, 0.01);
  });

  it('goes back three times by twelve quarters, after half a second', () => {
    const { notes, joints } = edit('repeat', played, onsets, trueTimes, new Random(1));
    expect(joints.map((joint) => joint.from - joint.to)).to.deep.equal([12, 12, 12]);
    for (const joint of joints) {
      expect(onsets[notes[joint.at]!.note]).to.equal(joint.to);
      expect(notes[joint.at]!.time - notes[joint.at - 1]!.time).to.be.closeTo(0.5 + 0.5, 1e-9);
    }
    expect(notes).to.have.lengthOf(played.length + 36);
  });

  it('skips ahead without waiting', () => {
    const { notes, joints } = edit('skip', played, onsets, trueTimes, new Random(1));
    expect(joints.map((joint) => joint.to - joint.from)).to.deep.equal([12, 12, 12]);
    for (const joint of joints) expect(notes[joint.at]!.time - notes[joint.at - 1]!.time).to.be.closeTo(0.5, 1e-9);
  });
});

describe('the way of counting', () => {
  const judge = (reported: (i: number) => number): ReturnType<typeof emptyCounts> => {
    const counts = emptyCounts();
    count(counts, { notes: played, joints: [], reported: Float64Array.from(played, (_, i) => reported(i)), confidence: new Float64Array(played.length).fill(0.95) }, onsets, trueTimes, () => false);
    return counts;
  };

  it('finds no fault where there is none', () => {
    expect(judge((i) => i)).to.include({ notes: 200, within25: 200, exact: 200, sumMs: 0, lost: 0, ever: 0 });
  });

  it('measures an error in milliseconds of this performance', () => {
    // a tenth of a beat is 50 ms here
    const counts = judge((i) => i + 0.09);
    expect(counts).to.include({ within25: 0, within50: 200, exact: 0 });
    expect(counts.sumMs / 200).to.be.closeTo(45, 1e-6);
  });

  it('calls lost who ends elsewhere, and counts who was elsewhere for twenty notes', () => {
    expect(judge((i) => Math.min(i, 150))).to.include({ lost: 1, ever: 1 });
    expect(judge((i) => (i > 50 && i < 80 ? 50 - 20 : i))).to.include({ lost: 0, ever: 1 });
    expect(judge((i) => (i > 50 && i < 65 ? 50 - 20 : i))).to.include({ lost: 0, ever: 0 });
  });

  it('says how long it takes to be back in step', () => {
    const { notes, joints } = edit('repeat', played, onsets, trueTimes, new Random(1));
    const counts = emptyCounts();
    const first = joints[0]!.at;
    const reported = Float64Array.from(notes, (note, i) => (i >= first && i < first + 3 ? 0 : onsets[note.note]!));
    count(counts, { notes, joints, reported, confidence: new Float64Array(notes.length) }, onsets, trueTimes, () => false);
    expect(counts.back.map((back) => back.seconds)).to.deep.equal([1.5, 0, 0]);
  });
});

describe('a score regained from its unfolding', () => {
  const first = 'c4 d4 e4 f4 | g4 a4 b4 c5';
  const second = 'd5 b4 g4 d4 | e4 c4 d4 g3';
  const unfolded = scoreOf(`${times(2, first)} | ${second}`);
  const score = { ...unfolded, bars: unfolded.bars.map((bar, b) => ({ ...bar, number: String(b < 4 ? (b % 2) + 1 : b - 1) })) };
  const folded = fold(score, soloOf(score))!;
  const ids = soloOf(score).onsets.map((onset) => onset.notes[0]!);
  const notes: EditedNote[] = ids.map((note, i) => ({ time: 1 + note.onset / 2, pitch: note.pitch, note: i }));

  it('has each bar once, and a leap where it goes back', () => {
    expect(folded.part.onsets).to.have.lengthOf(16);
    expect(folded.leaps).to.deep.equal([{ at: 8, to: 0 }]);
  });

  it('is heard right, with the repeat and without', () => {
    for (const taken of [true, false]) {
      const performed = performFolded(folded, notes, (position) => 1 + position / 2, (i) => ids[i]!.id, (i) => ids[i]!.onset, taken);
      expect(performed.notes).to.have.lengthOf(taken ? 24 : 16);
      const follower = createFollower(folded.part, new TempoMap([]), undefined, folded.leaps);
      const reported = performed.notes.map((note) => {
        follower.follow({ type: 'solo-on', time: note.time, playedAt: note.time, part: 'solo', pitch: note.pitch, velocity: 64 } as never);
        return follower.position;
      });
      expect(reported).to.deep.equal([...performed.truth]);
      expect(heardRight(performed, reported)).to.deep.equal({ right: performed.crossings.length, of: performed.crossings.length });
      expect(performed.crossings.length).to.equal(taken ? 2 : 1);
    }
  });
});

describe('the reference followers', () => {
  const score = scoreOf('c4 e4 g4 c5 | b4 g4 d4 f4 | e4 a4 c5 e5 | d5 b4 f#4 g4');
  for (const make of [createTimeWarpingReference, createPitchHmmReference]) {
    it(`${make.name} follows a simple tune`, () => {
      const follower = make(soloOf(score));
      const found = play(soloOf(score)).map((event) => {
        follower.follow(event);
        return follower.position;
      });
      expect(found.filter((position, i) => position === i).length).to.be.at.least(14);
    });
  }
});

describe('the stumbles of a follower', () => {
  const reportedWith = (wrong: (note: number) => number): Float64Array => Float64Array.from(played, ({ note }) => wrong(note));

  it('are none where every note is placed right', () => {
    expect(stumblesOf({ notes: played, reported: reportedWith((note) => note) }, onsets, trueTimes)).to.deep.equal([]);
  });

  it('begin at the first misplaced note, end after ten right ones, and name the furthest place believed', () => {
    const reported = reportedWith((note) => (note >= 20 && note < 26 ? note - 1 : note >= 60 && note < 100 && note % 5 !== 0 ? note + 40 : note));
    const stumbles = stumblesOf({ notes: played, reported }, onsets, trueTimes);
    expect(stumbles.map(({ from, until, notes, believed }) => [from, until, notes, believed])).to.deep.equal([[61, 99, 32, 101], [20, 25, 6, 19]]);
  });
});
