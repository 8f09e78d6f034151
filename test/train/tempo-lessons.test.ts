import { expect } from 'chai';
import type { Take } from '../../src/core/music/take.ts';
import { beats, seconds, velocity } from '../../src/core/music/units.ts';
import { scoreFingerprint } from '../../src/players/memory/take.ts';
import { AccompanimentEnvironment } from '../../src/learning/train/accompaniment-environment.ts';
import { checkEnvironment } from '../../src/learning/train/environment-check.ts';
import { lessonOf } from '../../src/learning/train/tempo-lessons.ts';
import type { PlayedOnset } from '../../src/learning/sim/onset-sequence.ts';
import { takeOf } from '../../src/learning/sim/onset-sequence.ts';
import { tempoObservationSize } from '../../src/players/tempo/observation.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';

const score = scoreOf(times(6, 'c4 d4/0.5 e4/0.5 f4 g4 | a4 g4/0.5 f4/0.5 e4 d4'), { accompaniment: times(12, 'c3/4'), bpm: 120 });
const solo = soloOf(score);

/** Every onset in time, but the interval after those named takes longer. */
function played(broad: Readonly<Record<number, number>>): PlayedOnset[] {
  let time = 1;
  return solo.onsets.map((onset, i) => {
    const before = solo.onsets[i - 1];
    if (before !== undefined) time += (onset.position - before.position) * 0.5 * (broad[i - 1] ?? 1);
    return { onsetIndex: i, position: beats(onset.position), time: seconds(time), firstTime: seconds(time), velocity: velocity(64) };
  });
}
const takesOf = (...sequences: PlayedOnset[][]): Take[] => sequences.map((sequence, i) => takeOf(sequence, `t${i}`, scoreFingerprint(solo), ''));

describe('a lesson in tempo', () => {
  it('says that the base was right where the soloist kept his tempo', () => {
    const lesson = lessonOf(score, played({}), [], 'steady');
    for (let i = 12; i < lesson.length; i++) expect(Math.abs(lesson.targets[2 * i]!)).to.be.below(0.01);
  });
  it('says how much broader an interval was than the base thought', () => {
    const lesson = lessonOf(score, played({ 20: 1.3 }), [], 'broad');
    expect(lesson.targets[2 * 20]).to.be.closeTo(Math.log(1.3), 0.01);
  });
  it('asks less of the policy where an earlier take was broad at the same place', () => {
    const without = lessonOf(score, played({ 20: 1.3 }), [], 'broad').targets[2 * 20]!;
    const remembering = lessonOf(score, played({ 20: 1.3 }), takesOf(played({ 20: 1.3 })), 'broad').targets[2 * 20]!;
    expect(remembering).to.be.below(0.6 * without);
  });
  it('never shows what is still to come', () => {
    const a = lessonOf(score, played({ 20: 1.3 }), [], 'a');
    const b = lessonOf(score, played({ 30: 1.3 }), [], 'b');
    // Up to the onset after which they differ, both have seen the same.
    const seen = 21 * tempoObservationSize;
    expect([...a.observations.subarray(0, seen)]).to.deep.equal([...b.observations.subarray(0, seen)]);
  });
  it('leaves out what is an accident', () => {
    const lesson = lessonOf(score, played({ 20: 9 }), [], 'stop');
    expect(lesson.mask[2 * 20]).to.equal(0);
  });
});

describe('rehearsing as an environment', () => {
  const pieces = [{ id: 'a', voice: 'all' as const, score, sequence: played({ 20: 1.2 }), takes: takesOf(played({ 20: 1.2 }), played({})) }];

  it('is the same for the same seed', () => {
    expect(checkEnvironment(() => new AccompanimentEnvironment(pieces, 40), [3, 4]).faults).to.deep.equal([]);
  });
  it('remembers what a lesson would: every observation is that of a lesson with as many takes', () => {
    const environment = new AccompanimentEnvironment(pieces, 1000);
    const seen = new Set<number>();
    for (let seed = 1; seed < 40; seed++) {
      const observed: number[] = [];
      let observation = environment.reset(seed * 1e8);
      for (let done = false; !done;) {
        observed.push(...observation);
        const step = environment.step(new Float32Array(2));
        observation = step.observation;
        done = step.terminated;
      }
      const [piece] = pieces as [(typeof pieces)[number]];
      const takes = [0, 1, 2].find((count) => lessonOf(score, piece.sequence, piece.takes.slice(0, count), 'a').observations.every((value, i) => Math.abs(value - observed[i]!) < 1e-5));
      expect(takes, `seed ${seed}`).to.not.equal(undefined);
      seen.add(takes!);
    }
    expect([...seen].sort()).to.deep.equal([0, 1, 2]);
  });
  it('refuses takes of another score, which the player would pass over', () => {
    const strange = [{ ...pieces[0]!, takes: pieces[0]!.takes.map((take) => ({ ...take, score: 'another' })) }];
    const environment = new AccompanimentEnvironment(strange, 40);
    expect(() => { for (let seed = 1; seed < 20; seed++) environment.reset(seed * 1e8); }).to.throw(RangeError, 'are of the score another');
  });
  it('shows the learner what a lesson would, and rewards by the same truth', () => {
    const environment = new AccompanimentEnvironment(pieces, 1000);
    let observation = environment.reset(5);
    let steps = 0;
    let rewarded = 0;
    for (let done = false; !done; steps++) {
      expect(observation).to.have.length(tempoObservationSize);
      const step = environment.step(new Float32Array(2));
      observation = step.observation;
      if (step.ignored !== true) rewarded++;
      done = step.terminated;
    }
    expect(steps).to.equal(solo.onsets.length - 1);
    expect(rewarded).to.be.greaterThan(steps - 5);
  });
});
