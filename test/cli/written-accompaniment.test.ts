import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseScore } from '../../src/app/cli/score-argument.ts';
import { withWrittenAccompaniment } from '../../src/app/cli/written-accompaniment.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { meter, midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';

const division = 480;
const tune = midiFile(1, division, track([tempo(0, 500_000), meter(0, 4, 2)]), track([named(0, 'Flute'), ...Array.from({ length: 12 }, (_, i) => note(i * division, 400, [72, 76, 79, 76, 77, 74, 71, 72][i % 8]!)).flat()]));

describe('play --write-accompaniment', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'written-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('writes an accompaniment beside the tune, which is then the score', async () => {
    const path = join(folder, 'tune.mid');
    await writeFile(path, tune);
    const args = await withWrittenAccompaniment({ score: path, program: ['play', path, '--write-accompaniment', '--preset', 'osc'] });
    const accompanied = join(folder, 'tune.accompanied.mid');
    expect(args.score).to.equal(accompanied);
    expect(args.program, 'who minds it plays the file, and writes nothing again').to.deep.equal(['play', accompanied, '--preset', 'osc', '--solo', '1']);
    const { score } = await chooseScore({ score: args.score, solo: args.solo });
    const [solo] = score.parts.filter(({ role }) => role === 'solo');
    expect(solo!.onsets.map((onset) => onset.notes.map(({ pitch }) => pitch)).slice(0, 4)).to.deep.equal([[72], [76], [79], [76]]);
    const others = score.parts.filter(({ role }) => role !== 'solo');
    expect(others).to.have.length(1);
    expect(others[0]!.onsets.length).to.be.above(3);
  });

  it('refuses what is no tune, and a tune that has one', async () => {
    for (const args of [{}, { score: join(folder, 'none.mid') }, { score: 'tune.mid', accompaniment: 'piano.mid' }]) {
      const fault = await withWrittenAccompaniment(args).then(() => undefined, (error: unknown) => error);
      expect(fault).to.be.instanceOf(UserFault);
    }
  });
});
