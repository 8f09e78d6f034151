import type { CommandModule } from 'yargs';
import { listSynths } from '../io/synth-files.ts';
import { printJson, printTable } from './outcome.ts';
import { synthCheckCommand } from './synth/check.ts';
import { synthMapCommand } from './synth/map.ts';
import { chooseSynth } from './synth/synth-argument.ts';
import { synthTableCommand } from './synth/table.ts';

const listCommand: CommandModule<object, { readonly json: boolean }> = {
  command: 'list',
  describe: 'the synthesizers that come along',
  builder: (parser) => parser.option('json', { type: 'boolean', default: false, describe: 'One line of JSON' }).example('$0 synth list', 'names and parameters'),
  handler: async ({ json }) => {
    const synths = await Promise.all((await listSynths()).map(chooseSynth));
    if (json) return printJson(synths.map(({ name, about, params }) => ({ name, about, params })));
    printTable(synths.map(({ name, about, params }) => [name, about, params.map((param) => param.name).join(', ')]));
  },
};

export const synthCommand: CommandModule = {
  command: 'synth',
  describe: 'synthesizers that an agent may play: what they sound like',
  builder: (parser) => parser.command(listCommand).command(synthTableCommand).command(synthMapCommand).command(synthCheckCommand).demandCommand(1, 'say what to do: list, table, map or check').example('$0 synth list', ''),
  handler: () => undefined,
};
