/** `train listener`: from a table of a synthesizer's sounds and a musician's recordings to who answers them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { rounded } from '../../core/math/statistics.ts';
import { inferenceGraph } from '../../learning/nn/network.ts';
import { ListeningEnvironment } from '../../learning/train/listening-environment.ts';
import type { ListeningLearner } from '../../learning/train/listening-practice.ts';
import { teachListening } from '../../learning/train/listening-lessons.ts';
import { defaultListeningPractice, listeningLearners, listeningPlayer, moreCautious, playerOf, playsAlone, practiceAfter, practiseListening } from '../../learning/train/listening-practice.ts';
import type { Network } from '../../learning/nn/network.ts';
import { aloneLayout, listeningActionSize, listeningLayout, listeningObservationSize } from '../../players/listen/agent.ts';
import { usualLasting } from '../../players/listen/planner.ts';
import { needsCorpus } from '../../players/listen/targets.ts';
import type { ListeningCard } from '../config/listening-card.ts';
import type { ListeningEnvironmentSettings } from '../config/listening-settings.ts';
import { checkListeningSettings, defaultListeningSettings } from '../config/listening-settings.ts';
import { drawChart } from '../io/chart.ts';
import { readDescribedCorpus, shippedCorpus } from '../io/described-corpus.ts';
import { parseJson } from '../io/json-text.ts';
import { ListeningNetwork } from '../io/listening-network.ts';
import { OnnxTraining } from '../io/onnx-training.ts';
import { userDataFolder } from '../io/take-store.ts';
import { readCheckpoint, writeCheckpoint } from '../io/training-checkpoint.ts';
import type { ListeningFigures, ListeningMeasure } from './bench/listen.ts';
import { measureWayReally } from './bench/listen-real.ts';
import { measureListening, measureWay, sequencesOfTable } from './bench/listen.ts';
import { shippedListener, spaceFor, writeListeningModel } from './listening-model.ts';
import { printJson, printLine } from './outcome.ts';
import { soundModelFor } from './sound-model.ts';
import { tableOf } from './synth/standard-table.ts';
import { chooseSynth, synthOptions } from './synth/synth-argument.ts';
import { Remaining } from './train/course.ts';
import { isPutAside } from './train/put-aside.ts';

interface Arguments {
  readonly synth: string;
  readonly corpus?: string | undefined;
  readonly table?: string | undefined;
  readonly config?: string | undefined;
  readonly learner: ListeningLearner;
  readonly lessons: number;
  readonly updates: number;
  readonly patience: number;
  readonly seed?: number | undefined;
  readonly believed: boolean;
  readonly out: string;
  readonly licence?: string | undefined;
  readonly goodAt?: string | undefined;
  readonly badAt?: string | undefined;
  readonly resume: boolean;
  readonly json: boolean;
}

export const trainListenerCommand: CommandModule<object, Arguments> = {
  command: 'listener',
  describe: 'let an agent practise to answer a musician by moving a synthesizer',
  builder: (parser) =>
    parser
      .option('synth', synthOptions.synth)
      .option('corpus', { type: 'string', describe: 'A folder made by "corpus analyse"; by default the solo lines that come along' })
      .option('table', synthOptions.table)
      .option('config', { type: 'string', describe: 'An environment_settings.json as of the original' })
      .option('learner', { choices: listeningLearners, default: defaultListeningPractice.learner, describe: 'PPO or A2C on what the planner is told to expect, or DQN without a planner, as in the original' })
      .option('lessons', { type: 'number', default: 12, describe: 'Before practice: times that the recordings are heard, to learn how a sound goes on; 0 for none' })
      .option('updates', { type: 'number', default: defaultListeningPractice.updates, describe: `Times to learn by practice; each from ${defaultListeningPractice.environments * defaultListeningPractice.steps} frames; 0 for lessons alone` })
      .option('patience', { type: 'number', default: 6, describe: 'Ends after so many trials, one each fifth update, that were no better' })
      .option('seed', { type: 'number', describe: 'In place of the one in the settings' })
      .option('believed', { type: 'boolean', default: false, describe: 'Choose what is kept by what the table or the sound model says, and not by what really sounds in Pure Data' })
      .option('out', { type: 'string', default: join(userDataFolder(), 'models'), describe: 'The folder for the model, its card and its curve' })
      .option('licence', { type: 'string', describe: 'For the card: of what was learned; by default MIT from the lines that come along, else as the recordings' })
      .option('good-at', { type: 'string', describe: 'For the card, in words: what it is good at' })
      .option('bad-at', { type: 'string', describe: 'And at what not' })
      .option('resume', { type: 'boolean', default: false, describe: 'Go on where the same training was interrupted' })
      .option('json', { type: 'boolean', default: false, describe: 'The card as one line of JSON' })
      .example('$0 train listener --synth fm', 'by the solo lines that come along')
      .example('$0 train listener --synth fm --corpus described --config environment_settings.json', 'as the original was trained') as never,
  handler: train,
};

const tryEvery = 5;
/** Of what the lessons taught: half a movement that is foreseen may be better than a whole one. */
const shares = [1, 0.75, 0.5, 0.25];
const afterLessons = 2e-4; // learning rate of practice: more unlearns what was taught
/** Of the planner's loss, at most: as good in either half of the recordings, and on the whole better by what is more than chance; else the simpler one plays. */
const mostLoss = { half: 1.0005, whole: 0.98 };

async function train(args: Arguments): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  if (!Number.isInteger(args.updates) || args.updates < 0) throw new UserFault('--updates', '', 'must be a whole number from 0', args.updates);
  if (!Number.isInteger(args.lessons) || args.lessons < 0) throw new UserFault('--lessons', '', 'must be a whole number from 0', args.lessons);
  if (!Number.isInteger(args.patience) || args.patience < 1) throw new UserFault('--patience', '', 'must be a whole number from 1', args.patience);
  const settings = await settingsOf(args, say);
  const synth = await chooseSynth(args.synth);
  if (settings.parameters !== undefined && settings.parameters !== synth.params.length) throw new UserFault(args.config!, 'N_synth_params', `must be ${synth.params.length}, as ${synth.name} has`, settings.parameters);
  if (settings.instrument !== undefined && settings.instrument !== synth.name) say(`${args.config}: instrument_name is ${settings.instrument}, but ${synth.name} is played`);
  const folder = args.corpus ?? shippedCorpus();
  if (settings.corpus !== undefined && settings.corpus !== basename(folder)) say(`${args.config}: corpus_name is ${settings.corpus}, but ${folder} is heard`);
  const corpus = await readDescribedCorpus(folder);
  const [learned, chosenBy] = [corpus.train.filter((_, i) => !isPutAside(i)), corpus.train.filter((_, i) => isPutAside(i))].map((some) => some.map(({ frames }) => frames)) as [Float64Array[][], Float64Array[][]];
  if (needsCorpus(settings.trainingMode) && learned.length === 0) throw new UserFault('--corpus', '', `must hold two recordings at least for ${settings.trainingMode}`, folder);
  const space = spaceFor(await tableOf(synth, args.table), settings, await soundModelFor(synth));
  const scaled = (recordings: readonly (readonly ArrayLike<number>[])[], most = 250): Float64Array[][] => recordings.map((frames) => frames.slice(0, most).map((frame) => {
    const target = new Float64Array(space.width);
    space.scale(frame, target);
    return target;
  }));
  const { rewardType, step } = settings;
  const lasting = synth.lasting ?? usualLasting;
  const alone = playsAlone(args.learner);
  const measure: ListeningMeasure = { alone, space, rest: synth.params.map(({ rest }) => rest), rewardType, step, lasting };
  const isPlayed = needsCorpus(settings.trainingMode);
  const validation = isPlayed && chosenBy.length > 0 ? scaled(chosenBy) : [1, 2, 3].flatMap((others) => sequencesOfTable(space, settings.seed + others));
  const inputs = listeningObservationSize(space, alone);
  const actor = listeningPlayer(args.learner, inputs, listeningActionSize(space, alone));
  const layout = alone ? aloneLayout : listeningLayout;
  const practice = { ...defaultListeningPractice, learner: args.learner, updates: args.updates, seed: settings.seed, ...(args.lessons > 0 && isPlayed && { learningRate: afterLessons }) };
  const name = shippedListener(synth.name);
  const path = join(args.out, name);
  const checkpoint = `${path}.checkpoint.json`;
  const made = JSON.stringify({ settings, practice, lessons: args.lessons, recordings: corpus.train.map(({ file }) => file), rows: space.rows });
  const kept = args.resume ? await readCheckpoint(checkpoint) : undefined;
  if (kept !== undefined && kept['made'] !== made) throw new UserFault(checkpoint, '', 'must have been made with the same settings, corpus and table; without --resume it is begun anew');
  const environments = Array.from({ length: practice.environments }, () => new ListeningEnvironment(space, learned, { alone, step, lasting, rewardType, rewardNoise: settings.rewardNoise, trainingMode: settings.trainingMode, frames: settings.frames }));
  // what betters some recordings by chance betters seldom two halves of them
  const halves = [validation.filter((_, i) => i % 2 === 0), validation.filter((_, i) => i % 2 === 1)].filter((half) => half.length > 0);
  // what is believed to be better often sounds no better
  const isReal = !args.believed && args.table === undefined && existsSync(join(synth.folder, 'record.pd'));
  const measureOne = isReal ? (...[way, settings, set]: Parameters<typeof measureWay>) => measureWayReally(way, synth, settings, set) : measureWay;
  const plannerOfHalf: ListeningFigures[] = [];
  for (const half of halves) plannerOfHalf.push(await measureOne('planner', measure, half));
  const planner = together(plannerOfHalf, halves);
  const points = (kept?.['points'] as Point[] | undefined) ?? [];
  let best = (kept?.['best'] as Best | undefined) ?? { loss: alone ? Infinity : mostLoss.whole, update: -1, parameters: undefined as Float32Array | undefined };
  let worse = 0;
  const clock = new Remaining();
  const begun = performance.now();
  const engine = new OnnxTraining();
  try {
    const judge = async (update: number, steps: number, parameters: Float32Array, told: string): Promise<void> => {
      const tried = await tryOut(actor, parameters, measure, halves, measureOne);
      const all = together(tried, halves);
      const inWorseHalf = Math.max(...plannerOfHalf.map((half, i) => lossOf(tried[i]!, half)));
      const loss = lossOf(all, planner);
      const better = loss < best.loss && (alone || inWorseHalf <= mostLoss.half);
      if (better) (best = { loss, update, parameters }), (worse = 0);
      else worse++;
      if (points.at(-1)?.update !== update) points.push({ update, steps, reward: all.reward, rmse: all.rmse });
      else if (better) points.splice(-1, 1, { update, steps, reward: all.reward, rmse: all.rmse });
      say(`${told}: reward ${all.reward.toFixed(3)} (planner ${planner.reward.toFixed(3)}), rmse ${all.rmse.toFixed(4)} (${planner.rmse.toFixed(4)}), ${(100 * loss).toFixed(1)} % of the planner's, ${(100 * inWorseHalf).toFixed(1)} % in the worse half`);
    };
    let start = kept?.['practice'] as ListeningStart | undefined;
    if (start === undefined && !alone && args.lessons > 0 && learned.length > 0 && isPlayed) {
      const lessons = teachListening(scaled(learned, Infinity), validation, { seed: settings.seed, epochs: args.lessons });
      const taught = await engine.complete(lessons, ({ epoch, epochs, trainingLoss, validationLoss }) => {
        say(`lesson ${epoch} of ${epochs}: error ${trainingLoss.toFixed(4)}, on the recordings to choose by ${validationLoss.toFixed(4)}`);
        return undefined;
      });
      if (taught !== undefined) {
        for (const share of shares) await judge(0, 0, moreCautious(taught.parameters, share), `after lesson ${taught.epoch}, ${share === 1 ? 'all' : share} of it`);
        worse = 0;
        start = { state: practiceAfter(best.parameters ?? taught.parameters, environments[0]!, settings.seed), update: 0 };
      }
    }
    await engine.complete(practiseListening(environments, practice, start), async ({ update, updates, steps, state }) => {
      if (update % tryEvery !== 0 && update !== updates) return undefined;
      await judge(update, steps, playerOf(actor, state), `${update} of ${updates}, ${clock.at('practice', update - tryEvery, update, updates)}`);
      await writeCheckpoint(checkpoint, { made, points, best, practice: { state, update } });
      return worse >= args.patience ? 'stop' : undefined;
    });
  } finally {
    await engine.close();
  }
  say(best.update < 0 ? 'nothing that was learned bettered the planner: the network that is kept expects that all stays' : best.update === 0 ? 'what the lessons taught is kept' : `the agent after ${best.update} updates is kept`);
  const parameters = best.parameters ?? silent(actor);
  const { bytes } = inferenceGraph(actor, parameters, { layout });
  const network = await ListeningNetwork.open(bytes);
  const heldOut = { targets: await measureListening({ ...measure, network }, sequencesOfTable(space, 1)), music: await measureListening({ ...measure, network }, scaled((corpus.heldOut.length > 0 ? corpus.heldOut : corpus.train).map(({ frames }) => frames))) };
  await network.close();
  const seconds = Math.round((performance.now() - begun) / 1000);
  const card: ListeningCard = {
    name, role: 'listening', synth: synth.name, parameters: space.parameters, observation: layout, inputs, features: [...settings.features], ...(settings.heard.length > 0 && { heard: [...settings.heard] }), rewardType, step, lasting, window: corpus.window,
    licence: args.licence ?? (args.corpus === undefined ? 'MIT' : 'as the recordings it was trained on'), trainedOn: [args.corpus === undefined ? 'models/corpus/solo-lines' : basename(folder)],
    trainedWith: { command: commandOf(args), seed: settings.seed, updates: Math.max(0, best.update), steps: Math.max(0, best.update) * practice.environments * practice.steps, seconds }, heldOut, goodAt: args.goodAt ?? '', badAt: args.badAt ?? '', sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  await writeListeningModel(path, card, bytes, curveOf(name, points, planner));
  await rm(checkpoint, { force: true });
  if (args.json) printJson(card);
  else printLine(`${path}.onnx: held-out music, reward ${heldOut.music.agent!.reward} and rmse ${heldOut.music.agent!.rmse}; planner ${heldOut.music.planner!.reward} and ${heldOut.music.planner!.rmse}`);
}

type ListeningStart = NonNullable<Parameters<typeof practiseListening>[2]>;

interface Point {
  readonly update: number;
  readonly steps: number;
  readonly reward: number;
  readonly rmse: number;
}
interface Best {
  readonly loss: number;
  readonly update: number;
  readonly parameters: Float32Array | undefined;
}

async function settingsOf({ config, seed }: Arguments, tell: (line: string) => void): Promise<ListeningEnvironmentSettings> {
  if (config === undefined) return { ...defaultListeningSettings, ...(seed !== undefined && { seed }) };
  const text = await readFile(config, 'utf8').catch((cause: unknown) => {
    throw new UserFault(config, '', 'cannot be read', undefined, { cause });
  });
  return { ...checkListeningSettings(config, parseJson(config, text), tell), ...(seed !== undefined && { seed }) };
}

async function tryOut(actor: Network, parameters: Float32Array, measure: ListeningMeasure, sets: readonly (readonly (readonly Float64Array[])[])[], measureOne: typeof measureWay): Promise<readonly ListeningFigures[]> {
  const network = await ListeningNetwork.open(inferenceGraph(actor, parameters).bytes);
  try {
    const figures: ListeningFigures[] = [];
    for (const sequences of sets) figures.push(await measureOne('agent', { ...measure, network }, sequences));
    return figures;
  } finally {
    await network.close();
  }
}

type Means = Pick<ListeningFigures, 'reward' | 'rmse'>;

/** Of all frames of some sets of recordings. @param figures of each set */
function together(figures: readonly Means[], sets: readonly (readonly (readonly Float64Array[])[])[]): Means {
  const frames = sets.map((set) => set.reduce((sum, recording) => sum + recording.length, 0));
  const all = frames.reduce((sum, count) => sum + count, 0);
  const of = (key: keyof Means): number => rounded(figures.reduce((sum, figure, i) => sum + figure[key] * frames[i]!, 0) / all, 4);
  return { reward: of('reward'), rmse: of('rmse') };
}

/** 1 for the planner itself; below where distance and reward are better on the whole. */
const lossOf = (agent: Means, planner: Means): number => agent.rmse / planner.rmse - (agent.reward - planner.reward) / (1 + Math.abs(planner.reward));

/** Of a network that says nothing. */
const silent = (actor: Network): Float32Array => new Float32Array(actor.parameters.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0));

function curveOf(title: string, points: readonly Point[], planner: Means): { readonly csv: string; readonly svg: string } {
  const csv = ['update,frames,reward,rmse,planner reward,planner rmse', ...points.map(({ update, steps, reward, rmse }) => [update, steps, reward, rmse, planner.reward, planner.rmse].join(','))].map((line) => `${line}\n`).join('');
  const span = [points[0]?.update ?? 0, points.at(-1)?.update ?? 1] as const;
  const svg = drawChart({
    title, xLabel: 'updates', yLabel: 'rmse on the recordings to choose by (pale: the planner alone)',
    lines: [{ name: 'agent', colour: '#1b4f9c', points: points.map(({ update, rmse }) => [update, rmse] as const) }, { name: 'planner', colour: '#1b4f9c', opacity: 0.35, points: span.map((update) => [update, planner.rmse] as const) }],
    xTicks: points.map(({ update }) => ({ at: update, label: String(update) })),
  });
  return { csv, svg };
}

const commandOf = ({ synth, corpus, config, learner, lessons, updates, seed, believed }: Arguments): string =>
  ['collaparte train listener', `--synth ${synth}`, ...(corpus === undefined ? [] : ['--corpus DIR']), ...(config === undefined ? [] : ['--config FILE']), `--learner ${learner}`, ...(playsAlone(learner) ? [] : [`--lessons ${lessons}`]), `--updates ${updates}`, ...(seed === undefined ? [] : [`--seed ${seed}`]), ...(believed ? ['--believed'] : [])].join(' ');
