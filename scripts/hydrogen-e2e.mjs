/**
 * A real Hydrogen at the other end: a drummer whose tempo and beat go with the soloist. It is the master of a JACK time
 * base, so another program reads off where it is, and that is compared with when the soloist played.
 *
 *   node scripts/hydrogen-e2e.mjs
 *
 * Installs Hydrogen, JACK and a display without a screen with apt where they are missing. All traffic stays on loopback.
 */
import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { Daemon } from './rig/daemon.mjs';
import { installMissing, program } from './rig/debian.mjs';
import { Beside, clearDeadJack, startJack } from './rig/jack.mjs';
import { OscPeer, freePort } from './rig/osc-peer.mjs';
import { playSolo } from './rig/scripted-soloist.mjs';
import { Statements } from './rig/statements.mjs';

build();
const { assertBeatsAreHis, assertTempoGoesWith, withoutGaps } = await import('./rig/driven-program.mjs');

const folder = mkdtempSync(join(tmpdir(), 'collaparte-hydrogen-'));
const rig = new Statements();
const piece = 'bach_bwv1003_3_andante';
const lastQuarter = 23;
const ticksPerQuarter = 48;
const quartersPerBar = 4;
const framesPerMs = 48;
/** From 50 to 70 and back within sixteen quarters. */
const breathing = (position) => 60 - 10 * Math.cos((position / 16) * 2 * Math.PI);

/** Its own settings, with what we need changed; the user's are left alone. */
function writeSettings(oscPort) {
  const wanted = { audio_driver: 'JACK', oscEnabled: 'true', oscServerPort: oscPort, jack_timebase_enabled: 'true', jack_transport_mode_master: 'JACK_TIME_MASTER', showDevelWarning: 'false' };
  let text = readFileSync('/usr/share/hydrogen/data/hydrogen.default.conf', 'utf8');
  for (const [key, value] of Object.entries(wanted)) text = text.replaceAll(new RegExp(`<${key}>[^<]*</${key}>`, 'g'), `<${key}>${value}</${key}>`);
  mkdirSync(join(folder, '.hydrogen'));
  writeFileSync(join(folder, '.hydrogen', 'hydrogen.conf'), text);
}

/** Where it was when: milliseconds of the system's monotonic clock and of its sound, and quarters. */
function placesIn(said) {
  const lines = said.matchAll(/frame = (\d+)\s+frame_time = \d+\s+usecs = (\d+)\s+state: Rolling\s+BBT:\s*(\d+)\|\s*(\d+)\|(\d+)/g);
  const places = [...lines].map(([, frame, at, bar, , tick]) => ({ at: Number(at) / 1000, soundMs: Number(frame) / framesPerMs, quarter: (Number(bar) - 1) * quartersPerBar + Number(tick) / ticksPerQuarter }));
  return places.filter(({ at }, i) => at !== places[i - 1]?.at);
}

const beside = [];
const peer = await OscPeer.open();
let daemon;
try {
  installMissing([program('hydrogen', 'hydrogen'), program('jackd', 'jackd2'), program('Xvfb', 'xvfb'), program('jack_showtime', 'jackd2')]);
  const oscPort = await freePort();
  writeSettings(oscPort);
  const { jack, env } = await startJack('h');
  const display = `:${100 + (process.pid % 800)}`;
  beside.push(jack, new Beside('Xvfb', [display, '-screen', '0', '800x600x24', '-nolisten', 'tcp']));
  await sleep(1000);
  beside.push(new Beside('hydrogen', ['-s', '/usr/share/hydrogen/data/demo_songs/GM_kit_demo1.h2song'], { ...env, HOME: folder, XDG_RUNTIME_DIR: folder, DISPLAY: display }));
  await sleep(8000);
  peer.send(oscPort, '/Hydrogen/JACK_TRANSPORT_ACTIVATION', 1);
  peer.send(oscPort, '/Hydrogen/JACK_TIMEBASE_MASTER_ACTIVATION', 1);
  const port = await freePort();
  const shipped = JSON.parse(readFileSync(fileURLToPath(new URL('../presets/hydrogen.json', import.meta.url)), 'utf8'));
  const preset = join(folder, 'rig.json');
  writeFileSync(preset, JSON.stringify({ inputs: [{ osc: port }], outputs: [{ osc: peer.port }, { ...shipped.outputs.find((output) => 'daw' in output), port: oscPort }] }));
  daemon = new Daemon(['play', piece, '--preset', preset, '--no-memory']);
  await daemon.says(/waiting for the soloist/, 90_000);
  const time = new Beside('jack_showtime', [], env, 20);
  beside.push(time);
  const played = await playSolo(peer, port, piece, lastQuarter, breathing);
  const monotonic = Number(process.hrtime.bigint()) / 1e6 - performance.now();
  await daemon.stop('SIGTERM');
  await sleep(700);
  await time.stop();
  const seen = placesIn(time.said);
  await rig.that('it plays, and its place can be read off', () => assert.ok(seen.length > 100, `${seen.length} places`));
  const { places, lostMs } = withoutGaps(seen);
  console.log(`# the sound card that is none lost ${lostMs.toFixed(0)} ms`);
  const his = played.map(([position, at]) => [position, at + monotonic]);
  await rig.that('its tempo goes with the soloist, up and down', () => assertTempoGoesWith(places, his));
  await rig.that('its beats are his', () => assertBeatsAreHis(places, his, { folded: true }));
  await rig.that('it pauses when we leave', () => assert.match(time.said.slice(-400), /state: Stopped/));
} catch (fault) {
  await rig.that('the rig itself works', () => {
    throw fault;
  });
} finally {
  await daemon?.stop('SIGKILL');
  for (const one of beside.reverse()) await one.stop();
  clearDeadJack();
  peer.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = rig.close();
process.exit();
