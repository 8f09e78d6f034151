/**
 * The wires themselves on real MIDI ports: the beat thread and the MIDI input, without a program around them. Runs where
 * there is an ALSA sequencer; prints `ok` or `not ok` for each statement and exits with 1 when one does not hold.
 */
import midi from '@julusian/midi';
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StageEvent } from '../../src/core/contract/events.ts';
import type { MidiInputSettings, MidiOutputSettings } from '../../src/core/contract/settings.ts';
import { median } from '../../src/core/math/statistics.ts';
import { beatPeriod, beats, seconds } from '../../src/core/music/units.ts';
import { openBeatThread } from '../../src/app/io/beat-thread.ts';
import { openMidiInput } from '../../src/app/io/midi-input.ts';
import { listMidiPorts } from '../../src/app/io/ports.ts';
import { SystemClock } from '../../src/app/io/system-clock.ts';
import type { Trouble } from '../../src/app/io/trouble.ts';
import { noteOffAt, noteOnAt } from '../support/note-commands.ts';
import { listenTo, type Heard } from './midi-ports.ts';
import { closeStatements, statement } from './statements.ts';

const clock = new SystemClock();
async function until(holds: () => boolean, what: string, limit = 40): Promise<void> {
  const deadline = clock.now() + limit;
  while (!holds()) {
    if (clock.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(5);
  }
}

const output = (changes: Partial<MidiOutputSettings> = {}): MidiOutputSettings => ({ type: 'midi', name: 'Wires Out', virtual: true, channels: { viola: 5 }, latency: seconds(0), ...changes });
const input = (changes: Partial<MidiInputSettings> = {}): MidiInputSettings => ({ type: 'midi', name: 'Wires In', virtual: true, part: '', latency: seconds(0), ...changes });
/** A sequencer client keeps 200 events for a receiver that is not looking; more may be lost, however they are paced. */
const burst = 150;
const told = (troubles: readonly Trouble[]): string => troubles.map(({ kind, message }) => `${kind}: ${message}`).join('; ');

await statement('notes leave in order, on the channel of their part, at their time', async () => {
  const thread = await openBeatThread([output()], clock, () => {});
  const heard: Heard[] = [];
  const ear = await listenTo('Wires Out', 40_000, heard);
  await sleep(100);
  heard.length = 0;
  const start = clock.now() + 0.2;
  for (let i = 0; i < 50; i++) {
    thread.send(noteOnAt(start + i * 0.02, 40 + i, 0, i % 2 === 0 ? 'viola' : 'piano'));
    thread.send(noteOffAt(start + i * 0.02 + 0.02, 40 + i, 0, i % 2 === 0 ? 'viola' : 'piano'));
  }
  await until(() => heard.length >= 100, '100 messages');
  const ons = heard.filter(({ bytes }) => bytes[0]! >> 4 === 9);
  assert.deepEqual(ons.map(({ bytes }) => bytes), Array.from({ length: 50 }, (_, i) => [i % 2 === 0 ? 0x95 : 0x90, 40 + i, 80]));
  const late = ons.map(({ at }, i) => at / 1000 - clock.origin - (start + i * 0.02));
  console.log(`# late by ${(median(late) * 1000).toFixed(1)} ms, median`);
  assert.ok(median(late) > -0.005 && median(late) < 0.2);
  await thread.close();
  ear.destroy();
});

await statement('silence ends every note, lifts the pedal, and says "all notes off"', async () => {
  const thread = await openBeatThread([output({ name: 'Wires Silence' })], clock, () => {});
  const heard: Heard[] = [];
  const ear = await listenTo('Wires Silence', 40_000, heard);
  for (const pitch of [60, 64, 67]) thread.send(noteOnAt(clock.now(), pitch, 3));
  await until(() => heard.filter(({ bytes }) => bytes[0] === 0x93).length === 3, 'three notes');
  heard.length = 0;
  thread.silence();
  await until(() => heard.length >= 5, 'five messages');
  assert.deepEqual(heard.map(({ bytes }) => bytes), [[0x83, 60, 64], [0x83, 64, 64], [0x83, 67, 64], [0xb3, 64, 0], [0xb3, 123, 0]]);
  await thread.close();
  ear.destroy();
});

await statement('a hundred and fifty notes at once arrive whole', async () => {
  const thread = await openBeatThread([output({ name: 'Wires Burst' })], clock, () => {});
  const heard: Heard[] = [];
  const ear = await listenTo('Wires Burst', 40_000, heard);
  const time = clock.now() + 0.3;
  for (let i = 0; i < burst; i++) thread.send(noteOnAt(time, i % 128, i >> 7));
  await until(() => heard.filter(({ bytes }) => bytes[0]! >> 4 === 9).length >= burst, 'all notes', 60);
  await thread.close();
  await until(() => heard.filter(({ bytes }) => bytes[0]! >> 4 === 8).length >= burst, 'all releases', 60);
  ear.destroy();
});

await statement('the MIDI clock gives 24 to the quarter, and stops', async () => {
  const thread = await openBeatThread([output({ name: 'Wires Clock', clock: true })], clock, () => {});
  const heard: Heard[] = [];
  const ear = await listenTo('Wires Clock', 40_000, heard);
  ear.ignoreTypes(true, false, true);
  const line = { type: 'transport', playing: true, position: beats(8), beatPeriod: beatPeriod(0.5) } as const;
  thread.update({ ...line, time: seconds(clock.now() + 0.1) });
  await sleep(1600);
  thread.update({ ...line, time: clock.now(), playing: false });
  await sleep(300);
  await thread.close();
  ear.destroy();
  const words = heard.map(({ bytes }) => bytes[0]!.toString(16)).filter((byte) => ['f2', 'fb', 'f8', 'fc'].includes(byte));
  assert.deepEqual([words[0], words[1], words.at(-1)], ['f2', 'fb', 'fc']);
  assert.deepEqual(heard.find(({ bytes }) => bytes[0] === 0xf2)!.bytes, [0xf2, 32, 0]);
  const clocks = words.filter((byte) => byte === 'f8').length;
  assert.ok(clocks > 60 && clocks < 85, `${clocks} clocks in 1.5 s`);
});

await statement('a note was played when it left the keyboard, although we were busy', async () => {
  const events: StageEvent[] = [];
  const troubles: Trouble[] = [];
  const ear = openMidiInput(input(), clock, (event) => events.push(event), (trouble) => troubles.push(trouble));
  assert.ok(ear.isOpen, told(troubles));
  const path = join(tmpdir(), 'wires.json');
  writeFileSync(path, JSON.stringify(Array.from({ length: 30 }, (_, i) => [i * 60, 50 + i, 70, 40])));
  const soloist = spawn(process.execPath, [fileURLToPath(new URL('soloist.js', import.meta.url)), 'Wires In', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  soloist.stdout.on('data', (text) => (said += String(text)));
  await until(() => events.filter(({ type }) => type === 'solo-on').length >= 10, 'ten notes', 60);
  const busyUntil = clock.now() + 0.3;
  while (clock.now() < busyUntil);
  await until(() => events.filter(({ type }) => type === 'solo-on').length >= 30, 'thirty notes', 60);
  ear.close();
  await until(() => said.endsWith('\n'), 'the soloist says when he played');
  const sent = JSON.parse(said) as number[];
  const ons = events.filter((event) => event.type === 'solo-on');
  const steps = (key: 'time' | 'playedAt'): number[] => ons.slice(10).map((event, i) => Math.abs(event[key] - ons[9 + i]![key] - (sent[10 + i]! - sent[9 + i]!) / 1000));
  console.log(`# unevenness of arrival up to ${(Math.max(...steps('time')) * 1000).toFixed(0)} ms, of playing ${(Math.max(...steps('playedAt')) * 1000).toFixed(0)} ms`);
  assert.ok(Math.max(...steps('time')) > 0.15, 'we were not busy');
  assert.ok(Math.max(...steps('playedAt')) < Math.max(...steps('time')) / 2);
});

await statement('a keyboard that is unplugged lets its notes go, and is found again', async () => {
  const events: StageEvent[] = [];
  const troubles: Trouble[] = [];
  const ear = openMidiInput(input({ name: 'wires keyboard', virtual: false }), clock, (event) => events.push(event), (trouble) => troubles.push(trouble));
  assert.equal(ear.isOpen, false);
  for (const turn of [1, 2]) {
    const keyboard = new midi.Output();
    keyboard.openVirtualPort('Wires Keyboard');
    await until(() => ear.isOpen, 'the keyboard is found');
    await sleep(100);
    keyboard.sendMessage([0x90, 60, 70]);
    await until(() => events.filter(({ type }) => type === 'solo-on').length === turn, 'a note');
    keyboard.destroy();
    await until(() => !ear.isOpen, 'the keyboard is missed');
    assert.equal(events.at(-1)!.type, 'solo-off');
  }
  assert.deepEqual(troubles.map(({ kind }) => kind), ['unavailable', 'back', 'lost', 'back', 'lost'], told(troubles));
  ear.close();
});

await statement('a synth that is unplugged is found again, and holds nothing from before', async () => {
  const troubles: Trouble[] = [];
  const thread = await openBeatThread([output({ name: 'Wires Synth', virtual: false })], clock, (trouble) => troubles.push(trouble));
  for (let turn = 0; turn < 2; turn++) {
    const heard: Heard[] = [];
    const synth = new midi.Input();
    synth.on('message', (_delta, bytes) => heard.push({ at: 0, bytes }));
    synth.openVirtualPort('Wires Synth');
    await until(() => troubles.filter(({ kind }) => kind === 'back').length === turn + 1, 'the synth is found');
    await sleep(100);
    if (turn === 1) assert.deepEqual(heard.map(({ bytes }) => bytes), [[0x80, 72, 64], [0xb0, 64, 0], [0xb0, 123, 0]]);
    thread.send(noteOnAt(clock.now(), 72));
    await until(() => heard.some(({ bytes }) => bytes[0] === 0x90), 'a note');
    synth.destroy();
    await until(() => troubles.filter(({ kind }) => kind === 'lost').length === turn + 1, 'the synth is missed');
  }
  await thread.close();
});

await statement('ports are listed by name', async () => {
  const port = new midi.Input();
  port.openVirtualPort('Wires Listed');
  assert.ok(listMidiPorts().outputs.some((name) => name.includes('Wires Listed')));
  port.destroy();
});

closeStatements();
