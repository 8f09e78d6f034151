import { expect } from 'chai';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readLineScores } from '../../src/app/cli/train/ear-scores.ts';
import { UserFault } from '../../src/core/contract/faults.ts';

const record = (id: string, license: string, notes: number) => ({
  id, source: 'x', title: id, license, tempo: [[0, 90]], timesig: [[0, 4, 4]], bars: [0],
  parts: [{ role: 'solo', n: notes, on: Array.from({ length: notes }, (_, i) => i / 2), dur: Array.from({ length: notes }, () => 0.5), pitch: Array.from({ length: notes }, (_, i) => 60 + (i % 12)) }],
});

describe('what an ear learns from', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'collaparte-lines-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const write = async (source: string, split: string, ...records: readonly ReturnType<typeof record>[]): Promise<void> => {
    await mkdir(join(folder, source), { recursive: true });
    await writeFile(join(folder, source, `corpus.${split}.jsonl.gz`), gzipSync(records.map((one) => `${JSON.stringify(one)}\n`).join('')));
  };

  it('is of its split, free, and long enough to be a line', async () => {
    await write('mutopia_concertos', 'train', record('free', 'PD', 100), record('reserved', 'CC-BY-SA-4.0', 100), record('short', 'PD', 20));
    await write('mutopia_concertos', 'val', record('other', 'PD', 100));
    await write('openscore_quartets', 'train', record('quartet', 'CC0-1.0', 100), record('unsaid', '', 100));
    const scores = await readLineScores(folder, 'train');
    expect(scores.map(({ score, licence }) => [score.title, licence])).to.deep.equal([['free', 'PD'], ['quartet', 'CC0-1.0']]);
  });

  it('is missed by name', async () => {
    await write('mutopia_concertos', 'train', record('free', 'PD', 100));
    const fault = await readLineScores(folder, 'train').catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(UserFault);
    expect((fault as Error).message).to.include('openscore_quartets/corpus.train.jsonl.gz');
  });
});
