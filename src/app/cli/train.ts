import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { inferenceGraph } from '../../learning/nn/network.ts';
import type { CompiledGraph } from '../../learning/nn/onnx-encoding.ts';
import type { TempoPiece } from '../../learning/train/accompaniment-environment.ts';
import { tempoNetwork, validationOf } from '../../learning/train/tempo-teaching.ts';
import { youchestraGroups } from '../../learning/train/youchestra-practice.ts';
import { youchestraActor } from '../../learning/train/youchestra-network.ts';
import { youchestraLayout, youchestraSize } from '../../learning/train/youchestra.ts';
import { tempoActionSize } from '../../players/tempo/action.ts';
import { tempoLayout, tempoObservationSize } from '../../players/tempo/observation.ts';
import type { ModelCard } from '../config/model-card.ts';
import type { TempoTraining } from './train/settings.ts';
import { checkTempoTraining } from './train/settings.ts';
import { OnnxTraining } from '../io/onnx-training.ts';
import type { Weights } from '../io/tempo-data.ts';
import { printJson, printLine, printTable } from './outcome.ts';
import { readModelAt, writeModel } from './tempo-model.ts';
import { trainComposerCommand } from './train-composer.ts';
import { trainEarCommand } from './train-ear.ts';
import { trainListenerCommand } from './train-listener.ts';
import { trainSoundCommand } from './train-sound.ts';
import type { AblationSettings } from './train/ablations.ts';
import { ablate } from './train/ablations.ts';
import { readTempoTraining } from './train/configuration.ts';
import type { CurveGroup } from './train/learning-curve.ts';
import { nameOf } from './train/learning-curve.ts';
import type { TrainedTempo } from './train/tempo.ts';
import { trainTempoPolicy, trainYouchestra } from './train/tempo.ts';
import type { TempoPieces } from './train/tempo-pieces.ts';
import { inventTempoPieces, readTempoPieces } from './train/tempo-pieces.ts';

interface Arguments {
  readonly data: string;
  readonly weights: Weights;
  readonly config?: string | undefined;
  readonly out: string;
  readonly seed?: number | undefined;
  readonly epochs?: number | undefined;
  readonly updates?: number | undefined;
  readonly corpus?: string | undefined;
  readonly resume: boolean;
  readonly ablate: boolean;
  readonly json: boolean;
}

const tempoCommand: CommandModule<object, Arguments> = {
  command: 'tempo',
  describe: 'teach the tempo policy from aligned performances, then let it practise',
  builder: (parser) =>
    parser
      .option('data', { type: 'string', demandOption: true, describe: 'The folder of aligned performances, one folder a source' })
      .option('weights', { choices: ['open', 'research'] as const, default: 'open' as const, describe: 'open: only what may be handed on; research: also what is for research' })
      .option('config', { type: 'string', describe: 'Settings: a file (JSON), or one that comes along by its name' })
      .option('out', { type: 'string', default: 'models', describe: 'Where the model, its card and its curves go' })
      .option('seed', { type: 'number', describe: 'In place of the one in the settings' })
      .option('epochs', { type: 'number', describe: 'Of the lessons, in place of what the settings say' })
      .option('updates', { type: 'number', describe: 'Of PPO after the lessons; 0 for none' })
      .option('corpus', { type: 'string', describe: 'A folder of scores that invented players play too, one folder a source' })
      .option('ablate', { type: 'boolean', default: false, describe: 'Take away one thing after the other in short lessons, and write into the card what each was good for' })
      .option('resume', { type: 'boolean', default: false, describe: 'Go on where the same training was interrupted' })
      .option('json', { type: 'boolean', default: false, describe: 'The card as one line of JSON' })
      .example('$0 train tempo --data performances --weights open', 'learn, and write models/tempo-open.onnx with its card')
      .example('$0 train tempo --data performances --weights research --out models/research --ablate', 'what each thing that it sees is good for')
      .example('$0 train tempo --data performances --config mine.json --resume', 'with settings of your own, from where it was interrupted'),
  handler: trainTempo,
};

export const trainCommand: CommandModule = {
  command: 'train',
  describe: 'learn',
  builder: (parser) => parser.command(tempoCommand).command(trainComposerCommand).command(trainListenerCommand).command(trainSoundCommand)
      .command(trainSoundCommand).command(trainEarCommand).demandCommand(1, 'say what to train: tempo, composer, listener or ear').example('$0 train tempo --data performances', 'the tempo policy'),
  handler: () => undefined,
};

async function trainTempo(args: Arguments): Promise<void> {
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const training = overridden(await readTempoTraining(args.config), args);
  const train = await piecesFor(training, args);
  // Also open weights are chosen by music of all kinds: that trains nothing.
  const { pieces: toChooseBy } = await readTempoPieces(args.data, 'research', 'val', true);
  if (toChooseBy.length === 0) throw new UserFault('--data', args.data, 'must have a val split to choose by');
  say(`${train.pieces.length} pieces to learn from, ${toChooseBy.length} to choose by`);
  const name = `${training.type}-${args.weights}`;
  const path = join(args.out, name);
  const engine = new OnnxTraining();
  try {
    if (args.ablate) return await writeAblations(training, args, { train: train.pieces, toChooseBy, engine, say });
    const run = { train: train.pieces, engine, checkpoint: `${path}.checkpoint.json`, resume: args.resume, say };
    const learned = training.type === 'tempo' ? await learnTempo(training, toChooseBy, run) : await learnYouchestra(training, toChooseBy, run);
    const { trained, groups, model } = learned;
    const card: ModelCard = {
      name, role: 'tempo', observation: learned.layout, inputs: [learned.inputs], outputs: [learned.outputs], weights: args.weights,
      licence: args.weights === 'open' ? 'MIT' : 'CC-BY-NC-SA-4.0',
      trainedOn: [...train.trainedOn], credits: [...train.performers], trainedWith: { command: commandOf(args), seed: learned.seed, epochs: trained.epochs, updates: trained.updates },
      validation: groups.map(({ voice, takes, base }, i) => ({ voice, takes, policy: trained.validation[i]!, base })), sha256: createHash('sha256').update(model.bytes).digest('hex'),
    };
    await writeModel(path, card, model.bytes, trained.curve);
    if (args.json) printJson(card);
    else printLine(`${path}.onnx: ${card.validation.map((one) => `${nameOf(one)} ${one.policy.toFixed(4)} against ${one.base.toFixed(4)}`).join(', ')}`);
  } finally {
    await engine.close();
  }
}

async function piecesFor(training: TempoTraining, { data, weights, corpus }: Arguments): Promise<TempoPieces> {
  const melodies = training.type === 'youchestra' || training.teaching.melodies > 0;
  const played = await readTempoPieces(data, weights, 'train', melodies);
  if (corpus === undefined || training.type === 'youchestra') return played;
  const invented = await inventTempoPieces({ corpus, seed: training.teaching.seed, ...training.invented });
  return { pieces: [...played.pieces, ...invented.pieces], trainedOn: [...played.trainedOn, ...invented.trainedOn], performers: played.performers };
}

const ablationSeeds = [1, 2, 3] as const;
const ablationEpochs = 5;

async function writeAblations(training: TempoTraining, args: Arguments, given: Pick<AblationSettings, 'train' | 'toChooseBy' | 'engine' | 'say'>): Promise<void> {
  if (training.type !== 'tempo') throw new UserFault('--ablate', '', 'must be of a configuration of type tempo', training.type);
  const path = join(args.out, `tempo-${args.weights}`);
  const { card, bytes } = await readModelAt(path);
  const epochs = args.epochs ?? ablationEpochs;
  const rows = await ablate({ ...given, training, epochs, seeds: ablationSeeds });
  await writeModel(path, { ...card, ablations: { epochs, seeds: [...ablationSeeds], rows: [...rows] } }, bytes);
  if (args.json) return printJson(rows);
  const [first] = rows;
  printTable([['', ...first!.validation.map(nameOf)], ...rows.map((row) => [row.name, ...row.validation.map((one) => `${one.mean.toFixed(4)} +-${one.spread.toFixed(4)}`)])]);
}

interface Learned {
  readonly trained: TrainedTempo;
  readonly groups: readonly CurveGroup[];
  readonly layout: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly seed: number;
  readonly model: CompiledGraph;
}
type Run = Omit<Parameters<typeof trainTempoPolicy>[0], 'training' | 'validation'>;

async function learnTempo(training: Extract<TempoTraining, { type: 'tempo' }>, toChooseBy: readonly TempoPiece[], run: Run): Promise<Learned> {
  const { teaching, practice } = training;
  const groups = validationOf(toChooseBy, teaching);
  const trained = await trainTempoPolicy({ ...run, training, validation: groups });
  if (practice.updates > 0 && teaching.epochs > 0) run.say(trained.updates === 0 ? 'practice did not better what was taught: the taught policy is kept' : `the policy after ${trained.updates} updates of practice is kept`);
  return { trained, groups, layout: tempoLayout, inputs: tempoObservationSize, outputs: tempoActionSize, seed: teaching.seed, model: inferenceGraph(tempoNetwork(teaching), trained.parameters, { layout: tempoLayout }) };
}

async function learnYouchestra(training: Extract<TempoTraining, { type: 'youchestra' }>, toChooseBy: readonly TempoPiece[], run: Run): Promise<Learned> {
  const { youchestra } = training;
  const groups = validationOf(toChooseBy, { without: [] });
  const trained = await trainYouchestra({ ...run, training, validation: youchestraGroups(toChooseBy, youchestra), groups });
  const layout = youchestraLayout(youchestra.observation);
  return { trained, groups, layout, inputs: youchestraSize, outputs: 1, seed: youchestra.seed, model: inferenceGraph(youchestraActor(), trained.parameters, { layout }) };
}

/** What the command line says, by the rules of a file. */
function overridden(training: TempoTraining, { seed, epochs, updates }: Arguments): TempoTraining {
  const teaching = { ...(seed !== undefined && { seed }), ...(epochs !== undefined && { epochs }) };
  const practice = { ...(seed !== undefined && { seed }), ...(updates !== undefined && { updates }) };
  checkTempoTraining('command line', { teaching, practice });
  if (training.type === 'youchestra') return { ...training, youchestra: { ...training.youchestra, ...practice } };
  return { ...training, teaching: { ...training.teaching, ...teaching }, practice: { ...training.practice, ...practice } };
}

const commandOf = ({ weights, config, corpus, seed, epochs, updates }: Arguments): string =>
  ['collaparte train tempo --data DIR', `--weights ${weights}`, ...(corpus === undefined ? [] : ['--corpus DIR']), ...(config === undefined ? [] : [`--config ${config}`]), ...Object.entries({ seed, epochs, updates }).flatMap(([key, value]) => (value === undefined ? [] : [`--${key} ${value}`]))].join(' ');
