/**
 * A synthesizer really played by a listening agent: a real Pure Data plays a musician's recording (readsf~) and hands on what it
 * plays as samples, the agent hears them and answers, the same Pure Data sounds with the synthesizer's live.pd and records
 * itself, and what it recorded is described and held against the musician. It must be nearer to him than the same synthesizer that stands still, and near to what the table promised.
 *
 *   node scripts/listen-e2e.mjs [SYNTH]
 *
 * Installs Pure Data with apt where it is missing. All traffic stays on loopback, on free ports.
 */
import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { freePort } from './rig/osc-peer.mjs';
import { installPureData } from './rig/pure-data.mjs';
import { Statements } from './rig/statements.mjs';

build();
installPureData();
const name = process.argv[2] ?? 'fm';
const seconds = 10;
const mostLag = 60; // frames of 23 ms: a busy machine takes its time to begin
const mostLate = 30;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = (path) => import(join(root, 'dist/src', path));
const { describe } = await dist('players/sound/descriptors.js');
const { columnsOf } = await dist('players/listen/features.js');
const { SoundingSpace } = await dist('players/listen/sounding-space.js');
const { differenceOf } = await dist('players/listen/agent.js');
const { rewardOf } = await dist('players/listen/reward.js');
const { readOsc } = await dist('app/io/osc-packet.js');
const { PcmReader } = await dist('app/io/pcm.js');
const { chooseSynth } = await dist('app/cli/synth/synth-argument.js');
const { tableOf, listeningWindow } = await dist('app/cli/synth/standard-table.js');
const { soundModelFor } = await dist('app/cli/sound-model.js');
const { renderSettings } = await dist('app/io/synth-render.js');
const { renderSolo } = await dist('app/cli/corpus/render.js');
const { quantile, mean } = await dist('core/math/statistics.js');

const folder = mkdtempSync(join(tmpdir(), 'collaparte-listen-'));
const rig = new Statements();
const rate = 44_100;
const hop = listeningWindow / 2;
const soundOf = (path) => new PcmReader(path, { format: 'f32le', rate, channels: 1 }).push(readFileSync(path));
const framesOf = (samples) => describe(samples, { sampleRate: rate, frame: listeningWindow, hop });

const block = 1024; // samples in a message

/** @param boxes each after its kind, as Pure Data writes them @param wires outlet to inlet */
const patch = (boxes, wires) => ['#N canvas 0 0 900 900 12', ...boxes.map((box, i) => `#X ${box.replace(/^(obj|msg) /, `$1 20 ${20 + 30 * i} `)}`), ...wires.map((wire) => `#X connect ${wire}`)].map((line) => `${line};\n`).join('');

/** @returns what Pure Data plays, until the recording is over, as samples */
function samplesFrom(player) {
  const stream = new PassThrough();
  let left = Math.ceil((rate * seconds) / block);
  player.on('connection', (socket) => {
    let text = '';
    socket.on('data', (bytes) => {
      const messages = (text + String(bytes)).split(';');
      text = messages.pop();
      for (const message of messages) {
        if (left <= 0) return;
        stream.write(new Uint8Array(Float32Array.from(message.trim().split(/\s+/), Number).buffer));
        if (--left === 0) stream.end();
      }
    });
  });
  return stream;
}

/** The same music never sounds twice the same, since oscillators go on from where they are: the mean counts. */
const howOften = 3;

/** Lets Pure Data play the musician and record the synthesizer, while the agent plays that. */
async function concert(synth, musician, take) {
  const recorded = join(folder, `synth-${take}.wav`);
  const [pdPort, orders] = [await freePort(), await freePort()];
  const control = join(folder, `control-${take}.pd`);
  // the samples of a block as a message, as soon as it is full: what goes over a wire without a sound card
  const player = createServer();
  player.listen(0, '127.0.0.1');
  await once(player, 'listening');
  const played = samplesFrom(player);
  writeFileSync(control, patch([
    `obj netreceive -u -b ${orders}`, 'obj oscparse', 'obj list trim', 'obj route start write', 'obj t b b b', 'obj s live-start', 'msg 1', 'obj readsf~ 1', 'msg 1', `obj metro ${block} 1 samp`, 'obj t b b',
    'obj array get musician', 'obj list prepend send', 'obj list trim', 'obj netsend', 'obj tabwrite~ musician', `obj table musician ${block}`, 'obj loadbang', 'obj t b b', `msg connect 127.0.0.1 ${player.address().port}`, `msg open ${musician}`, 'obj list', 'obj s live-write',
  ], ['0 0 1 0', '1 0 2 0', '2 0 3 0', '3 0 4 0', '4 2 5 0', '4 1 6 0', '6 0 7 0', '4 0 8 0', '8 0 9 0', '9 0 10 0', '10 1 11 0', '11 0 12 0', '12 0 13 0', '13 0 14 0', '10 0 15 0', '7 0 15 0', '17 0 18 0', '18 0 19 0', '19 0 14 0', '18 1 20 0', '20 0 7 0', '3 1 21 0', '21 0 22 0']));
  const pd = spawn('pd', ['-stderr', '-nogui', '-noaudio', '-nomidi', '-sleepgrain', '1', '-r', String(rate), '-path', dirname(synth.folder), '-open', join(synth.folder, 'live.pd'), '-open', control,
    '-send', `live-port ${pdPort}`, '-send', `live-size ${rate * (seconds + 2)}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  pd.stderr.on('data', (text) => (complaints += String(text)));
  const relay = createSocket('udp4');
  const orderer = createSocket('udp4');
  const { writeOsc } = await dist('app/io/osc-packet.js');
  const order = (address, ...args) => orderer.send(writeOsc(address, args), orders, '127.0.0.1');
  const settings = [];
  let begun = 0;
  relay.on('message', (bytes) => {
    for (const { address, args } of readOsc(bytes)) if (address === '/agent-params') settings.push({ at: (performance.now() - begun) / 1000, setting: Float64Array.from(args) });
    relay.send(bytes, pdPort, '127.0.0.1');
  });
  await new Promise((resolve) => relay.bind(0, '127.0.0.1', resolve));
  try {
    await sleep(1000);
    const agent = spawn(process.execPath, [join(root, 'dist/src/main.js'), 'improvise', '--synth', name, '--input', '-', '--audio-format', 'f32le', '--audio-rate', String(rate), '--audio-channels', '1', '--osc-in', '0', '--send', String(relay.address().port), '--json'], { stdio: ['pipe', 'pipe', 'pipe'] });
    played.pipe(agent.stdin);
    let said = '';
    let told = '';
    agent.stdout.on('data', (text) => (said += String(text)));
    agent.stderr.on('data', (text) => {
      told += String(text);
      if (begun > 0 || !String(text).includes('listens')) return;
      begun = performance.now();
      order('/start');
    });
    const [code] = await once(agent, 'exit');
    assert.equal(code, 0, `improvise ended with ${code}: ${told}`);
    await sleep(2500);
    order('/write', recorded);
    for (let i = 0; i < 100 && !existsSync(recorded); i++) await sleep(50);
    await sleep(500);
    if (!existsSync(recorded)) throw new Error(`Pure Data recorded nothing: ${complaints}`);
    return { report: JSON.parse(said), settings, sound: soundOf(recorded), complaints };
  } finally {
    relay.close();
    orderer.close();
    player.close();
    if (pd.exitCode === null) {
      pd.kill('SIGKILL');
      await once(pd, 'exit');
    }
  }
}

const synth = await chooseSynth(name);
const space = new SoundingSpace(await tableOf(synth, undefined), columnsOf(['specshape-centroid', 'chroma']), [], await soundModelFor(synth));
const scaled = (frame) => {
  const target = new Float64Array(space.width);
  space.scale(frame, target);
  return target;
};

const soundAt = (setting) => {
  const sound = new Float64Array(space.width);
  space.soundAt(setting, sound);
  return sound;
};

/** How near one concert came, by what sounded and by what was believed of the same settings. */
function oneTake({ report, settings, sound, complaints }, targets, still) {
  const heard = framesOf(sound).map(scaled);
  const settingAt = (frame) => {
    const at = (frame * hop + listeningWindow / 2) / rate;
    return (settings.findLast((one) => one.at <= at) ?? settings[0]).setting;
  };
  const promise = (frame) => soundAt(settingAt(frame));
  const count = Math.min(targets.length, heard.length) - mostLag - mostLate;
  const over = (each) => Array.from({ length: count }, (_, i) => each(i));
  const promises = Array.from({ length: count + mostLag }, (_, frame) => promise(frame));
  const nearest = (from, until, apart) => {
    const distances = Array.from({ length: until - from }, (_, i) => mean(over((frame) => apart(frame, from + i))));
    return from + distances.indexOf(Math.min(...distances));
  };
  // what it takes to hear and to answer, by what was sent; then, what it takes until that is sound
  const lag = nearest(0, mostLag, (i, frames) => differenceOf(promises[i + frames], targets[i]));
  const late = nearest(-lag, mostLate, (i, frames) => differenceOf(heard[i + lag + frames], promises[i + lag]));
  const real = over((i) => differenceOf(heard[i + lag + late], targets[i]));
  const table = over((i) => space.distanceAt(settingAt(i + lag), targets[i])); // what varies counts
  const standing = over((i) => differenceOf(still, targets[i]));
  const apart = over((i) => differenceOf(heard[i + lag + late], promises[i + lag]));
  const reward = (distances) => mean(distances.map((distance) => rewardOf('cubic', Math.min(2, distance))));
  const [earned, promised, resting] = [real, table, standing].map(reward);
  const figures = { synth: name, frames: count, lagMs: Math.round((1000 * lag * hop) / rate), lateMs: Math.round((1000 * late * hop) / rate), rmse: { real: mean(real), table: mean(table), still: mean(standing) }, reward: { real: earned, table: promised, still: resting }, shareOfTable: (earned - resting) / (promised - resting), realFromTable: { median: quantile(apart, 0.5), p90: quantile(apart, 0.9) }, answerMs: report.answerMs, frames_answered: report.frames };
  return { report, settings, complaints, figures };
}

try {
  await renderSolo({ piece: 'bach_bwv1030_1', instrument: 'flute', program: 73, heldOut: false }, { out: folder, length: seconds, renderer: 'built-in', seed: 1 });
  const musician = join(folder, 'bach_bwv1030_1-flute.wav');
  const targets = framesOf(soundOf(musician)).map(scaled);
  const still = soundAt(Float64Array.from(synth.params, ({ rest }) => rest));
  const takes = [];
  for (let i = 0; i < howOften; i++) takes.push(oneTake(await concert(synth, musician, i), targets, still));
  for (const { figures } of takes) console.log(JSON.stringify(figures, (_, value) => (typeof value === 'number' ? Number(value.toFixed(4)) : value)));
  const usually = (figure) => mean(takes.map(({ figures }) => figure(figures)));
  await rig.that('Pure Data opens the live synthesizer without a complaint', () => {
    for (const { complaints } of takes) assert.doesNotMatch(complaints, /error|couldn't|can't|no such|bad arguments|no method/i);
  });
  await rig.that('every frame is answered', () => {
    for (const { report } of takes) assert.ok(report.frames + report.givenWay >= targets.length - 1, `${report.frames} of ${targets.length}`);
  });
  await rig.that('parameters go on in steps that the synthesizer can follow', () => {
    for (const { settings } of takes) for (let i = 1; i < settings.length; i++) settings[i].setting.forEach((value, p) => assert.ok(Math.abs(value - settings[i - 1].setting[p]) <= 0.0501, `a step of ${value - settings[i - 1].setting[p]}`));
  });
  await rig.that('the real sound is nearer to the musician than standing still', () => {
    const [real, standing] = [usually(({ rmse }) => rmse.real), usually(({ rmse }) => rmse.still)];
    assert.ok(real < 0.9 * standing, `${real} against ${standing}`);
  });
  // oscillators that are mixed sound a little otherwise with every phase: what the table promised is not all there
  await rig.that('the real sound earns at least four fifths of what was believed over standing still', () => {
    const share = usually(({ shareOfTable }) => shareOfTable);
    assert.ok(share > 0.8, `${share.toFixed(2)} of it`);
  });
  await rig.that('a sine that is silent is silent until the next sound begins', async () => {
    const { folder: sine } = await chooseSynth('sine');
    const [sounds, length, settled] = [40, 7424, 2304]; // as a table is rendered
    const { samples } = await renderSettings(sine, Array.from({ length: sounds }, (_, i) => [0.5, i % 2]), length);
    for (let i = 0; i < sounds; i += 2) assert.ok(samples.subarray(i * length + settled, (i + 1) * length).every((value) => value === 0), `sound ${i}`);
  });
  const really = () => execFileSync(process.execPath, [join(root, 'dist/src/main.js'), 'bench', 'listen', '--synth', 'sine', '--held-out', '--frames', '60', '--real', '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await rig.that('what really sounds is told alike whenever it is measured, and the sine keeps its promise', () => {
    const [one, other] = [really(), really()].map((json) => JSON.parse(String(json)));
    assert.deepEqual(one.real, other.real);
    assert.ok(one.earnedReally.agent > 0.9 && one.real.agent.rmse < one.real.still.rmse, JSON.stringify(one.real));
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = rig.close();
