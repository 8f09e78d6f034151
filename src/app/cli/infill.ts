/** `infill`: missing bars of a MIDI file are written anew, and nothing else of it is touched. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { rounded } from '../../core/math/statistics.ts';
import { usualWriting } from '../../players/generate/writing.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { readClip } from '../io/midi-clip.ts';
import type { Variation } from './infill/filling.ts';
import { composed, copies, counted, missingIn, spliced } from './infill/filling.ts';
import { ComposerModel } from './composer-model.ts';
import { printJson, printLine } from './outcome.ts';
import { Progress } from './progress.ts';

const keptThings = { nothing: 'notes', rhythm: 'pitches', pitches: 'playing' } as const;
const keyManners = { free: 1, soft: 0.2, hard: 0 } as const;

interface Arguments {
  readonly clip: string;
  readonly bars: string;
  readonly tracks: readonly string[];
  readonly keep: keyof typeof keptThings;
  readonly model: string;
  readonly corpus?: string | undefined;
  readonly variations: number;
  readonly temperature: number;
  readonly topP: number;
  readonly key: keyof typeof keyManners;
  readonly seed: number;
  readonly out?: string | undefined;
  readonly json: boolean;
}

export const infillCommand: CommandModule<object, Arguments> = {
  command: 'infill <clip>',
  describe: 'write missing bars of a MIDI file; all else in it stays as it is',
  builder: (parser) =>
    parser
      .positional('clip', { type: 'string', demandOption: true, describe: 'A MIDI file' })
      .option('bars', { type: 'string', demandOption: true, describe: 'The bars to be written anew: 5-6, or 5' })
      .option('tracks', { type: 'string', array: true, default: [] as string[], describe: 'Only in these tracks: their names, their numbers, or what they do (melody, piano, bass, ...)' })
      .option('keep', { choices: ['nothing', 'rhythm', 'pitches'] as const, default: 'nothing' as const, describe: 'What stays in these bars: the rhythm, for other pitches; or the notes, played anew' })
      .option('model', { type: 'string', default: 'copy', describe: 'copy: as it was some bars before; ngram: notes counted in a corpus; or a model that was trained to (see "train composer"), by its name or path' })
      .option('corpus', { type: 'string', describe: 'For ngram: a prepared corpus (see "corpus prepare")' })
      .option('variations', { type: 'number', default: 1, describe: 'How many, ranked' })
      .option('temperature', { type: 'number', default: usualWriting.temperature, describe: 'For all but copy: 1 as counted or learned, less is more predictable' })
      .option('top-p', { type: 'number', default: usualWriting.topP, describe: 'For all but copy: only the likeliest notes that together are so likely' })
      .option('key', { choices: ['free', 'soft', 'hard'] as const, default: 'soft' as const, describe: 'For all but copy: notes outside the key as they come, seldom, or never' })
      .option('seed', { type: 'number', default: 1, describe: 'Seed of chance' })
      .option('out', { type: 'string', describe: 'Where it goes; several get a number before the extension. CLIP.filled.mid unless said' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 infill clip.mid --bars 5-6 --variations 3', 'from the bars before, the best first')
      .example('$0 infill clip.mid --bars 5-6 --tracks piano --model ngram --corpus corpus.jsonl.gz', 'by notes counted in a corpus')
      .example('$0 infill clip.mid --bars 5-6 --model composer-open --variations 4', 'by a model') as never,
  handler: async (args) => {
    const range = /^(\S+?)(?:-(\S+))?$/.exec(args.bars.trim());
    if (range === null) throw new UserFault('--bars', '', 'must be a bar or a range of bars such as 5-6', args.bars);
    checkNumbers(args);
    const bytes = await readFile(args.clip).catch((cause: unknown) => {
      throw new UserFault(args.clip, '', 'cannot be read', undefined, { cause });
    });
    const missing = missingIn(readClip(bytes, args.clip), args.clip, { first: range[1]!, last: range[2] ?? range[1]!, tracks: args.tracks, missing: keptThings[args.keep] });
    const variations = await variationsFor(args, missing);
    const out = args.out ?? args.clip.replace(/(\.midi?)?$/i, '.filled.mid');
    const told: { readonly file: string; readonly by: string; readonly notes: number; readonly objection: number; readonly reasons: readonly string[] }[] = [];
    for (const [i, { name, notes, judgement }] of variations.entries()) {
      const file = variations.length === 1 ? out : out.replace(/(\.[^.]*)?$/, `-${i + 1}$1`);
      await writeAtomically(file, spliced(missing, notes, args.clip));
      told.push({ file, by: name, notes: notes.length, objection: rounded(judgement.objection, 3), reasons: judgement.reasons });
    }
    if (args.json) return printJson({ clip: args.clip, bars: args.bars, model: args.model, seed: args.seed, variations: told });
    printLine(`${basename(args.clip)}, bars ${args.bars}, by ${args.model === 'copy' ? 'copying: nothing was composed' : args.model === 'ngram' ? 'notes counted in a corpus' : args.model}`);
    for (const { file, by, notes, reasons } of told) printLine(`  ${file}: ${notes} notes, ${by}; ${reasons.join('; ')}`);
    if (variations.length < args.variations) printLine(`  all other copies come out the same`);
  },
};

async function variationsFor(args: Arguments, missing: ReturnType<typeof missingIn>): Promise<Variation[]> {
  if (args.model === 'copy') {
    if (args.keep !== 'nothing') throw new UserFault('--keep', '', 'needs another --model: a copy brings its own notes', args.keep);
    return copies(missing, args.variations);
  }
  const settings = { temperature: args.temperature, topP: args.topP, outsideKey: keyManners[args.key] };
  if (args.model !== 'ngram') {
    const model = await ComposerModel.open(args.model, ['copy', 'ngram']);
    try {
      return await composed(missing, { model, count: args.variations, settings, seed: args.seed });
    } finally {
      await model.close();
    }
  }
  if (args.corpus === undefined) throw new UserFault('--corpus', '', 'must name a prepared corpus for --model ngram (see "corpus prepare")');
  const progress = new Progress('songs counted', undefined);
  const variations = await counted(missing, { corpus: args.corpus, count: args.variations, settings, seed: args.seed, onSong: () => progress.step() });
  progress.close();
  return variations;
}

function checkNumbers({ variations, temperature, topP, seed }: Arguments): void {
  if (!Number.isInteger(variations) || variations < 1 || variations > 64) throw new UserFault('--variations', '', 'must be a whole number from 1 to 64', variations);
  if (!(temperature >= 0 && temperature <= 4)) throw new UserFault('--temperature', '', 'must lie in 0..4', temperature);
  if (!(topP > 0 && topP <= 1)) throw new UserFault('--top-p', '', 'must be above 0 and at most 1', topP);
  if (!Number.isInteger(seed)) throw new UserFault('--seed', '', 'must be a whole number', seed);
}
