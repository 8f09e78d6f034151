import type { CommandModule } from 'yargs';
import { listPresets } from '../io/preset-files.ts';
import { printJson, printLine, printTable } from './outcome.ts';
import { newCommand } from './preset-new.ts';
import { defaultPreset, readPreset } from './preset-argument.ts';
import { readPresetLayers } from '../io/preset-files.ts';

interface Arguments {
  readonly name: string;
  readonly json: boolean;
}

const showCommand: CommandModule<object, Arguments> = {
  command: 'show [name]',
  describe: 'print the settings a preset leads to, and where each was said',
  builder: (parser) =>
    parser.positional('name', { type: 'string', default: defaultPreset, describe: 'A shipped preset or the path of a .json file' })
      .option('resolved', { type: 'boolean', default: true, describe: 'With every default, and where each value was said' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 preset show osc', 'what the preset "osc" means, defaults included'),
  handler: async ({ name, json }) => {
    const { settings, origins } = await readPreset(name);
    if (json) return printJson({ settings, origins: Object.fromEntries(origins) });
    printLine(JSON.stringify(settings, null, 2));
    printTable([...origins].filter(([key]) => key !== '$schema' && key !== 'about').map(([key, source]) => [key, `from ${source}`]));
  },
};

const listCommand: CommandModule = {
  command: 'list',
  describe: 'the shipped presets and what they are for',
  builder: (parser) => parser.example('$0 preset list', 'one line a preset'),
  handler: async () => {
    const rows = await Promise.all(
      (await listPresets()).map(async (name) => {
        const values = (await readPresetLayers(name)).at(-1)?.values as { readonly about?: string } | undefined;
        return [name, values?.about ?? ''];
      }),
    );
    printTable(rows);
  },
};

export const presetCommand: CommandModule = {
  command: 'preset',
  describe: 'show presets, and begin one of your own',
  builder: (parser) => parser.command(showCommand).command(listCommand).command(newCommand).demandCommand(1, 'say what to do with presets: list, show or new').example('$0 preset list', 'the shipped presets'),
  handler: () => undefined,
};
