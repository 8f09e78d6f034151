/**
 * A page over two hours of a concert: a recorded violinist plays the Andante again and again on a virtual clock, some
 * seventy times as fast as in life, and a real Chromium looks on. Neither the page nor the program may grow.
 *
 *   node scripts/page-two-hours.mjs [SECONDS]     how long it may take; 100 unless said otherwise
 */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { openChromium } from './rig/chromium.mjs';
import { Statements } from './rig/statements.mjs';

// What is garbage must not be taken for growth.
if (globalThis.gc === undefined) {
  build();
  process.exit(spawnSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
}
const load = (path) => import(new URL(`../dist/src/${path}.js`, import.meta.url).href);
const [{ readPiece }, { fromPerformance }, { createEnsemble }, { bind }, { resolveSettings }, { VirtualClock }, { SystemClock }, { Stage }, { openMonitor }] = await Promise.all(
  ['app/io/pieces', 'learning/sim/performed', 'players/ensemble/assemble', 'app/config/bind', 'app/config/preset', 'learning/sim/virtual-clock', 'app/io/system-clock', 'app/live/stage', 'app/monitor/monitor'].map(load));

const realSeconds = Number(process.argv[2] ?? 100);
if (!(realSeconds > 0)) {
  console.error('page-two-hours: SECONDS must be a number above 0');
  process.exit(2);
}
const hours = 2;
const looks = 12;
/** MB that may come and go; after the first sixth everything is warm. */
const breath = { page: 3, program: 8 };

const piece = 'bach_bwv1003_3_andante';
const { reading: { score }, performances } = await readPiece(piece);
const solo = score.parts.find((part) => part.role === 'solo');
const once = fromPerformance(performances[0].performance, solo);
const lasts = once.at(-1).time - once[0].time + 8; // s, with a pause in which the last note dies away
const settings = bind(score, piece, resolveSettings([]).settings, 'defaults');
const monitor = await openMonitor({ host: '127.0.0.1', port: 0 }, { score, clock: new SystemClock(), version: '0', ear: 9, onTrouble: ({ message }) => console.error(message) });
const browser = await openChromium();
const rig = new Statements();
try {
  const page = await browser.newPage({ viewport: { width: 1366, height: 850 } });
  await page.goto(monitor.address);
  await page.waitForSelector('#paper svg g.note', { timeout: 90_000, state: 'attached' });
  const tools = await page.context().newCDPSession(page);
  await tools.send('Performance.enable');
  const clock = new VirtualClock();
  let runs = 0;
  const stage = new Stage({
    player: createEnsemble(score, settings), clock, dispatch: () => undefined,
    onHandled: (event, commands) => {
      monitor.observe(event, commands);
      for (const command of commands) if (command.type === 'report' && command.report.kind === 'run-through') runs++;
    },
    onFault: (error) => { throw error; },
  });
  stage.open();
  const measured = [];
  const look = async () => {
    await tools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await tools.send('Runtime.getHeapUsage');
    const { metrics } = await tools.send('Performance.getMetrics');
    globalThis.gc();
    measured.push({ page: usedSize / 1e6, nodes: metrics.find(({ name }) => name === 'Nodes').value, program: process.memoryUsage().heapUsed / 1e6, resident: process.memoryUsage().rss / 1e6 });
    const { page: heap, nodes, program, resident } = measured.at(-1);
    process.stderr.write(`${(clock.now() / 60).toFixed(0)} minutes of music, ${runs} run-throughs: page ${heap.toFixed(1)} MB and ${nodes} nodes, program ${program.toFixed(1)} MB (${resident.toFixed(0)} MB resident)\n`);
  };
  const begun = performance.now();
  const speed = (hours * 3600) / realSeconds;
  music: for (let round = 0; ; round++) {
    for (const event of once) {
      const at = event.time + round * lasts;
      if (at > hours * 3600) break music;
      clock.advanceTo(at);
      stage.put({ ...event, time: at, playedAt: event.playedAt + round * lasts });
      if (at / (hours * 3600) > (measured.length + 1) / looks) await look();
      const ahead = at / speed - (performance.now() - begun) / 1000;
      if (ahead > 0.01) await sleep(ahead * 1000);
    }
  }
  await look();
  stage.close();
  const settled = measured.slice(looks / 6);
  const grown = (what) => settled.at(-1)[what] - settled[0][what];
  await rig.that('the concert went on to its end', () => { if (runs < 20) throw new Error(`only ${runs} run-throughs`); });
  await rig.that(`the page does not grow in ${hours} hours`, () => { if (grown('page') > breath.page) throw new Error(`${grown('page').toFixed(1)} MB more`); });
  await rig.that('nor does what it shows', () => { if (grown('nodes') > settled[0].nodes * 0.3) throw new Error(`${grown('nodes')} nodes more`); });
  await rig.that('the program does not grow', () => { if (grown('program') > breath.program) throw new Error(`${grown('program').toFixed(1)} MB more`); });
  console.log(`${hours} hours, ${runs} run-throughs: page ${settled[0].page.toFixed(1)} to ${settled.at(-1).page.toFixed(1)} MB, ${settled[0].nodes} to ${settled.at(-1).nodes} nodes; program ${settled[0].program.toFixed(1)} to ${settled.at(-1).program.toFixed(1)} MB, resident ${settled[0].resident.toFixed(0)} to ${settled.at(-1).resident.toFixed(0)} MB`);
} catch (fault) {
  await rig.that('the rig itself works', () => { throw fault; });
} finally {
  await browser.close();
  await monitor.close();
}
process.exitCode = rig.close();
