import { expect } from 'chai';
import { Random } from '../../src/core/math/random.ts';
import { ListeningAgent } from '../../src/players/listen/agent.ts';
import { columnsOf } from '../../src/players/listen/features.ts';
import type { ListeningRole } from '../../src/players/listen/role.ts';
import { RolePlay } from '../../src/players/listen/role.ts';
import { gridSettings, randomSettings } from '../../src/players/listen/sounding-table.ts';
import { SoundingSpace } from '../../src/players/listen/sounding-space.ts';
import { judge } from '../../src/players/listen/taste.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';

const sound = (bright: number, loud = 0): Float64Array => Float64Array.from(descriptorNames, (name) => (name === 'specshape-centroid' ? bright : name === 'loudness-dBFS' ? loud : 0));
const settings = gridSettings(2, 21);
const space = new SoundingSpace({ settings, descriptors: settings.map(([bright]) => sound(4000 * bright!)) }, columnsOf(['specshape-centroid'])!);
const silence = sound(1000, -80);

/** The setting that decides brightness, frame by frame. */
function answers(role: ListeningRole, musician: readonly Float64Array[], delay = 10): number[] {
  const play = new RolePlay(space, { role, delay, patience: 20, idea: 40 }, new Random(4));
  const agent = new ListeningAgent(space, { step: 0.05, lasting: 0.95 });
  const setting = Float64Array.of(0.5, 0.5);
  const own = new Float64Array(1);
  return musician.map((frame) => {
    space.soundOf(space.rowAt(setting), own);
    agent.observe(play.hear(frame), own, setting);
    agent.act(undefined, setting);
    return setting[0]!;
  });
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [a, b].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length) as [number, number];
  const products = (x: readonly number[], mx: number, y: readonly number[], my: number): number => x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return products(a, meanA, b, meanB) / Math.sqrt(products(a, meanA, a, meanA) * products(b, meanB, b, meanB));
}

describe('the role of a listener', () => {
  const brightness = Array.from({ length: 600 }, (_, i) => 2000 + 1500 * Math.sin(i / 25));
  const musician = brightness.map((bright) => sound(bright));

  it('makes it sound like the musician, like nobody, or as unlike as it can', () => {
    const [imitate, ignore, contrast] = (['imitate', 'ignore', 'contrast'] as const).map((role) => correlation(answers(role, musician), brightness)) as [number, number, number];
    expect(imitate).to.be.greaterThan(0.9);
    expect(contrast).to.be.lessThan(-0.9);
    expect(Math.abs(ignore)).to.be.lessThan(0.5);
  });
  it('makes it follow later by the delay', () => {
    const late = answers('delay', musician, 30);
    const later = brightness.map((_, i) => brightness[Math.max(0, i - 30)]!);
    expect(correlation(late.slice(60), later.slice(60))).to.be.greaterThan(0.9);
    expect(correlation(late.slice(60), brightness.slice(60))).to.be.lessThan(0.6);
  });
});

describe('a listener in silence', () => {
  const moves = (frames: readonly number[]): number[] => frames.slice(1).map((value, i) => value - frames[i]!);

  it('neither freezes nor trembles, but wanders in its own way', () => {
    const alone = answers('imitate', Array.from({ length: 2000 }, () => silence));
    expect(Math.max(...alone) - Math.min(...alone)).to.be.greaterThan(0.5);
    const turns = moves(alone).filter((move, i, all) => i > 0 && move * all[i - 1]! < 0).length;
    expect(turns).to.be.lessThan(60);
  });
  it('waits through a breath where it is', () => {
    const breath = answers('imitate', [...Array.from({ length: 60 }, () => sound(3500)), ...Array.from({ length: 15 }, () => silence)]);
    expect(breath.at(-1)).to.be.closeTo(breath[59]!, 1e-9);
  });
});

describe('a plus and a minus', () => {
  it('make it prefer the liked of two settings that sound the same, and leave the disliked', () => {
    const goal = new Float64Array(1);
    space.soundOf(10 * 21 + 10, goal);
    const settle = (liked: boolean): number => {
      const malus = new Float64Array(space.rows);
      judge(space, { setting: [0.5, 0.9], liked }, malus);
      const agent = new ListeningAgent(space, { step: 0.05, lasting: 0.95, malus });
      const setting = Float64Array.of(0.5, 0.75);
      for (let i = 0; i < 60; i++) {
        agent.observe(goal, goal, setting);
        agent.act(undefined, setting);
      }
      expect(setting[0]).to.be.closeTo(0.5, 0.06);
      return setting[1]!;
    };
    expect(settle(true)).to.be.greaterThan(0.8);
    expect(settle(false)).to.be.lessThan(0.7);
  });
  it('are felt where there is no row near', () => {
    const settings = randomSettings(8, 200, 1);
    const scattered = new SoundingSpace({ settings, descriptors: settings.map(() => new Float64Array(descriptorNames.length)) }, columnsOf(['chroma'])!);
    const malus = new Float64Array(scattered.rows);
    const setting = new Array<number>(8).fill(0.45);
    judge(scattered, { setting, liked: false }, malus);
    expect(malus[scattered.rowAt(Float64Array.from(setting))]).to.be.greaterThan(0.2);
    expect(malus.filter((value) => value > 0.1).length).to.be.lessThan(20);
  });
});
