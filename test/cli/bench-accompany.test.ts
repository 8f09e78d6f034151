import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds } from '../../src/core/music/units.ts';
import { benchAccompany } from '../../src/app/cli/bench/accompany.ts';

/** Forty quarters of two who play together; the one who leads plays some of them a tenth of a second late. */
const beats = Array.from({ length: 40 }, (_, i) => i);
const lateness = (beat: number): number => (beat % 4 === 3 ? 1000 : 0);
const notes = beats.flatMap((beat) => [{ beat, pitch: 72 + (beat % 5), role: 0 }, { beat, pitch: 48 + (beat % 3), role: 1 }]);
const score = { id: 's', piece: 's', source: 'duet', title: 'March', n: notes.length, on: notes.map(({ beat }) => beat), dur: notes.map(() => 1), pitch: notes.map(({ pitch }) => pitch), role: notes.map(({ role }) => role), timesig: [[0, 4, 4]] };
const played = {
  id: 'p', score: 's', piece: 's', performer: 'both', source: 'duet', n: notes.length,
  t: notes.map(({ beat }) => 5000 * beat + lateness(beat)), d: notes.map(() => 4000), p: score.pitch, v: notes.map(() => 64), s: notes.map((_, i) => i),
};

describe('bench accompany', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'collaparte-'));
    await writeFile(join(folder, 'scores.jsonl'), JSON.stringify(score));
    await writeFile(join(folder, 'perfs.jsonl'), JSON.stringify(played));
  });
  after(() => rm(folder, { recursive: true }));

  const apartFromSoloist = async (patience?: number) => {
    const { sources } = await benchAccompany({ scores: [join(folder, 'scores.jsonl')], performances: [join(folder, 'perfs.jsonl')], takes: [0], ...(patience !== undefined && { patience: seconds(patience) }) });
    return sources['duet']!.takes['0']!['base']!.withSoloist;
  };

  it('hears how far from the soloist one is who waits for him, and one who never does', async () => {
    const waits = await apartFromSoloist();
    const never = await apartFromSoloist(0);
    expect(waits.within50).to.be.above(95);
    expect(never.within50).to.be.within(50, 90);
    expect(never.n).to.equal(waits.n);
  });
});
