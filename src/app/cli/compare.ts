/** `compare`: a MIDI file and what became of it, as a page to look at and to listen to. */
import { basename, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { rounded } from '../../core/math/statistics.ts';
import { maskedNotes } from '../../players/generate/masks.ts';
import type { Judgement } from '../../players/generate/ranking.ts';
import { beyondLeast, judged, nothingWritten } from '../../players/generate/ranking.ts';
import { writeAtomically } from '../io/atomic-file.ts';
import type { Clip } from '../io/midi-clip.ts';
import { readClip } from '../io/midi-clip.ts';
import type { ComparedNote } from '../monitor/compare/comparison-page.ts';
import { comparisonPage } from '../monitor/compare/comparison-page.ts';
import type { Differences } from './compare/differences.ts';
import { differences, gapOf } from './compare/differences.ts';
import { ComposerModel } from './composer-model.ts';
import { bytesOf } from './input-file.ts';
import { printJson, printLine } from './outcome.ts';

interface Arguments {
  readonly original: string;
  readonly filled: readonly string[];
  readonly out: string;
  readonly judge: string;
  readonly json: boolean;
}

const mostVersions = 16;

export const compareCommand: CommandModule<object, Arguments> = {
  command: 'compare <original> <filled..>',
  describe: 'a MIDI file beside what became of it: piano rolls with sound, what changed, which is best and why',
  builder: (parser) =>
    parser
      .positional('original', { type: 'string', demandOption: true, describe: 'A MIDI file' })
      .positional('filled', { type: 'string', array: true, demandOption: true, describe: 'The same with other notes; several are ranked' })
      .option('out', { type: 'string', default: 'compare.html', describe: 'The page: one HTML file that needs nothing else' })
      .option('judge', { type: 'string', default: 'composer-open', describe: 'Who says which of several is expected more: one who writes, by name or path, or none' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 compare clip.mid clip.filled-1.mid clip.filled-2.mid', 'two variations beside the original') as never,
  handler: async ({ original, filled, out, judge, json }) => {
    if (filled.length > mostVersions) throw new UserFault('compare', '', `takes at most ${mostVersions} versions`, filled.length);
    const before = readClip(await bytesOf(original), original);
    const found: { readonly file: string; readonly clip: Clip; readonly differs: Differences }[] = [];
    for (const file of filled) {
      const clip = readClip(await bytesOf(file), file);
      found.push({ file, clip, differs: differences(before, clip) });
    }
    const touched = new Set(found.flatMap(({ differs: { added, removed } }) => [...added, ...removed]));
    const gaps = found.map(({ file, clip, differs }) => gapOf(clip, differs, touched, file));
    const lessExpected = judge === 'none' || gaps.length === 1 ? [] : beyondLeast(await surprises(judge, gaps));
    const versions = found.map(({ file, clip, differs }, i) => ({ file, clip, found: { ...differs, ...judgementOf(gaps[i], lessExpected[i]) } }));
    const order = [...versions].sort((a, b) => a.found.objection - b.found.objection);
    const told = versions.map(({ file, found: { added, removed, objection, reasons } }) => ({ file, rank: order.findIndex((one) => one.file === file) + 1, added: added.size, removed: removed.size, objection: rounded(objection, 3), reasons }));
    const all = [before, ...versions.map(({ clip }) => clip)];
    const longest = all.reduce((a, b) => (b.draft.end > a.draft.end ? b : a));
    const lines = all.flatMap(({ lines: each }) => each).filter((line, i, every) => every.findIndex((other) => other.track === line.track && other.channel === line.channel) === i);
    const notesOf = (clip: Clip, changed: ReadonlySet<string>): ComparedNote[] => clip.lines.flatMap((line) => {
      const track = lines.findIndex((other) => other.track === line.track && other.channel === line.channel);
      return line.notes.map(({ tick, endTick, pitch, velocity }) => ({ track, onset: tick / clip.division, duration: (endTick - tick) / clip.division, pitch, velocity, changed: changed.has(`${line.track} ${line.channel} ${pitch} ${tick / clip.division}`) }));
    });
    const [first] = order;
    const gone = new Set(versions.flatMap(({ found: { removed } }) => [...removed]));
    await writeAtomically(out, await comparisonPage({
      title: basename(original), end: longest.draft.end, tempo: longest.draft.tempo,
      bars: longest.draft.bars.map(({ start }, i) => ({ onset: start, number: longest.barNumbers[i] ?? '' })),
      tracks: lines.map(({ name }, i) => ({ name, program: programOf(all, lines[i]!) })),
      versions: [
        { name: basename(original), notes: notesOf(before, gone), remarks: [`${before.lines.reduce((sum, { notes }) => sum + notes.length, 0)} notes`, ...(gone.size > 0 ? [`${gone.size} of them are others elsewhere`] : [])] },
        ...versions.map(({ clip, found }, i) => ({
          name: basename(told[i]!.file), notes: notesOf(clip, found.added),
          remarks: [`${found.removed.size} notes gone, ${found.added.size} new, ${found.same} the same`, `${versions.length === 1 ? 'heard by itself' : versions[i] === first ? 'ranked first of its kind' : `ranked number ${told[i]!.rank}`}: ${found.reasons.join('; ')}`],
        })),
      ],
    }));
    if (json) return printJson({ original, out, versions: told });
    for (const { file, rank, added, removed, reasons } of told) printLine(`${rank}. ${file}: ${removed} notes gone, ${added} new; ${reasons.join('; ')}`);
    printLine(`to look at and listen to: ${resolve(out)}`);
  },
};

type Gap = ReturnType<typeof gapOf>;

const judgementOf = (gap: Gap, lessExpected?: number): Judgement => (gap === undefined ? nothingWritten : judged(gap.window, gap.mask, maskedNotes(gap.window, gap.mask), lessExpected));

/** Nats a note. @throws UserFault where there is no such model */
async function surprises(judge: string, gaps: readonly Gap[]): Promise<number[]> {
  const model = await ComposerModel.open(judge, { option: '--judge', others: ['none'] });
  try {
    const each: number[] = [];
    for (const gap of gaps) each.push(gap === undefined ? Infinity : await model.surpriseANote(gap.window, gap.mask));
    return each;
  } finally {
    await model.close();
  }
}

function programOf(clips: readonly Clip[], line: Clip['lines'][number]): number {
  for (const { lines, draft } of clips) {
    const at = lines.findIndex(({ track, channel }) => track === line.track && channel === line.channel);
    if (at >= 0) return draft.parts[at]?.program ?? 0;
  }
  return 0;
}
