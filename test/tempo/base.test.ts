import { expect } from 'chai';
import type { ScoreMatch } from '../../src/core/contract/following.ts';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import { beats, periodOf, seconds } from '../../src/core/music/units.ts';
import { BaseTempo } from '../../src/players/tempo/base.ts';
import { defaultTempoSettings } from '../../src/players/tempo/settings.ts';

const match = (position: number, time: number): ScoreMatch => ({
  time: seconds(time), position: beats(position), onsetIndex: position, noteIndex: 0, begins: true, jumped: false, confidence: 1,
});

const quarters = Float64Array.from({ length: 24 }, (_, i) => i);

describe('the anchor tempo', () => {
  const allegro = new TempoMap([{ position: beats(0), beatPeriod: periodOf(120) }]);

  it('finds the tempo of a soloist who ignores the printed one', () => {
    const tempo = new BaseTempo(allegro, quarters, defaultTempoSettings);
    for (let beat = 0; beat <= 8; beat++) tempo.observe(match(beat, beat * 0.75));
    expect(tempo.stretch).to.be.closeTo(1.5, 0.02);
  });

  it('believes the first interval almost at once', () => {
    const tempo = new BaseTempo(allegro, quarters, defaultTempoSettings);
    tempo.observe(match(0, 0));
    expect(tempo.observe(match(1, 0.75)).beatPeriod).to.be.closeTo(0.75, 0.06);
  });

  it('is hardly moved by one late short note', () => {
    const tempo = new BaseTempo(allegro, quarters, defaultTempoSettings);
    for (let beat = 0; beat <= 8; beat++) tempo.observe(match(beat, beat * 0.5));
    tempo.observe(match(8.25, 8 * 0.5 + 0.125 + 0.03));
    expect(tempo.stretch).to.be.closeTo(1, 0.04);
  });

  it('expects the printed change of tempo', () => {
    const slower = new TempoMap([{ position: beats(0), beatPeriod: periodOf(120) }, { position: beats(8), beatPeriod: periodOf(60) }]);
    const tempo = new BaseTempo(slower, quarters, defaultTempoSettings);
    for (let beat = 0; beat <= 8; beat++) tempo.observe(match(beat, beat * 0.6));
    expect(tempo.observe(match(9, 8 * 0.6 + 1.2)).beatPeriod).to.be.closeTo(1.2, 0.01);
  });

  it('does not take a pause for a tempo after an interruption', () => {
    const tempo = new BaseTempo(allegro, quarters, defaultTempoSettings);
    for (let beat = 0; beat <= 8; beat++) tempo.observe(match(beat, beat * 0.5));
    tempo.interrupt();
    expect(tempo.observe(match(20, 30)).stretch).to.be.closeTo(1, 0.01);
  });
});

describe('the echo of a surprise', () => {
  const allegro = new TempoMap([{ position: beats(0), beatPeriod: periodOf(120) }]);
  const count = 24;
  /** Even notes of one length, in quarters, the last but one of them late by a share of the interval. */
  function afterALateNote(length: number, late: number): { stretch: number; steady: number } {
    const tempo = new BaseTempo(allegro, Float64Array.from({ length: count + 2 }, (_, i) => i * length), defaultTempoSettings);
    const at = (i: number, time: number): ScoreMatch => ({ ...match(i, time), position: beats(i * length) });
    for (let i = 0; i < count; i++) tempo.observe(at(i, i * length * 0.5));
    const { stretch, steady } = tempo.observe(at(count, (count + late) * length * 0.5));
    return { stretch, steady: steady! };
  }

  it('expects the time back that a late quick note took', () => {
    const { stretch, steady } = afterALateNote(0.125, 0.3);
    expect(Math.log(stretch / steady)).to.be.within(-0.15, -0.05);
  });

  it('expects a slow note that was broad to be followed by another', () => {
    const { stretch, steady } = afterALateNote(2, 0.3);
    expect(Math.log(stretch / steady)).to.be.within(0.01, 0.06);
  });

  it('is none where the note came as it was expected', () => {
    for (const length of [0.125, 0.25, 1, 2]) expect(afterALateNote(length, 0).stretch).to.be.closeTo(afterALateNote(length, 0).steady, 1e-9);
  });

  it('does not touch the tempo that a person would name', () => {
    expect(afterALateNote(0.125, 0.3).steady).to.be.closeTo(1, 0.02);
  });
});
