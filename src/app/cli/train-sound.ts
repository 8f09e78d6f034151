/** `train sound`: what a synthesizer sounds like between the rows of its table, from many settings heard in Pure Data. */
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { Random } from '../../core/math/random.ts';
import { median, rounded } from '../../core/math/statistics.ts';
import type { HeardSounds } from '../../learning/train/sound-lessons.ts';
import { aroundWhatWasPlayed, besideWhatWasPlayed, heardFrame, meanOf, settingsToHear, soundHidden, teachSound } from '../../learning/train/sound-lessons.ts';
import { differenceOf } from '../../players/listen/agent.ts';
import { columnsOf } from '../../players/listen/features.ts';
import { usualLasting } from '../../players/listen/planner.ts';
import { soundLayout } from '../../players/listen/sound-model.ts';
import { SoundingSpace } from '../../players/listen/sounding-space.ts';
import { descriptorNames } from '../../players/sound/descriptors.ts';
import type { SoundCard } from '../config/sound-card.ts';
import { readDescribedCorpus, shippedCorpus } from '../io/described-corpus.ts';
import { OnnxTraining } from '../io/onnx-training.ts';
import { userDataFolder } from '../io/take-store.ts';
import { hearAsPlayed, hop, lead } from './bench/listen-real.ts';
import { measureWay } from './bench/listen.ts';
import { usualFeatures, usualStep } from './listening-model.ts';
import { printJson, printLine } from './outcome.ts';
import { modelOf, printOf, soundModelName, weightsText, writeSoundModel } from './sound-model.ts';
import { pureDataInstrument } from './synth/instrument.ts';
import { framesOfMoment, hearMoments } from './synth/moments.ts';
import { listeningWindow, tableOf } from './synth/standard-table.ts';
import { chooseSynth, synthOptions } from './synth/synth-argument.ts';
import { isPutAside } from './train/put-aside.ts';

interface Arguments {
  readonly synth: string;
  readonly rows: number;
  readonly times: number;
  readonly epochs: number;
  readonly rounds: number;
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
}

export const trainSoundCommand: CommandModule<object, Arguments> = {
  command: 'sound',
  describe: 'learn what a synthesizer of many parameters sounds like between the rows of its table',
  builder: (parser) =>
    parser
      .option('synth', synthOptions.synth)
      .option('rows', { type: 'number', default: 16_000, describe: 'Settings by chance that are heard' })
      .option('times', { type: 'number', default: 4, describe: 'How often each is heard, at moments by chance' })
      .option('epochs', { type: 'number', default: 60, describe: 'Times that all of them are gone through' })
      .option('rounds', { type: 'number', default: 2, describe: 'Times that it is then listened to where a player goes who believes it: there it is believed most; in the order in which he played where a setting sounds on into the next ones (settle)' })
      .option('seed', { type: 'number', default: 1, describe: 'Of all chance' })
      .option('out', { type: 'string', default: join(userDataFolder(), 'models'), describe: 'The folder for the model' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 train sound --synth additive', 'four minutes'),
  handler: train,
};

async function train({ synth: name, rows, times, epochs, rounds, seed, out, json }: Arguments): Promise<void> {
  for (const [option, value, least] of [['--rows', rows, 100], ['--times', times, 1], ['--epochs', epochs, 1], ['--rounds', rounds, 0]] as const) {
    if (!Number.isInteger(value) || value < least) throw new UserFault(option, '', `must be a whole number from ${least}`, value);
  }
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const begun = performance.now();
  const synth = await chooseSynth(name);
  const columns = columnsOf(usualFeatures)!;
  const table = await tableOf(synth, undefined);
  const space = new SoundingSpace(table, columns);
  const instrument = await pureDataInstrument(synth);
  const { deviation } = space.scaling;
  const frameOf = (values: ArrayLike<number>): Float32Array => heardFrame(columns.map((column, i) => (deviation[i]! > 0 ? values[column]! / deviation[i]! : 0)));
  const hear = async (settings: readonly Float64Array[], chance: number): Promise<HeardSounds> => {
    const frames: Float32Array[][] = settings.map(() => []);
    await hearMoments({ instrument, window: listeningWindow, times, seed: chance, beside: 0 }, settings, (row, values) => frames[row]!.push(frameOf(values)));
    return { params: synth.params, settings, frames };
  };
  // other moments: each time it begins after another rest
  const hearInOrder = async (ways: readonly (readonly Float64Array[])[], chance: Random): Promise<HeardSounds> => {
    const frames: Float32Array[][][] = ways.map((way) => way.map(() => []));
    for (let time = 0; time < times * framesOfMoment; time++) {
      const heard = await hearAsPlayed(synth, ways.map((way) => ({ rest, atRest: lead + chance.below(2 * lead), frames: way.map((setting) => Array.from(setting)) })));
      heard.forEach((sounds, way) => sounds.forEach((values, frame) => frames[way]![frame]!.push(frameOf(values))));
    }
    return { params: synth.params, settings: ways.flat(), frames: frames.flat() };
  };
  const rest = synth.params.map((param) => param.rest);
  const isHeardInOrder = (synth.settle ?? 0) > (1000 * hop) / instrument.rate;
  const random = await hear(settingsToHear(space.parameters, rows, seed), seed);
  const lines = (await readDescribedCorpus(shippedCorpus(), 'train')).train.filter((_, i) => !isPutAside(i)).map(({ frames }) => frames.slice(0, framesOfLine).map((frame) => {
    const target = new Float64Array(space.width);
    space.scale(frame, target);
    return target;
  }));
  const heardOf = await printOf(synth);
  const cardOf = (parameters: Float32Array): SoundCard => ({
    name: soundModelName(synth.name), role: 'sound', says: soundLayout, synth: synth.name, parameters: space.parameters, features: columns.map((column) => descriptorNames[column]!), deviation: Array.from(deviation), hidden: soundHidden, window: listeningWindow, licence: 'MIT',
    trainedWith: { command: `collaparte train sound --synth ${synth.name} --rows ${rows} --times ${times} --epochs ${epochs} --rounds ${rounds} --seed ${seed}`, seed, rows, times, epochs, rounds, seconds: Math.round((performance.now() - begun) / 1000) },
    validation: { model: 0, nearestRow: 0 }, heardOf, weights: weightsText(parameters),
  });
  const engine = new OnnxTraining();
  try {
    let heard = random;
    for (let round = 0; ; round++) {
      say(`round ${round + 1} of ${rounds + 1}: ${heard.settings.length} settings`);
      const taught = await engine.complete(teachSound(heard, { seed, epochs }), ({ epoch, trainingLoss, validationLoss }) => {
        if (epoch % 10 === 0 || epoch === epochs) say(`epoch ${epoch} of ${epochs}: error ${trainingLoss.toFixed(4)}, on settings put aside ${validationLoss.toFixed(4)}`);
        return undefined;
      });
      if (taught === undefined) return;
      const card = cardOf(taught.parameters);
      const believing = new SoundingSpace(table, columns, [], modelOf(card.name, card, synth));
      if (round < rounds) {
        const ways: Float64Array[][] = lines.map(() => []);
        await measureWay('planner', { space: believing, rest, rewardType: 'cubic', step: usualStep, lasting: synth.lasting ?? usualLasting, onSetting: (line, setting) => void ways[line]!.push(setting.slice()) }, lines);
        const more = isHeardInOrder ? await hearInOrder([...ways, ...besideWhatWasPlayed(ways, seed + round)], new Random(seed + round + 1)) : await hear(aroundWhatWasPlayed(ways.flat(), seed + round), seed + round + 1);
        heard = { ...heard, settings: [...heard.settings, ...more.settings], frames: [...heard.frames, ...more.frames] };
        continue;
      }
      const path = join(out, `${card.name}.json`);
      const validation = { model: medianOff(believing, random), nearestRow: medianOff(space, random) };
      await writeSoundModel(path, { ...card, validation });
      if (json) printJson({ ...card, validation, weights: undefined, path });
      else printLine(`${path}: on settings put aside ${validation.model} deviations from what sounds, the nearest row of the table ${validation.nearestRow}`);
      return;
    }
  } finally {
    await engine.close();
  }
}

const framesOfLine = 250;
const putAside = 2000; // rows that come first; see sound-lessons

/** Median distance of what is believed of a setting from what sounded there on average. */
function medianOff(space: SoundingSpace, { settings, frames }: HeardSounds): number {
  const { mean, deviation } = space.scaling;
  const believed = new Float64Array(space.width);
  return rounded(median(settings.slice(0, Math.min(putAside, settings.length >> 2)).map((setting, row) => {
    space.soundAt(setting, believed);
    return differenceOf(believed, meanOf(frames[row]!).map((value, i) => (deviation[i]! > 0 ? value - mean[i]! / deviation[i]! : 0)));
  })), 3);
}
