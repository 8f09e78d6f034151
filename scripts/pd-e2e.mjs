/**
 * A real Pure Data at the other end. Opens every patch of `patches/pure-data`, lets the abstraction and the listener
 * talk to an OSC peer, and then gives a small concert: Pure Data plays the beginning of the Andante of Bach's BWV 1003 in
 * the timing of a violinist, the program follows, and this process hears the accompaniment. One line a statement.
 *
 *   node scripts/pd-e2e.mjs
 *
 * Installs Pure Data with apt where it is missing. All traffic stays on loopback, on free ports.
 */
import { strict as assert } from 'node:assert';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from './build.mjs';
import { Daemon } from './rig/daemon.mjs';
import { expectedOf } from './rig/expected-notes.mjs';
import { OscPeer, freePort } from './rig/osc-peer.mjs';
import { PureData, installPureData, patches } from './rig/pure-data.mjs';
import { Statements } from './rig/statements.mjs';

build();
const { quantile } = await import('../dist/src/core/math/statistics.js');
const { inOrder, stillSounding } = await import('../dist/test/support/heard-notes.js');

const folder = mkdtempSync(join(tmpdir(), 'collaparte-pd-'));
const rig = new Statements();

/** Opens a patch, and closes it whatever happens in between. */
async function withPatch(patch, messages, during) {
  const pd = new PureData(patch, messages);
  try {
    await pd.opened();
    await during(pd);
    assert.deepEqual(pd.complaints, [], 'Pure Data complained');
  } finally {
    await pd.stop();
  }
}

async function withPeer(during, relay) {
  const peer = await OscPeer.open(relay);
  try {
    await during(peer);
  } finally {
    peer.close();
  }
}

function testPatch(name, lines) {
  const path = join(folder, name);
  writeFileSync(path, ['#N canvas 0 0 600 400 12', ...lines].map((line) => `${line};\n`).join(''));
  return path;
}

async function everyPatchOpens() {
  for (const name of readdirSync(patches).filter((file) => file.endsWith('.pd'))) {
    await rig.that(`${name} opens without a complaint`, () => withPatch(join(patches, name), [], () => sleep(300)));
  }
  await rig.that('a patch with an object that does not exist is noticed', () =>
    assert.rejects(withPatch(testPatch('broken.pd', ['#X obj 20 20 no-such-object']), [], () => sleep(300)), /complained/));
}

/** The abstraction between a patch that plays and a peer that stands in for the accompanist. */
async function abstractionSpeaks() {
  await withPeer(async (peer) => {
    const patch = testPatch('abstraction.pd', [
      `#X obj 20 100 collaparte ${peer.port} ${await freePort()}`,
      ...['NOTE', 'PLACE', 'TEMPO', 'STATE', 'REST'].map((name, i) => `#X obj ${20 + 60 * i} 150 print ${name}`),
      '#X obj 20 20 r played', '#X obj 80 20 r asked',
      ...[0, 1, 2, 3, 4].map((i) => `#X connect 0 ${i} ${i + 1} 0`), '#X connect 6 0 0 0', '#X connect 7 0 0 1',
    ]);
    await withPatch(patch, ['played 64 80', 'played 64 0', 'asked start', 'asked goto 17 1', 'asked loop/off', 'asked mute piano 1'], async (pd) => {
      const [[port]] = await peer.hears('/subscribe', 20_000);
      await peer.hears('/mute', 20_000);
      await rig.that('collaparte.pd sends what was played and asked, as written in the table', () => {
        const sent = peer.heard.filter(({ address }) => address !== '/subscribe').map(({ address, args }) => [address, ...args]);
        assert.deepEqual(sent, [['/onset', 64, 80], ['/offset', 64], ['/start'], ['/goto', 17, 1], ['/loop/off'], ['/mute', 'piano', 1]]);
      });
      // To subscribers every message carries a running count; channels count from 0 on the wire and from 1 in Pure Data.
      peer.send(port, '/note', 1, 60, 90, 1);
      peer.send(port, '/note', 1, 60, 0, 2);
      peer.send(port, '/position', 3, 1.5, 6.5, 3);
      peer.send(port, '/tempo/now', 72.5, 4);
      peer.send(port, '/state', 'playing', 5);
      peer.send(port, '/beat', 3, 1, 6);
      await rig.that('collaparte.pd hands notes, place, tempo and state to its outlets', async () => {
        await pd.says(/^REST/, 20_000);
        assert.deepEqual(pd.lines.slice(-6), ['NOTE: 60 90 2', 'NOTE: 60 0 2', 'PLACE: 3 1.5 6.5', 'TEMPO: 72.5', 'STATE: symbol playing', 'REST: beat 3 1 6']);
      });
    });
  });
}

/** Plucked sines stand for an instrument: what counts is the two messages and the age, not the recall. */
async function listenerHears() {
  await withPeer(async (peer) => {
    const patch = testPatch('plucked.pd', [
      `#X obj 20 100 listener~ ${peer.port}`, '#X obj 20 20 r pitch', '#X obj 20 40 mtof', '#X obj 20 60 osc~ 220', '#X obj 120 60 vline~', '#X obj 20 80 *~', '#X obj 120 20 r pluck',
      '#X msg 120 40 0.3 3 \\, 0 400 3',
      '#X connect 1 0 2 0', '#X connect 2 0 3 0', '#X connect 3 0 5 0', '#X connect 6 0 7 0', '#X connect 7 0 4 0', '#X connect 4 0 5 1', '#X connect 5 0 0 0',
    ]);
    await rig.that('listener~.pd says that something was struck, then which note, and how long ago', () =>
      withPatch(patch, ['pd dsp 1', 'pitch 69', 'pluck bang'], async () => {
        const [[pitch, velocity, age]] = await peer.hears('/onset', 20_000);
        assert.equal(peer.heard.findIndex(({ address }) => address === '/attack') < peer.heard.findIndex(({ address }) => address === '/onset'), true, 'the attack comes first');
        assert.equal(pitch, 69);
        assert.ok(velocity >= 1 && velocity <= 127, `velocity ${velocity}`);
        assert.ok(age >= 15 && age <= 300, `age ${age} ms`);
      }));
  });
}

/**
 * Four processes: Pure Data plays, the program follows, a second Pure Data subscribes, and this one hears the accompaniment.
 * The soloist's messages pass through here on their way, so that both players are stamped by one clock.
 */
async function concert() {
  const piece = 'bach_bwv1003_3_andante';
  const lastQuarter = 15; // where the excerpt ends
  const port = await freePort();
  await withPeer(async (accompaniment) => {
    await withPeer(async (solo) => {
      const preset = join(folder, 'rig.json');
      writeFileSync(preset, JSON.stringify({ inputs: [{ osc: port }], outputs: [{ osc: accompaniment.port }] }));
      const daemon = new Daemon(['play', piece, '--preset', preset, '--no-memory']);
      try {
        await daemon.says(/waiting for the soloist/, 60_000);
        await playExcerpt(solo, port, daemon, accompaniment, piece, lastQuarter);
      } finally {
        await daemon.stop('SIGKILL');
      }
    }, port);
  });
}

async function playExcerpt(solo, port, daemon, accompaniment, piece, lastQuarter) {
  const abstraction = testPatch('subscriber.pd', [`#X obj 20 100 collaparte ${port} ${await freePort()}`, '#X obj 20 150 print NOTE', '#X obj 80 150 print TEMPO', '#X connect 0 0 1 0', '#X connect 0 2 2 0']);
  await withPatch(abstraction, [], (subscriber) =>
    withPatch(join(patches, 'soloist.pd'), [`soloist-connect localhost ${solo.port}`, 'soloist-read bwv1003-andante.txt', 'soloist-play bang'], async (soloist) => {
      await soloist.says(/^soloist-done/, 90_000);
      await sleep(500);
      await endsCleanly(daemon, accompaniment);
      const onsets = solo.heard.filter(({ address }) => address === '/onset');
      const notes = accompaniment.heard.filter(({ address }) => address === '/note').map(({ at, args: [channel, pitch, velocity] }) => ({ at, channel, pitch, velocity }));
      const { solo: positions, groups } = expectedOf(piece, lastQuarter);
      const heard = notes.filter(({ velocity }) => velocity > 0);
      let begun;
      await rig.that('every note of the accompaniment is played, and in the order of the score', () => {
        begun = inOrder(groups, notes);
      });
      await rig.that('nothing is played that is not written, and it does not run on without the soloist', () => {
        const count = groups.reduce((sum, { pitches }) => sum + pitches.length, 0);
        assert.ok(heard.length >= count && heard.length <= count + 4, `${heard.length} notes for ${count} written`);
      });
      await rig.that('every note is ended', () => assert.deepEqual(stillSounding(notes), []));
      await rig.that('it is played together with Pure Data', () => {
        assert.equal(onsets.length, positions.length, 'onsets sent by Pure Data');
        const apart = positions.flatMap((position, i) => (begun.has(position) ? [Math.abs(begun.get(position) - onsets[i].at)] : []));
        const [median, most] = [quantile(apart, 0.5), quantile(apart, 0.9)];
        console.log(`# ${apart.length} joint onsets, median ${median.toFixed(0)} ms apart, 90 % within ${most.toFixed(0)} ms`);
        // A quarter lasts two seconds and more: who does not hear him is apart by more than that.
        assert.ok(median <= 180 && most <= 600, `median ${median.toFixed(0)} ms, 90 % within ${most.toFixed(0)} ms`);
      });
      await rig.that('a patch that subscribes hears the same notes, and the tempo', () => {
        const printed = subscriber.lines.filter((line) => line.startsWith('NOTE: ')).map((line) => line.slice(6));
        assert.deepEqual(printed, notes.map(({ channel, pitch, velocity }) => `${pitch} ${velocity} ${channel + 1}`));
        const tempi = subscriber.lines.filter((line) => line.startsWith('TEMPO: ')).map((line) => Number(line.slice(7)));
        assert.ok(tempi.length > 5 && tempi.every((bpm) => bpm > 10 && bpm < 80), `tempi ${tempi.join(' ')}`);
      });
    }));
}

async function endsCleanly(daemon, accompaniment) {
  await rig.that('asked to stop, the program ends by itself with exit code 0', async () => {
    const code = await daemon.stop('SIGTERM');
    assert.equal(code, 0, daemon.said.trim().split('\n').at(-1));
  });
  // The last datagrams may still be on their way.
  await sleep(200);
  assert.ok(accompaniment.heard.length > 0, 'no accompaniment was heard');
}

try {
  installPureData();
  await everyPatchOpens();
  await abstractionSpeaks();
  await listenerHears();
  await concert();
} catch (fault) {
  await rig.that('the rig itself works', () => {
    throw fault;
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = rig.close();
