/**
 * What happens on real MIDI ports. Runs inside the virtual machine that `scripts/vm-midi.mjs` boots; prints `ok` or
 * `not ok` for each statement and exits with 1 when one does not hold.
 */
import midi from '@julusian/midi';
import { strict as assert } from 'node:assert';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median, quantile } from '../../src/core/math/statistics.ts';
import type { HeardNote } from '../support/heard-notes.ts';
import { inOrder, stillSounding } from '../support/heard-notes.ts';
import { accompaniment, duetFile, solo } from './duet.ts';
import type { Heard } from './midi-ports.ts';
import { listenTo, machineTime } from './midi-ports.ts';
import { closeStatements, statement } from './statements.ts';

/** Onset in ms, pitch, velocity, length in ms. */
type Note = readonly [number, number, number, number];

/** Lets the soloist play these notes to a port. @returns when each onset was really sent */
async function play(port: string, notes: readonly Note[]): Promise<number[]> {
  const path = join(tmpdir(), 'notes.json');
  writeFileSync(path, JSON.stringify(notes));
  const soloist = spawn(process.execPath, [fileURLToPath(new URL('soloist.js', import.meta.url)), port, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  soloist.stdout.on('data', (text) => (said += String(text)));
  const code = await new Promise((resolve) => soloist.on('close', resolve));
  assert.equal(code, 0, 'the soloist stopped with a fault');
  return JSON.parse(said) as number[];
}

await statement('two processes hear each other over virtual ports, in order and whole', async () => {
  const heard: Heard[] = [];
  const input = new midi.Input();
  input.on('message', (_delta, bytes) => heard.push({ at: machineTime(), bytes }));
  input.openVirtualPort('Rig Listener');
  const notes = Array.from({ length: 24 }, (_, i): Note => [i * 120, 48 + i, 60 + i, 80]);
  const sent = await play('Rig Listener', notes);
  await sleep(200);
  input.destroy();
  assert.deepEqual(heard.filter(({ bytes }) => bytes[0] === 0x90).map(({ bytes }) => bytes), notes.map(([, pitch, velocity]) => [0x90, pitch, velocity]));
  assert.equal(heard.filter(({ bytes }) => bytes[0] === 0x80).length, notes.length);
  const delays = heard.filter(({ bytes }) => bytes[0] === 0x90).map(({ at }, i) => at - sent[i]!).sort((a, b) => a - b);
  console.log(`# round trip, median ${delays[12]!.toFixed(1)} ms, longest ${delays[23]!.toFixed(0)} ms`);
  assert.ok(delays[12]! < 300, `median delay ${delays[12]!.toFixed(1)} ms`);
});

/** The program as a process of its own, once it has said `awaited`. */
async function start(args: readonly string[], awaited: string): Promise<{ program: ChildProcess; said: () => string }> {
  const program = spawn(process.execPath, [fileURLToPath(new URL('../../src/main.js', import.meta.url)), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (text) => (said += String(text)));
  const deadline = machineTime() + 240_000; // an emulated processor is slow, and its host may be busy
  while (!said.includes(awaited)) {
    if (program.exitCode !== null || machineTime() > deadline) throw new Error(`the program does not say '${awaited}': ${said.trim()}`);
    await sleep(50);
  }
  return { program, said: () => said };
}

async function startDaemon(): Promise<{ daemon: ChildProcess; said: () => string }> {
  const score = join(tmpdir(), 'duet.mid');
  writeFileSync(score, duetFile(writtenTempo));
  const { program, said } = await start(['play', score, '--solo', 'Violin', '--preset', 'midi'], 'waiting for the soloist');
  return { daemon: program, said };
}

async function stop(daemon: ChildProcess): Promise<number | string | null> {
  if (daemon.exitCode !== null) return daemon.exitCode;
  const ended = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  const patience = setTimeout(() => daemon.kill('SIGKILL'), 60_000);
  await ended;
  clearTimeout(patience);
  return daemon.exitCode ?? daemon.signalCode;
}

function notesOf(heard: readonly Heard[]): HeardNote[] {
  return heard.flatMap(({ at, bytes: [status = 0, pitch = 0, velocity = 0] }) => {
    const kind = status & 0xf0;
    return kind === 0x90 || kind === 0x80 ? [{ at, channel: (status & 0x0f) + 1, pitch, velocity: kind === 0x90 ? velocity : 0 }] : [];
  });
}

const writtenTempo = 100;
const playedTempo = 88;
const beatMs = 60_000 / playedTempo;
const violin = solo.map(({ position, pitch }): Note => [position * beatMs, pitch, 80, 0.9 * beatMs]);

{
  const { daemon, said } = await startDaemon();
  const heard: Heard[] = [];
  const listener = await listenTo('Colla Parte Out', 60_000, heard);
  const sent = await play('Colla Parte In', violin);
  await sleep(4 * beatMs);
  const code = await stop(daemon);
  await sleep(300);
  listener.destroy();
  const notes = notesOf(heard);
  let begun: ReadonlyMap<number, number> = new Map();
  await statement('the piano plays every written note up to the last of the violin, in order', async () => {
    begun = inOrder(accompaniment(15.25), notes);
  });
  await statement('the piano plays nothing that is not written', async () => {
    const written = accompaniment(16).flatMap(({ pitches }) => pitches).length;
    assert.ok(notes.filter(({ velocity }) => velocity > 0).length <= written);
  });
  await statement('every note of the piano is ended', async () => assert.deepEqual(stillSounding(notes), []));
  await statement('the piano is with the violin', async () => {
    const apart = solo.flatMap(({ position }, i) => (begun.has(position) ? [Math.abs(begun.get(position)! - sent[i]!)] : []));
    console.log(`# ${apart.length} joint onsets, median ${median(apart).toFixed(0)} ms apart, 90 % within ${quantile(apart, 0.9).toFixed(0)} ms`);
    // At the written tempo the piano would be a whole quarter ahead after two bars.
    assert.ok(median(apart) < 250, `median ${median(apart).toFixed(0)} ms`);
  });
  await statement('asked to stop, the program ends by itself with exit code 0', async () => assert.equal(code, 0, said().trim().split('\n').at(-1)));
}

await statement('a program that is told to stop in the middle ends what sounds', async () => {
  const { daemon } = await startDaemon();
  const heard: Heard[] = [];
  const listener = await listenTo('Colla Parte Out', 60_000, heard);
  await play('Colla Parte In', violin.slice(0, 5));
  const before = stillSounding(notesOf(heard));
  const code = await stop(daemon);
  await sleep(500);
  listener.destroy();
  assert.ok(before.length > 0, 'a note was sounding');
  assert.deepEqual(stillSounding(notesOf(heard)), []);
  assert.equal(code, 0);
});

await statement('ports --watch shows what is played', async () => {
  const { program, said } = await start(['ports', '--watch', '--preset', 'midi'], 'listening on');
  await play('Colla Parte In', violin.slice(0, 2));
  const deadline = machineTime() + 10_000;
  while (!/\boff +d5/i.test(said()) && machineTime() < deadline) await sleep(50);
  assert.equal(await stop(program), 0);
  const shown = said().split('\n').flatMap((line) => /\b(on|off) +([a-g]#?\d)/i.exec(line)?.slice(1, 3).join(' ').toLowerCase() ?? []);
  assert.deepEqual(shown, ['on c5', 'off c5', 'on d5', 'off d5']);
});

await statement('a phrase is answered out of the other port, in a bar of its beat after it, and every note let go', async () => {
  for (const name of await readdir('runtime')) await rename(join('runtime', name), join('node_modules', name));
  const bpm = 30; // an emulated processor writes slowly
  const barMs = (4 * 60_000) / bpm;
  const { program, said } = await start(['answer', '--bpm', String(bpm), '--rest', '1.5', '--ahead', '10', '--bars', '1'], 'play a phrase');
  const heard: Heard[] = [];
  const listener = await listenTo('Colla Parte Out', 60_000, heard);
  const [began] = await play('Colla Parte In', [0, 2, 4, 5].map((step, i): Note => [(i * barMs) / 4, 60 + step, 80, (0.9 * barMs) / 4]));
  const notes = (): HeardNote[] => notesOf(heard);
  const deadline = machineTime() + 8 * barMs;
  while ((notes().length === 0 || stillSounding(notes()).length > 0) && machineTime() < deadline) await sleep(100);
  await sleep(barMs);
  const code = await stop(program);
  listener.destroy();
  const bars = notes().filter(({ velocity }) => velocity > 0).map(({ at }) => (at - began!) / barMs);
  console.log(`# answered after ${bars.map((bar) => bar.toFixed(2)).join(', ')} bars; ${said().trim().split('\n').at(-1)}`);
  assert.ok(bars.length > 0, 'nothing was played');
  // The barline after more than one and a half bars without a new note.
  const barline = 3;
  for (const bar of bars) assert.ok(bar > barline - 0.1 && bar < barline + 1.1, `a note ${bar.toFixed(2)} bars after the phrase began`);
  assert.deepEqual(stillSounding(notes()), []);
  assert.equal(code, 0);
});

closeStatements();
