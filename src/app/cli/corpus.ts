/** `corpus`: music on disk into something to learn from. */
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { splits } from '../../core/music/song.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import type { Renderer } from '../io/render.ts';
import type { Prepared } from './corpus/prepare.ts';
import { drawFigures } from './corpus/picture.ts';
import { checkWindow } from './synth/window.ts';
import { printJson, printLine, printTable } from './outcome.ts';
import { Progress } from './progress.ts';

interface Arguments {
  readonly place: string;
  readonly out: string;
  readonly licence: string;
  readonly transpose: readonly number[];
  readonly refused?: string | undefined;
  readonly json: boolean;
}

const prepareCommand: CommandModule<object, Arguments> = {
  command: 'prepare <place>',
  describe: 'put a folder of music on the grid: to learn to write from, and to measure by',
  builder: (parser) =>
    parser
      .positional('place', { type: 'string', demandOption: true, describe: 'A folder with MIDI, MusicXML, MEI or ABC files, or with corpora (corpus*.jsonl.gz); or one such file' })
      .option('out', { type: 'string', demandOption: true, describe: 'Where the corpus goes, one song a line; gzipped if the name ends in .gz. Its statistics go beside it, as .stats.json and .svg' })
      .option('licence', { type: 'string', default: '', describe: 'Of pieces that do not say their own: own, CC0, MIT, CC BY 4.0, CC BY-NC 4.0. What states none can be measured by, and teaches nothing' })
      .option('transpose', { type: 'number', array: true, default: [] as number[], describe: 'Add each song that is learnt from again, so many semitones higher: -5 -3 2 4' })
      .option('refused', { type: 'string', describe: 'Where the list of refused files goes, with the reason for each' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 corpus prepare music/ --out corpus.jsonl.gz', 'what is broken is left out and counted, what is there twice is taken once') as never,
  handler: async (args) => {
    if (args.transpose.some((shift) => !Number.isInteger(shift) || shift === 0 || Math.abs(shift) > 24)) throw new UserFault('--transpose', '', 'must be whole semitones from -24 to 24, not 0', args.transpose.join(' '));
    const { prepareCorpus } = await import('./corpus/prepare.ts');
    const progress = new Progress('pieces', undefined);
    const prepared = await prepareCorpus({ ...args, onPiece: () => progress.step() });
    progress.close();
    const { refusals, ...told } = prepared;
    const beside = args.out.replace(/(\.jsonl)?(\.gz)?$/, '');
    await writeAtomically(`${beside}.stats.json`, `${JSON.stringify(told, null, 1)}\n`);
    await writeAtomically(`${beside}.svg`, drawFigures(prepared.figures));
    if (args.refused !== undefined) await writeAtomically(args.refused, refusals.map(({ place, reason }) => `${place}\t${reason}\n`).join(''));
    if (args.json) printJson(told);
    else tell(prepared, beside);
  },
};

function tell(prepared: Prepared, beside: string): void {
  const { files, songs, refusals, refused, duplicates, versions, versionsAcrossSplits, figures } = prepared;
  printLine(`${files} files: ${songs} songs, ${refusals.length} refused, ${duplicates} left out because they are there already`);
  for (const [reason, count] of Object.entries(refused)) printLine(`  refused ${count}: ${reason}`);
  if (versions > 0) printLine(`  ${versions} are other versions of a song and share its split${versionsAcrossSplits > 0 ? `, but for ${versionsAcrossSplits} whose source says otherwise` : ''}`);
  printTable([['', 'songs', 'bars', 'notes'], ...splits.map((split) => [split, ...Object.values(figures.splits[split]).map(String)])]);
  printLine(`tracks: ${Object.entries(figures.roles).map(([role, count]) => `${count} ${role}`).join(', ')}`);
  printLine(`written to ${prepared.out}; statistics in ${beside}.stats.json and ${beside}.svg`);
}

interface AnalyseArguments {
  readonly place: string;
  readonly out?: string | undefined;
  readonly window: number;
  readonly heldOut: number;
  readonly seed: number;
  readonly json: boolean;
}

const analyseCommand: CommandModule<object, AnalyseArguments> = {
  command: 'analyse <place>',
  describe: 'describe recordings of a musician frame by frame in 55 numbers: for an agent that listens to learn from, and to be measured by',
  builder: (parser) =>
    parser
      .positional('place', { type: 'string', demandOption: true, describe: 'A folder with recordings (WAV, FLAC, AIFF), or one of them' })
      .option('out', { type: 'string', describe: 'The folder for a CSV of each recording, and recordings.json, which says who is held out; by default PLACE-described' })
      .option('window', { type: 'number', default: 1024, describe: 'Samples in a frame, as in the table of the synthesizer: a power of two' })
      .option('held-out', { type: 'number', default: 0.2, describe: 'Share of the recordings that is kept to measure by' })
      .option('seed', { type: 'number', default: 1, describe: 'Another one holds out others' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 corpus analyse recordings/ --out described/', 'what cannot be read is left out and counted') as never,
  handler: async ({ place, out, window, heldOut, seed, json }) => {
    if (!(heldOut >= 0 && heldOut < 1)) throw new UserFault('--held-out', '', 'must be 0 or more and below 1', heldOut);
    const { analyseRecordings, recordingsIn } = await import('./corpus/analyse.ts');
    checkWindow(window);
    const files = await recordingsIn(place);
    const progress = new Progress('recordings', files.length);
    const analysed = await analyseRecordings({ place, files, out: out ?? `${place.replace(/[\\/]+$/, '')}-described`, window, heldOut, seed, onRecording: () => progress.step() });
    progress.close();
    if (json) return printJson(analysed);
    for (const { file, reason } of analysed.refused) printLine(`refused ${file}: ${reason}`);
    printTable([['', 'recordings', 'minutes', 'frames'], ...Object.entries(analysed.splits).map(([split, { recordings, seconds, frames }]) => [split, String(recordings), (seconds / 60).toFixed(1), String(frames)])]);
    printLine(`${analysed.refused.length} refused; written to ${analysed.out}`);
  },
};

interface RenderArguments {
  readonly out: string;
  readonly seconds: number;
  readonly instruments: number;
  readonly renderer: Renderer | 'best';
  readonly seed: number;
  readonly json: boolean;
}

const renderCommand: CommandModule<object, RenderArguments> = {
  command: 'render <out>',
  describe: 'record solo lines of the shipped pieces in several timbres: for who has no recordings of his own',
  builder: (parser) =>
    parser
      .positional('out', { type: 'string', demandOption: true, describe: 'The folder for the WAV files; those to measure by go into held-out below it' })
      .option('seconds', { type: 'number', default: 60, describe: 'Of each line' })
      .option('instruments', { type: 'number', default: 3, describe: 'That play each piece' })
      .option('renderer', { choices: ['best', 'built-in', 'fluidsynth'] as const, default: 'best' as const, describe: 'best: fluidsynth where it is installed' })
      .option('seed', { type: 'number', default: 1, describe: 'Of the invented soloist' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 corpus render recordings --seconds 30', 'then: corpus analyse recordings') as never,
  handler: async ({ out, seconds, instruments, renderer, seed, json }) => {
    if (!(seconds >= 2 && seconds <= 3600)) throw new UserFault('--seconds', '', 'must be 2 to 3600', seconds);
    if (!(Number.isInteger(instruments) && instruments >= 1)) throw new UserFault('--instruments', '', 'must be 1 or more', instruments);
    const { renderSolo, soloLines } = await import('./corpus/render.ts');
    const lines = soloLines(instruments);
    const progress = new Progress('recordings', lines.length);
    const played: Record<string, number> = {};
    for (const line of lines) {
      const by = await renderSolo(line, { out, length: seconds, renderer, seed });
      played[by] = (played[by] ?? 0) + 1;
      progress.step();
    }
    progress.close();
    if (json) printJson({ out, recordings: lines.length, heldOut: lines.filter((line) => line.heldOut).length, seconds, played });
    else printLine(`${lines.length} recordings in ${out} (${Object.entries(played).map(([by, count]) => `${count} by ${by}`).join(', ')}); next: collaparte corpus analyse ${out}`);
  },
};

export const corpusCommand: CommandModule = {
  command: 'corpus',
  describe: 'prepare music to learn from',
  builder: (parser) => parser.command(prepareCommand).command(analyseCommand).command(renderCommand).demandCommand(1, 'say what to do: prepare, analyse or render').example('$0 corpus prepare music/ --out corpus.jsonl.gz', ''),
  handler: () => undefined,
};
