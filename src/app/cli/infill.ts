/** `infill`: missing bars of a MIDI file are written anew, and nothing else of it is touched. */
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { readClip } from '../io/midi-clip.ts';
import { answer, besideClip, nameOfClip } from './infill/answer.ts';
import { missingIn } from './infill/filling.ts';
import type { MannerArguments } from './infill/manner-arguments.ts';
import { checkManner, expectedOption, mannerOptions, variationsOf } from './infill/manner-arguments.ts';
import { bytesOf } from './input-file.ts';

const keptThings = { nothing: 'notes', rhythm: 'pitches', pitches: 'playing' } as const;

interface Arguments extends MannerArguments {
  readonly clip: string;
  readonly bars: string;
  readonly tracks: readonly string[];
  readonly keep: keyof typeof keptThings;
  readonly voice?: 'top' | 'bottom' | undefined;
}

export const infillCommand: CommandModule<object, Arguments> = {
  command: 'infill <clip>',
  describe: 'write missing bars of a MIDI file; all else in it stays as it is',
  builder: (parser) =>
    parser
      .positional('clip', { type: 'string', demandOption: true, describe: 'A MIDI file' })
      .option('bars', { type: 'string', demandOption: true, describe: 'The bars to be written anew: 5-6, or 5; from a beat to a beat: 5:3-6:2' })
      .option('tracks', { type: 'string', array: true, default: [] as string[], describe: 'Only in these tracks: their names, their numbers, or what they do (melody, piano, bass, ...)' })
      .option('keep', { choices: ['nothing', 'rhythm', 'pitches'] as const, default: 'nothing' as const, describe: 'What stays in these bars: the rhythm, for other pitches; or the notes, played anew' })
      .option('voice', { choices: ['top', 'bottom'] as const, describe: 'Only the highest or the lowest note of each chord' })
      .options({ ...mannerOptions, ...expectedOption })
      .example('$0 infill clip.mid --bars 5-6 --variations 3', 'by the model that comes along, the best first')
      .example('$0 infill clip.mid --bars 5-6 --tracks piano --model ngram --corpus corpus.jsonl.gz', 'by notes counted in a corpus')
      .example('$0 infill clip.mid --bars 5-6 --model copy', 'as it was some bars before') as never,
  handler: async (args) => {
    const range = /^(\S+?)(?:-(\S+))?$/.exec(args.bars.trim());
    if (range === null) throw new UserFault('--bars', '', 'must be a bar or a range of bars such as 5-6', args.bars);
    checkManner(args);
    const wanted = { first: range[1]!, last: range[2] ?? range[1]!, tracks: args.tracks, missing: keptThings[args.keep], ...(args.voice && { voice: args.voice }) };
    const toFill = missingIn(readClip(await bytesOf(args.clip), args.clip), args.clip, wanted);
    const variations = await variationsOf(toFill, args, args.keep !== 'nothing');
    await answer(toFill, variations, { args, what: `${nameOfClip(args.clip)}, bars ${args.bars}`, out: besideClip(args.clip, 'filled') });
  },
};
