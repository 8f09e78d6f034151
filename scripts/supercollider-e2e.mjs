/**
 * A real SuperCollider at the other end: its clock goes with the soloist, and the accompaniment sounds in its server.
 * The patch says each of its beats and each time its output became audible; both are compared with what was played here.
 *
 *   node scripts/supercollider-e2e.mjs
 *
 * Installs SuperCollider and JACK with apt where they are missing. All traffic stays on loopback.
 */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from './build.mjs';
import { Daemon } from './rig/daemon.mjs';
import { installMissing, program } from './rig/debian.mjs';
import { Beside, clearDeadJack, startJack } from './rig/jack.mjs';
import { OscPeer, freePort } from './rig/osc-peer.mjs';
import { playSolo } from './rig/scripted-soloist.mjs';
import { Statements } from './rig/statements.mjs';

build();
const { assertBeatsAreHis, assertTempoGoesWith } = await import('./rig/driven-program.mjs');

const folder = mkdtempSync(join(tmpdir(), 'collaparte-sc-'));
const rig = new Statements();
const piece = 'bach_bwv1003_3_andante';
const lastQuarter = 23;
/** Faster and slower again: from 50 to 70 and back within sixteen quarters. */
const breathing = (position) => 60 - 10 * Math.cos((position / 16) * 2 * Math.PI);
const headless = { QT_QPA_PLATFORM: 'offscreen', QTWEBENGINE_DISABLE_SANDBOX: '1', QTWEBENGINE_CHROMIUM_FLAGS: '--no-sandbox', HOME: folder, XDG_RUNTIME_DIR: folder };

/** Loads the patch that we ship, and makes it tell its beats and its sound. */
function listenerPatch(port) {
  const path = join(folder, 'listener.scd');
  const shipped = fileURLToPath(new URL('../patches/supercollider/collaparte.scd', import.meta.url));
  writeFileSync(path, `(
var peer = NetAddr("127.0.0.1", ${port});
${JSON.stringify(shipped)}.load;
fork {
  while { ~colla.isNil or: { Server.default.serverRunning.not } } { 0.1.wait };
  1.wait;
  SystemClock.sched(0, { peer.sendMsg('/clock', ~colla.beats, ~colla.tempo * 60); 0.02 });
  SynthDef(\\\\ear, { var level = Amplitude.kr(Mix(In.ar(0, 2)), 0.001, 0.05); SendReply.kr(level > 0.01, '/sounded', level); }).add;
  Server.default.sync;
  Synth.tail(Server.default, \\\\ear);
  OSCdef(\\\\sounded, { |message| peer.sendMsg('/sounded', message[3]) }, '/sounded');
  peer.sendMsg('/ready', NetAddr.langPort);
};
)`.replaceAll('\\\\\\\\', '\\\\').replaceAll('\\\\', '\\'));
  return path;
}

let jack, language, daemon;
const peer = await OscPeer.open();
try {
  installMissing([program('scsynth', 'supercollider-server'), program('sclang', 'supercollider-language'), program('jackd', 'jackd2')]);
  const started = await startJack('sc');
  jack = started.jack;
  language = new Beside('sclang', [listenerPatch(peer.port)], { ...headless, ...started.env });
  let langPort;
  await rig.that('the shipped patch loads in a real SuperCollider, and its server boots', async () => {
    [[langPort]] = await peer.hears('/ready', 60_000).catch((fault) => {
      throw new Error(`${fault.message}: ${language.said.trim().split('\n').slice(-6).join(' / ')}`);
    });
    assert.ok(!/ERROR/.test(language.said), language.said.match(/ERROR.*/)?.[0]);
  });
  const port = await freePort();
  const preset = join(folder, 'rig.json');
  writeFileSync(preset, JSON.stringify({ inputs: [{ osc: port }], outputs: [{ osc: langPort }, { daw: 'supercollider', port: langPort }] }));
  daemon = new Daemon(['play', piece, '--preset', preset, '--no-memory']);
  await daemon.says(/waiting for the soloist/, 90_000);
  const played = await playSolo(peer, port, piece, lastQuarter, breathing);
  await sleep(500);
  await daemon.stop('SIGTERM');
  const stoppedAt = performance.now();
  await sleep(800);
  const places = peer.heard.filter(({ address }) => address === '/clock').map(({ at, args: [quarter] }) => ({ at, quarter }));
  await rig.that('its tempo goes with the soloist, up and down', () => assertTempoGoesWith(places, played));
  await rig.that('its beats are his', () => assertBeatsAreHis(places, played));
  await rig.that('the accompaniment sounds in its server', () => {
    const sounded = peer.heard.filter(({ address }) => address === '/sounded').map(({ at }) => at);
    const during = sounded.filter((at) => at > played[0][1] - 100 && at < played.at(-1)[1] + 2000);
    console.log(`# it became audible ${during.length} times, first ${(during[0] - played[0][1]).toFixed(0)} ms after the soloist's first note`);
    assert.ok(during.length >= 3);
  });
  await rig.that('it is silent and stands still afterwards', () => {
    const after = places.filter(({ at }) => at > stoppedAt + 200);
    assert.ok(after.length > 5 && after.at(-1).quarter - after[0].quarter < 0.001, 'the clock runs on');
  });
} catch (fault) {
  await rig.that('the rig itself works', () => {
    throw fault;
  });
} finally {
  await daemon?.stop('SIGKILL');
  await language?.stop();
  await jack?.stop();
  clearDeadJack();
  peer.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = rig.close({ collaparte: daemon?.said, sclang: language?.said });
process.exit();
