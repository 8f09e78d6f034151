/** `train composer`: from prepared corpora to a model that writes missing notes. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { Random } from '../../core/math/random.ts';
import type { Song } from '../../core/music/song.ts';
import { readingGraph } from '../../learning/nn/event-reading.ts';
import { writingGraph } from '../../learning/nn/event-writing.ts';
import { ParameterLayout, partOfTheWay } from '../../learning/nn/parameters.ts';
import type { EventNetwork } from '../../learning/nn/event-network.ts';
import type { ComposerForm, ComposerNetworkSettings } from '../../learning/train/composer-network.ts';
import { composerForms, composerNetwork } from '../../learning/train/composer-network.ts';
import { trialsOf } from '../../learning/train/composer-trials.ts';
import type { ComposingResult, Nats } from '../../learning/train/composing.ts';
import { ComposingJudge } from '../../learning/train/composing.ts';
import { repairTrialsOf, withBlanks } from '../../learning/train/repair-lessons.ts';
import { eventLayout, heads } from '../../players/generate/events.ts';
import type { WritingSettings } from '../../players/generate/writing.ts';
import { temperaturesOf, usualWriting } from '../../players/generate/writing.ts';
import type { ComposerCard } from '../config/composer-card.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { OnnxTraining } from '../io/onnx-training.ts';
import { readSongs } from '../io/song-file.ts';
import { userDataFolder } from '../io/take-store.ts';
import type { Weights } from '../io/tempo-data.ts';
import { printJson, printLine } from './outcome.ts';
import { ComposerModel } from './composer-model.ts';
import { partsOf, trainComposer } from './train/composer.ts';
import { asHeThinks, praiseOf, reinforceComposer, shown } from './train/composer-reinforcing.ts';
import type { ComposerCurve } from './train/composer-curve.ts';
import type { ComposerTraining } from './train/composer-settings.ts';
import { checkComposerTraining, defaultRefinerTraining, readComposerTraining } from './train/composer-settings.ts';

interface Arguments {
  readonly corpus: readonly string[];
  readonly stage: 'supervised' | 'reinforce' | 'refiner';
  readonly weights: Weights;
  readonly config?: string | undefined;
  readonly network?: ComposerForm | undefined;
  readonly from?: string | undefined;
  readonly out?: string | undefined;
  readonly seed?: number | undefined;
  readonly updates?: number | undefined;
  readonly threads: number;
  readonly resume: boolean;
  readonly json: boolean;
}

export const trainComposerCommand: CommandModule<object, Arguments> = {
  command: 'composer',
  describe: 'teach the one who writes missing notes, from prepared corpora',
  builder: (parser) =>
    parser
      .option('corpus', { type: 'string', array: true, demandOption: true, describe: 'Files made by "corpus prepare"; their train split teaches, their val split judges' })
      .option('stage', { choices: ['supervised', 'reinforce', 'refiner'] as const, default: 'supervised' as const, describe: 'supervised: to foresee what real music does; reinforce: to write what is praised by rule, up to what real music gets (begins with --from, composer-open unless said); refiner: to restore what was rubbed out, for "refine"' })
      .option('weights', { choices: ['open', 'research'] as const, default: 'open' as const, describe: 'open: only music that may train what is handed on; research: also what is for research' })
      .option('config', { type: 'string', describe: 'A file of settings (JSON)' })
      .option('network', { choices: composerForms, describe: 'In place of what the settings say: decoder writes; the others are there to be compared with it, and only learn and are judged' })
      .option('from', { type: 'string', describe: 'A model of the same size to begin from, by its name or path, in place of chance' })
      .option('out', { type: 'string', describe: 'Where the model, its card, its curves and on the way its checkpoint go; a folder of your own data unless said' })
      .option('seed', { type: 'number', describe: 'In place of the one in the settings' })
      .option('updates', { type: 'number', describe: 'In place of what the settings say' })
      .option('threads', { type: 'number', default: 1, describe: 'That compute; as many as there are cores, if nothing else is to be done' })
      .option('resume', { type: 'boolean', default: false, describe: 'Go on where the same training was interrupted' })
      .option('json', { type: 'boolean', default: false, describe: 'The card as one line of JSON' })
      .example('$0 train composer --corpus songs.jsonl.gz --updates 20000', 'learn, and say how it goes')
      .example('$0 train composer --corpus songs.jsonl.gz --stage reinforce --updates 32', 'lead it by praise, 32 times 32 fillings')
      .example('$0 train composer --corpus songs.jsonl.gz --updates 20000 --resume', 'go on after an interruption'),
  handler: trainComposerModel,
};

async function trainComposerModel(args: Arguments): Promise<void> {
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  if (!(Number.isInteger(args.threads) && args.threads >= 1 && args.threads <= 64)) throw new UserFault('--threads', '', 'must be a whole number in 1..64', args.threads);
  const { seed, updates } = args;
  const isRefiner = args.stage === 'refiner';
  const training = checkComposerTraining('command line', { ...(args.network !== undefined && { network: { form: args.network } }), teaching: { ...(seed !== undefined && { seed }), ...(updates !== undefined && { updates }) } }, await readComposerTraining(args.config, isRefiner ? defaultRefinerTraining : undefined));
  if (isRefiner && (training.network.form ?? 'decoder') !== 'decoder') throw new UserFault(args.network === undefined ? args.config! : '--network', 'network.form', 'must be decoder for the refiner', training.network.form);
  if (isRefiner && training.network.echoes === true) throw new UserFault(args.config ?? '--stage', 'network.echoes', 'must be left out for the refiner, who looks both ways', true);
  const { songs, toChooseBy, trainedOn } = await songsFor(args);
  say(`${songs.length} songs to learn from, ${toChooseBy.length} to choose by`);
  const folder = args.out ?? join(userDataFolder(), 'models');
  await mkdir(folder, { recursive: true });
  if (args.stage === 'reinforce') return reinforce(args, { training, songs, toChooseBy, trainedOn, folder, say });
  const path = join(folder, nameOf(args, training.network));
  const { windows, teaching: { length } } = training;
  const trials = isRefiner ? repairTrialsOf(toChooseBy, windows, length, new Random(1)) : trialsOf(toChooseBy, windows, length);
  const network = composerNetwork(training.network);
  const from = args.from === undefined ? undefined : await beginningFrom(args.from, isRefiner ? 'refiner' : 'infill', training.network, network);
  const engine = new OnnxTraining(args.threads);
  try {
    const write = async (result: ComposingResult, curve: ComposerCurve): Promise<ComposerCard> => writeComposer(path, result, curve, { args, training, trainedOn });
    const { result, curve } = await trainComposer({ ...(from && { from }), ...(isRefiner && { layOut: withBlanks }), network, training, songs, trials, engine, checkpoint: `${path}.checkpoint.json`, resume: args.resume, say, onBest: async (best, so) => void (await write(best, so)) });
    const card = await write(result, curve);
    if (args.json) printJson(card);
    else for (const [i, { task, all }] of card.validation.entries()) printLine(`${path}.onnx: ${task} ${all.toFixed(3)} nats a note (${partsOf(result.validation[i]!)})`);
  } finally {
    await engine.close();
  }
}

interface Reinforcement extends Songs {
  readonly training: ComposerTraining;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** So often each window is filled by which a writer is compared with what he was. */
const fillingsPraised = 4;

async function reinforce(args: Arguments, { training, songs, toChooseBy, folder, say }: Reinforcement): Promise<void> {
  if (args.network !== undefined) throw new UserFault('--network', '', 'cannot be said for --stage reinforce: it is that of the model it begins with', args.network);
  const taught = await ComposerModel.open(args.from ?? 'composer-open', { option: '--from' });
  const { teaching: { length, rows }, windows } = training;
  const settings = { ...training.reinforcing, ...(args.seed !== undefined && { seed: args.seed }), ...(args.updates !== undefined && { iterations: args.updates }) };
  const name = taught.card.name.replace(/^composer(-reinforced)?/, 'composer-reinforced');
  const path = join(folder, name);
  const engine = new OnnxTraining(args.threads);
  try {
    const state = await reinforceComposer({ model: taught, songs, settings, engine, checkpoint: `${path}.checkpoint.json`, resume: args.resume, say });
    const led = taught.with(partOfTheWay(taught.parameters, state.muon.parameters, settings.share));
    const trials = trialsOf(toChooseBy, windows, length);
    const tasks = Object.keys(trials);
    const judge = new ComposingJudge(taught.network, tasks.map((task) => trials[task]!), { rows, length });
    const natsOf = async (parameters: Float32Array): Promise<Nats[]> => {
      const judging = judge.nats(parameters);
      let step = judging.next();
      while (step.done !== true) step = judging.next(await engine.run(step.value));
      return step.value;
    };
    const [before, after] = [await natsOf(taught.parameters), await natsOf(led.parameters)];
    const praise = (model: ComposerModel, manner: WritingSettings) => praiseOf(model, toChooseBy, { windows, variations: fillingsPraised, manner });
    const [asked, freely] = [{ ...usualWriting, ...(settings.repeating === 0 && { repeating: 0 }), ...settings.manner }, { ...asHeThinks, repeating: settings.repeating }];
    const [was, is, wasFree, isFree] = [await praise(taught, asked), await praise(led, asked), await praise(taught, freely), await praise(led, freely)];
    const { bytes } = writingGraph(taught.network, led.parameters, { sequences: 1, length: 1, size: length }, true, { events: eventLayout });
    const card: ComposerCard = {
      ...taught.card, name, trainedWith: { ...taught.card.trainedWith, command: commandOf(args), seed: settings.seed },
      validation: after.map((nats, i) => ({ task: tasks[i]!, all: nats.all, heads: Object.fromEntries(heads.map((head, h) => [head, nats.heads[h]!])), finer: nats.finer })),
      reinforced: { iterations: state.iteration, manner: { repeating: asked.repeating, ...temperaturesOf(asked), topP: asked.topP }, rewards: is.written, before: was.written, freely: { rewards: isFree.written, before: wasFree.written }, real: is.real }, sha256: createHash('sha256').update(bytes).digest('hex'),
    };
    await writeAtomically(`${path}.onnx`, bytes);
    await writeAtomically(`${path}.json`, `${JSON.stringify(card, null, 2)}\n`);
    if (args.json) printJson(card);
    else {
      printLine(`${path}.onnx: ${tasks.map((task, i) => `${task} ${after[i]!.all.toFixed(3)} (was ${before[i]!.all.toFixed(3)})`).join(', ')} nats a note`);
      for (const [whose, rewards] of Object.entries({ 'taught, as it is to write': was.written, 'led, as it is to write': is.written, 'taught, freely': wasFree.written, 'led, freely': isFree.written, real: is.real })) printLine(`  ${whose}: ${shown(rewards)}`);
    }
  } finally {
    await engine.close();
    await taught.close();
  }
}

/** A network that has learned to copy begins with what one knew that had not. @throws UserFault where it is of another size */
async function beginningFrom(name: string, role: ComposerCard['role'], settings: ComposerNetworkSettings, network: EventNetwork): Promise<{ readonly parameters: Float32Array; readonly events: number }> {
  const { card, network: known, parameters } = await ComposerModel.open(name, { option: '--from', role });
  const { echoes, ...size } = card.network;
  const { echoes: wanted, ...asked } = settings;
  if (JSON.stringify(size) !== JSON.stringify(asked) || (echoes === true && wanted !== true)) throw new UserFault('--from', name, 'must be of the same size as the settings say', card.network);
  const layout = new ParameterLayout(network.parameters);
  return { parameters: layout.widened(new ParameterLayout(known.parameters), parameters, new Random(1)), events: card.trainedWith.events };
}

/** Of licences, which may train what is handed on under our own: those that ask for nothing but a name. */
const free = /^(mit|cc0|public domain|pd|cc[- ]by[- ]\d|own)/i;
const research = /^cc[- ]by[- ]nc/i;

interface Songs {
  readonly songs: readonly Song[];
  readonly toChooseBy: readonly Song[];
  readonly trainedOn: ComposerCard['trainedOn'];
}

/** What states no licence, or one that binds what is made of it, teaches nothing; anything may be judged by. */
async function songsFor({ corpus, weights }: Arguments): Promise<Songs> {
  const songs: Song[] = [];
  const toChooseBy: Song[] = [];
  const sources = new Map<string, { source: string; licence: string; songs: number; notes: number }>();
  const refused = new Map<string, number>();
  for (const path of corpus) {
    for await (const song of readSongs(path)) {
      if (song.split === 'val') toChooseBy.push(song);
      if (song.split !== 'train') continue;
      if (!free.test(song.licence) && !(weights === 'research' && research.test(song.licence))) {
        refused.set(song.licence, (refused.get(song.licence) ?? 0) + 1);
        continue;
      }
      songs.push(song);
      const key = `${song.source} ${song.licence}`;
      const known = sources.get(key) ?? { source: song.source, licence: song.licence, songs: 0, notes: 0 };
      known.songs++;
      known.notes += song.tracks.reduce((sum, track) => sum + track.notes.pitch.length, 0);
      sources.set(key, known);
    }
  }
  for (const [licence, count] of refused) process.stderr.write(`${count} songs teach nothing here: their licence is ${licence === '' ? 'not stated (corpus prepare --licence states it)' : licence}\n`);
  if (songs.length === 0) throw new UserFault('--corpus', corpus.join(', '), `must have songs in its train split that may train ${weights} weights`);
  if (toChooseBy.length === 0) throw new UserFault('--corpus', corpus.join(', '), 'must have a val split to choose by');
  return { songs, toChooseBy, trainedOn: [...sources.values()] };
}

/** Events of a program that only keeps what was learned: an LSTM is written out event by event. */
const shortest = 16;

async function writeComposer(path: string, result: ComposingResult, curve: ComposerCurve, { args, training, trainedOn }: { args: Arguments; training: ComposerTraining; trainedOn: ComposerCard['trainedOn'] }): Promise<ComposerCard> {
  const network = composerNetwork(training.network);
  const { length } = training.teaching;
  const { form = 'decoder' } = training.network;
  const { bytes } = args.stage === 'refiner' || form !== 'decoder'
    ? readingGraph(network, result.parameters, form === 'lstm' ? shortest : length, true, { events: eventLayout })
    : writingGraph(network, result.parameters, { sequences: 1, length: 1, size: length }, true, { events: eventLayout });
  const point = curve.points.findLast((one) => one.update <= result.update) ?? curve.points.at(-1)!;
  const card: ComposerCard = {
    name: nameOf(args, training.network), role: args.stage === 'refiner' ? 'refiner' : 'infill', events: eventLayout, network: training.network, parameters: new ParameterLayout(network.parameters).size,
    weights: args.weights, licence: args.weights === 'open' ? 'MIT' : 'CC-BY-NC-SA-4.0', trainedOn,
    trainedWith: { command: commandOf(args), seed: training.teaching.seed, updates: result.update, events: point.events },
    validation: result.validation.map((nats, i) => ({ task: point.tasks[i]!, all: nats.all, heads: Object.fromEntries(heads.map((head, h) => [head, nats.heads[h]!])), finer: nats.finer })),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  await writeAtomically(`${path}.onnx`, bytes);
  await writeAtomically(`${path}.json`, `${JSON.stringify(card, null, 2)}\n`);
  await writeAtomically(`${path}.curve.csv`, curve.csv());
  await writeAtomically(`${path}.curve.svg`, curve.svg(card.name));
  return card;
}

const nameOf = ({ stage, weights }: Pick<Arguments, 'stage' | 'weights'>, { form = 'decoder' }: ComposerNetworkSettings): string => `${stage === 'refiner' ? 'refiner' : 'composer'}${form === 'decoder' ? '' : `-${form}`}-${weights}`;

const commandOf = ({ stage, weights, config, network, from, seed, updates }: Arguments): string =>
  ['collaparte train composer --corpus FILE', `--stage ${stage}`, `--weights ${weights}`, ...(config === undefined ? [] : [`--config ${config}`]), ...Object.entries({ network, from: from === undefined ? undefined : basename(from), seed, updates }).flatMap(([key, value]) => (value === undefined ? [] : [`--${key} ${value}`]))].join(' ');
