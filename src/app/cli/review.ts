/** `review`: a run-through afterwards, for the one who played it. */
import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { remarksOf } from '../../learning/sim/review/remarks.ts';
import { reviewOf } from '../../learning/sim/review/review.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../players/memory/take.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import { TakeStore, userDataFolder } from '../io/take-store.ts';
import { printedInk, tempoChart } from '../monitor/review/review-charts.ts';
import type { ReviewPage } from '../monitor/review/review-page.ts';
import { reviewPage } from '../monitor/review/review-page.ts';
import { reviewJson } from '../monitor/review/review-json.ts';
import { printJson, printLine } from './outcome.ts';
import { earlierTakes, takeToReview } from './reviewed-take.ts';
import type { ReviewedTake } from './reviewed-take.ts';
import { exportMidi } from './review-midi.ts';
import type { ScoreArguments } from './score-argument.ts';

interface Arguments extends ScoreArguments {
  readonly take?: string | undefined;
  readonly compare?: readonly string[] | undefined;
  readonly earlier: number;
  readonly out?: string | undefined;
  readonly svg?: string | undefined;
  readonly midi?: string | undefined;
  readonly json: boolean;
}

export const reviewCommand: CommandModule<object, Arguments> = {
  command: 'review [take]',
  describe: 'look at a run-through afterwards: what was missed, hurried, better than before',
  builder: (parser) =>
    parser
      .positional('take', { type: 'string', describe: 'The id of a take (see "takes list") or its beginning, or a file: an exported take, or a log of "play --log"; the last take where it is left out' })
      .option('compare', { type: 'string', array: true, requiresArg: true, describe: 'Two takes: the first beside the second' })
      .option('earlier', { type: 'number', default: 5, describe: 'How many earlier takes it is compared with' })
      .option('out', { type: 'string', describe: 'The HTML file (default: review-ID.html in this folder)' })
      .option('svg', { type: 'string', describe: 'Write the tempo curve to this file too' })
      .option('midi', { type: 'string', describe: 'Write what sounded as a MIDI file whose bars and beats are those of the music, for a DAW' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON, and no HTML file unless --out asks for it' })
      .option('score', { type: 'string', describe: 'The score, where the take does not know where it is' })
      .option('solo', { type: 'string', describe: 'With --score: the part of the soloist, as for "play"; of a concert log with several soloists: whose playing (default: the first)' })
      .option('accompaniment', { type: 'string', describe: 'With --score: a second file with the other parts, as for "play"' })
      .option('melody', { type: 'boolean', describe: 'With --score: the melody of a single piano part is the solo, as for "play"' })
      .example('$0 review', 'the last take, beside the ones before it')
      .example('$0 review concert.jsonl --json', 'what "play --log concert.jsonl" wrote, in figures')
      .example('$0 review --midi take.mid', 'to go on in a DAW')
      .example('$0 review --compare 3f2a 81c0', 'one take beside another') as never,
  handler: async (args) => {
    if (!Number.isInteger(args.earlier) || args.earlier < 0) throw new UserFault('--earlier', '', 'must be a whole number from 0', args.earlier);
    const { reviewed, page } = args.compare === undefined ? await withEarlier(args) : await besideOther(args, args.compare);
    if (args.svg !== undefined) await writeAtomically(args.svg, tempoChart(page.score, page.now, page.earlier, printedInk, page.names ?? { now: 'this take', earlier: 'earlier' }));
    if (args.midi !== undefined) await exportMidi(args.midi, reviewed, page.now);
    const out = args.out ?? (args.json ? undefined : `review-${reviewed.name}.html`);
    if (out !== undefined) await writeAtomically(out, reviewPage(page));
    if (args.json) return printJson(reviewJson(page));
    tell(page);
    printLine(`the whole review: ${resolve(out!)}`);
  },
};

interface Reviewed {
  readonly reviewed: ReviewedTake;
  readonly page: ReviewPage;
}

async function withEarlier(args: Arguments): Promise<Reviewed> {
  const store = new TakeStore(userDataFolder());
  const reviewed = await takeToReview(store, args.take, args);
  const earlier = (await earlierTakes(store, reviewed, args.earlier)).map((one) => reviewOf(reviewed.score, one));
  return { reviewed, page: pageOf(reviewed, earlier) };
}

async function besideOther(args: Arguments, takes: readonly string[]): Promise<Reviewed> {
  const [first, second] = takes;
  if (takes.length !== 2) throw new UserFault('--compare', '', `must name two takes, but names ${takes.length}`);
  if (args.take !== undefined) throw new UserFault('--compare', '', 'names both takes: leave the one before it out', args.take);
  const store = new TakeStore(userDataFolder());
  const reviewed = await takeToReview(store, first!, args);
  const other = await takeToReview(store, second!, args);
  if (scoreFingerprint(soloOf(reviewed.score)) !== scoreFingerprint(soloOf(other.score))) throw new UserFault('--compare', '', `must name two takes of one score, but ${first!} is of ${JSON.stringify(reviewed.score.title)} and ${second!} of ${JSON.stringify(other.score.title)}`);
  return { reviewed, page: { ...pageOf(reviewed, [reviewOf(reviewed.score, other)], `in ${other.name}`), names: { now: reviewed.name, earlier: other.name } } };
}

function pageOf({ score, take, played }: ReviewedTake, earlier: ReviewPage['earlier'], before?: string): ReviewPage {
  const now = reviewOf(score, { take, played });
  if (now.onsets.length === 0) throw new UserFault(take.id, '', `holds nothing that is plainly of ${JSON.stringify(score.title)}`);
  return { score, now, earlier, remarks: remarksOf(score, now, earlier, before), played };
}

const mostTold = 12;

function tell({ score, now, remarks }: ReviewPage): void {
  const { written, right, missed, wrong, extra, bpm } = now.figures;
  printLine(`${score.title}: ${right} of ${written} notes as written${now.inNotes ? ` (${missed} missing, ${wrong} wrong, ${extra} not written)` : ''}${bpm === undefined ? '' : `, ${bpm.toFixed(0)} quarters a minute`}`);
  for (const { text, tone } of remarks.slice(0, mostTold)) printLine(`  ${tone === 'better' ? 'better: ' : ''}${text}`);
  if (remarks.length > mostTold) printLine(`  and ${remarks.length - mostTold} more`);
}
