/**
 * A long rehearsal in real time, as a user has it: `play` in its own processes, a recorded violinist over OSC who plays
 * the piece again and again, and somebody at the other end who minds what arrives and how much memory it takes.
 *
 *   npm run -s soak -- [MINUTES]      an hour unless said otherwise
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';

build();
const load = (path) => import(new URL(`../dist/src/${path}`, import.meta.url).href);
const [{ Audience }, { readPiece }, { actionsOf, playOverOsc }, { fromPerformance }, { SystemClock }] = await Promise.all(
  ['app/cli/audience.js', 'app/io/pieces.js', 'app/io/osc-soloist.js', 'learning/sim/performed.js', 'app/io/system-clock.js'].map(load));

const minutes = Number(process.argv[2] ?? 60);
if (!(minutes > 0)) {
  console.error('soak: MINUTES must be a number above 0');
  process.exit(2);
}
const growth = 20; // MB of resident memory after the first fifth, which is warming up
const piece = 'bach_bwv1003_3_andante';
const folder = mkdtempSync(join(tmpdir(), 'soak-'));
const audience = await Audience.open(new SystemClock());
writeFileSync(join(folder, 'rig.json'), JSON.stringify({ extends: 'osc', outputs: [{ osc: audience.port }] }));
const program = spawn(process.execPath, [new URL('../dist/src/main.js', import.meta.url).pathname, 'play', piece, '--preset', join(folder, 'rig.json'), '--osc-port', '0', '--no-supervisor', '--log', join(folder, 'log.jsonl')], {
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
const begun = performance.now();
const over = new AbortController();
setTimeout(() => over.abort(), minutes * 60_000);
const resident = [];
const watch = setInterval(() => {
  if (process.platform === 'linux' && program.exitCode === null) resident.push(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))[1]) / 1024);
  const left = minutes - (performance.now() - begun) / 60_000;
  process.stderr.write(`${left.toFixed(1)} minutes left, ${audience.heard.length} notes on and off, ${(resident.at(-1) ?? 0).toFixed(0)} MB\n`);
}, Math.max(1000, (minutes * 60_000) / 60));
let played = 0;
while (!over.signal.aborted && program.exitCode === null) played += (await playOverOsc({ host: '127.0.0.1', port, actions: solo.map(([time, ...rest]) => [time - solo[0][0], ...rest]) }, over.signal)).sentAt.length;
clearInterval(watch);
program.kill('SIGTERM');
const code = await ended;
await audience.close();
rmSync(folder, { recursive: true, force: true });
const down = audience.heard.reduce((keys, { pitch, velocity }) => (velocity > 0 ? keys.add(pitch) : (keys.delete(pitch), keys)), new Set());
const settled = resident.slice(Math.floor(resident.length / 5));
const grown = settled.length > 1 ? settled.at(-1) - settled[0] : 0;
console.log(`${minutes} minutes: ${played} messages of the soloist, ${audience.heard.filter(({ velocity }) => velocity > 0).length} notes heard, ${down.size} left sounding, memory ${settled[0]?.toFixed(0)} to ${settled.at(-1)?.toFixed(0)} MB, exit code ${code}`);
console.log(said.trim().split('\n').at(-1));
process.exitCode = code === 0 && down.size === 0 && grown < growth && played > 0 && audience.heard.length > 0 ? 0 : 1;
