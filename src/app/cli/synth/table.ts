import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../../core/contract/faults.ts';
import { rounded } from '../../../core/math/statistics.ts';
import { gridSettings, randomSettings } from '../../../players/listen/sounding-table.ts';
import { descriptorNames } from '../../../players/sound/descriptors.ts';
import { userDataFolder } from '../../io/take-store.ts';
import { printJson, printLine } from '../outcome.ts';
import type { HeardSynthArguments } from './instrument.ts';
import { heardSynthOptions, instrumentFor } from './instrument.ts';
import { renderTable } from './render-table.ts';
import { chooseSynth } from './synth-argument.ts';
import { checkWindow } from './window.ts';

interface Arguments extends HeardSynthArguments {
  readonly name: string;
  readonly subdivisions: number;
  readonly random?: number | undefined;
  readonly window: number;
  readonly seed: number;
  readonly out?: string | undefined;
  readonly json: boolean;
}

const mostRows = 1_000_000;

export const synthFolderOf = (name: string): string => join(userDataFolder(), 'synths', name);

export const synthTableCommand: CommandModule<object, Arguments> = {
  command: 'table <name>',
  describe: 'hear a synthesizer at every combination of its settings and describe each sound in 55 numbers',
  builder: (parser) =>
    parser
      .positional('name', { type: 'string', demandOption: true, describe: 'A shipped synthesizer (see "synth list"), or a folder with patch.json and, for Pure Data, synth.pd and record.pd' })
      .option('subdivisions', { type: 'number', default: 10, describe: 'Steps of each parameter, both ends among them' })
      .option('random', { type: 'number', describe: 'So many settings by chance in place of a grid: for many parameters' })
      .option('window', { type: 'number', default: 1024, describe: 'Samples in a frame: a power of two' })
      .option('seed', { type: 'number', default: 1, describe: 'Of --random' })
      .option('out', { type: 'string', describe: 'The folder for lookup_table.csv; by default one in the data folder of this user' })
      .options(heardSynthOptions)
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 synth table fm --subdivisions 20', '8000 sounds of the FM synth')
      .example('$0 synth table my-synth --random 5000', 'of your own, in the folder my-synth')
      .example('arecord -f S16_LE -r 44100 -t raw | $0 synth table my-synth --subdivisions 8 --input - --send 127.0.0.1:57120', 'of one outside Pure Data, heard at the sound card') as never,
  handler: table,
};

async function table(args: Arguments): Promise<void> {
  const synth = await chooseSynth(args.name);
  const { window } = args;
  checkWindow(window);
  const settings = settingsOf(args, synth.params.length);
  const folder = args.out ?? synthFolderOf(synth.name);
  const begun = performance.now();
  const instrument = await instrumentFor(synth, args);
  const path = await renderTable({ instrument, settings, window, folder }).finally(() => instrument.close());
  const seconds = (performance.now() - begun) / 1000;
  if (args.json) printJson({ synth: synth.name, table: path, sounds: settings.length, parameters: synth.params.length, descriptors: descriptorNames.length, seconds: rounded(seconds, 2) });
  else printLine(`${path}: ${settings.length} sounds, ${synth.params.length} parameters, ${seconds.toFixed(1)} s`);
}

function settingsOf({ random, subdivisions, seed }: Arguments, parameters: number): readonly Float64Array[] {
  if (random !== undefined) {
    if (!Number.isInteger(random) || random < 2 || random > mostRows) throw new UserFault('--random', '', `must be 2 to ${mostRows}`, random);
    return randomSettings(parameters, random, seed);
  }
  if (!Number.isInteger(subdivisions) || subdivisions < 2) throw new UserFault('--subdivisions', '', 'must be 2 or more', subdivisions);
  if (subdivisions ** parameters > mostRows) throw new UserFault('--subdivisions', '', `makes more than ${mostRows} sounds with ${parameters} parameters: take fewer, or --random N`, subdivisions);
  return gridSettings(parameters, subdivisions);
}
