import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Audience } from '../../src/app/cli/audience.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const pitches = [60, 62, 64, 65, 67, 69, 71, 72];

/** In a terminal that a real kernel gives us, as a person has it. */
describe('play --keys in a terminal', function () {
  this.timeout(30_000);
  let folder: string;
  let audience: Audience;
  before(async function () {
    // That of util-linux; other systems have another one of this name.
    if (process.platform !== 'linux' || !spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux')) return this.skip();
    folder = mkdtempSync(join(tmpdir(), 'keys-'));
    audience = await Audience.open(new SystemClock());
  });
  after(async () => {
    if (folder === undefined) return;
    await audience.close();
    rmSync(folder, { recursive: true });
  });

  const line = (name: string, shift: number, channel: number): number[] => track([named(0, name), ...(channel === 0 ? [tempo(0, 250_000)] : []), ...pitches.flatMap((pitch, i) => note(i * 480, 470, pitch + shift, channel))]);

  /** Plays these keys with so many flags, then Ctrl-C. What the terminal is like afterwards tells whether it was given back. */
  async function playing(score: string, keys: string, ...flags: readonly string[]): Promise<void> {
    writeFileSync(join(folder, 'rig.json'), JSON.stringify({ extends: 'osc', outputs: [{ osc: audience.port }] }));
    const command = [process.execPath, main, 'play', score, '--preset', join(folder, 'rig.json'), '--osc-port', '0', '--no-memory', ...flags].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['-qec', `${command}; echo "code $?"; stty -a | grep -o -- '-\\?icanon'`, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let shown = '';
    child.stdout.on('data', (text) => (shown += String(text)));
    const shows = async (pattern: RegExp): Promise<void> => {
      for (let waited = 0; !pattern.test(shown) && waited < 20_000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(shown).to.match(pattern);
    };
    await shows(/waiting for the soloist/);
    for (const key of keys) {
      child.stdin.write(key);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    child.stdin.write('\u0003');
    await shows(/8 solo notes followed, 8 notes played/);
    await shows(/code 0\s+icanon/);
    child.stdin.end();
    await ended;
  }

  it('plays the letters as piano keys, is accompanied, ends with Ctrl-C, and gives the terminal back', async () => {
    const score = join(folder, 'tune.mid');
    writeFileSync(score, midiFile(1, 480, line('Flute', 0, 0), line('Piano', -12, 1)));
    await playing(score, 'asdfghjk', '--solo', 'Flute', '--keys');
    expect(audience.heard.filter(({ velocity }) => velocity > 0).map(({ pitch }) => pitch)).to.deep.equal(pitches.map((pitch) => pitch - 12));
  });

  it('taps the notes of the one of two soloists who sits there', async () => {
    const score = join(folder, 'trio.mid');
    writeFileSync(score, midiFile(1, 480, line('Flute', 0, 0), line('Oboe', -5, 1), line('Piano', -12, 2)));
    await playing(score, '        ', '--solo', 'Flute', '--solo', 'Oboe', '--here', 'oboe', '--tap');
  });
});
