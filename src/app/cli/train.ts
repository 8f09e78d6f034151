import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { inferenceGraph } from '../../learning/nn/network.ts';
import type { TempoPiece } from '../../learning/train/accompaniment-environment.ts';
import type { Practised } from '../../learning/train/tempo-practice.ts';
import { defaultPractice, practiseTempo } from '../../learning/train/tempo-practice.ts';
import type { Tried } from '../../learning/train/tempo-teaching.ts';
import { defaultTeaching, teachTempo, tempoNetwork } from '../../learning/train/tempo-teaching.ts';
import { playedOnsets, takeOf } from '../../learning/sim/onset-sequence.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../players/memory/take.ts';
import { tempoActionSize } from '../../players/tempo/action.ts';
import { tempoLayout, tempoObservationSize } from '../../players/tempo/observation.ts';
import type { ModelCard } from '../config/model-card.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { OnnxTraining } from '../io/onnx-training.ts';
import type { Split, Weights } from '../io/tempo-data.ts';
import { readTempoData } from '../io/tempo-data.ts';
import { printJson, printLine } from './outcome.ts';

interface Arguments {
  readonly data: string;
  readonly weights: Weights;
  readonly out: string;
  readonly seed: number;
  readonly batches: number;
  readonly updates: number;
  readonly json: boolean;
}

const tempoCommand: CommandModule<object, Arguments> = {
  command: 'tempo',
  describe: 'teach the tempo policy from aligned performances, then let it practise',
  builder: (parser) =>
    parser
      .option('data', { type: 'string', demandOption: true, describe: 'The folder of aligned performances, one folder a source' })
      .option('weights', { choices: ['open', 'research'] as const, default: 'open' as const, describe: 'open: only what may be handed on; research: also what is for research' })
      .option('out', { type: 'string', default: 'models', describe: 'Where the model and its card go' })
      .option('seed', { type: 'number', default: defaultTeaching.seed })
      .option('batches', { type: 'number', default: defaultTeaching.batches, describe: 'Steps of the optimiser in the lessons' })
      .option('updates', { type: 'number', default: defaultPractice.updates, describe: 'Updates of PPO after the lessons; 0 for none' })
      .option('json', { type: 'boolean', default: false, describe: 'The card as one line of JSON' })
      .example('$0 train tempo --data performances --weights open', 'learn, and write models/tempo-open.onnx with its card'),
  handler: trainTempo,
};

export const trainCommand: CommandModule = {
  command: 'train',
  describe: 'learn',
  builder: (parser) => parser.command(tempoCommand).demandCommand(1, 'say what to train: tempo').example('$0 train tempo --data performances', 'the tempo policy'),
  handler: () => undefined,
};

interface Lessons {
  readonly pieces: TempoPiece[];
  readonly trainedOn: ModelCard['trainedOn'];
  readonly performers: readonly string[];
}

async function trainTempo(args: Arguments): Promise<void> {
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const train = await readLessons(args, 'train');
  const validation = await readLessons(args, 'val');
  if (validation.pieces.length === 0) throw new UserFault('--data', args.data, 'must have a val split to choose by');
  say(`${train.pieces.length} performances to learn from, ${validation.pieces.length} to choose by`);
  const engine = new OnnxTraining();
  const began = performance.now();
  const curve = ['phase,step,train error,then takes,policy,base for each number of takes'];
  const tell = (phase: string, step: number, of: number, train: number, validation: readonly Tried[]): undefined => {
    const spent = (performance.now() - began) / 1000;
    curve.push([phase, step, train.toFixed(5), ...validation.flatMap((one) => [String(one.takes), one.policy.toFixed(5), one.base.toFixed(5)])].join(','));
    say(`${phase} ${step} of ${of}: ${validation.map((one) => `${one.takes} takes ${one.policy.toFixed(4)} (base ${one.base.toFixed(4)})`).join(', ')}; ${spent.toFixed(0)} s, about ${((spent * (of - step)) / step).toFixed(0)} s to go`);
    return undefined;
  };
  try {
    const teaching = { ...defaultTeaching, seed: args.seed, batches: args.batches, tryEvery: Math.min(defaultTeaching.tryEvery, args.batches) };
    const taught = await engine.complete(teachTempo(train.pieces, validation.pieces, teaching), (p) => tell('lessons', p.batch, p.batches, p.trainError, p.validation));
    // Also without any update: it says how good the taught policy is.
    const best = await engine.complete(practiseTempo(train.pieces, validation.pieces, { ...defaultPractice, seed: args.seed, updates: args.updates }, taught), (p) => tell('practice', p.update, p.updates, -p.reward, p.validation));
    say(best!.update === 0 ? 'practice did not better what was taught: the taught policy is kept' : `the policy after ${best!.update} updates of practice is kept`);
    const card = await write(args, best!, train, curve);
    if (args.json) printJson(card);
    else printLine(`${join(args.out, `${card.name}.onnx`)}: ${card.validation.map((one) => `${one.takes} takes ${one.policy.toFixed(4)} against ${one.base.toFixed(4)}`).join(', ')}`);
  } finally {
    await engine.close();
  }
}

async function write(args: Arguments, { parameters, validation, update }: Practised, train: Lessons, curve: readonly string[]): Promise<ModelCard> {
  const name = `tempo-${args.weights}`;
  const { bytes } = inferenceGraph(tempoNetwork(), parameters, { layout: tempoLayout });
  const card: ModelCard = {
    name, role: 'tempo', observation: tempoLayout, inputs: [tempoObservationSize], outputs: [tempoActionSize], weights: args.weights,
    licence: args.weights === 'open' ? 'MIT' : 'CC-BY-NC-SA-4.0',
    trainedOn: [...train.trainedOn], credits: [...train.performers],
    trainedWith: { command: `collaparte train tempo --data DIR --weights ${args.weights} --seed ${args.seed} --batches ${args.batches} --updates ${args.updates}`, seed: args.seed, batches: args.batches, updates: update },
    validation: [...validation], sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  await writeAtomically(join(args.out, `${name}.onnx`), bytes);
  await writeAtomically(join(args.out, `${name}.json`), `${JSON.stringify(card, null, 2)}\n`);
  await writeAtomically(join(args.out, `${name}.curve.csv`), `${curve.join('\n')}\n`);
  return card;
}

/** Performances of the same score that stand earlier are the takes of the later ones. */
async function readLessons({ data, weights }: Arguments, split: Split): Promise<Lessons> {
  const pieces: TempoPiece[] = [];
  const earlier = new Map<string, TempoPiece['takes']>();
  const fingerprints = new Map<string, string>();
  const sources = new Map<string, { source: string; licence: string; performances: number; onsets: number }>();
  const performers = new Set<string>();
  for await (const { id, source, performer, licence, scoreId, score, performance: played } of readTempoData(data, weights, split)) {
    const solo = soloOf(score);
    const sequence = playedOnsets(played, solo);
    if (sequence.length < shortestLesson) continue;
    const takes = earlier.get(scoreId) ?? [];
    const fingerprint = fingerprints.get(scoreId) ?? scoreFingerprint(solo);
    fingerprints.set(scoreId, fingerprint);
    pieces.push({ id, score, sequence, takes });
    earlier.set(scoreId, [takeOf(sequence, id, fingerprint, performer), ...takes]);
    const key = `${source} ${licence}`;
    const counted = sources.get(key) ?? { source, licence, performances: 0, onsets: 0 };
    sources.set(key, { ...counted, performances: counted.performances + 1, onsets: counted.onsets + sequence.length });
    if (licence.startsWith('CC-BY')) performers.add(`${performer} (${licence})`);
  }
  return { pieces, trainedOn: [...sources.values()], performers: [...performers].sort() };
}

const shortestLesson = 20;
