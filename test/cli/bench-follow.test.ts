import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchFollow } from '../../src/app/cli/bench/follow.ts';
import { benchFollowScale } from '../../src/app/cli/bench/follow-scale.ts';

describe('the bench of following', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-follow-'));
  const scores = join(folder, 'scores.jsonl');
  const performances = join(folder, 'perfs.jsonl');
  const n = 120;
  const on = Array.from({ length: n }, (_, i) => i * 0.5);
  const pitch = on.map((_, i) => 60 + ((i * 7 + (i >> 3) * 5) % 24));
  const bars = Array.from({ length: n / 8 }, (_, b) => [b * 4, String(b + 1)]);
  writeFileSync(scores, `${JSON.stringify({ id: 's', piece: 's', source: 'asap', title: 'Study', split: 'test', n, on, dur: on.map(() => 0.5), pitch, staff: on.map(() => 1), voice: on.map(() => 1), flags: on.map(() => 0), timesig: [[0, 4, 4]], keysig: [], bars })}\n`);
  const played = { score: 's', piece: 's', performer: 'anna', source: 'asap', split: 'test', license: 'PD', n, t: on.map((_, i) => 10_000 + 2500 * i), d: on.map(() => 1500), v: on.map(() => 64), s: on.map((_, i) => i), sub: [], ped: [] };
  // the other one plays four bars that are not written
  const strange = pitch.map((p, i) => (i >= 64 && i < 96 ? 30 + (i % 5) : p));
  writeFileSync(performances, [{ id: 'right', ...played, p: pitch }, { id: 'strange', ...played, p: strange }].map((line) => `${JSON.stringify(line)}\n`).join(''));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const options = { scores: [scores], performances: [performances], stress: 'none', seed: 1, solo: 'all', reference: false } as const;

  it('lists the worst performances with the bars in which the soloist was misplaced', async () => {
    const { all, worst } = await benchFollow({ ...options, worst: 2 });
    expect(all.performances).to.equal(2);
    expect(worst?.map(({ id }) => id)).to.deep.equal(['strange', 'right']);
    const [stumble] = worst![0]!.stumbles;
    expect(stumble!.fromBar).to.equal('9');
    expect(stumble!.untilBar, 'back in step soon after').to.be.oneOf(['12', '13']);
    expect(worst![1]).to.include({ notes: 0 });
  });

  it('lists nothing unless it is asked', async () => {
    expect(await benchFollow({ ...options, worst: 0 })).not.to.have.property('worst');
  });

  it('follows an hour of notes without needing more memory', () => {
    const { hour, shortMs, longMs, ratio } = benchFollowScale();
    expect(hour.notes).to.equal(36_000);
    expect(hour.heapGrowthKb).to.be.below(500);
    expect(ratio).to.be.closeTo(longMs / shortMs, 0.2);
  }).timeout(60_000);
});
