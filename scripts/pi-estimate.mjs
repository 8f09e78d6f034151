/**
 * An estimate, not a measurement: what a note costs on a Raspberry Pi 4. Counts the instructions of the longest shipped piece
 * with valgrind, short and long, so that the difference is the notes alone; then reckons with a Pi's processor.
 *
 *   node scripts/pi-estimate.mjs [--json]
 *
 * The Cortex-A72 of a Pi 4 runs at 1.5 GHz. That it completes 0.7 instructions in a cycle of such code, and needs as many as
 * x86-64 does, are guesses on the careful side.
 */
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { installMissing, output, program } from './rig/debian.mjs';

const hertz = 1.5e9;
const instructionsPerCycle = 0.7;
const [few, many] = [1300, 2600]; // notes; the first 1300 are translated by then

/** This script's other half: plays so many notes on the stage, then ends. */
async function play(notes) {
  const load = (path) => import(`../dist/src/${path}`);
  const { chooseScore } = await load('app/cli/score-argument.js');
  const { bind } = await load('app/config/bind.js');
  const { resolveSettings } = await load('app/config/preset.js');
  const { atPrintedTempo } = await load('app/live/warm-up.js');
  const { Rehearsal } = await load('learning/sim/rehearsal.js');
  const { createEnsemble } = await load('players/ensemble/assemble.js');
  const { score } = await chooseScore({ score: 'beethoven_violin_concerto_1' });
  const player = createEnsemble(score, bind(score, 'piece', resolveSettings([]).settings, 'defaults'));
  const events = atPrintedTempo(score, notes).slice(0, notes);
  const rehearsal = new Rehearsal(player, events, 0, events.at(-1).time);
  while (rehearsal.advance().type === 'asked');
}

function instructionsOf(notes) {
  const args = ['--tool=callgrind', '--callgrind-out-file=/dev/null', '--smc-check=all-non-file', process.execPath, fileURLToPath(import.meta.url), String(notes)];
  const told = output('sh', ['-c', 'exec valgrind "$@" 2>&1', 'sh', ...args]);
  return Number(told.match(/Collected : (\d+)/)[1]);
}

if (/^\d+$/.test(process.argv[2] ?? '')) await play(Number(process.argv[2]));
else {
  build();
  installMissing([program('valgrind', 'valgrind')]);
  const instructions = (instructionsOf(many) - instructionsOf(few)) / (many - few);
  const ms = (1000 * instructions) / (hertz * instructionsPerCycle);
  if (process.argv.includes('--json')) console.log(JSON.stringify({ instructionsPerNote: Math.round(instructions), estimatedMsOnPi4: Math.round(ms * 1000) / 1000 }));
  else console.log(`${Math.round(instructions / 1000)} thousand instructions a note of the soloist, with all that is played to it\nestimated for a Raspberry Pi 4: ${ms.toFixed(2)} ms of one core a note`);
}
