import { expect } from 'chai';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/app/cli/command-line.ts';
import { differences } from '../../src/app/cli/compare/differences.ts';
import { readClip } from '../../src/app/io/midi-clip.ts';
import { secondsAt } from '../../src/app/monitor/compare/comparison-page.ts';
import { meter, midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';
import { quietly } from '../support/quietly.ts';
import { refusalOf } from '../support/refusal.ts';

/** What a command says with `--json`. */
const said = async (args: readonly string[]): Promise<unknown> => JSON.parse(await quietly(() => runCommandLine(args)));

const division = 100;
const bar = 4 * division;
/** Eight bars of a scale; in bar 5 whatever is asked for. */
const clip = (fifth: readonly number[]): Uint8Array => midiFile(1, division,
  track([tempo(0, 500_000), meter(0, 4, 2)]),
  track([named(0, 'Flute </script>'), ...Array.from({ length: 8 }, (_, b) => (b === 4 ? fifth : [60, 62, 64, 65]).flatMap((pitch, i) => note(b * bar + i * division, 90, pitch))).flat()]));
const original = clip([60, 62, 64, 65]);
const good = clip([64, 62, 60, 62]);
const bad = clip([61, 63, 66, 68]);

describe('compare', () => {
  it('finds exactly the notes that are others', () => {
    const { added, removed, same } = differences(readClip(original, 'a'), readClip(good, 'b'));
    expect([...added].sort()).to.deep.equal(['1 0 60 18', '1 0 62 19', '1 0 64 16']);
    expect(removed.size).to.equal(3);
    expect(same).to.equal(29);
    expect(differences(readClip(original, 'a'), readClip(original, 'b')).added.size).to.equal(0);
  });

  it('counts seconds through changes of tempo', () => {
    const at = secondsAt([[0, 60], [4, 120]]);
    expect([at(0), at(2), at(4), at(6)]).to.deep.equal([0, 2, 4, 5]);
  });

  describe('on the command line', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'compare-'));
      for (const [name, bytes] of Object.entries({ original, good, bad })) await writeFile(join(folder, `${name}.mid`), bytes);
    });
    afterEach(async () => {
      process.exitCode = 0;
      await rm(folder, { recursive: true });
    });

    it('ranks variations as whoever wrote them does', async () => {
      const clip = join(folder, 'clip.mid');
      await copyFile(fileURLToPath(new URL('../../../presets/pieces/faure_apres_un_reve/accompaniment.mid', import.meta.url)), clip);
      const written = await said(['infill', clip, '--bars', '20-21', '--variations', '3', '--json']) as { variations: readonly { file: string; objection: number }[] };
      const seen = await said(['compare', clip, ...written.variations.map(({ file }) => file), '--out', join(folder, 'page.html'), '--json']) as { versions: readonly { rank: number; objection: number }[] };
      expect(seen.versions.map(({ rank }) => rank)).to.deep.equal([1, 2, 3]);
      written.variations.forEach(({ objection }, i) => expect(seen.versions[i]!.objection).to.be.closeTo(objection, 0.02));
    });

    it('refuses a judge that is not there by the name of the option', async () => {
      const { told, status } = await refusalOf(['compare', join(folder, 'original.mid'), join(folder, 'good.mid'), join(folder, 'bad.mid'), '--judge', 'nobody', '--out', join(folder, 'page.html')]);
      expect(told).to.match(/--judge: must be one of none, composer-open/);
      expect(status).to.equal(2);
    });

    it('ranks what is in key first, and writes one page that needs nothing else', async () => {
      const out = join(folder, 'page.html');
      const { versions } = await said(['compare', join(folder, 'original.mid'), join(folder, 'bad.mid'), join(folder, 'good.mid'), '--out', out, '--json']) as { versions: readonly { rank: number; reasons: readonly string[] }[] };
      expect(versions.map(({ rank }) => rank)).to.deep.equal([2, 1]);
      expect(versions[0]!.reasons.join()).to.match(/outside the key/);
      const page = await readFile(out, 'utf8');
      expect(page).not.to.match(/(?:src|href)="(?!#)/);
      expect(page).to.include('ranked first').and.to.include('Flute &lt;/script>');
      const music = JSON.parse(/id="music">(.*?)<\/script>/s.exec(page)![1]!) as { versions: readonly (readonly unknown[])[]; seconds: number };
      expect(music.versions.map((notes) => notes.length)).to.deep.equal([32, 32, 32]);
      expect(music.seconds).to.equal(16);
      expect([...page.matchAll(/class="note t\d changed"/g)]).to.have.length(4 + 4 + 3);
    });
  });
});
