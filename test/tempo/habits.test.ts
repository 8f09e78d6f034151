import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { mean } from '../../src/core/math/statistics.ts';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import { beats, seconds } from '../../src/core/music/units.ts';
import { figuresOf } from '../../src/players/memory/figures.ts';
import { BaseTempo } from '../../src/players/tempo/base.ts';
import { Habits } from '../../src/players/tempo/habits.ts';
import { defaultTempoSettings } from '../../src/players/tempo/settings.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

/** Eight bars of a melody that never comes again, in 4/4. */
const wandering = (random: Random): string => Array.from({ length: 8 }, () => Array.from({ length: 4 }, () => `${random.pick(['c', 'd', 'e', 'f', 'g', 'a', 'b'])}${random.pick([3, 4, 5])}`).join(' ')).join(' | ');

/** Mean absolute error of the log tempo over the last onsets, with habits and without. @param rubato factor of each interval */
function errors(melody: string, rubato: (onset: number, beat: number) => number, from: number): { readonly with: number; readonly without: number } {
  const score = scoreOf(melody, { bpm: 120 });
  const solo = soloOf(score);
  const tempoMap = new TempoMap(score.tempoMarks);
  const positions = Float64Array.from(solo.onsets, (onset) => onset.position);
  const errorOf = (tempo: BaseTempo): number => {
    let time = 1, foreseen = 0;
    const off: number[] = [];
    positions.forEach((position, onsetIndex) => {
      if (onsetIndex > 0) {
        const factor = rubato(onsetIndex - 1, positions[onsetIndex - 1]! % 4);
        time += 0.5 * factor * (position - positions[onsetIndex - 1]!);
        if (onsetIndex > from) off.push(Math.abs(Math.log(foreseen / factor)));
      }
      foreseen = tempo.observe({ time: seconds(time), position: beats(position), onsetIndex, noteIndex: 0, begins: true, jumped: false, confidence: 1 }).stretch;
    });
    return mean(off);
  };
  return {
    with: errorOf(new BaseTempo(tempoMap, positions, defaultTempoSettings, undefined, figuresOf(score, solo))),
    without: errorOf(new BaseTempo(tempoMap, positions, defaultTempoSettings)),
  };
}

describe('habits of today', () => {
  it('foresee the second time what was done the first time', () => {
    const melody = wandering(new Random(1));
    const random = new Random(2);
    const rubato = Array.from({ length: 32 }, () => Math.exp(random.normal(0, 0.2)));
    const { with: known, without } = errors(`${melody} | ${melody} | c4/4`, (onset) => rubato[onset % 32]!, 34);
    expect(known).to.be.below(0.7 * without);
  });

  it('foresee a second beat that is always early, whatever the notes', () => {
    const melody = Array.from({ length: 3 }, (_, k) => wandering(new Random(k))).join(' | ');
    const { with: known, without } = errors(melody, (_, beat) => (beat === 0 ? 0.85 : beat === 1 ? 1.15 : 1), 40);
    expect(known).to.be.below(0.6 * without);
  });

  it('cost next to nothing where the soloist has none', () => {
    const random = new Random(7);
    const rubato = Array.from({ length: 128 }, () => Math.exp(random.normal(0, 0.1)));
    const { with: known, without } = errors(Array.from({ length: 4 }, (_, k) => wandering(new Random(10 + k))).join(' | '), (onset) => rubato[onset]!, 16);
    expect(known).to.be.below(1.06 * without);
  });

  it('say nothing before anything was played, and nothing beyond the last onset', () => {
    const score = scoreOf('c4 d4 e4 c4');
    const habits = new Habits(figuresOf(score, soloOf(score)));
    for (let onset = 0; onset < 4; onset++) {
      expect(habits.foresee(onset, 0.1)).to.be.closeTo(0, 1e-9);
      expect(habits.foreseeAfter(onset)).to.equal(0);
    }
  });

  it('do not take a pause for a habit', () => {
    const score = scoreOf('c4 d4 e4 c4 | c4 d4 e4 c4');
    const habits = new Habits(figuresOf(score, soloOf(score)));
    habits.foresee(1, 0);
    habits.learn(1, 0, Math.log(10));
    expect(habits.foresee(5, 0)).to.equal(0);
    habits.learn(1, 0, Math.log(1.3));
    expect(habits.foresee(5, 0)).to.be.above(0);
  });
});
