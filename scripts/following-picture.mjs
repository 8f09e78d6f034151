/**
 * Draws where three followers believe a violinist to be who goes back twelve quarters in the middle of the Andante of
 * Bach's BWV 1003: ours, online time warping and a pitch model over the whole score. The same code gives the same picture.
 *
 *   node scripts/following-picture.mjs
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

build();
const from = async (path) => import(new URL(`../dist/src/${path}.js`, import.meta.url).href);
const { readPiece } = await from('app/io/pieces');
const { hear } = await from('app/cli/bench/follow-hearing');
const { TempoMap } = await from('core/music/tempo-marks');
const { Random } = await from('core/math/random');
const { edit } = await from('learning/sim/edits');
const { TrueTimes } = await from('learning/sim/following-metrics');
const { createPitchHmmReference } = await from('learning/sim/reference/pitch-hmm-reference');
const { createTimeWarpingReference } = await from('learning/sim/reference/time-warping-reference');
const { createFollower } = await from('players/follow/follower');

const target = fileURLToPath(new URL('../docs/following.svg', import.meta.url));
const seed = 1;
const [width, height, left, right, top, bottom] = [1000, 460, 64, 984, 70, 410];
const ink = { true: '#c9ced6', line: '#e3e6ea', text: '#333a44', paper: '#ffffff' };

const piece = await readPiece('bach_bwv1003_3_andante');
const { score } = piece.reading;
const part = score.parts.find((one) => one.role === 'solo');
const { performance } = piece.performances.find((one) => one.performer === 'emil-telmanyi');
const written = part.onsets.flatMap((onset) => onset.notes);
const indexOf = new Map(written.map((note, i) => [note.id, i]));
const positions = written.map((note) => note.onset);
const played = performance.notes.filter((note) => note.part === part.id).map((note) => ({ time: note.time, pitch: note.pitch, note: indexOf.get(note.noteId) ?? -1 }));
const times = new TrueTimes(played, positions, () => false);
const { notes, joints } = edit('repeat', played, positions, times, new Random(seed));

const followers = [
  { name: 'online time warping', colour: '#e0a030', make: createTimeWarpingReference },
  { name: 'pitch model over the whole score', colour: '#5b8c5a', make: createPitchHmmReference },
  { name: 'Colla Parte', colour: '#d1495b', make: createFollower },
].map((one) => ({ ...one, reported: hear(one.make(part, new TempoMap(score.tempoMarks)), part.id, notes).reported }));

const [begin, end] = [notes[0].time, notes.at(-1).time];
const [low, high] = [positions[0], positions.reduce((a, b) => Math.max(a, b), 0)];
const x = (time) => (left + ((right - left) * (time - begin)) / (end - begin)).toFixed(1);
const y = (position) => (bottom - ((bottom - top) * (position - low)) / (high - low)).toFixed(1);
const line = (at) => notes.map((note, i) => [note, at(i)]).filter(([, position]) => Number.isFinite(position)).map(([note, position]) => `${x(note.time)},${y(position)}`).join(' ');
const label = (text, tx, ty, extra = '') => `<text x="${tx}" y="${ty}" ${extra}>${text}</text>`;

const truth = notes.map((note) => (note.note < 0 ? NaN : positions[note.note]));
const svg = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" fill="${ink.text}">`,
  `<rect width="${width}" height="${height}" fill="${ink.paper}"/>`,
  label('A violinist goes back twelve quarters, three times, after half a second: where do the followers believe the music to be?', left, 24, 'font-size="15"'),
];
for (let p = Math.ceil(low / 16) * 16; p <= high; p += 16) svg.push(`<line x1="${left}" x2="${right}" y1="${y(p)}" y2="${y(p)}" stroke="${ink.line}"/>`, label(String(p), left - 8, Number(y(p)) + 4, 'text-anchor="end"'));
for (let t = 0; t <= end - begin; t += 30) svg.push(label(String(t), x(begin + t), bottom + 20, 'text-anchor="middle"'));
svg.push(label('seconds', right, bottom + 38, 'text-anchor="end"'), label('quarters', 8, top - 8));
for (const joint of joints) svg.push(`<line x1="${x(joint.time)}" x2="${x(joint.time)}" y1="${top}" y2="${bottom}" stroke="${ink.true}" stroke-dasharray="4 4"/>`);
svg.push(`<polyline points="${line((i) => truth[i])}" fill="none" stroke="${ink.true}" stroke-width="8"/>`);
for (const { colour, reported } of followers) svg.push(`<polyline points="${line((i) => reported[i])}" fill="none" stroke="${colour}" stroke-width="1.6"/>`);
[{ name: 'played', colour: ink.true }, ...followers].forEach(({ name, colour }, i) => {
  const at = left + [0, 100, 270, 520][i];
  svg.push(`<line x1="${at}" x2="${at + 24}" y1="44" y2="44" stroke="${colour}" stroke-width="4"/>`, label(name, at + 30, 48));
});
svg.push('</svg>');

mkdirSync(dirname(target), { recursive: true });
writeFileSync(`${target}.tmp`, `${svg.join('\n')}\n`);
renameSync(`${target}.tmp`, target);
for (const { name, reported } of followers) {
  const near = notes.filter((note, i) => note.note >= 0 && Math.abs(reported[i] - truth[i]) <= 0.5).length;
  console.log(`${name}: ${((100 * near) / notes.filter((note) => note.note >= 0).length).toFixed(1)} % of the notes within half a quarter, ${joints.length} jumps`);
}
