/**
 * A soloist as a process of its own: `node soloist.js PORT NOTES.json` plays to the port whose name contains PORT.
 * The notes are `[onsetMs, pitch, velocity, lengthMs][]`, counted from its start. Prints one line of JSON at the end: the
 * moments, on the machine's clock, at which the onsets were really sent.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineTime, sendTo } from './midi-ports.ts';

const [portName, notesPath] = process.argv.slice(2) as [string, string];
const notes = JSON.parse(readFileSync(notesPath, 'utf8')) as [number, number, number, number][];
const messages = notes
  .flatMap(([onset, pitch, velocity, length]) => [
    { due: onset, bytes: [0x90, pitch, velocity] },
    { due: onset + length, bytes: [0x80, pitch, 0] },
  ])
  .sort((a, b) => a.due - b.due);

const output = await sendTo(portName, 60_000);
const start = machineTime() + 300;
const onsets: number[] = [];
for (const { due, bytes } of messages) {
  const wait = start + due - machineTime();
  if (wait > 0) await sleep(wait);
  output.sendMessage(bytes);
  if (bytes[0] === 0x90) onsets.push(machineTime());
}
// The port must outlive its last message.
await sleep(200);
output.destroy();
console.log(JSON.stringify(onsets));
