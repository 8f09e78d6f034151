/** `continue`: bars after the end of a MIDI file. */
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { readClip } from '../io/midi-clip.ts';
import { answer, besideClip, nameOfClip } from './infill/answer.ts';
import { endOf } from './infill/filling.ts';
import type { MannerArguments } from './infill/manner-arguments.ts';
import { checkManner, expectedOption, mannerOptions, variationsOf } from './infill/manner-arguments.ts';
import { bytesOf } from './input-file.ts';

interface Arguments extends MannerArguments {
  readonly clip: string;
  readonly bars: number;
  readonly tracks: readonly string[];
}

/** Longer than any song; a stretch of four bars takes some seconds. */
const mostBars = 512;

export const continueCommand: CommandModule<object, Arguments> = {
  command: 'continue <clip>',
  describe: 'write how a MIDI file goes on after its last note',
  builder: (parser) =>
    parser
      .positional('clip', { type: 'string', demandOption: true, describe: 'A MIDI file' })
      .option('bars', { type: 'number', default: 4, describe: 'How many' })
      .option('tracks', { type: 'string', array: true, default: [] as string[], describe: 'Only these tracks go on: their names, their numbers, or what they do' })
      .options({ ...mannerOptions, ...expectedOption })
      .example('$0 continue clip.mid --bars 8', 'by the model that comes along')
      .example('$0 continue clip.mid --bars 8 --chords "Am F C G"', 'over given chords') as never,
  handler: async (args) => {
    if (!(Number.isInteger(args.bars) && args.bars >= 1 && args.bars <= mostBars)) throw new UserFault('--bars', '', `must be a whole number from 1 to ${mostBars}`, args.bars);
    checkManner(args);
    const toFill = endOf(readClip(await bytesOf(args.clip), args.clip), args.clip, args.bars, args.tracks);
    await answer(toFill, await variationsOf(toFill, args), { args, what: `${nameOfClip(args.clip)}, ${args.bars} bars more`, out: besideClip(args.clip, 'continued') });
  },
};
