import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../../src/core/math/random.ts';
import { unfold } from '../../src/core/music/route.ts';
import { readPiece } from '../../src/app/io/pieces.ts';
import { TakeStore } from '../../src/app/io/take-store.ts';
import { checkModelCard } from '../../src/app/config/model-card.ts';
import { playedOnsets, takeOf } from '../../src/learning/sim/onset-sequence.ts';
import { ownTake } from '../../src/learning/sim/own-take.ts';
import { soloOf } from '../../src/players/accompany/assemble.ts';
import { scoreFingerprint } from '../../src/players/memory/take.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const piece = 'bach_bwv1001_1_adagio';

describe('personalise', function () {
  this.timeout(90_000);
  let folder: string;
  before(() => { folder = mkdtempSync(join(tmpdir(), 'personalise-')); });
  after(() => { rmSync(folder, { recursive: true }); });

  const run = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'personalise', ...args], { encoding: 'utf8', env: { ...process.env, COLLAPARTE_DATA: folder } });
    return { status, stdout, stderr };
  };
  /** Takes as one violinist would have played them on as many days. */
  async function keep(player: string, count: number): Promise<void> {
    const { reading, performances } = await readPiece(piece);
    const solo = soloOf(unfold(reading.score));
    const sequence = playedOnsets(performances.find((one) => one.performer === 'emil-telmanyi')!.performance, solo);
    const random = new Random(3);
    for (let k = 0; k < count; k++) {
      const take = takeOf(ownTake(sequence, random), '', scoreFingerprint(solo), player);
      await new TakeStore(folder).keep({ ...take, recordedAt: `2026-01-0${k + 1}T12:00:00Z` }, reading.score.title);
    }
  }

  it('says how many takes it needs where there are too few', async () => {
    await keep('Robert', 2);
    const { status, stderr } = run('--player', 'Robert');
    expect(status).to.equal(2);
    expect(stderr).to.equal('collaparte: --player: "Robert" has 2 kept takes of the pieces that come along (name your own score for takes of it); at least 4 are needed to teach and to check\n');
  });

  it('makes a model of one\'s own under the licence it began from, and only one that is better on takes left out', async () => {
    await keep('Clara', 6);
    const { status, stdout, stderr } = run(piece, '--player', 'Clara', '--epochs', '3', '--json');
    const said = JSON.parse(stdout) as { policy: string | null; takes: number; leftOut: number; before: number; after: number };
    expect(stderr).to.match(/epoch 1 of 3: 0\.\d+; \d+ s, at most \d+ s to go/);
    expect([said.takes, said.leftOut]).to.deep.equal([4, 2]);
    expect(said.policy !== null).to.equal(said.after < said.before);
    expect(status).to.equal(said.policy === null ? 1 : 0);
    expect(said.policy).to.equal('tempo-research-Clara');
    const card = checkModelCard('mine', JSON.parse(readFileSync(join(folder, 'models', 'tempo-research-Clara.json'), 'utf8')));
    expect(card).to.deep.include({ licence: 'CC-BY-NC-SA-4.0', weights: 'research' });
    expect(card.personal).to.deep.include({ player: 'Clara', base: 'tempo-research', takes: 4, leftOut: 2 });
  });

  it('leaves no half a model behind, and refuses what is no number of epochs', () => {
    expect(run('--player', 'Clara', '--epochs', '0').stderr).to.contain('--epochs: must be a whole number above 0, but is 0');
    expect(readdirSync(join(folder, 'models')).filter((name) => !name.startsWith('tempo-research-Clara.'))).to.deep.equal([]);
  });
});
