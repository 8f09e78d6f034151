/**
 * Draws how a violinist's tempo over the Andante of Bach's BWV 1003 was foreseen a quarter ahead: by plain rules, by the
 * tempo policy, and by the policy that remembers another violinist's performance. The same code gives the same picture.
 *
 *   node scripts/tempo-picture.mjs
 */
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

build();
const from = async (path) => import(new URL(`../dist/src/${path}.js`, import.meta.url).href);
const { openOfflinePolicies } = await from('app/cli/bench/policies');
const { writeAtomically } = await from('app/io/atomic-file');
const { drawChart } = await from('app/io/chart');
const { readPiece } = await from('app/io/pieces');
const { mean } = await from('core/math/statistics');
const { TempoMap } = await from('core/music/tempo-marks');
const { beats } = await from('core/music/units');
const { playedOnsets, takeOf, timeAtPosition } = await from('learning/sim/onset-sequence');
const { lessonOf } = await from('learning/train/tempo-lessons');

const [id, model, firstCounted] = ['bach_bwv1003_3_andante', 'tempo-research', 8];
const target = fileURLToPath(new URL('../docs/tempo.svg', import.meta.url));

const piece = await readPiece(id);
const { score } = piece.reading;
const solo = score.parts.find((part) => part.role === 'solo');
const played = (performer) => playedOnsets(piece.performances.find((one) => one.performer === performer).performance, solo);
const sequence = played('emil-telmanyi');
const take = takeOf(played('minji-kim'), 'earlier', id, 'minji-kim');
const tempoMap = new TempoMap(score.tempoMarks);
const policies = await openOfflinePolicies([model]);

/** `[position, log of the period of the next quarter over the printed one][]`. @param takes that are remembered */
async function foreseen(takes, name) {
  const lesson = lessonOf(score, sequence, takes, id);
  const residuals = name === undefined ? new Float32Array(2 * lesson.length) : await policies[name].answer({ id, score, sequence, takes });
  return quarters.map((i) => [sequence[i].position, lesson.expected[2 * i + 1] + residuals[2 * i + 1]]);
}
const quarters = sequence.flatMap((onset, i) => (i >= firstCounted && Number.isInteger(onset.position) && timeAtPosition(sequence, i, onset.position + 1) !== undefined ? [i] : []));
const nominal = (position) => tempoMap.nominalAt(beats(position + 1)) - tempoMap.nominalAt(beats(position));
const truth = quarters.map((i) => [sequence[i].position, Math.log((timeAtPosition(sequence, i, sequence[i].position + 1) - sequence[i].time) / nominal(sequence[i].position))]);

const curves = [
  { name: 'played by Emil Telmányi', colour: '#1b4f9c', width: 5, opacity: 0.35, logs: truth },
  { name: 'plain rules', colour: '#8d96a3', logs: await foreseen([], undefined) },
  { name: 'policy, first time', colour: '#e0a030', logs: await foreseen([], model) },
  { name: 'policy, remembering MinJi Kim', colour: '#d1495b', logs: await foreseen([take], model) },
];
const bpm = ([position, log]) => [position, 60 / (nominal(position) * Math.exp(log))];
await writeAtomically(target, drawChart({
  title: 'J. S. Bach, Sonata in A minor BWV 1003, Andante: the next quarter, foreseen', xLabel: 'bar', yLabel: 'Quarter notes a minute',
  lines: curves.map(({ logs, ...line }) => ({ ...line, points: logs.map(bpm) })),
  xTicks: score.bars.filter((bar) => Number(bar.number) % 5 === 0).map((bar) => ({ at: bar.position, label: bar.number })),
}));
for (const { name, logs } of curves.slice(1)) console.log(`${name}: mean error of the log tempo ${mean(logs.map(([, log], i) => Math.abs(log - truth[i][1]))).toFixed(4)} over ${logs.length} quarters`);
