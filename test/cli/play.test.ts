import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Audience } from '../../src/app/cli/audience.ts';
import { dataFolder } from '../../src/app/io/data-files.ts';
import { readPiece } from '../../src/app/io/pieces.ts';
import { actionsOf, playOverOsc } from '../../src/app/io/osc-soloist.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import { fromPerformance } from '../../src/learning/sim/performed.ts';
import { start } from '../support/running-play.ts';
import type { Running } from '../support/running-play.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const piece = 'bach_bwv1003_3_andante';
const residentLimit = 150; // MB

const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
/** The process that plays, beneath the one that minds it. */
const playerOf = (pid: number): number => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());

describe('collaparte play', function () {
  this.timeout(40_000);
  let folder: string;
  let audience: Audience;
  let running: Running | undefined;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'play-'));
    audience = await Audience.open(new SystemClock());
    writeFileSync(join(folder, 'rig.json'), JSON.stringify({ extends: 'osc', outputs: [{ osc: audience.port }] }));
  });
  afterEach(async () => {
    running?.process.kill('SIGKILL');
    await audience.close();
    rmSync(folder, { recursive: true });
  });

  it('accompanies, stays small, ends every note on SIGTERM, and leaves a log that replays the same', async () => {
    const log = join(folder, 'concert.jsonl');
    running = await start(piece, '--preset', join(folder, 'rig.json'), '--osc-port', '0', '--log', log);
    const { reading, performances } = await readPiece(piece);
    const soloist = reading.score.parts.find((part) => part.role === 'solo')!;
    // The first bars twice as fast as he played them, from his first note; cut off while notes sound.
    const solo = actionsOf(fromPerformance(performances[0]!.performance, soloist)).slice(0, 16);
    const quick = solo.map(([time, ...rest]) => [(time - solo[0]![0]) / 2, ...rest] as unknown as (typeof solo)[number]);
    await playOverOsc({ host: '127.0.0.1', port: running.oscPort, actions: quick });
    if (process.platform === 'linux') {
      const { pid } = running.process;
      expect(residentMb(playerOf(pid!))).to.be.below(residentLimit);
      expect(residentMb(pid!)).to.be.below(100);
    }
    running.process.kill('SIGTERM');
    expect((await running.ended).code).to.equal(0);
    expect(running.out()).to.match(/^bar {3}1 {2}beat 1\.0/);
    expect(running.out()).to.match(/\d+ solo notes followed, \d+ notes played, \d+ late/);
    const begun = audience.heard.filter((note) => note.velocity > 0).length;
    expect(begun).to.be.greaterThan(4);
    const down = new Set<number>();
    for (const { pitch, velocity } of audience.heard) {
      if (velocity > 0) down.add(pitch);
      else down.delete(pitch);
    }
    expect([...down]).to.deep.equal([]);

    const replayed = spawnSync(process.execPath, [main, 'replay', log], { encoding: 'utf8' });
    expect(replayed.stdout).to.match(/^\d+ events, \d+ commands: the same\n$/);
    expect(replayed.status).to.equal(0);

    const lines = readFileSync(log, 'utf8').split('\n');
    const at = lines.findIndex((line) => line.includes('"note-on"'));
    lines[at] = lines[at]!.replace(/"velocity":(\d+),"position"/, (_, value: string) => `"velocity":${Number(value) - 1},"position"`);
    writeFileSync(log, lines.join('\n'));
    const other = spawnSync(process.execPath, [main, 'replay', log], { encoding: 'utf8' });
    expect(other.stdout).to.include(`line ${at + 1} went otherwise`);
    expect(other.status).to.equal(1);
  });

  it('comes back when it is killed, keeps the log of what was before, and goes down with the process that minds it', async function () {
    if (process.platform !== 'linux') this.skip();
    const log = join(folder, 'concert.jsonl');
    running = await start(piece, '--preset', join(folder, 'rig.json'), '--osc-port', '0', '--log', log);
    const first = playerOf(running.process.pid!);
    await playOverOsc({ host: '127.0.0.1', port: running.oscPort, actions: [[0, 'on', 76, 80], [0.3, 'off', 76]] });
    process.kill(first, 'SIGKILL');
    const second = await running.says(/the player broke \(SIGKILL\)[^]*waiting for the soloist {2}oscPort=(\d+)/);
    expect(Number(second[1])).to.equal(running.oscPort);
    expect(readFileSync(log, 'utf8').split('\n').length).to.be.greaterThan(2);
    expect(existsSync(join(folder, 'concert-2.jsonl'))).to.equal(true);
    const player = playerOf(running.process.pid!);
    running.process.kill('SIGKILL');
    for (let waited = 0; existsSync(`/proc/${player}/stat`) && !readFileSync(`/proc/${player}/stat`, 'utf8').includes(') Z ') && waited < 5000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(existsSync(`/proc/${player}/stat`) && !readFileSync(`/proc/${player}/stat`, 'utf8').includes(') Z ')).to.equal(false);
  });

  it('plays on from the score that it has read, whatever happens to the file', async () => {
    const files = ['solo.mid', 'accompaniment.mid'].map((name) => join(folder, name));
    for (const file of files) copyFileSync(join(dataFolder(), 'presets', 'pieces', piece, basename(file)), file);
    running = await start('--solo', files[0]!, '--accompaniment', files[1]!, '--preset', join(folder, 'rig.json'), '--osc-port', '0');
    writeFileSync(files[0]!, 'no score any more');
    rmSync(files[1]!);
    await playOverOsc({ host: '127.0.0.1', port: running.oscPort, actions: [[0, 'on', 76, 80], [0.3, 'off', 76]] });
    running.process.kill('SIGTERM');
    expect((await running.ended).code).to.equal(0);
    expect(running.out()).to.match(/1 solo notes followed/);
  });

  it('begins at a bar by its printed number, and refuses one that is not there', async () => {
    const wrong = spawnSync(process.execPath, [main, 'play', piece, '--preset', join(folder, 'rig.json'), '--osc-port', '0', '--from', '99'], { encoding: 'utf8' });
    expect(wrong.stderr).to.match(/collaparte: --from: must be the printed number of a bar of bach_bwv1003_3_andante, but is "99"\n$/);
    expect(wrong.status).to.equal(2);
    running = await start(piece, '--preset', join(folder, 'rig.json'), '--osc-port', '0', '--from', '5');
    running.process.kill('SIGINT');
    expect((await running.ended).code).to.equal(0);
  });

  for (const [flags, fault] of [
    [['--loop', '24-17'], /--loop: must name bars of the score such as 17-24, .*, but is "24-17"/],
    [['--speed', '0'], /--speed: must lie in 0\.1\.\.4 of the printed tempo, but is 0/],
    [['--count-in', '1.5'], /--count-in: must be a whole number of bars/],
    [['--mute', 'Tuba'], /--mute: must name a part that accompanies/],
    [['--route', 'twice'], /--route: must name bars/],
    [['--cut', '1-99'], /--cut: must name bars/],
  ] as const) {
    it(`refuses ${flags.join(' ')}, which does not fit the piece`, () => {
      const wrong = spawnSync(process.execPath, [main, 'play', piece, '--preset', join(folder, 'rig.json'), '--osc-port', '0', ...flags], { encoding: 'utf8' });
      expect(wrong.stderr).to.match(fault);
      expect(wrong.status).to.equal(2);
    });
  }

  it('counts in and loops a passage slowly', async () => {
    const rig = ['--preset', join(folder, 'rig.json'), '--osc-port', '0'];
    running = await start(piece, ...rig, '--loop', '17-24', '--count-in', '1', '--speed', '0.7');
    while (audience.heard.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    running.process.kill('SIGTERM');
    expect((await running.ended).code).to.equal(0);
    expect(audience.heard[0]).to.include({ channel: 9, pitch: 76 });
    expect(running.out()).to.match(/bar {2}17 .*countin/);
  });

  it('tells in one line what to install where a preset goes with Link, which does not come along', function () {
    if (existsSync(fileURLToPath(new URL('../../../node_modules/abletonlink', import.meta.url)))) this.skip();
    const alone = spawnSync(process.execPath, [main, 'play', piece, '--preset', 'link', '--osc-port', '0', '--no-memory'], { encoding: 'utf8', cwd: folder });
    // Above it may stand that this machine has no MIDI.
    const told = alone.stderr.trimEnd().split('\n').filter((line) => !/MIDI is unavailable/.test(line));
    expect(told).to.deep.equal(['collaparte: link: needs the package abletonlink (GPL), which does not come along: run "npm install --no-save abletonlink" where you start this program']);
    expect(alone.stdout).to.equal('');
    expect(alone.status).to.equal(2);
  });

  it('says which port is taken', async () => {
    running = await start(piece, '--preset', join(folder, 'rig.json'), '--osc-port', '0');
    const second = spawnSync(process.execPath, [main, 'play', piece, '--preset', join(folder, 'rig.json'), '--osc-port', String(running.oscPort)], { encoding: 'utf8' });
    expect(second.stderr).to.match(new RegExp(`^collaparte: osc 127\\.0\\.0\\.1:${running.oscPort}: cannot be listened to: .*EADDRINUSE`));
    expect(second.status).to.equal(2);
    running.process.kill('SIGTERM');
    await running.ended;
  });
});
