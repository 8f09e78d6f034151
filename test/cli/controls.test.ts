import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

describe('collaparte controls', function () {
  this.timeout(20_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'controls-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const run = (...args: readonly string[]): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'controls', ...args], { encoding: 'utf8', env: { ...process.env, COLLAPARTE_DATA: folder } });
    return { status, said: `${stdout}${stderr}`.trim() };
  };

  it('lists what was learned, and forgets it', () => {
    expect(run('list').said).to.match(/^nothing was learned yet/);
    writeFileSync(join(folder, 'controls.json'), JSON.stringify({ about: 'mine', controls: [{ do: 'hold', controller: 64, channel: 1 }, { do: 'go-to', note: 36, bar: '17' }] }));
    expect(run('list').said).to.equal('1  hold          controller 64 (sustain pedal) on channel 1  values 64 to 127\n2  go-to bar 17  note 36 (C2)');
    expect(run('forget', 'hold').status).to.equal(0);
    const left = JSON.parse(readFileSync(join(folder, 'controls.json'), 'utf8')) as unknown;
    expect(left).to.deep.equal({ about: 'mine', controls: [{ do: 'go-to', note: 36, bar: '17' }] });
    expect(run('forget', '7')).to.deep.equal({ status: 2, said: 'collaparte: controls forget: must be a number of "controls list", an action or all; there are 1, but is "7"' });
  });

  it('says in one line what is wrong, and writes nothing', function () {
    expect(run('learn', 'go-to').said).to.equal('collaparte: controls learn: controls[0] must say where to go: bar or mark');
    expect(run('learn', 'dance').status).to.equal(2);
    writeFileSync(join(folder, 'mine.json'), '{"controls": [{"do": "hold"}]}');
    expect(run('list', '--file', join(folder, 'mine.json'))).to.include({ status: 2 });
    expect(existsSync(join(folder, 'controls.json'))).to.equal(false);
    if (existsSync('/dev/snd/seq')) this.skip();
    const { status, said } = run('learn', 'hold', '--port', 'FS-1');
    expect(status).to.equal(2);
    expect(said).to.match(/controls learn: port "FS-1" cannot be heard: MIDI is unavailable/);
  });
});
