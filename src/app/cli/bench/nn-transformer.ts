/** `bench nn --transformer`: what a step of learning and a written note cost with the network that writes missing notes. */
import { performance } from 'node:perf_hooks';
import { Random } from '../../../core/math/random.ts';
import { median, quantile, rounded } from '../../../core/math/statistics.ts';
import { eventGraph } from '../../../learning/nn/event-learning.ts';
import type { EventNetwork } from '../../../learning/nn/event-network.ts';
import { defaultMuonSettings, muonStateNames, muonStateOf } from '../../../learning/nn/muon.ts';
import { ParameterLayout } from '../../../learning/nn/parameters.ts';
import { composerNetwork, defaultComposerNetwork } from '../../../learning/train/composer-network.ts';
import { EventEngine } from '../../io/event-engine.ts';
import { GraphSession } from '../../io/graph-session.ts';

interface Times {
  readonly medianMs: number;
  readonly minMs: number;
  /** Processor time, which other programs on the machine disturb less. */
  readonly cpuMs: number;
}
export interface TransformerBench {
  readonly threads: number;
  readonly parameters: number;
  /** Forward, backward, Muon and Adam: 4 layers of width 256, 8 rows of 512 events. */
  readonly step: Times;
  /** To hear 280 events of context. */
  readonly context: Times;
  /** To hear one event and to be asked all that is asked of a note; for four variations, the time of all four. */
  readonly note: Times;
  readonly fourNotes: Times;
}

const shape = { rows: 8, length: 512 };
const context = 280;

/** @param steps of learning to be timed */
export async function benchTransformer(steps: number, threads: number): Promise<TransformerBench> {
  const network = composerNetwork(defaultComposerNetwork);
  const layout = new ParameterLayout(network.parameters);
  const parameters = layout.initial(new Random(1));
  const step = await timeStep(network, layout, parameters, steps, threads);
  const alone = await timeWriting(network, parameters, 1, threads);
  const { note: fourNotes } = await timeWriting(network, parameters, 4, threads);
  return { threads, parameters: layout.size, step, context: alone.context, note: alone.note, fourNotes };
}

async function timeStep(network: EventNetwork, layout: ParameterLayout, parameters: Float32Array, steps: number, threads: number): Promise<Times> {
  const session = await GraphSession.open(eventGraph(network, shape, defaultMuonSettings).bytes, threads);
  const state = muonStateOf(layout, parameters);
  for (const name of muonStateNames) session.set(name, state[name]);
  const random = new Random(2);
  const { columns, heads } = network.settings;
  session.input('columns').forEach((_, i, rows) => { rows[i] = random.below(columns[i % columns.length]!); });
  session.input('targets').forEach((_, i, rows) => { rows[i] = random.below(heads[i % heads.length]!); });
  session.input('order').forEach((_, i, order) => { order[i] = i % shape.length; });
  session.input('weights').fill(1 / (shape.rows * shape.length));
  session.input('learningRate')[0] = 1e-3;
  await session.run();
  const times = await timed(steps, () => session.run());
  await session.close();
  return times;
}

async function timeWriting(network: EventNetwork, parameters: Float32Array, variations: number, threads: number): Promise<{ readonly context: Times; readonly note: Times }> {
  const { columns, heads, transformer: { rulers } } = network.settings;
  const rows = (count: number) => ({ columns: new Int32Array(count * columns.length), own: new Float32Array(count * rulers.length), next: new Float32Array(count * rulers.length) });
  const engine = await EventEngine.open(network, parameters, { variations, size: 512 }, threads);
  await engine.read(rows(context));
  const reading = await timed(10, () => engine.read(rows(context)));
  const note = await timed(engine.room, async () => {
    await engine.hear(rows(variations));
    for (const head of heads.keys()) await engine.answer(head, new Int32Array(variations * head));
  });
  await engine.close();
  return { context: reading, note };
}

async function timed(count: number, run: () => Promise<void>): Promise<Times> {
  const times = new Float64Array(count);
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await run();
    times[i] = performance.now() - begun;
  }
  const { user, system } = process.cpuUsage(before);
  return { medianMs: rounded(median(times), 3), minMs: rounded(quantile(times, 0), 3), cpuMs: rounded((user + system) / 1000 / count, 3) };
}
