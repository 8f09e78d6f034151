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
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { Daemon } from './rig/daemon.mjs';
import { installMissing, program } from './rig/debian.mjs';
import { Beside, clearDeadJack, startJack } from './rig/jack.mjs';
import { OscPeer, freePort, listened } from './rig/osc-peer.mjs';
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

const place = /frame = (\d+)\s+frame_time = \d+\s+usecs = (\d+)\s+state: Rolling\s+BBT:\s*(\d+)\|\s*(\d+)\|(\d+)/g;

/** Where it was when: milliseconds of our clock and of its sound, and quarters. */
function placesIn(time) {
  const places = [...time.said.matchAll(place)].map(([, frame, at, bar, , tick]) => ({ at: Number(at) / 1000, soundMs: Number(frame) / framesPerMs, quarter: (Number(bar) - 1) * quartersPerBar + Number(tick) / ticksPerQuarter }));
  const ahead = clockOf(time);
  return places.filter(({ at }, i) => at !== places[i - 1]?.at).map((one) => ({ ...one, at: one.at + ahead }));
}

/**
 * JACK's clock is one that nobody sets right, so it is some tenths of a second from ours after a day: what is printed
 * arrives at once or later, so that which came soonest tells.
 */
function clockOf(time) {
  const usecs = /usecs = (\d+)/g;
  let from = 0;
  const delays = time.saidBy.flatMap(([to, at]) => {
    const said = [...time.said.slice(from, to).matchAll(usecs)];
    from = to;
    return said.length > 0 ? [at - Number(said.at(-1)[1]) / 1000] : [];
  });
  return Math.min(...delays);
}

/** How long messages of this address came, in ms. */
function spanned(peer, address) {
  const times = peer.heard.filter((message) => message.address === address).map(({ at }) => at);
  return times.at(-1) - times[0];
}

const beside = [];
const peer = await OscPeer.open();
let daemon;
let hydrogen;
try {
  installMissing([program('hydrogen', 'hydrogen'), program('jackd', 'jackd2'), program('Xvfb', 'xvfb'), program('jack_showtime', 'jackd2')]);
  const oscPort = await freePort();
  writeSettings(oscPort);
  const { jack, env } = await startJack('h');
  const display = `:${100 + (process.pid % 800)}`;
  beside.push(jack, new Beside('Xvfb', [display, '-screen', '0', '800x600x24', '-nolisten', 'tcp']));
  await sleep(1000);
  hydrogen = new Beside('hydrogen', ['-s', '/usr/share/hydrogen/data/demo_songs/GM_kit_demo1.h2song'], { ...env, HOME: folder, XDG_RUNTIME_DIR: folder, DISPLAY: display });
  beside.push(hydrogen);
  await listened(oscPort, 60_000);
  await sleep(5000); // its song is loaded after that
  const wire = await OscPeer.open(oscPort);
  beside.push({ stop: () => wire.close() });
  peer.send(oscPort, '/Hydrogen/JACK_TRANSPORT_ACTIVATION', 1);
  peer.send(oscPort, '/Hydrogen/JACK_TIMEBASE_MASTER_ACTIVATION', 1);
  const port = await freePort();
  const shipped = JSON.parse(readFileSync(fileURLToPath(new URL('../presets/hydrogen.json', import.meta.url)), 'utf8'));
  const preset = join(folder, 'rig.json');
  writeFileSync(preset, JSON.stringify({ inputs: [{ osc: port }], outputs: [{ osc: peer.port }, { ...shipped.outputs.find((output) => 'daw' in output), port: wire.port }] }));
  daemon = new Daemon(['play', piece, '--preset', preset, '--no-memory']);
  await daemon.says(/waiting for the soloist/, 90_000);
  const time = new Beside('jack_showtime', [], env, 20);
  beside.push(time);
  // JACK's transport waits ten seconds for a program that comes in just as it starts.
  await time.says(/state: Stopped/, 20_000);
  const played = await playSolo(peer, port, piece, lastQuarter, breathing);
  await daemon.stop('SIGTERM');
  await sleep(700);
  await time.stop();
  const seen = placesIn(time);
  await rig.that('it plays, and its place can be read off', () => assert.ok(seen.length > 100, `${seen.length} places`));
  const { places, lostMs } = withoutGaps(seen);
  console.log(`# the sound card that is none lost ${lostMs.toFixed(0)} ms`);
  const told = wire.at('/Hydrogen/BPM').map(([bpm]) => bpm);
  console.log(`# it was told ${told.length} tempi, from ${Math.min(...told).toFixed(0)} to ${Math.max(...told).toFixed(0)} BPM, and once in ${(spanned(wire, '/Hydrogen/BPM') / told.length).toFixed(0)} ms`);
  await rig.that('its tempo goes with the soloist, up and down', () => assertTempoGoesWith(places, played));
  await rig.that('its beats are his', () => assertBeatsAreHis(places, played, { folded: true }));
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
process.exitCode = rig.close({ collaparte: daemon?.said, hydrogen: hydrogen?.said });
process.exit();
