/**
 * Holds the figures of a demonstration against what we promise: `npm start -- --fast --json | node scripts/check-demo.mjs`.
 */
import { readFileSync } from 'node:fs';
import { Statements } from './rig/statements.mjs';

// One line of JSON stands last; what npm or a build says may stand before it.
const line = readFileSync(0, 'utf8').trim().split('\n').at(-1);
if (!line.startsWith('{')) {
  console.error('no summary came from the demonstration');
  process.exit(1);
}
const demo = JSON.parse(line);
console.log(line);

const must = (holds, found) => {
  if (!holds) throw new Error(`but it was ${found}`);
};
const goals = new Statements();
const matched = (100 * demo.matched) / demo.soloNotes;
await goals.that('at least 97 % of the solo notes are found in the score', () => must(matched >= 97, `${matched.toFixed(1)} %`));
await goals.that('the median asynchrony is at most 45 ms', () => must(demo.asynchronyMs.median !== null && demo.asynchronyMs.median <= 45, `${demo.asynchronyMs.median} ms`));
await goals.that('no note is left sounding', () => must(demo.stuckNotes === 0, demo.stuckNotes));
await goals.that('it plays at least 100 times faster than real time', () => must(demo.realTimeFactor >= 100, demo.realTimeFactor));
process.exitCode = goals.close();
