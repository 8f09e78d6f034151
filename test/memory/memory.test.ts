import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import type { Take, TakeOnset } from '../../src/core/music/take.ts';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import { beats, seconds, velocity } from '../../src/core/music/units.ts';
import { defaultLocalTempoSettings } from '../../src/players/memory/local-tempo.ts';
import { BaseTempo } from '../../src/players/tempo/base.ts';
import { defaultTempoSettings } from '../../src/players/tempo/settings.ts';
import { Recollection } from '../../src/players/memory/recollection.ts';
import { scoreFingerprint, TakeRecorder } from '../../src/players/memory/take.ts';
import { play } from '../support/playing.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';
import { concertOf, reportsOf, soundedAt } from '../support/stage.ts';

const positions = Float64Array.from({ length: 33 }, (_, i) => i);
const metronome = new TempoMap([]);

/** Quarters at a tempo, each interval slower by the factor that `rubato` gives for it. */
function takeWith(period: number, rubato: (beat: number) => number, id = 'take'): Take {
  let time = 1;
  const onsets = [...positions].map((position, i): TakeOnset => {
    if (i > 0) time += period * rubato(i - 1);
    return { position: beats(position), time: seconds(time), velocity: velocity(64), joined: i > 0 };
  });
  return { id, score: '', player: '', recordedAt: '', onsets };
}
const broadAt15 = (beat: number): number => (beat === 15 ? 1.5 : 1);

describe('recollection', () => {
  it('knows where earlier takes were broad', () => {
    const recollection = new Recollection([takeWith(0.5, broadAt15)], positions, metronome, defaultLocalTempoSettings);
    expect(recollection.nextInterval(15).delta).to.be.closeTo(Math.log(1.5), 0.01);
    expect(recollection.nextInterval(10).delta).to.be.closeTo(0, 0.01);
  });

  it('learns the same from a take at half the tempo', () => {
    const fast = new Recollection([takeWith(0.4, broadAt15)], positions, metronome, defaultLocalTempoSettings);
    const slow = new Recollection([takeWith(0.8, broadAt15)], positions, metronome, defaultLocalTempoSettings);
    expect(slow.nextInterval(15).delta).to.be.closeTo(fast.nextInterval(15).delta, 0.01);
  });

  it('knows what came before and what comes after, seen from here', () => {
    const recollection = new Recollection([takeWith(0.5, broadAt15)], positions, metronome, defaultLocalTempoSettings);
    expect(recollection.contour(14, 1).delta).to.be.closeTo(Math.log(1.5), 0.01);
    // Afterwards the take's own tempo has become a little slower, so that the same interval is less broad against it.
    expect(recollection.contour(16, -1).delta).to.be.within(0.5 * Math.log(1.5), 0.9 * Math.log(1.5));
    expect(recollection.contour(0, -1).takes).to.equal(0);
  });

  it('says how far the takes agree', () => {
    const takes = [takeWith(0.5, broadAt15), takeWith(0.5, () => 1)];
    const { takes: count, spread, delta } = new Recollection(takes, positions, metronome, defaultLocalTempoSettings).nextInterval(15);
    expect(count).to.equal(2);
    expect(delta).to.be.closeTo(Math.log(1.5) / 2, 0.02);
    expect(spread).to.be.closeTo(Math.log(1.5) / 2, 0.02);
  });

  it('believes the take more that today is like', () => {
    const takes = [takeWith(0.5, (beat) => (beat % 3 === 0 ? 1.3 : 1)), takeWith(0.5, (beat) => (beat % 3 === 1 ? 1.3 : 1))];
    const recollection = new Recollection(takes, positions, metronome, defaultLocalTempoSettings);
    const base = new BaseTempo(metronome, positions, defaultTempoSettings, recollection);
    for (const [i, { time, position }] of takeWith(0.6, (beat) => (beat % 3 === 0 ? 1.3 : 1)).onsets.slice(0, 28).entries()) base.observe({ time, position, onsetIndex: i, noteIndex: 0, begins: true, jumped: false, confidence: 1 });
    // At beat 27 the first was broad and the second was not.
    const { remembered, trust } = base.thoughts;
    expect(trust.errorOf(0)).to.be.below(0.7 * trust.errorOf(1));
    expect(remembered.delta).to.be.closeTo(recollection.deltaOf(0, 27), 0.06);
    expect(recollection.nextInterval(27).delta).to.be.below(0.75 * remembered.delta);
  });

  it('uses no more takes than it is told to', () => {
    const recollection = new Recollection([takeWith(0.5, () => 1), takeWith(0.5, broadAt15)], positions, metronome, defaultLocalTempoSettings);
    expect(recollection.nextInterval(15, 1).delta).to.be.closeTo(0, 0.01);
  });

  it('says nothing about a place that a partial take left out', () => {
    const whole = takeWith(0.5, broadAt15);
    const partial = { ...whole, onsets: whole.onsets.slice(20) };
    const recollection = new Recollection([partial], positions, metronome, defaultLocalTempoSettings);
    expect(recollection.nextInterval(15).takes).to.equal(0);
    expect(recollection.nextInterval(25).takes).to.equal(1);
  });

  it('does not take the pause before a restart for a ritardando', () => {
    const whole = takeWith(0.5, () => 1).onsets;
    const later = whole.slice(12).map((onset, i) => ({ ...onset, time: seconds(onset.time + 30), joined: i > 0 }));
    const recollection = new Recollection([{ ...takeWith(0.5, () => 1), onsets: [...whole.slice(0, 16), ...later] }], positions, metronome, defaultLocalTempoSettings);
    for (let beat = 0; beat < 32; beat++) expect(Math.abs(recollection.nextInterval(beat).delta)).to.be.below(0.01);
  });
});

describe('a take', () => {
  const score = scoreOf('c4+e4+g4 d4 e4 f4');
  const match = (onsetIndex: number, time: number, noteIndex = 0, jumped = false) => ({
    onsetIndex, noteIndex, jumped, time: seconds(time), position: beats(onsetIndex), begins: noteIndex === 0, confidence: 1,
  });

  it('keeps the median of a chord', () => {
    const recorder = new TakeRecorder(soloOf(score));
    for (const [i, time] of [1, 1.02, 1.5].entries()) recorder.heard(match(0, time, i), 60 + i);
    expect(recorder.onsets).to.deep.equal([{ position: 0, time: 1.02, velocity: 62, joined: false }]);
  });

  it('knows where the soloist went elsewhere', () => {
    const recorder = new TakeRecorder(soloOf(score));
    recorder.heard(match(0, 1), 60);
    recorder.heard(match(1, 1.5), 60);
    recorder.heard(match(0, 4, 0, true), 60);
    recorder.heard(match(1, 4.5), 60);
    expect(recorder.onsets.map((onset) => onset.joined)).to.deep.equal([false, true, false, true]);
  });

  it('is known by its music, not by its title or its tempo', () => {
    const print = (text: string, title: string, bpm: number): string => scoreFingerprint(soloOf(scoreOf(text, { title, bpm })));
    expect(print('c4 d4 e4', 'one', 60)).to.equal(print('c4 d4 e4', 'another', 120));
    expect(print('c4 d4 e4', 'one', 60)).to.not.equal(print('c4 d4 f4', 'one', 60));
    expect(print('c4 d4 e4', 'one', 60)).to.not.equal(print('c4/2 d4 e4', 'one', 60));
  });
});

describe('an accompanist who remembers', () => {
  const piece = scoreOf(times(4, 'c4 d4 e4 f4 | g4 a4 b4 c5'), { accompaniment: times(8, 'c3/0.5 e3/0.5 g3/0.5 e3/0.5 c3/0.5 e3/0.5 g3/0.5 e3/0.5'), bpm: 120 });
  const solo = soloOf(piece);
  const broadly = (startsAt: number, broad: (beat: number) => number) => {
    let time = startsAt;
    return play(solo, { bpm: 120 }).map((event, i) => {
      if (i > 0) time += 0.5 * broad(i - 1);
      return { ...event, time: seconds(time), playedAt: seconds(time) };
    });
  };
  const at15 = (beat: number): number => (beat === 15 ? 1.4 : 1);

  it('is nearer in the second run-through of the evening than in the first', () => {
    const first = broadly(1, at15);
    const second = broadly(60, at15);
    const off = (concert: ReturnType<typeof concertOf>, startsAt: number): number => Math.abs(soundedAt(concert).get(15.5)! - (startsAt + 15 * 0.5 + 0.35));
    const once = off(concertOf(piece, first), 1);
    const twice = off(concertOf(piece, [...first, ...second]), 60);
    expect(once).to.be.greaterThan(0.08);
    expect(twice).to.be.below(0.6 * once);
  });

  it('reports each run-through once, with every onset', () => {
    const takes = reportsOf(concertOf(piece, broadly(1, at15))).filter((report) => report.kind === 'run-through');
    expect(takes).to.have.length(1);
    expect(takes[0]!.onsets).to.have.length(32);
  });

  it('forgets what it is told to', () => {
    const first = broadly(1, at15);
    const events = [...first, { type: 'forget-take' as const, time: seconds(40) }, ...broadly(60, at15)];
    const off = Math.abs(soundedAt(concertOf(piece, events)).get(15.5)! - (60 + 15 * 0.5 + 0.35));
    expect(off).to.be.greaterThan(0.08);
  });

  it('gains nothing from takes whose places are shuffled: the present is not in its memory', () => {
    const random = new Random(11);
    const wild = Array.from({ length: 33 }, () => Math.exp(random.normal(0, 0.25)));
    const solo1 = broadly(10, (beat) => wild[beat]!);
    const shuffled = [...wild].sort(() => random.uniform() - 0.5);
    const errorWith = (rubato: readonly number[] | undefined): number => {
      const takes = rubato === undefined ? [] : [0, 1, 2].map((k) => ({ ...takeWith(0.5, (beat) => rubato[beat]!, `t${k}`), score: scoreFingerprint(solo) }));
      const concert = concertOf(piece, [{ type: 'remember', time: seconds(0), player: '', takes }, ...solo1]);
      const sounded = soundedAt(concert);
      let error = 0;
      for (let beat = 8; beat < 31; beat++) error += Math.abs(sounded.get(beat + 0.5)! - (solo1[beat]!.time + solo1[beat + 1]!.time) / 2);
      return error / 23;
    };
    const without = errorWith(undefined);
    expect(errorWith(wild)).to.be.below(0.75 * without);
    expect(errorWith(shuffled)).to.be.greaterThan(0.97 * without);
  });
});
