/**
 * Throws spoiled input at everything that reads what the world sends, and tells what does not stand it.
 *
 *   npm run -s fuzz -- [--seed N] [--packets N] [--files N] [--only TARGET [--first N]] [--keep FOLDER]
 *
 * The trials run in a process of their own, with a bounded heap; this side watches that they go on. Whatever fails is
 * kept as a file that `fixtures.test.ts` tries again for ever.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import type { Failure, FromTrials, TrialTask } from './trials.ts';

const heapMb = 512;
const stuckAfter = 20_000; // ms without a step: it hangs, however busy the machine

const args = yargs(process.argv.slice(2))
  .option('seed', { type: 'number', describe: 'Another seed, other damage', default: Math.floor(Math.random() * 2 ** 31) })
  .option('packets', { type: 'number', default: 1_000_000, describe: 'OSC packets, and as many MIDI messages' })
  .option('files', { type: 'number', default: 10_000, describe: 'Scores; and as many presets, takes and logs' })
  .option('only', { type: 'string', describe: 'One of osc, midi, scores, presets, takes, logs' })
  .option('first', { type: 'number', default: 0, describe: 'Begin with this trial' })
  .option('keep', { type: 'string', default: 'out/fuzz', describe: 'Where failures are kept' })
  .strict().help().parseSync();

const counts = { osc: args.packets, midi: args.packets, scores: args.files, presets: args.files, takes: args.files, logs: args.files };
let failures = 0;
console.log(`seed ${args.seed}`);
for (const [target, count] of Object.entries(counts)) {
  if (args.only !== undefined && args.only !== target) continue;
  await run({ target, seed: args.seed, first: args.first, count });
}
console.log(failures === 0 ? 'nothing broke' : `${failures} failures, kept in ${args.keep}`);
process.exitCode = failures === 0 ? 0 : 1;

async function run(task: TrialTask): Promise<void> {
  const child = fork(fileURLToPath(new URL('./trials.js', import.meta.url)), [], { execArgv: [`--max-old-space-size=${heapMb}`], stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });
  const begun = performance.now();
  let at = task.first;
  let last: string | undefined;
  let movedAt = begun;
  let settled = false;
  const lost = (reason: string): void => {
    settled = true;
    fail({ target: task.target, seed: task.seed, trial: at, inputs: last === undefined ? [] : [last], reason });
  };
  const watch = setInterval(() => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${task.target} ${at - task.first} of ${task.count}, ${eta((at - task.first) / task.count, begun)}`);
    if (performance.now() - movedAt <= stuckAfter) return;
    lost('does not come back from this trial or one of the hundred after it');
    child.kill('SIGKILL');
  }, 1000);
  child.on('message', (message: FromTrials) => {
    movedAt = performance.now();
    if (message.type === 'at') {
      at = message.trial;
      last = message.input;
    } else if (message.type === 'failure') fail(message.failure);
    else {
      settled = true;
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
      console.log(`${task.target.padEnd(8)} ${task.count} tried, ${message.refused} refused, slowest ${message.slowestMs.toFixed(0)} ms, heap ${message.heapMb.toFixed(0)} MB in the end, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    }
  });
  child.send(task);
  await new Promise<void>((resolve) => child.once('exit', () => resolve()));
  clearInterval(watch);
  if (!settled) lost(`the process ended: more than ${heapMb} MB, or a fault of its own`);
}

function eta(share: number, begun: number): string {
  return share === 0 ? '' : `${(((performance.now() - begun) / share) * (1 - share) / 1000).toFixed(0)} s left`;
}

function fail(failure: Failure): void {
  failures++;
  mkdirSync(args.keep, { recursive: true });
  const path = join(args.keep, `${failure.target}-${failure.seed}-${failure.trial}.json`);
  writeFileSync(path, `${JSON.stringify(failure)}\n`);
  console.log(`FAILED: ${failure.target}, trial ${failure.trial} of seed ${failure.seed}: ${failure.reason.split('\n').slice(0, 6).join('\n    ')}\n    kept as ${path}`);
}
