import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBeatRecordings } from '../../src/app/io/beat-recordings.ts';

/** Four bars in three four after an upbeat of a quarter; on the second beat of the second bar nothing begins, and quavers stand between. */
const table = {
  id: 'mazurka', piece: 'mazurka', source: 'mazurkabl', license: 'CC-BY-NC-SA-4.0',
  bar: [1, ...[2, 3, 4, 5].flatMap((bar) => [bar, bar, bar])], beat: [2, ...[2, 3, 4, 5].flatMap(() => [0, 1, 2])],
  score: {
    n: 15, on: [-1, 0, 0, 0.5, 1, 2, 3, 4.5, 5, 6, 7, 8, 9, 10, 11], dur: [1, 1, 1, 0.5, 1, 1, 1, 0.5, 1, 1, 1, 1, 1, 1, 0],
    pitch: [66, 37, 66, 68, 66, 65, 66, 68, 62, 61, 66, 66, 69, 71, 73], bars: [[-1, '1'], [0, '2'], [3, '3'], [6, '4'], [9, '5']], timesig: [[-1, 3, 4]],
  },
  perfs: [{ id: 'one', performer: 'Csalog', t: Array.from({ length: 13 }, (_, i) => 10_000 + 5000 * i) }],
};

/** With a note in place of the grace note on the last beat: twelve of thirteen beats are printed. */
const printed = { ...table, score: { ...table.score, dur: [...table.score.dur.slice(0, -1), 1] } };

describe('recordings of which the beats are known', () => {
  let folder: string;
  before(async () => { folder = await mkdtemp(join(tmpdir(), 'collaparte-')); });
  after(() => rm(folder, { recursive: true }));
  const read = async (record: object) => {
    const path = join(folder, 'beats.train.jsonl');
    await writeFile(path, JSON.stringify(record));
    const all = [];
    for await (const one of readBeatRecordings(path)) all.push(one);
    return all;
  };

  it('have as a score what is printed on the beats, after an upbeat too', async () => {
    const [one] = await read(printed);
    expect(one!.score.on).to.deep.equal([-1, 0, 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11]);
    expect(one!.score.pitch.slice(0, 4)).to.deep.equal([66, 37, 66, 66]);
  });

  it('are played when the table says, both notes of a chord at once', async () => {
    const [one] = await read(printed);
    const [played] = one!.performances;
    expect(played!.performer).to.equal('mazurkabl:Csalog');
    expect(played!.t.slice(0, 7)).to.deep.equal([10_000, 15_000, 15_000, 20_000, 25_000, 30_000, 40_000]);
    expect(played!.s).to.deep.equal(one!.score.on.map((_, i) => i));
  });

  it('are passed over where the table goes another way than the score', async () => {
    expect(await read(table)).to.have.length(0);
    expect(await read({ ...table, score: null })).to.have.length(0);
    expect(await read({ ...table, bar: table.bar.map((bar) => bar + 4) })).to.have.length(0);
  });

  it('are told with their line where a recording has fewer times than beats', async () => {
    const short = { ...table, perfs: [{ ...table.perfs[0]!, t: [1, 2] }] };
    let fault = '';
    await read(short).catch((error: Error) => { fault = error.message; });
    expect(fault).to.match(/beats\.train\.jsonl: line 1, t must hold n = 13 numbers/);
  });
});
