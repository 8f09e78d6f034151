import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { meter, midiFile, named, note, tempo, track } from '../support/midi-file-bytes.ts';
import { OscProgram } from '../support/osc-program.ts';
import { refusalOf } from '../support/refusal.ts';
import { start } from '../support/running-play.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const bar = 1920;
const scale = [60, 62, 64, 65, 67, 65, 64, 62];
/** Two bars of a tune, two in which both rest, at 240 quarters a minute. */
const tune = midiFile(1, 480,
  track([tempo(0, 250_000), meter(0, 4, 2)]),
  track([named(0, 'Flute'), ...scale.flatMap((pitch, i) => note(i * 480, 450, pitch + 12)), ...note(4 * bar, 480, 72)]),
  track([named(0, 'Piano'), ...[0, 1, 4].flatMap((b) => [48, 52, 55].flatMap((pitch) => note(b * bar, 1900, pitch, 1)))]));

describe('play --fill', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'fill-'));
  after(() => rmSync(folder, { recursive: true }));

  it('plays notes of the model in the open bars, after the soloist, and logs a concert that is played again the same', async () => {
    const synth = await OscProgram.open();
    const [score, preset, log] = ['tune.mid', 'wire.json', 'concert.jsonl'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(score, tune);
    writeFileSync(preset, JSON.stringify({ extends: 'osc', outputs: [{ osc: synth.port }] }));
    const running = await start(score, '--solo', 'Flute', '--preset', preset, '--osc-port', '0', '--no-supervisor', '--no-memory', '--fill', '3-4', '--log', log);
    for (const pitch of scale) {
      synth.say(running.oscPort, '/onset', pitch + 12, 80);
      await new Promise((resolve) => setTimeout(resolve, 245));
    }
    await new Promise((resolve) => setTimeout(resolve, 3500));
    running.process.kill('SIGINT');
    expect(await running.ended).to.deep.equal({ code: 0 });
    synth.close();
    const notes = synth.heard.filter(({ address }) => address === '/note').map(({ args }) => args as [number, number, number]);
    // Three chords of three notes are written; the rest is the model's.
    expect(notes.filter(([, , velocity]) => velocity > 0).length).to.be.above(9);
    const sounding = new Set<number>();
    for (const [, pitch, velocity] of notes) if (velocity > 0) sounding.add(pitch); else sounding.delete(pitch);
    expect([...sounding]).to.deep.equal([]);
    const { status, stdout } = spawnSync(process.execPath, [main, 'replay', log, '--json'], { encoding: 'utf8' });
    expect([status, (JSON.parse(stdout) as { same: boolean }).same]).to.deep.equal([0, true]);
  });

  it('says in one line what it cannot use', async () => {
    const score = join(folder, 'other.mid');
    writeFileSync(score, tune);
    for (const [args, line] of [[['--fill', '9-12'], '--fill'], [['--fill', '3', '--fill', '3-4'], 'only once'], [['--fill', '3', '--fill-part', 'Tuba'], '--fill-part']] as const) {
      const { told, status } = await refusalOf(['play', score, '--solo', 'Flute', '--preset', 'osc', '--osc-port', '0', ...args]);
      expect([status, told.trim().split('\n').length], told).to.deep.equal([2, 1]);
      expect(told).to.contain(line);
    }
  });
});
