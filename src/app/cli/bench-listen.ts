import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { quantile, rounded } from '../../core/math/statistics.ts';
import { aloneLayout } from '../../players/listen/agent.ts';
import { usualLasting } from '../../players/listen/planner.ts';
import type { SoundingSpace } from '../../players/listen/sounding-space.ts';
import { readDescribedCorpus, shippedCorpus } from '../io/described-corpus.ts';
import type { ListeningMeasure, ListeningWay } from './bench/listen.ts';
import { measureAsOriginal, originalSets, reportedOf } from './bench/listen-original.ts';
import { earnedReally, measureReally } from './bench/listen-real.ts';
import { gapClosed, measureListening, sequencesOfTable, waysOf } from './bench/listen.ts';
import { listenerFor, openListener, spaceFor, usualFeatures, usualStep } from './listening-model.ts';
import { printJson, printLine, printTable } from './outcome.ts';
import { Progress } from './progress.ts';
import { soundModelFor } from './sound-model.ts';
import { tableOf } from './synth/standard-table.ts';
import { chooseSynth, synthOptions } from './synth/synth-argument.ts';

interface Arguments {
  readonly synth: string;
  readonly model?: string | undefined;
  readonly corpus?: string | undefined;
  readonly table?: string | undefined;
  readonly heldOut: boolean;
  readonly frames: number;
  readonly features?: readonly string[] | undefined;
  readonly original: boolean;
  readonly foresight: boolean;
  readonly real: boolean;
  readonly tableAlone: boolean;
  readonly lasting?: number | undefined;
  readonly json: boolean;
}

export const listenCommand: CommandModule<object, Arguments> = {
  command: 'listen',
  describe: 'how near a synthesizer comes to what is played: a trained agent and its planner, beside standing still, chance and the nearest sound',
  builder: (parser) =>
    parser
      .option('synth', synthOptions.synth)
      .option('model', { type: 'string', describe: 'The agent: one of your own by its name (listen-fm) or path; by default one that comes along with the synthesizer, where there is one; none for its planner alone' })
      .option('corpus', { type: 'string', describe: 'A folder made by "corpus analyse"; by default the solo lines that come along' })
      .option('table', synthOptions.table)
      .option('held-out', { type: 'boolean', default: false, describe: 'Measure by what was held out, and not by what was learned from' })
      .option('frames', { type: 'number', default: 250, describe: 'Of each recording at most' })
      .option('features', { type: 'string', array: true, describe: 'Descriptors that count, by name or category; by default those of the model, else specshape-centroid and chroma' })
      .option('original', { type: 'boolean', default: false, describe: "Also as the original evaluates itself, on its feature sets, with the planner alone and by the nearest row's word, beside what it reports; takes some minutes" })
      .option('lasting', { type: 'number', describe: 'Chance, 0 to 1, that what is played is still the same a frame later, as the planner believes; by default that of the model or the synthesizer' })
      .option('foresight', { type: 'boolean', default: false, describe: 'Also how near one could come within the step who knows the recording beforehand; takes a minute or more' })
      .option('real', { type: 'boolean', default: false, describe: 'Also play every way in Pure Data, and describe what really sounds' })
      .option('table-alone', { type: 'boolean', default: false, describe: 'Take the word of the nearest row for what sounds, as the original: nothing of what varies from moment to moment, nor of what was learned of the sound between the rows' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 bench listen --synth fm --held-out --json', '{"targets":{"agent":{"reward":...,"rmse":...,"rmseMedian":...},"random":{...},...},"music":{...}}') as never,
  handler: bench,
};

async function bench(args: Arguments): Promise<void> {
  if (!Number.isInteger(args.frames) || args.frames < 1) throw new UserFault('--frames', '', 'must be a whole number from 1', args.frames);
  if (args.lasting !== undefined && !(args.lasting >= 0 && args.lasting < 1)) throw new UserFault('--lasting', '', 'must be a chance from 0 to less than 1', args.lasting);
  const synth = await chooseSynth(args.synth);
  const model = await listenerFor(args.features === undefined ? args.model : 'none', synth);
  if (args.features !== undefined && args.model !== undefined && args.model !== 'none') throw new UserFault('--features', '', 'must be left out with a model, which says itself what it hears', args.features.join(' '));
  const features = model?.card.features ?? args.features ?? usualFeatures;
  const { heard } = model?.card ?? {};
  const split = args.heldOut ? 'heldOut' : 'train';
  const recordings = (await readDescribedCorpus(args.corpus ?? shippedCorpus(), split))[split];
  if (recordings.length === 0) throw new UserFault('--corpus', '', `must hold recordings ${args.heldOut ? 'that are held out' : 'to learn from'}`, args.corpus);
  const known = await tableOf(synth, args.table);
  const wordOfRows = { ...known, varies: undefined };
  const [table, sound] = args.tableAlone ? [wordOfRows, undefined] : [known, await soundModelFor(synth)];
  const network = await openListener(model);
  const sets = args.original ? Object.entries(originalSets) : [];
  const measureOf = (space: SoundingSpace, progress: Progress): ListeningMeasure => ({
    space, rest: synth.params.map(({ rest }) => rest), rewardType: model?.card.rewardType ?? 'cubic',
    step: model?.card.step ?? usualStep, lasting: args.lasting ?? model?.card.lasting ?? synth.lasting ?? usualLasting, onDone: () => progress.step(),
  });
  const scaled = ({ space }: ListeningMeasure): Float64Array[][] => recordings.map(({ frames }) => middle(frames, args.frames).map((frame) => {
    const target = new Float64Array(space.width);
    space.scale(frame, target);
    return target;
  }));
  const progress = new Progress('measures', (args.real ? 3 : 2) * (waysOf({ network, foresight: args.foresight }).length + sets.length * waysOf({}).length));
  const measure = { ...measureOf(spaceFor(table, { features, heard }, sound), progress), network, alone: model?.card.observation === aloneLayout, foresight: args.foresight };
  try {
    const targets = await measureListening(measure, sequencesOfTable(measure.space, 1));
    const answers: Partial<Record<ListeningWay, number[]>> = {};
    const music = await measureListening({ ...measure, onAnswer: (way, ms) => (answers[way] ??= []).push(ms) }, scaled(measure));
    const times = answers.agent!;
    const answerMs = { p50: rounded(quantile(times, 0.5), 3), p99: rounded(quantile(times, 0.99), 3) };
    const real = args.real ? await measureReally(synth, measure, scaled(measure)) : undefined;
    const earned = real && Object.fromEntries(Object.keys(real).filter((way) => way !== 'still').map((way) => [way, earnedReally(music, real, way as ListeningWay)]));
    const gaps = (figures: typeof targets) => ({ planner: gapClosed(figures, 'planner'), agent: gapClosed(figures, 'agent'), foresight: gapClosed(figures, 'foresight') });
    const closed = { targets: gaps(targets), music: gaps(music), ...(real && { real: gaps(real) }) };
    const original: Record<string, Record<'asReported' | 'music', typeof music> & { readonly reported?: readonly [training: number, test: number] | undefined }> = {};
    for (const [name, names] of sets) {
      const one = measureOf(spaceFor(wordOfRows, { features: names }), progress);
      original[name] = { asReported: await measureAsOriginal(one), music: await measureListening(one, scaled(one)), reported: reportedOf(synth.name, name) };
    }
    progress.close();
    if (args.json) return printJson({ synth: synth.name, model: model?.card.name, features, heard, split, recordings: recordings.length, targets, music, ...(real && { real, earnedReally: earned }), gapClosed: closed, answerMs, ...(args.original && { original }) });
    for (const [name, figures, closedHere] of [['its own sounds', targets, closed.targets], [args.heldOut ? 'held-out music' : 'music', music, closed.music]] as const) {
      printTable([[name, 'reward', 'rmse', 'median'], ...Object.entries(figures).map(([way, { reward, rmse, rmseMedian }]) => [way, reward.toFixed(3), rmse.toFixed(3), rmseMedian.toFixed(3)])]);
      const inWords = ({ reward, rmse }: { readonly reward: number; readonly rmse: number }): string => `${Math.round(100 * reward)} % of the reward and ${Math.round(100 * rmse)} % of the rmse`;
      const possible = closedHere.foresight === undefined ? '' : `; who knew everything beforehand would close ${inWords(closedHere.foresight)}`;
      printLine(`of the gap from slewedNearest to teleporting, ${inWords(closedHere.agent!)} is closed${possible}`);
    }
    if (real !== undefined) {
      printTable([['as it really sounds', 'reward', 'rmse', 'median', 'from the table, median', '90 %', 'of the promised reward'], ...Object.entries(real).map(([way, { reward, rmse, rmseMedian, fromTable }]) => [way, reward.toFixed(3), rmse.toFixed(3), rmseMedian.toFixed(3), fromTable.median.toFixed(3), fromTable.p90.toFixed(3), earned?.[way] === undefined ? '' : `${Math.round(100 * earned[way])} %`])]);
    }
    printLine(`from a frame of descriptors to the parameters: median ${answerMs.p50} ms, 99 % within ${answerMs.p99} ms`);
    if (!args.original) return;
    const ways = waysOf({});
    const rmses = (figures: typeof music): string[] => ways.map((way) => figures[way]!.rmse.toFixed(3));
    printTable([['rmse as the original evaluates itself', ...ways, 'it reports'], ...Object.entries(original).map(([name, { asReported, reported }]) => [name, ...rmses(asReported), reported?.map((figure) => figure.toFixed(3)).join(' / ') ?? ''])]);
    printTable([['rmse, music', ...ways], ...Object.entries(original).map(([name, figures]) => [name, ...rmses(figures.music)])]);
  } finally {
    await network?.close();
  }
}

function middle<T>(frames: readonly T[], most: number): readonly T[] {
  const from = Math.max(0, Math.floor((frames.length - most) / 2));
  return frames.slice(from, from + most);
}
