import { expect } from 'chai';
import { readTempoTraining } from '../../src/app/cli/train/configuration.ts';
import { checkTempoTraining, defaultTempoTraining } from '../../src/app/cli/train/settings.ts';
import { drawChart } from '../../src/app/io/chart.ts';
import { defaultYouchestra } from '../../src/learning/train/youchestra-practice.ts';

describe('the settings of a training', () => {
  it('may say nothing and then are those of the shipped model', async () => {
    expect(checkTempoTraining('mine.json', {})).to.deep.equal(defaultTempoTraining);
    expect(await readTempoTraining(undefined)).to.deep.equal(defaultTempoTraining);
  });
  it('are told apart by their type', async () => {
    expect(await readTempoTraining('youchestra')).to.deep.equal({ type: 'youchestra', youchestra: { ...defaultYouchestra, updates: 120, tryEvery: 10 } });
    expect(await readTempoTraining('from-scratch')).to.deep.include({ teaching: { ...defaultTempoTraining.teaching, epochs: 0, lessons: 70, network: { ...defaultTempoTraining.teaching.network, chorus: 1 } } });
  });
  for (const [settings, says] of [
    [{ teaching: { epoch: 3 } }, 'mine.json: teaching.epoch is not a setting; did you mean epochs?'],
    [{ teaching: { learningRate: 2 } }, 'mine.json: teaching.learningRate must lie in 0..1, but is 2'],
    [{ teaching: { without: ['sleep'] } }, 'mine.json: teaching.without[0] must be one of memory, habits, bar-lines, look-ahead, recurrence, but is "sleep"'],
    [{ practice: { environments: 6 } }, 'mine.json: practice.environments must be a multiple of 4, but is 6'],
    [{ type: 'youchestra', youchestra: { batch: 60 } }, 'mine.json: youchestra.steps must be a multiple of the batch of 60, but is 128'],
    [{ type: 'other' }, 'mine.json: type must be one of tempo, youchestra, but is "other"'],
  ] as const) {
    it(`say "${says}"`, () => {
      expect(() => checkTempoTraining('mine.json', settings)).to.throw(says);
    });
  }
  it('must be a file that is there', async () => {
    let said = '';
    await readTempoTraining('younchestra').catch((error: unknown) => { said = (error as Error).message; });
    expect(said).to.equal('--config: must be one of from-scratch, tempo-open, youchestra, or a file that can be read, but is "younchestra"');
  });
});

describe('a chart', () => {
  it('draws each line within its frame, with a gap where nothing is known, and escapes what it is told', () => {
    const svg = drawChart({ title: 'a < b & c', xLabel: 'x', yLabel: 'y', range: [0, 1], lines: [{ name: 'up', colour: '#123456', points: [[0, 0], [1, 0.5], [2, NaN], [3, 2], [4, 1]] }] });
    expect(svg).to.contain('a &lt; b &amp; c');
    const [, drawn] = /<path d="([^"]*)"/.exec(svg)!;
    expect(drawn!.match(/M/g)).to.have.length(2);
    const places = [...drawn!.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    // What lies above the range is cut off at its upper edge.
    expect(places.map(([, y]) => y)).to.deep.equal([398, 247, 96, 96]);
    expect(places.map(([x]) => x)).to.deep.equal([74, 301.5, 756.5, 984]);
  });
});
