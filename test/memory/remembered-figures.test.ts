import { expect } from 'chai';
import type { Take } from '../../src/core/music/take.ts';
import { TempoMap } from '../../src/core/music/tempo-marks.ts';
import { beats, periodOf, seconds, velocity } from '../../src/core/music/units.ts';
import { figuresOf } from '../../src/players/memory/figures.ts';
import { defaultLocalTempoSettings } from '../../src/players/memory/local-tempo.ts';
import { Recollection } from '../../src/players/memory/recollection.ts';
import { rememberedFigures } from '../../src/players/memory/remembered-figures.ts';
import { scoreOf, soloOf } from '../support/score-builder.ts';

const bar = 'c4 d4 e4 g4';
const score = scoreOf(`${Array.from({ length: 6 }, () => bar).join(' | ')} | c4/4`);
const solo = soloOf(score);
const figures = figuresOf(score, solo);
const positions = Float64Array.from(solo.onsets, (onset) => onset.position);

/** Half a second a quarter but where it says otherwise. @param rubato factor of the interval that begins at an onset */
function recollectionOf(rubato: (onset: number) => number, known = Infinity): Recollection {
  let time = 0;
  const onsets = solo.onsets.map(({ position }, i) => ({ position, time: seconds((time += i === 0 ? 1 : 0.5 * rubato(i - 1))), velocity: velocity(64), joined: i > 0 }));
  const take: Take = { id: 'take', score: '', player: '', recordedAt: '', onsets: onsets.slice(0, known) };
  return new Recollection([take], positions, new TempoMap([{ position: beats(0), beatPeriod: periodOf(120) }]), defaultLocalTempoSettings);
}

describe('what takes do with a figure', () => {
  it('is known of a place where they were never heard, from those like it', () => {
    const said = rememberedFigures(recollectionOf((onset) => (onset % 4 === 1 ? 1.2 : 1), 17), figures);
    expect(said[21]).to.be.above(0.08);
    expect(said[21]).to.be.above(said[20]! + 0.05);
  });

  it('is learned from other places, not from the place itself', () => {
    const everywhere = rememberedFigures(recollectionOf(() => 1), figures);
    const onceBroad = rememberedFigures(recollectionOf((onset) => (onset === 9 ? 1.5 : 1)), figures);
    expect(Math.abs(onceBroad[9]! - everywhere[9]!)).to.be.below(0.02);
    expect(onceBroad[13]).to.be.above(0.03);
  });

  it('is nothing where the takes are even', () => {
    expect(Math.max(...rememberedFigures(recollectionOf(() => 1), figures).map(Math.abs))).to.be.below(1e-6);
  });
});
