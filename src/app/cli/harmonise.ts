/** `harmonise`: a tune gets an accompaniment, in a track of its own. */
import type { CommandModule } from 'yargs';
import { answer, besideClip, nameOfClip } from './infill/answer.ts';
import { besideAll } from './infill/filling.ts';
import type { MannerArguments } from './infill/manner-arguments.ts';
import { asLearned, checkManner, expectedOption, mannerOptions, variationsOf } from './infill/manner-arguments.ts';
import { bytesOf } from './input-file.ts';
import { UserFault } from '../../core/contract/faults.ts';
import { chordsInWords } from '../../players/generate/chords.ts';
import { keyNamed } from '../../players/generate/key.ts';
import { likelyChords } from '../../players/generate/likely-chords.ts';

interface Arguments extends MannerArguments {
  readonly melody: string;
  readonly name: string;
}

export const harmoniseCommand: CommandModule<object, Arguments> = {
  command: 'harmonise <melody>',
  describe: 'write an accompaniment to a MIDI file, as one track more',
  builder: (parser) =>
    parser
      .positional('melody', { type: 'string', demandOption: true, describe: 'A MIDI file: a tune, or several parts' })
      .option('name', { type: 'string', default: 'Piano', describe: 'What the new track is called' })
      .options({ ...mannerOptions, ...asLearned, model: { ...mannerOptions.model, describe: 'A model that was trained to write (see "train composer"), by its name or path; or ngram: notes counted in a corpus' }, ...expectedOption, chords: { ...mannerOptions.chords, describe: `${mannerOptions.chords.describe}; tune: those that the tune itself suggests, which are told` } })
      .example('$0 harmonise melody.mid', 'an accompaniment by the model that comes along')
      .example('$0 harmonise melody.mid --chords tune', 'over chords that the tune suggests; they are printed, to be changed and said yourself')
      .example('$0 harmonise melody.mid --chords "C Am F G" --density 6', 'over given chords, about six notes a bar') as never,
  handler: async (args) => {
    checkManner(args);
    if (args.model === 'copy') throw new UserFault('--model', '', 'must be ngram or a trained model: there is no accompaniment to copy from', args.model);
    const toFill = besideAll(await bytesOf(args.melody), args.melody, args.name);
    const { song } = toFill;
    const found = args.chords === 'tune' ? chordsInWords(song.bars, likelyChords(song.bars, song.tracks, args.in === undefined ? undefined : keyNamed(args.in))) : undefined;
    const asked = found === undefined ? args : { ...args, chords: found };
    await answer(toFill, await variationsOf(toFill, asked), { args, what: `${nameOfClip(args.melody)}, accompanied${found === undefined ? '' : ` over ${found}`}`, out: besideClip(args.melody, 'accompanied') });
  },
};
