import { expect } from 'chai';
import { measureAsOriginal } from '../../src/app/cli/bench/listen-original.ts';
import { earnedReally } from '../../src/app/cli/bench/listen-real.ts';
import { measureListening, sequencesOfTable, gapClosed } from '../../src/app/cli/bench/listen.ts';
import { readDescribedCorpus, shippedCorpus } from '../../src/app/io/described-corpus.ts';
import { columnsOf } from '../../src/players/listen/features.ts';
import { gridSettings } from '../../src/players/listen/sounding-table.ts';
import { SoundingSpace } from '../../src/players/listen/sounding-space.ts';
import { descriptorNames } from '../../src/players/sound/descriptors.ts';

/** A pure tone of any pitch over six octaves, and a brightness that goes its own way. */
const settings = gridSettings(2, 21);
const descriptors = settings.map(([high, bright]) => {
  const pitch = Math.round(72 * high!) % 12;
  return Float64Array.from(descriptorNames, (name, i) => (name === 'specshape-centroid' ? 500 + 4000 * bright! : i === descriptorNames.indexOf('chroma-A') + pitch ? 1 : 0));
});
const space = new SoundingSpace({ settings, descriptors }, columnsOf(['specshape-centroid', 'chroma'])!);

describe('bench listen', () => {
  it('finds teleporting best, and the agent nearer than the nearest sound within reach', async () => {
    const figures = await measureListening({ space, rest: [0.5, 0.5], rewardType: 'cubic', step: 0.05, lasting: 0.97 }, sequencesOfTable(space, 1));
    expect(Object.keys(figures)).to.deep.equal(['random', 'still', 'nearest', 'slewedNearest', 'agent']);
    expect(figures.nearest!.rmse).to.equal(0);
    expect(figures.nearest!.reward).to.equal(1);
    expect(figures.agent!.rmse).to.be.lessThan(figures.slewedNearest!.rmse);
    expect(figures.slewedNearest!.rmse).to.be.lessThan(figures.still!.rmse);
    const closed = gapClosed(figures, 'agent')!;
    expect(closed.rmse).to.be.within(0.05, 1);
    expect(gapClosed(figures, 'nearest')).to.deep.equal({ reward: 1, rmse: 1 });
  });
});

describe('the regime of the original', () => {
  const measure = { space, rest: [0.5, 0.5], rewardType: 'cubic', step: 0.05, lasting: 0.97 } as const;
  const regime = { episodes: 6, frames: 500, seed: 1 };

  it('asks for sounds of the table alone, which who teleports misses by its noise, and for a frame where another begins', async () => {
    const { nearest } = await measureAsOriginal(measure, regime);
    expect(nearest!.rmseMedian).to.be.within(1e-5, 0.01 / Math.sqrt(13));
    expect(nearest!.rmse).to.be.within(nearest!.rmseMedian, 0.02);
  });
  it('finds an agent on its way for a few frames only, since its targets stay', async () => {
    const figures = await measureAsOriginal(measure, regime);
    expect(figures.agent!.rmse).to.be.within(figures.nearest!.rmse, 0.1);
    expect(figures.still!.rmse).to.be.greaterThan(0.5);
  });
  it('tells the same whenever it is asked', async () => {
    expect(await measureAsOriginal(measure, regime)).to.deep.equal(await measureAsOriginal(measure, regime));
  });
});

describe('what really sounds', () => {
  const figures = (reward: number) => ({ reward, rmse: 0, rmseMedian: 0 });

  it('earns all of the promise where it sounds as the table says, and none where it is as far off as standing still', () => {
    expect(earnedReally({ still: figures(-3), agent: figures(1) }, { still: figures(-3), agent: figures(1) }, 'agent')).to.equal(1);
    expect(earnedReally({ still: figures(-3), agent: figures(1) }, { still: figures(-3), agent: figures(-3) }, 'agent')).to.equal(0);
  });
  it('gains nothing where standing still sounds worse than the table says', () => {
    expect(earnedReally({ still: figures(-3), agent: figures(1) }, { still: figures(-30), agent: figures(0) }, 'agent')).to.equal(0.75);
  });
});

describe('the solo lines that come along', () => {
  it('hold out other pieces and other instruments than those that are learned from', async () => {
    const { train, heldOut, window } = await readDescribedCorpus(shippedCorpus());
    expect(window).to.equal(2048);
    const parts = (files: readonly { file: string }[], which: 0 | 1) => new Set(files.map(({ file }) => (/^(.*)-(\w+)\.wav$/.exec(file)!)[which + 1]!));
    for (const which of [0, 1] as const) for (const name of parts(heldOut, which)) expect([...parts(train, which)]).not.to.include(name);
    expect(parts(train, 1).size).to.be.greaterThan(3);
    for (const { frames } of [...train, ...heldOut]) expect(frames.length).to.be.greaterThan(200);
  });
});
