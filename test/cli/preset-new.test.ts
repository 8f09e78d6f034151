import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPreset } from '../../src/app/cli/preset-argument.ts';
import { newCommand } from '../../src/app/cli/preset-new.ts';
import { listPresets } from '../../src/app/io/preset-files.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

describe('preset new', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'preset-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const collaparte = (...args: readonly string[]) => spawnSync(process.execPath, [main, 'preset', 'new', ...args], { encoding: 'utf8', cwd: folder });

  it('writes a rig that is as the shipped one is until it is changed, with its ports to be changed', async () => {
    const { status, stdout } = collaparte('my.json', '--from', 'reaper');
    expect(status).to.equal(0);
    expect(stdout).to.equal('my.json: edit it, then "collaparte preset show my.json" tells what it means\n');
    const written = JSON.parse(readFileSync(join(folder, 'my.json'), 'utf8')) as Record<string, unknown>;
    expect(written).to.deep.include({ extends: 'reaper', inputs: [{ midi: 'Colla Parte In', virtual: true }, { osc: 7770 }] });
    expect(written['outputs']).to.deep.equal([{ midi: 'Colla Parte Out', virtual: true }, { daw: 'reaper' }]);
  });

  it('can begin from every shipped preset', async () => {
    const { write } = process.stdout;
    for (const from of await listPresets()) {
      const file = join(folder, `${from}.json`);
      process.stdout.write = () => true; // what it says is looked at above
      try {
        await newCommand.handler({ file, from, _: [], $0: '' });
      } finally {
        process.stdout.write = write;
      }
      expect((await readPreset(file)).settings, from).to.deep.equal((await readPreset(from)).settings);
    }
  });

  it('refuses in one line what is there already, what is no file of presets and what is not shipped', () => {
    collaparte('my.json', '--from', 'reaper');
    const first = readFileSync(join(folder, 'my.json'), 'utf8');
    for (const [args, told] of [
      [['my.json'], 'collaparte: my.json: exists already; choose another name\n'],
      [['my'], 'collaparte: file: must end in .json, so that it is told from the name of a shipped preset, but is "my"\n'],
    ] as const) {
      const { status, stderr } = collaparte(...args);
      expect(stderr).to.equal(told);
      expect(status).to.equal(2);
    }
    const { status, stderr } = collaparte('other.json', '--from', 'raeper');
    expect(stderr).to.match(/^collaparte: --from: must be one of [a-z, -]+, but is "raeper"\n$/);
    expect(status).to.equal(2);
    expect(existsSync(join(folder, 'other.json'))).to.equal(false);
    expect(readFileSync(join(folder, 'my.json'), 'utf8')).to.equal(first);
  });
});
