import { expect } from 'chai';
import fc from 'fast-check';
import type { SoloEvent, SoloOnEvent } from '../../src/core/contract/events.ts';
import { mean, standardDeviation } from '../../src/core/math/statistics.ts';
import type { Performance } from '../../src/core/music/performance.ts';
import type { Score } from '../../src/core/music/score.ts';
import { beats, midiPitch, seconds, velocity } from '../../src/core/music/units.ts';
import { fromPerformance } from '../../src/learning/sim/performed.ts';
import { phrasesOf } from '../../src/learning/sim/phrases.ts';
import type { SoloPlan, SyntheticSolo } from '../../src/learning/sim/soloist.ts';
import { soloEvents } from '../../src/learning/sim/soloist.ts';
import type { Temperament, TemperamentName } from '../../src/learning/sim/temperament.ts';
import { temperaments } from '../../src/learning/sim/temperament.ts';
import { intervalDeviation } from '../../src/learning/sim/way.ts';
import { scoreOf, soloOf, times } from '../support/score-builder.ts';

/** Metronome: nothing of the temperament but what a test adds. */
const exact: Temperament = { ...temperaments.steady, drift: { depth: 0, memory: 1 }, unevenness: 0, chordSpread: seconds(0), swell: 0 };

function solo(score: Score, temperament: Temperament | TemperamentName, plan: SoloPlan & { seed?: number } = {}): SyntheticSolo {
  return soloEvents(score, soloOf(score), typeof temperament === 'string' ? temperaments[temperament] : temperament, plan.seed ?? 1, plan);
}
const onsOf = (events: readonly SoloEvent[]): SoloOnEvent[] => events.filter((event) => event.type === 'solo-on');
const timesOf = (take: SyntheticSolo): number[] => onsOf(take.events).map((event) => event.playedAt);
const intervalsOf = (moments: readonly number[]): number[] => moments.slice(1).map((time, i) => time - moments[i]!);
const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(6)));

const scale = scoreOf(times(16, 'c4 d4 e4 f4 | g4 a4 b4 c5'), { bpm: 100 });

describe('a synthetic soloist', () => {
  it('plays the same twice from the same seed, and otherwise from another', () => {
    for (const name of Object.keys(temperaments) as TemperamentName[]) {
      expect(solo(scale, name, { seed: 4 }).events, name).to.deep.equal(solo(scale, name, { seed: 4 }).events);
      expect(solo(scale, name, { seed: 5 }).events, name).to.not.deep.equal(solo(scale, name, { seed: 4 }).events);
    }
  });

  it('with a steady temperament keeps the printed tempo within a hundredth, over any seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      const moments = timesOf(solo(scale, 'steady', { seed }));
      expect(mean(intervalsOf(moments)), `seed ${seed}`).to.be.closeTo(0.6, 0.006);
    }
  });

  it('as a metronome plays every note at its printed time, across tempo marks and a pick-up', () => {
    const score = scoreOf('g4 | c5 d5 e5 f5 | g5/2 c5/2', { pickup: 1, tempi: [[-1, 120], [4, 60]] });
    expect(rounded(timesOf(solo(score, exact)))).to.deep.equal([1, 1.5, 2, 2.5, 3, 3.5, 5.5]);
  });

  it('takes a tenth more time at nine tenths of the tempo', () => {
    const [plain, slow] = [1, 0.9].map((tempoFactor) => timesOf(solo(scale, { ...exact, tempoFactor })));
    expect((slow!.at(-1)! - slow![0]!) / (plain!.at(-1)! - plain![0]!)).to.be.closeTo(1 / 0.9, 1e-9);
  });

  it('slows at the end of the piece, and a little at the end of a phrase', () => {
    const intervals = intervalsOf(timesOf(solo(scale, { ...exact, phraseRitardando: 0.2, finalRitardando: 0.6 })));
    const plain = 0.6;
    expect(intervals.slice(0, 12).every((interval) => Math.abs(interval - plain) < 1e-9), 'the middle of the phrase').to.equal(true);
    expect(intervals[15]! / plain, 'before the next phrase').to.be.within(1.05, 1.2);
    expect(intervals.at(-1)! / plain, 'the last interval').to.be.within(1.2, 1.7);
    const ending = intervals.slice(-5);
    expect([...ending].sort((a, b) => a - b), 'rising all the way').to.deep.equal(ending);
  });

  it('moves on in the middle of a phrase', () => {
    const intervals = intervalsOf(timesOf(solo(scale, { ...exact, phraseArch: 0.2 }))).slice(0, 16);
    expect(intervals[7]!).to.be.lessThan(0.57);
    expect(intervals[0]!).to.be.greaterThan(0.63);
    expect(mean(intervals)).to.be.closeTo(0.6, 0.01);
  });

  it('holds a fermata as long as his temper wants', () => {
    const score = scoreOf('c4 d4 e4/2^ | f4 g4 a4/2', { bpm: 60 });
    expect(rounded(timesOf(solo(score, { ...exact, fermata: 2 })))).to.deep.equal([1, 2, 3, 7, 8, 9]);
  });

  it('is as uneven from take to take as one player was measured to be', () => {
    for (const [bpm, interval] of [[600, 0.1], [200, 0.3], [60, 1]] as const) {
      const melody = scoreOf(times(60, 'c4 d4 e4 f4 | g4 a4 b4 c5'), { bpm });
      const human: Temperament = { ...exact, unevenness: 1 };
      const [one, other] = [1, 2].map((seed) => intervalsOf(timesOf(solo(melody, human, { seed }))));
      const difference = mean(one!.map((value, i) => Math.abs(value - other![i]!))) / Math.SQRT2;
      expect(difference / (intervalDeviation(interval) * Math.sqrt(2 / Math.PI)), `${interval} s`).to.be.within(0.85, 1.15);
    }
  });

  it('wanders in tempo as far as his temperament says, and comes back', () => {
    const melody = scoreOf(times(200, 'c4 d4 e4 f4'), { bpm: 120 });
    const logs = intervalsOf(timesOf(solo(melody, { ...exact, drift: { depth: 0.08, memory: 5 } }))).map((interval) => Math.log(interval / 0.5));
    expect(standardDeviation(logs)).to.be.within(0.06, 0.1);
    expect(mean(logs)).to.be.closeTo(0, 0.02);
    const steps = standardDeviation(logs.slice(1).map((log, i) => log - logs[i]!));
    expect(steps, 'from beat to beat, smoothly').to.be.lessThan(0.05);
  });

  it('rolls a chord from below, within its spread', () => {
    const score = scoreOf(times(20, 'c4+e4+g4+c5/4'), { bpm: 60 });
    const ons = onsOf(solo(score, { ...exact, chordSpread: seconds(0.03) }).events);
    for (let i = 0; i < ons.length; i += 4) {
      const chord = ons.slice(i, i + 4);
      expect(chord.map((event) => event.pitch)).to.deep.equal([60, 64, 67, 72]);
      expect(chord[3]!.playedAt - chord[0]!.playedAt).to.be.within(0.008, 0.037);
    }
  });

  it('plays grace notes before the beat, or on it and the main note later', () => {
    const score = scoreOf('c4 d4 (f4) (g4) e4 f4', { bpm: 60 });
    const [before, on] = [0, 1].map((gracesOnBeat) => onsOf(solo(score, { ...exact, gracesOnBeat }).events).map((event) => [event.pitch, event.playedAt]));
    expect(before!.map(([pitch]) => pitch)).to.deep.equal([60, 62, 65, 67, 64, 65]);
    expect(before![4]![1]).to.be.closeTo(3, 1e-9);
    expect(before![2]![1]).to.be.within(2.75, 2.9);
    expect(on![2]![1]).to.be.closeTo(3, 1e-9);
    expect(on![4]![1]).to.be.within(3.1, 3.25);
  });

  it('trills with the neighbour of the key, beginning on the written note', () => {
    const score = { ...scoreOf('c4/2 e4~/2', { bpm: 60 }), keys: [{ position: beats(0), fifths: 1 }] };
    const trill = onsOf(solo(score, exact).events).slice(1);
    expect(trill.length).to.be.greaterThan(14);
    expect(trill.map((event) => event.pitch).slice(0, 4)).to.deep.equal([64, 66, 64, 66]);
    expect(trill.at(-1)!.playedAt).to.be.lessThan(5);
  });

  it('plays staccato short and legato long', () => {
    const score = scoreOf("c4' d4 e4_ f4", { bpm: 60 });
    expect(solo(score, exact).performance.notes.map((note) => Number(note.duration.toFixed(3))).slice(0, 3)).to.deep.equal([0.5, 0.95, 1]);
  });

  it('is loudest in the middle of a phrase', () => {
    const take = solo(scale, { ...exact, swell: 20 }).performance.notes.slice(0, 16).map((note) => note.velocity);
    expect(mean(take.slice(5, 11))).to.be.greaterThan(mean([...take.slice(0, 3), ...take.slice(13)]) + 8);
  });

  it('misses, mistakes and adds as many notes as asked', () => {
    const melody = scoreOf(times(500, 'c4 d4 e4 f4'), { bpm: 120 });
    const written = 2000;
    const { performance: take } = solo(melody, { ...exact, missed: 0.05, wrong: 0.08, extra: 0.04 });
    const right = take.notes.filter((note) => note.noteId !== undefined).length;
    const stray = take.notes.filter((note) => note.noteId === undefined);
    const wrong = stray.filter((note) => Math.abs((note.time - 1) / 0.5 - Math.round((note.time - 1) / 0.5)) < 1e-6).length;
    expect(right / written).to.be.closeTo(0.87, 0.02);
    expect(wrong / written).to.be.closeTo(0.08, 0.015);
    expect((stray.length - wrong) / written).to.be.closeTo(0.04, 0.012);
    expect(new Set(solo(melody, exact).performance.notes.map((note) => note.noteId)).size, 'and none when none are asked').to.equal(written);
  });

  it('keeps its time when only its slips change', () => {
    const clean = solo(scale, 'rubato').path;
    const sloppy = solo(scale, { ...temperaments.rubato, wrong: 0.2, missed: 0.1 }).path;
    expect(sloppy).to.deep.equal(clean);
  });

  describe('meets with accidents:', () => {
    const eightBars = scoreOf(times(2, 'c4 d4 e4 f4 | g4 a4 b4 c5 | c5 b4 a4 g4 | f4 e4 d4 c4'), { bpm: 60 });
    const pitchesOf = (plan: SoloPlan): number[] => solo(eightBars, exact, plan).performance.notes.map((note) => note.pitch);
    const plain = pitchesOf({ accidents: [] });

    it('skips a bar', () => {
      expect(pitchesOf({ accidents: [{ type: 'jump', at: beats(4), to: beats(8), hesitation: seconds(0) }] })).to.deep.equal([...plain.slice(0, 4), ...plain.slice(8)]);
    });
    it('plays a bar again, once, after a moment', () => {
      const take = solo(eightBars, exact, { accidents: [{ type: 'jump', at: beats(8), to: beats(4), hesitation: seconds(0.7) }] });
      expect(take.performance.notes.map((note) => note.pitch)).to.deep.equal([...plain.slice(0, 8), ...plain.slice(4)]);
      expect(rounded(take.performance.notes.slice(7, 9).map((note) => note.time))).to.deep.equal([8, 9.7]);
      const here = take.path.findIndex((place, i) => i > 0 && place.position < take.path[i - 1]!.position);
      expect([take.path[here - 1]!.position, take.path[here]!.position]).to.deep.equal([8, 4]);
      expect(rounded([take.path[here]!.time])).to.deep.equal([9.7]);
    });
    it('hesitates', () => {
      const take = solo(eightBars, exact, { accidents: [{ type: 'hesitate', at: beats(6), pause: seconds(2) }] });
      expect(rounded(intervalsOf(timesOf(take))).slice(4, 7)).to.deep.equal([1, 3, 1]);
    });
    it('stops in mid-piece', () => {
      expect(pitchesOf({ accidents: [{ type: 'stop', at: beats(10) }] })).to.deep.equal(plain.slice(0, 10));
    });
    it('is silent for two bars while the music goes on, or altogether', () => {
      const take = solo(eightBars, exact, { accidents: [{ type: 'silence', at: beats(4), until: beats(12) }] });
      expect(rounded(timesOf(take))).to.deep.equal([1, 2, 3, 4, ...Array.from({ length: 20 }, (_, i) => 13 + i)]);
      expect(solo(eightBars, exact, { accidents: [{ type: 'silence', at: beats(0), until: beats(99) }] }).events).to.deep.equal([]);
    });
    it('as his temperament has it: a student stumbles, a steady player does not', () => {
      const long = scoreOf(times(100, 'c4 d4 e4 f4'), { bpm: 120 });
      const kinds = Array.from({ length: 10 }, (_, seed) => solo(long, 'student', { seed }).accidents).flat();
      expect(kinds.length / 10).to.be.within(4, 14);
      expect(new Set(kinds.map((accident) => accident.type))).to.deep.equal(new Set(['hesitate', 'jump']));
      expect(solo(long, 'steady').accidents).to.deep.equal([]);
    });
  });

  it('breathes at rests, and every four bars where there are none', () => {
    const score = scoreOf('c4 d4 e4 f4 | g4 a4 b4 - | c4/4 | d4/4 | e4/4 | f4/4 | g4/4');
    expect(phrasesOf(score, soloOf(score)).map((phrase) => phrase.from)).to.deep.equal([0, 8, 24]);
  });

  it('gives events that any stage can take: in order, delayed as asked, each on with its off, whatever the temperament', () => {
    const score = scoreOf(times(6, "c4 c4 c4/0.25 c4/0.25 (d4) c4~/1.5 | c4+e4+g4 c4+e4' e4+g4^/2"), { accompaniment: times(6, 'c3/4 | g3/4'), bpm: 130 });
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(...(Object.keys(temperaments) as TemperamentName[])), (seed, name) => {
      const { events, path } = soloEvents(score, soloOf(score), temperaments[name], seed, { inputDelay: seconds(0.013) });
      const down = new Set<number>();
      let last = 0;
      for (const event of events) {
        expect(event.time).to.be.at.least(last);
        expect(event.time - event.playedAt).to.be.closeTo(0.013, 1e-9);
        last = event.time;
        if (event.type === 'solo-on') {
          expect(down.has(event.pitch)).to.equal(false);
          expect(event.velocity).to.be.within(1, 127);
          down.add(event.pitch);
        } else if (event.type === 'solo-off') expect(down.delete(event.pitch)).to.equal(true);
      }
      expect(down.size).to.equal(0);
      for (let i = 1; i < path.length; i++) expect(path[i]!.time).to.be.at.least(path[i - 1]!.time);
    }), { numRuns: 60, seed: 1 });
  });
});

describe('a recorded performance', () => {
  const note = (time: number, duration: number, pitch: number, part = 'solo'): Performance['notes'][number] => ({ time: seconds(time), duration: seconds(duration), pitch: midiPitch(pitch), velocity: velocity(70), part });
  const eventsOf = (notes: Performance['notes'], pedal: Performance['pedal'] = []): [string, number, number][] =>
    fromPerformance({ id: 'x', performer: 'y', notes, pedal }, { id: 'solo' }, seconds(0.5)).map((event) => [event.type, event.time, event.type === 'solo-pedal' ? event.value : event.type === 'solo-attack' ? -1 : event.pitch]);

  it('is heard part by part, with its pedal, later by the input\'s delay', () => {
    expect(eventsOf([note(1, 1, 60), note(1, 1, 40, 'left hand')], [{ time: seconds(1.5), value: 100 }])).to.deep.equal([['solo-on', 1.5, 60], ['solo-pedal', 2, 100], ['solo-off', 2.5, 60]]);
  });
  it('lets a key go before it is struck again', () => {
    expect(eventsOf([note(1, 3, 60), note(2, 1, 60)])).to.deep.equal([['solo-on', 1.5, 60], ['solo-off', 2.5, 60], ['solo-on', 2.5, 60], ['solo-off', 3.5, 60]]);
  });
  it('begins a note of no length before it ends it', () => {
    expect(eventsOf([note(1, 0, 60), note(2, 0, 60)]).map(([type]) => type)).to.deep.equal(['solo-on', 'solo-off', 'solo-on', 'solo-off']);
  });
});
