/** `choices`: which variations were taken so far, and all of them as a file to learn from. */
import type { CommandModule } from 'yargs';
import { writeAtomically } from '../io/atomic-file.ts';
import { readChoices } from '../io/choices-file.ts';
import { choicesPath } from './infill/answer.ts';
import { printJson, printLine } from './outcome.ts';

interface Arguments {
  readonly out?: string | undefined;
  readonly json: boolean;
}

export const choicesCommand: CommandModule<object, Arguments> = {
  command: 'choices',
  describe: 'which variations you took with --choose, for teaching a model later what you like',
  builder: (parser) =>
    parser
      .option('out', { type: 'string', describe: 'A file for all of them: a line of JSON each, with the music around the gap, what was offered and what was taken' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 choices --out choices.jsonl', 'all of them into a file'),
  handler: async ({ out, json }) => {
    const choices = await readChoices(choicesPath());
    if (out !== undefined) await writeAtomically(out, choices.map((choice) => `${JSON.stringify(choice)}\n`).join(''));
    const told = choices.map(({ clip, model, chosen, variations }) => ({ clip, model, chosen: chosen + 1, of: variations.length }));
    if (json) return printJson({ choices: told, ...(out !== undefined && { out }) });
    printLine(`${told.length === 1 ? '1 choice' : `${told.length} choices`}${out === undefined ? '' : `, all in ${out}`}`);
    for (const { clip, model, chosen, of } of told) printLine(`  ${clip}: ${chosen} of ${of}, by ${model}`);
  },
};
