/**
 * A long rehearsal in real time, as a user has it: `play` in a process of its own, a recorded violinist over OSC who plays
 * the piece again and again, and somebody at the other end who minds what arrives and when, and how much memory it takes.
 *
 *   npm run -s soak -- [MINUTES]      an hour unless said otherwise
 *
 * Afterwards every note that arrived is held against the concert log: does what the beat thread sends drift away from what
 * the events asked for, was a note late, and was it the machine (busy with something else) that made it late?
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { MachineStalls } from './rig/machine-stalls.mjs';

build();
const load = (path) => import(new URL(`../dist/src/${path}`, import.meta.url).href);
const [{ Audience }, { readConcertLog }, { readPiece }, { actionsOf, playOverOsc }, { fromPerformance }, { SystemClock }, { quantile }] = await Promise.all(
  ['app/cli/audience.js', 'app/io/concert-log.js', 'app/io/pieces.js', 'app/io/osc-soloist.js', 'learning/sim/performed.js', 'app/io/system-clock.js', 'core/math/statistics.js'].map(load));

const minutes = Number(process.argv[2] ?? 60);
if (!(minutes > 0)) {
  console.error('soak: MINUTES must be a number above 0');
  process.exit(2);
}
const growth = 20; // MB of resident memory after the first fifth, which is warming up
const driftAllowed = 0.002; // s from the first fifth to the last
const lateness = 0.02; // s, as the program itself counts
const piece = 'bach_bwv1003_3_andante';
const folder = mkdtempSync(join(tmpdir(), 'soak-'));
const log = join(folder, 'log.jsonl');
const clock = new SystemClock();
const audience = await Audience.open(clock);
writeFileSync(join(folder, 'rig.json'), JSON.stringify({ extends: 'osc', outputs: [{ osc: audience.port }] }));
const program = spawn(process.execPath, [new URL('../dist/src/main.js', import.meta.url).pathname, 'play', piece, '--preset', join(folder, 'rig.json'), '--osc-port', '0', '--no-supervisor', '--log', log], {
  stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, COLLAPARTE_DATA: folder },
});
let said = '';
for (const stream of [program.stdout, program.stderr]) stream.on('data', (text) => (said = (said + String(text)).slice(-20_000)));
const ended = new Promise((resolve) => program.once('exit', resolve));
const port = await new Promise((resolve, reject) => {
  program.stderr.on('data', () => { const found = /oscPort=(\d+)/.exec(said); if (found) resolve(Number(found[1])); });
  program.once('exit', () => reject(new Error(said)));
});
const { reading, performances } = await readPiece(piece);
const solo = actionsOf(fromPerformance(performances[0].performance, reading.score.parts.find((part) => part.role === 'solo')));
const actions = solo.map(([time, ...rest]) => [time - solo[0][0], ...rest]);
const begun = performance.now();
const over = new AbortController();
setTimeout(() => over.abort(), minutes * 60_000);
const stalls = new MachineStalls(clock, [program.pid, process.pid]);
const resident = [];
const watch = setInterval(() => {
  if (process.platform === 'linux' && program.exitCode === null) resident.push(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))[1]) / 1024);
  const left = minutes - (performance.now() - begun) / 60_000;
  process.stderr.write(`${left.toFixed(1)} minutes left, ${audience.heard.length} notes on and off, ${(resident.at(-1) ?? 0).toFixed(0)} MB\n`);
}, Math.max(1000, (minutes * 60_000) / 60));
/** When the soloist's notes left, on our clock. */
const left = [];
let played = 0;
while (!over.signal.aborted && program.exitCode === null) {
  const { sentAt } = await playOverOsc({ host: '127.0.0.1', port, actions }, over.signal);
  played += sentAt.length;
  sentAt.forEach((time, i) => { if (actions[i][1] === 'on') left.push(time - clock.origin); });
}
clearInterval(watch);
program.kill('SIGTERM');
const code = await ended;
stalls.close();
await audience.close();

const { notes, lateReports, skew } = await readEvening();
rmSync(folder, { recursive: true, force: true });
const down = audience.heard.reduce((keys, { pitch, velocity }) => (velocity > 0 ? keys.add(pitch) : (keys.delete(pitch), keys)), new Set());
const { delays, silent } = heldAgainst(notes);
const late = [...delays.filter(({ by }) => by > lateness), ...lateReports];
// A wait in one thread makes others late too: what was lost around a late note counts, not only by whom.
const unforced = late.filter(({ time, by }) => stalls.around(time - by - 0.1, time + 0.1) < by / 2);
// A busy machine delays most notes, but not the quickest; what drifts takes those along too.
const fifth = Math.ceil(delays.length / 5);
const drift = share(delays.slice(-fifth), 0.1) - share(delays.slice(0, fifth), 0.1);
const settled = resident.slice(Math.floor(resident.length / 5));
const grown = settled.length > 1 ? settled.at(-1) - settled[0] : 0;
const ms = (time, digits = 2) => `${(time * 1000).toFixed(digits)} ms`;
console.log(`${minutes} minutes: ${played} messages of the soloist, ${audience.heard.filter(({ velocity }) => velocity > 0).length} notes heard, ${down.size} left sounding, ${silent} sent and not heard, exit code ${code}`);
console.log(`beat thread against events: half of the notes within ${ms(share(delays, 0.5))}, 99 % within ${ms(share(delays, 0.99))}; drift from the first fifth to the last ${ms(drift)} (the clocks of both processes part by ${ms(skew)})`);
console.log(`${late.length} notes late by more than ${ms(lateness, 0)}, ${late.length - unforced.length} of them forced by the machine, which kept a thread waiting for up to ${ms(stalls.worst, 0)}`);
console.log(`memory ${settled[0]?.toFixed(0)} to ${settled.at(-1)?.toFixed(0)} MB after warming up`);
console.log(said.split('\n').findLast((line) => line.includes('solo notes followed')) ?? said.trim().split('\n').at(-1));
const isGood = code === 0 && down.size === 0 && silent === 0 && unforced.length === 0 && grown < growth && Math.abs(drift) < driftAllowed && played > 0 && delays.length > 0;
process.exitCode = isGood ? 0 : 1;

/**
 * The notes that the program sent by its log, on our clock, and those that it says it sent too late. The soloist's note that
 * came through fastest ties its clock to ours.
 */
async function readEvening() {
  const notes = [];
  const lateReports = [];
  const heardAt = [];
  for await (const { event, commands } of (await readConcertLog(log)).entries) {
    if (event.type === 'solo-on') heardAt.push(event.time);
    for (const command of commands) {
      if (command.type === 'note-on') notes.push({ key: `${command.channel} ${command.pitch}`, time: Math.max(command.time, event.time) });
      else if (command.type === 'report' && command.report.kind === 'late-note') lateReports.push({ time: event.time, by: command.report.lateBy });
    }
  }
  if (heardAt.length !== left.length) console.log(`${left.length} notes of the soloist were sent, and ${heardAt.length} heard`);
  const count = Math.min(heardAt.length, left.length);
  const fastest = (from, until) => Array.from({ length: until - from }, (_, i) => left[from + i] - heardAt[from + i]).reduce((best, shift) => Math.max(best, shift), -Infinity);
  const shift = fastest(0, count);
  const onOurs = (note) => ({ ...note, time: note.time + shift });
  const half = Math.floor(count / 2);
  return { notes: notes.map(onOurs).sort((a, b) => a.time - b.time), lateReports: lateReports.map(onOurs), skew: fastest(half, count) - fastest(0, half) };
}

/** How long after its time each note was heard; a note belongs to the next of its key within two seconds. */
function heldAgainst(notes) {
  const arrivals = new Map();
  for (const { time, channel, pitch, velocity } of audience.heard) {
    if (velocity === 0) continue;
    const key = `${channel} ${pitch}`;
    if (!arrivals.has(key)) arrivals.set(key, []);
    arrivals.get(key).push(time);
  }
  const delays = [];
  let silent = 0;
  for (const { key, time } of notes) {
    const times = arrivals.get(key) ?? [];
    while (times.length > 0 && times[0] < time - lateness) times.shift();
    if (times.length > 0 && times[0] < time + 2) delays.push({ time, by: times.shift() - time });
    else silent++;
  }
  return { delays, silent };
}

/** The delay that this share of the notes stays below. */
function share(delays, part) {
  return quantile(Float64Array.from(delays, ({ by }) => by).sort(), part);
}
