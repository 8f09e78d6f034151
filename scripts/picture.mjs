/**
 * Draws the picture of the README from a concert on the virtual clock: a violinist's recording of the Andante of Bach's
 * BWV 1003 and what the program played with it. The same code gives the same picture.
 *
 *   node scripts/picture.mjs
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

build();
const from = async (path) => import(new URL(`../dist/src/${path}.js`, import.meta.url).href);
const { readPiece } = await from('app/io/pieces');
const { bind } = await from('app/config/bind');
const { resolveSettings } = await from('app/config/preset');
const { createEnsemble } = await from('players/ensemble/assemble');
const { fromPerformance } = await from('learning/sim/performed');
const { runConcert } = await from('learning/sim/concert');
const { soloOnsetTimes } = await from('learning/sim/metrics');
const { median, quantile, share } = await from('core/math/statistics');

const id = 'bach_bwv1003_3_andante';
const target = fileURLToPath(new URL('../docs/andante.svg', import.meta.url));

/** One tempo for each stretch of this many quarters, so that a single rolled chord does not look like a leap. */
const stretch = 1.5;
const width = 1000;
const left = 74;
const right = 984;
const panels = { tempo: { top: 96, bottom: 300 }, apart: { top: 366, bottom: 500 } };
const height = 548;
const ink = { solo: '#1b4f9c', ours: '#d1495b', line: '#d7dbe0', text: '#333a44', band: '#eef3ea', paper: '#ffffff' };

const piece = await readPiece(id);
const { score } = piece.reading;
const { performer, performance } = piece.performances.find((one) => one.performer === 'emil-telmanyi');
const settings = bind(score, id, resolveSettings([]).settings, 'defaults');
const { log, metrics } = runConcert(createEnsemble(score, settings), fromPerformance(performance, score.parts.find((part) => part.role === 'solo')));

/** When each score position was first played, `[position, seconds][]`, rising. */
const soloist = [...soloOnsetTimes(performance, score)].sort(([a], [b]) => a - b);
const ours = accompanimentTimes();
const byPosition = new Map(ours);
const soloPositions = new Set(soloist.map(([position]) => position));
const apart = soloist.filter(([position]) => byPosition.has(position)).map(([position, time]) => [position, 1000 * (byPosition.get(position) - time)]);

function accompanimentTimes() {
  const times = new Map();
  for (const { commands } of log) {
    for (const command of commands) if (command.type === 'note-on' && !times.has(command.position)) times.set(command.position, command.time);
  }
  return [...times].sort(([a], [b]) => a - b);
}

/** Quarters a minute over stretches of the score: `[position, bpm][]`, a point at the middle of each. */
function tempi(times) {
  const points = [];
  let from = 0;
  for (let i = 1; i < times.length; i++) {
    const quarters = times[i][0] - times[from][0];
    if (quarters < stretch) continue;
    points.push([(times[i][0] + times[from][0]) / 2, (60 * quarters) / (times[i][1] - times[from][1])]);
    from = i;
  }
  return points;
}

const start = score.start;
const x = (position) => left + ((position - start) / (score.end - start)) * (right - left);
const scale = ({ top, bottom }, low, high) => (value) => bottom - ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (bottom - top);
const shown = (value) => value.toFixed(1);
const text = (at, y, words, more = '') => `<text x="${shown(at)}" y="${shown(y)}" ${more}>${words}</text>`;
const line = (x1, y1, x2, y2, more) => `<line x1="${shown(x1)}" y1="${shown(y1)}" x2="${shown(x2)}" y2="${shown(y2)}" ${more}/>`;

function bars({ top, bottom }, numbered) {
  return score.bars.flatMap((bar) => [
    line(x(bar.position), top, x(bar.position), bottom, `stroke="${ink.line}" stroke-width="0.7"`),
    ...(numbered && (Number(bar.number) % 5 === 0 || bar.number === '1') ? [text(x(bar.position), bottom + 18, bar.number, 'text-anchor="middle"')] : []),
  ]);
}

function tempoPanel() {
  const panel = panels.tempo;
  // Of both the joint onsets only, so that they are measured over the same stretches.
  const curves = [tempi(soloist.filter(([position]) => byPosition.has(position))), tempi(ours.filter(([position]) => soloPositions.has(position)))];
  const values = curves.flat().map(([, bpm]) => bpm);
  const [low, high] = [Math.floor(Math.min(...values) / 5) * 5, Math.ceil(Math.max(...values) / 5) * 5];
  const y = scale(panel, low, high);
  const ticks = [];
  for (let bpm = low; bpm <= high; bpm += high - low > 40 ? 10 : 5) ticks.push(line(left, y(bpm), right, y(bpm), `stroke="${ink.line}"`), text(left - 10, y(bpm) + 5, bpm, 'text-anchor="end"'));
  const path = (points) => points.map(([position, bpm], i) => `${i === 0 ? 'M' : 'L'}${shown(x(position))} ${shown(y(bpm))}`).join('');
  const drawn = [[curves[0], ink.solo, 4, 0.45], [curves[1], ink.ours, 1.8, 1]].map(([points, colour, thick, opacity]) => `<path d="${path(points)}" fill="none" stroke="${colour}" stroke-width="${thick}" stroke-opacity="${opacity}" stroke-linejoin="round"/>`);
  return [text(left, panel.top - 14, 'Tempo in quarter notes a minute'), ...bars(panel, false), ...ticks, ...drawn];
}

function apartPanel() {
  const panel = panels.apart;
  const step = 200; // ms
  // One very late beginning would squeeze all else together: what lies outside is written beside its dot.
  const low = Math.max(-4, Math.floor(Math.min(-step, ...apart.map(([, ms]) => ms)) / step));
  const high = Math.min(4, Math.ceil(Math.max(step, ...apart.map(([, ms]) => ms)) / step));
  const y = scale(panel, low * step, high * step);
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => (low + i) * step).flatMap((ms) => [line(left, y(ms), right, y(ms), `stroke="${ms === 0 ? '#8d96a3' : ink.line}"`), text(left - 10, y(ms) + 5, ms, 'text-anchor="end"')]);
  const dots = apart.map(([position, ms]) => `<circle cx="${shown(x(position))}" cy="${shown(y(ms))}" r="3" fill="${ink.ours}" fill-opacity="0.8"/>`);
  const outside = apart.filter(([, ms]) => ms < low * step || ms > high * step).map(([position, ms]) => text(x(position) + 8, y(ms) - 6, `${ms.toFixed(0)} ms`, 'font-size="12"'));
  return [
    text(left, panel.top - 14, 'How far apart they begin the same beat, in milliseconds: above 0 the program is late'),
    `<rect x="${left}" y="${shown(y(50))}" width="${right - left}" height="${shown(y(-50) - y(50))}" fill="${ink.band}"/>`,
    ...bars(panel, true), ...ticks, ...dots, ...outside,
    text((left + right) / 2, panel.bottom + 38, 'bar', 'text-anchor="middle"'),
  ];
}

function picture() {
  const near = 100 * share(apart, ([, ms]) => Math.abs(ms) <= 50);
  const label = `Tempo of the violinist and of the program over ${score.bars.length} bars, and how far apart they begin: ${near.toFixed(0)} % within 50 ms`;
  const name = performer.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join(' ').replace('Telmanyi', 'Telmányi');
  const legend = [
    line(left, 48, left + 34, 48, `stroke="${ink.solo}" stroke-width="4" stroke-opacity="0.45"`), text(left + 42, 53, `${name}, violin`),
    line(left + 250, 48, left + 284, 48, `stroke="${ink.ours}" stroke-width="1.8"`), text(left + 292, 53, `Colla Parte, following: ${near.toFixed(0)} % of ${apart.length} joint onsets within 50 ms`),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="14" fill="${ink.text}" role="img" aria-label="${label}">`,
    `<rect width="${width}" height="${height}" fill="${ink.paper}"/>`,
    text(left, 26, 'J. S. Bach, Sonata in A minor BWV 1003, Andante', 'font-size="17" font-weight="bold"'),
    ...legend, ...tempoPanel(), ...apartPanel(), '</svg>', '',
  ].join('\n');
}

const drawn = picture();
const sizes = apart.map(([, ms]) => Math.abs(ms));
console.log(`${metrics.matched} of ${metrics.soloNotes} solo notes matched; ${apart.length} joint onsets, median ${median(sizes).toFixed(1)} ms apart, 90 % within ${quantile(sizes, 0.9).toFixed(0)} ms`);
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, drawn);
