/** `refine`: repairs what a musician would circle in some bars of a MIDI file, and touches nothing else. */
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { rounded } from '../../core/math/statistics.ts';
import { ticksPerQuarter } from '../../core/music/song.ts';
import type { SongNote } from '../../players/generate/editing.ts';
import { edited, ofSong } from '../../players/generate/editing.ts';
import type { Repair } from '../../players/generate/repair.ts';
import { usualRepair } from '../../players/generate/repair.ts';
import type { Gap } from '../../players/generate/stretches.ts';
import { filling } from '../../players/generate/stretches.ts';
import { barOf } from '../../players/generate/window.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { readClip } from '../io/midi-clip.ts';
import { ComposerModel } from './composer-model.ts';
import { besideClip, nameOfClip } from './infill/answer.ts';
import type { ToFill } from './infill/filling.ts';
import { missingIn, spliced } from './infill/filling.ts';
import { bytesOf } from './input-file.ts';
import { printJson, printLine } from './outcome.ts';
import { RefinerModel } from './refiner-model.ts';

interface Arguments {
  readonly clip: string;
  readonly bars: string;
  readonly tracks: readonly string[];
  readonly model: string;
  readonly judge: string;
  readonly budget: number;
  readonly rounds: number;
  readonly out?: string | undefined;
  readonly json: boolean;
}

export const refineCommand: CommandModule<object, Arguments> = {
  command: 'refine <clip>',
  describe: 'repair written bars of a MIDI file: notes outside the key, semitone clashes, leaps at the joins, notes beside the beat',
  builder: (parser) =>
    parser
      .positional('clip', { type: 'string', demandOption: true, describe: 'A MIDI file, for instance one that "infill" wrote' })
      .option('bars', { type: 'string', demandOption: true, describe: 'The bars that may be repaired: 5-6, or 5; from a beat to a beat: 5:3-6:2' })
      .option('tracks', { type: 'string', array: true, default: [] as string[], describe: 'Only in these tracks: their names, their numbers, or what they do' })
      .option('model', { type: 'string', default: 'refiner-open', describe: 'Who repairs: a model made by "train composer --stage refiner", by its name or path' })
      .option('judge', { type: 'string', default: 'composer-open', describe: 'Who chooses among what is proposed, and must not find the bars less likely than the budget allows: one who writes, by name or path, or none for the refiner alone' })
      .option('budget', { type: 'number', default: usualRepair.budget, describe: 'Nats a note by which repairs of clashes may make the bars less likely than they were; no other repair may, unless nobody judges' })
      .option('rounds', { type: 'number', default: usualRepair.rounds, describe: 'In how many rounds: what is surest first, so that the rest can go by it' })
      .option('out', { type: 'string', describe: 'Where it goes; beside the clip unless said' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 refine clip.filled.mid --bars 5-6', 'what was objected to, and what it became'),
  handler: refine,
};

async function refine(args: Arguments): Promise<void> {
  const range = /^(\S+?)(?:-(\S+))?$/.exec(args.bars.trim());
  if (range === null) throw new UserFault('--bars', '', 'must be a bar or a range of bars such as 5-6', args.bars);
  if (!(args.budget >= 0)) throw new UserFault('--budget', '', 'must not be negative', args.budget);
  if (!(Number.isInteger(args.rounds) && args.rounds >= 1 && args.rounds <= 100)) throw new UserFault('--rounds', '', 'must be a whole number from 1 to 100', args.rounds);
  const toFill = missingIn(readClip(await bytesOf(args.clip), args.clip), args.clip, { first: range[1]!, last: range[2] ?? range[1]!, tracks: args.tracks, missing: 'notes' });
  const refiner = await RefinerModel.open(args.model);
  const judge = args.judge === 'none' ? undefined : await ComposerModel.open(args.judge, { option: '--judge', others: ['none'] });
  try {
    const { removed, added, told, left } = await refined(toFill, refiner, args, judge);
    const out = args.out ?? besideClip(args.clip, 'refined');
    await writeAtomically(out, spliced(toFill, { removed, added }));
    if (args.json) printJson({ clip: args.clip, file: out, model: refiner.model.card.name, repairs: told, left });
    else {
      printLine(`${nameOfClip(args.clip)}, bars ${args.bars}: ${told.length} notes repaired, ${left} left as they were; ${out}`);
      for (const { bar, track, flags, from, to } of told) printLine(`  bar ${bar}, ${track}: ${flags.join(', ')}; ${from} became ${to}`);
    }
  } finally {
    await refiner.close();
    await judge?.close();
  }
}

interface Told {
  readonly bar: string;
  readonly track: string;
  readonly flags: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly costNats: number;
}

/** Bars that are looked at together. */
const atATime = 4;

async function refined({ clip, song, gap }: ToFill, refiner: RefinerModel, { budget, rounds }: Pick<Arguments, 'budget' | 'rounds'>, judge: ComposerModel | undefined) {
  const removed: SongNote[] = [];
  const added: SongNote[] = [];
  const told: Told[] = [];
  let left = 0;
  let so = song;
  for (const part of fourBarsEach(song.bars, gap)) {
    const step = filling(so, part).next([]);
    if (step.done === true) continue;
    const { window, mask, firstBar } = step.value;
    const { repairs, left: still } = await refiner.repair(window, mask, { budget, rounds }, judge);
    left += still;
    const start = song.bars[firstBar]!.start;
    const gone = ofSong(repairs.map(({ note }) => note), window, start);
    const come = ofSong(repairs.map(({ becomes }) => becomes), window, start);
    const names = new Set(gone.map(nameOf));
    so = edited(so, come, (note) => names.has(nameOf(note)));
    removed.push(...gone);
    added.push(...come);
    repairs.forEach((repair, i) => told.push(inWords(repair, clip.barNumbers[barOf(song.bars, gone[i]!.position)] ?? '', song.tracks[gone[i]!.track]!.name)));
  }
  return { removed, added, told, left };
}

function* fourBarsEach(bars: ToFill['song']['bars'], gap: Gap): Generator<Gap> {
  const last = barOf(bars, gap.until - 1);
  for (let bar = barOf(bars, gap.from); bar <= last; bar += atATime) {
    const end = bars[Math.min(last, bar + atATime - 1)]!;
    yield { ...gap, from: Math.max(gap.from, bars[bar]!.start), until: Math.min(gap.until, end.start + end.length) };
  }
}

const nameOf = ({ track, position, pitch }: SongNote): string => `${track} ${position} ${pitch}`;

const inWords = ({ note, becomes, flags, cost }: Repair, bar: string, track: string): Told => {
  const words = ({ pitch, position, duration }: typeof note): string => (note.position !== becomes.position ? `position ${position}` : note.pitch !== becomes.pitch ? `pitch ${pitch}` : `${rounded(duration / ticksPerQuarter, 2)} quarters of pitch ${pitch}`);
  return { bar, track, flags, from: words(note), to: words(becomes), costNats: rounded(cost, 3) };
};
