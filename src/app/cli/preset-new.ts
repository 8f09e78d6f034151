/** `preset new`: a preset of one's own that begins where a shipped one is, with the keys that are most often changed. */
import { existsSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { listPresets, readPresetLayers } from '../io/preset-files.ts';
import { printLine } from './outcome.ts';
import { readPreset } from './preset-argument.ts';

interface Arguments {
  readonly file: string;
  readonly from: string;
}

export const newCommand: CommandModule<object, Arguments> = {
  command: 'new <file>',
  describe: 'write a preset of your own that extends another',
  builder: (parser) =>
    parser
      .positional('file', { type: 'string', demandOption: true, describe: 'Where to write it, such as my.json' })
      .option('from', { type: 'string', default: 'default', describe: 'The shipped preset to begin with' })
      .example('$0 preset new my.json --from reaper', 'then edit it, and: collaparte play SCORE --preset my.json'),
  handler: async ({ file, from }) => {
    if (!file.endsWith('.json')) throw new UserFault('file', '', 'must end in .json, so that it is told from the name of a shipped preset', file);
    if (existsSync(file)) throw new UserFault(file, '', 'exists already; choose another name');
    const shipped = await listPresets();
    if (!shipped.includes(from)) throw new UserFault('--from', '', `must be one of ${shipped.join(', ')}`, from);
    await readPreset(from);
    // Lists replace the list before, so they stand here to be changed; groups are joined key by key and need not.
    const layers = (await readPresetLayers(from)) as readonly { readonly values: { readonly inputs?: unknown; readonly outputs?: unknown } }[];
    const last = (key: 'inputs' | 'outputs'): unknown => layers.map(({ values }) => values[key]).findLast((value) => value !== undefined);
    await writeAtomically(file, `${JSON.stringify({ about: `Our rig, after ${from}`, extends: from, inputs: last('inputs'), outputs: last('outputs'), conductor: {} }, null, 2)}\n`);
    printLine(`${file}: edit it, then "collaparte preset show ${file}" tells what it means`);
  },
};
