import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../src/core/math/random.ts';
import { ComposerModel } from '../../src/app/cli/composer-model.ts';
import { laidOut } from '../../src/app/cli/embedding/group.ts';
import { wordGroups } from '../../src/app/cli/embedding/words.ts';
import { dataFolder } from '../../src/app/io/data-files.ts';
import type { Embedding } from '../../src/app/monitor/embedding/embedding.ts';
import { meter, midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';
import { refusalOf } from '../support/refusal.ts';

const likeness = (a: Float64Array, b: Float64Array): number => {
  const product = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
};

/** Pieces of two kinds: quick scales up high, and long low chords. */
const piece = (kind: 'scale' | 'chords', shift: number): Uint8Array => midiFile(1, 480,
  track([tempo(0, 500_000), meter(0, 4, 2)]),
  track([named(0, kind === 'scale' ? 'Flute' : 'Piano'), ...Array.from({ length: 12 }, (_, b) => (kind === 'scale'
    ? [72, 74, 76, 77, 79, 77, 76, 74].flatMap((pitch, i) => note(b * 1920 + i * 240, 220, pitch + shift))
    : [48, 52, 55].flatMap((pitch) => note(b * 1920, 1900, pitch + shift + (b % 3) * 2)))).flat()]));

describe('what is alike to a model that writes', () => {
  it('takes neighbours in length and in loudness to be more alike than others', async () => {
    const model = await ComposerModel.open('composer-open');
    const groups = wordGroups(model);
    await model.close();
    for (const name of ['Lengths', 'Velocities']) {
      const { rows } = groups.find((group) => group.name === name)!;
      const beside = rows.slice(1).reduce((sum, row, i) => sum + likeness(row, rows[i]!), 0) / (rows.length - 1);
      const apart = rows.slice(8).reduce((sum, row, i) => sum + likeness(row, rows[i]!), 0) / (rows.length - 8);
      expect(beside, name).to.be.above(apart + 0.15);
    }
  });

  it('lays what points the same way together, however long it is', () => {
    const chance = new Random(5);
    const ways = [0, 1].map(() => Array.from({ length: 300 }, () => chance.normal()));
    const rows = Array.from({ length: 20 }, (_, i) => Float64Array.from(ways[i % 2]!, (value) => (value + 0.2 * chance.normal()) * (1 + i)));
    const { projections } = laidOut({ name: 'Things', about: '', rows, colourings: [], things: rows.map(() => ({ name: '', told: '', notes: [] })) });
    for (const { name, map } of projections) {
      map.forEach(([x, y], i) => {
        const nearest = map.map((_, j) => j).filter((j) => j !== i).sort((a, b) => Math.hypot(map[a]![0] - x, map[a]![1] - y) - Math.hypot(map[b]![0] - x, map[b]![1] - y))[0]!;
        expect(nearest % 2, `${name}, neighbour of ${i}`).to.equal(i % 2);
      });
    }
  });

  describe('embedding', function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), 'embedding-'));
    const main = join(dataFolder(), 'dist', 'src', 'main.js');
    const run = (...args: readonly string[]) => spawnSync(process.execPath, [main, 'embedding', ...args], { encoding: 'utf8' });
    const music = join(folder, 'music');
    before(() => {
      for (const kind of ['scale', 'chords'] as const) {
        mkdirSync(join(music, kind), { recursive: true });
        for (let i = 0; i < 4; i++) writeFileSync(join(music, kind, `${i}.mid`), piece(kind, i));
      }
    });
    after(() => rmSync(folder, { recursive: true }));

    it('writes one page of words, notes and pieces that needs nothing else, and says where pieces lie', () => {
      const out = join(folder, 'page.html');
      const { status, stdout, stderr } = run(music, '--notes', '20', '--out', out, '--json');
      expect(status, stderr).to.equal(0);
      const told = JSON.parse(stdout) as { groups: { name: string; things: { name: string; places: [number, number][]; colours: Record<string, string> }[] }[] };
      expect(told.groups.map(({ name, things }) => [name, things.length])).to.deep.equal([['Pitches', 88], ['Lengths', 32], ['Velocities', 32], ['Notes', 20], ['Pieces', 8]]);
      // The first direction in which pieces differ is that of their kind.
      const pieces = told.groups.at(-1)!.things;
      const places = (kind: string): number[] => pieces.filter(({ colours }) => colours.corpus === kind).map((one) => one.places[0]![0]);
      const [scales, chords] = [places('scale'), places('chords')];
      expect([scales.length, chords.length]).to.deep.equal([4, 4]);
      expect(Math.max(...scales) < Math.min(...chords) || Math.max(...chords) < Math.min(...scales)).to.equal(true);

      const page = readFileSync(out, 'utf8');
      expect(page).to.not.match(/(src|href)="/);
      const imports = Object.keys((JSON.parse(/<script type="importmap">(.*?)<\/script>/s.exec(page)![1]!) as { imports: object }).imports);
      expect([...page.matchAll(/^import .* from "(.*)";$/gm)].map(([, name]) => name)).to.deep.equal(imports);
      const { groups } = JSON.parse(/id="embedding">(.*?)<\/script>/s.exec(page)![1]!) as Embedding;
      const shown = groups.at(-2)!.things[0]!;
      expect(shown.name).to.match(/^[A-G][b#]?\d in \d\.mid$/);
      expect(shown.notes.every(([begin, end, pitch]) => begin >= 0 && end > begin && pitch > 40)).to.equal(true);
      expect(groups.every(({ colourings, things }) => colourings.every(({ of }) => of.length === things.length))).to.equal(true);
    });

    it('says in one line what it cannot use', async () => {
      for (const [args, line] of [[['--notes', '2'], '--notes'], [['none.mid'], 'none.mid'], [[join(music, 'scale', '0.mid')], 'at least 3 pieces'], [['--model', 'nobody'], '--model']] as const) {
        const { told, status } = await refusalOf(['embedding', ...args, '--out', join(folder, 'none.html')]);
        expect([status, told.trim().split('\n').length], told).to.deep.equal([2, 1]);
        expect(told).to.contain(line);
      }
    });
  });
});
