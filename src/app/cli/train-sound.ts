/** `train sound`: what a synthesizer sounds like between the rows of its table, from many settings heard in Pure Data. */
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { median, rounded } from '../../core/math/statistics.ts';
import type { HeardSounds } from '../../learning/train/sound-lessons.ts';
import { remember, settingsToHear, soundHidden, teachSound } from '../../learning/train/sound-lessons.ts';
import { differenceOf } from '../../players/listen/agent.ts';
import { columnsOf } from '../../players/listen/features.ts';
import { SoundingSpace } from '../../players/listen/sounding-space.ts';
import { descriptorNames } from '../../players/sound/descriptors.ts';
import { OnnxTraining } from '../io/onnx-training.ts';
import { userDataFolder } from '../io/take-store.ts';
import { usualFeatures } from './listening-model.ts';
import { printJson, printLine } from './outcome.ts';
import { modelOf, printOf, soundModelName, weightsText, writeSoundModel } from './sound-model.ts';
import { pureDataInstrument } from './synth/instrument.ts';
import { framesOfMoment, hearMoments } from './synth/moments.ts';
import { listeningWindow, tableOf } from './synth/standard-table.ts';
import { chooseSynth, synthOptions } from './synth/synth-argument.ts';

interface Arguments {
  readonly synth: string;
  readonly rows: number;
  readonly times: number;
  readonly epochs: number;
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
      .option('seed', { type: 'number', default: 1, describe: 'Of all chance' })
      .option('out', { type: 'string', default: join(userDataFolder(), 'models'), describe: 'The folder for the model' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 train sound --synth additive', 'two minutes'),
  handler: train,
};

async function train({ synth: name, rows, times, epochs, seed, out, json }: Arguments): Promise<void> {
  for (const [option, value, least] of [['--rows', rows, 100], ['--times', times, 1], ['--epochs', epochs, 1]] as const) {
    if (!Number.isInteger(value) || value < least) throw new UserFault(option, '', `must be a whole number from ${least}`, value);
  }
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const begun = performance.now();
  const synth = await chooseSynth(name);
  const columns = columnsOf(usualFeatures)!;
  const table = await tableOf(synth, undefined);
  const space = new SoundingSpace(table, columns);
  const settings = settingsToHear(space.parameters, rows, seed);
  const zeros = (): Float64Array[] => settings.map(() => new Float64Array(space.width));
  const heard: HeardSounds = { params: synth.params, settings, sums: zeros(), squares: zeros(), frames: times * framesOfMoment };
  const scaled = new Float64Array(space.width);
  await hearMoments({ instrument: await pureDataInstrument(synth), window: listeningWindow, times, seed, beside: 0 }, settings, (row, values) => {
    space.scale(values, scaled);
    remember(heard, row, scaled);
  });
  const engine = new OnnxTraining();
  try {
    const taught = await engine.complete(teachSound(heard, { seed, epochs }), ({ epoch, trainingLoss, validationLoss }) => {
      if (epoch % 10 === 0 || epoch === epochs) say(`epoch ${epoch} of ${epochs}: error ${trainingLoss.toFixed(4)}, on settings put aside ${validationLoss.toFixed(4)}`);
      return undefined;
    });
    if (taught === undefined) return;
    const { mean, deviation } = space.scaling;
    const card = {
      name: soundModelName(synth.name), role: 'sound' as const, synth: synth.name, parameters: space.parameters, features: columns.map((column) => descriptorNames[column]!), mean: Array.from(mean), deviation: Array.from(deviation), hidden: soundHidden, window: listeningWindow, licence: 'MIT',
      trainedWith: { command: `collaparte train sound --synth ${synth.name} --rows ${rows} --times ${times} --epochs ${epochs} --seed ${seed}`, seed, rows, times, epochs, seconds: Math.round((performance.now() - begun) / 1000) },
      validation: { model: 0, nearestRow: 0 }, heardOf: await printOf(synth), weights: weightsText(taught.parameters),
    };
    const believing = new SoundingSpace(table, columns, [], modelOf(card.name, card, synth));
    const path = join(out, `${card.name}.json`);
    const validation = { model: medianOff(believing, heard), nearestRow: medianOff(space, heard) };
    await writeSoundModel(path, { ...card, validation });
    if (json) printJson({ ...card, validation, weights: undefined, path });
    else printLine(`${path}: on settings put aside ${validation.model} deviations from what sounds, the nearest row of the table ${validation.nearestRow}`);
  } finally {
    await engine.close();
  }
}

const putAside = 2000; // rows that come first; see sound-lessons

/** Median distance of what is believed of a setting from what sounded there on average. */
function medianOff(space: SoundingSpace, { settings, sums, frames }: HeardSounds): number {
  const believed = new Float64Array(space.width);
  return rounded(median(settings.slice(0, Math.min(putAside, settings.length >> 2)).map((setting, row) => {
    space.soundAt(setting, believed);
    return differenceOf(believed, sums[row]!.map((sum) => sum / frames));
  })), 3);
}
