/**
 * A real Pure Data at the other end. Opens every patch of `patches/pure-data`, lets the abstraction and the listener
 * talk to an OSC peer, and prints one line a statement.
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
import { OscPeer, freePort } from './rig/osc-peer.mjs';
import { PureData, installPureData, patches } from './rig/pure-data.mjs';
import { Statements } from './rig/statements.mjs';

const folder = mkdtempSync(join(tmpdir(), 'collaparte-pd-'));
const rig = new Statements();

/** Opens a patch, and closes it whatever happens in between. */
async function withPatch(patch, messages, during) {
  const pd = new PureData(patch, messages);
  try {
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
    await rig.that(`${name} opens without a complaint`, () => withPatch(join(patches, name), [], () => sleep(600)));
  }
  await rig.that('a patch with an object that does not exist is noticed', () =>
    assert.rejects(withPatch(testPatch('broken.pd', ['#X obj 20 20 no-such-object']), [], () => sleep(600)), /complained/));
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
      const [[port]] = await peer.hears('/subscribe', 5000);
      await peer.hears('/mute', 5000);
      await rig.that('collaparte.pd sends what was played and asked, as written in the table', () => {
        const sent = peer.heard.filter(({ address }) => address !== '/subscribe').map(({ address, args }) => [address, ...args]);
        assert.deepEqual(sent, [['/onset', 64, 80], ['/offset', 64], ['/start'], ['/goto', 17, 1], ['/loop/off'], ['/mute', 'piano', 1]]);
      });
      // To subscribers every message carries a running count.
      peer.send(port, '/note', 2, 60, 90, 1);
      peer.send(port, '/note', 2, 60, 0, 2);
      peer.send(port, '/position', 3, 1.5, 6.5, 3);
      peer.send(port, '/tempo/now', 72.5, 4);
      peer.send(port, '/state', 'playing', 5);
      peer.send(port, '/beat', 3, 1, 6);
      await rig.that('collaparte.pd hands notes, place, tempo and state to its outlets', async () => {
        await pd.says(/^REST/, 5000);
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
        const [[pitch, velocity, age]] = await peer.hears('/onset', 5000);
        assert.equal(peer.heard.findIndex(({ address }) => address === '/attack') < peer.heard.findIndex(({ address }) => address === '/onset'), true, 'the attack comes first');
        assert.equal(pitch, 69);
        assert.ok(velocity >= 1 && velocity <= 127, `velocity ${velocity}`);
        assert.ok(age >= 15 && age <= 150, `age ${age} ms`);
      }));
  });
}

try {
  installPureData();
  await everyPatchOpens();
  await abstractionSpeaks();
  await listenerHears();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = rig.close();
