import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkEarCard } from '../../src/app/config/ear-card.ts';
import { earFile, earText, readEar, shippedEar } from '../../src/app/io/ear-file.ts';
import { UserFault } from '../../src/core/contract/faults.ts';

describe('what an ear has learned, as a file', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'collaparte-ear-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('comes along with a card that describes it, and is the same when it is written again', async () => {
    const text = await readFile(earFile(shippedEar()), 'utf8');
    const card = checkEarCard('ear-open.json', JSON.parse(await readFile(`${shippedEar()}.json`, 'utf8')), createHash('sha256').update(text).digest('hex'));
    expect(card.licence).to.equal('MIT');
    expect(card.trainedOn.every(({ licence }) => licence === 'PD' || licence === 'CC0-1.0')).to.equal(true);
    expect(earText(readEar())).to.equal(text);
  });

  it('is refused with the name of what is wrong', async () => {
    const path = join(folder, 'mine');
    expect(() => readEar(path)).to.throw(UserFault, 'cannot be read');
    await writeFile(earFile(path), JSON.stringify({ pitch: { direct: [1, 2] } }));
    expect(() => readEar(path)).to.throw(UserFault, /pitch\.direct must be \d+ numbers/);
    const few = JSON.parse(earText(readEar())) as { besideScore: { bias: (number | null)[] } };
    few.besideScore.bias[3] = null;
    await writeFile(earFile(path), JSON.stringify(few));
    expect(() => readEar(path)).to.throw(UserFault, 'besideScore.bias');
  });
});
