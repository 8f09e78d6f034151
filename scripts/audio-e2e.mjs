/**
 * The ear on the sound of real instruments' samples: fluidsynth plays solo lines, and `bench detect` says which notes were
 * found and which invented; then recorded soloists are rendered, heard, followed and accompanied (`bench hear`). One line
 * a statement.
 *
 *   node scripts/audio-e2e.mjs
 *
 * Installs fluidsynth and a soundfont with apt where they are missing. Leaves nothing behind.
 */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { installMissing, program } from './rig/debian.mjs';
import { Statements } from './rig/statements.mjs';

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist/src/main.js');
const fonts = '/usr/share/sounds/sf2';

build();
installMissing([program('fluidsynth', 'fluidsynth'), { present: () => existsSync(fonts) && readdirSync(fonts).some((name) => name.startsWith('FluidR3')), names: ['fluid-soundfont-gm'] }]);

const collaparte = (...args) => JSON.parse(execFileSync(process.execPath, [main, ...args, '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
const rig = new Statements();
const overall = (figures, key) => figures.reduce((sum, one) => sum + one[key] * one.notes, 0) / figures.reduce((sum, one) => sum + one.notes, 0);

const { renderer, processorPercent, notes, figures } = collaparte('bench', 'detect', '--excerpts', '1');
console.log(`# ${notes} notes, ${processorPercent} % of a core`);
await rig.that('fluidsynth plays', () => assert.equal(renderer, 'fluidsynth'));
for (const condition of ['dry', 'errors', 'room', 'bleed']) {
  const these = figures.filter((one) => one.condition === condition);
  const [found, invented] = [overall(these, 'recall'), overall(these, 'false')];
  console.log(`# ${condition}: ${found.toFixed(1)} % found, ${invented.toFixed(1)} % invented; ${these.map((one) => `${one.instrument} ${one.articulation} ${one.recall} / ${one.false}`).join(', ')}`);
  await rig.that(`${condition}: at least 92 of 100 notes are found, and 6 at most invented`, () => {
    assert.ok(found >= 92, `${found.toFixed(1)} % found`);
    assert.ok(invented <= 6, `${invented.toFixed(1)} % invented`);
  });
}
await rig.that('listening takes less than a quarter of a core, also on a slow and busy machine', () => assert.ok(processorPercent < 25, `${processorPercent} %`));

const chains = collaparte('bench', 'hear', '--length', '40');
for (const { performer, soloNotes, heard } of chains) {
  console.log(`# ${performer}: ${heard.matched} of ${soloNotes} found in the score, ${heard.asynchronyMs.median} ms, 90 % within ${heard.asynchronyMs.p90} ms`);
  await rig.that(`${performer} is followed by ear, never lost, and the accompaniment is nearer to him than a note takes to be heard`, () => {
    assert.equal(heard.timesLost, 0);
    assert.ok(heard.matched >= 0.9 * soloNotes && heard.matched <= 1.1 * soloNotes, `${heard.matched} of ${soloNotes}`);
    assert.ok(heard.asynchronyMs.count > 5 && Math.abs(heard.asynchronyMs.median) < 60);
    // One invented note of a slow beginning brought 2 s.
    assert.ok(heard.asynchronyMs.p90 < 400, `90 % within ${heard.asynchronyMs.p90} ms`);
  });
}
process.exitCode = rig.close();
