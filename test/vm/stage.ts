/**
 * What happens on real MIDI ports. Runs inside the virtual machine that `scripts/vm-midi.mjs` boots; prints `ok` or
 * `not ok` for each statement and exits with 1 when one does not hold.
 */
import midi from '@julusian/midi';
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { machineTime, type Heard } from './midi-ports.ts';

/** Onset in ms, pitch, velocity, length in ms. */
type Note = readonly [number, number, number, number];

let failures = 0;

async function statement(name: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (fault) {
    failures += 1;
    console.log(`not ok ${name}: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

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
  assert.ok(delays[12]! < 60, `median delay ${delays[12]!.toFixed(1)} ms`);
});

process.exit(failures === 0 ? 0 : 1);
