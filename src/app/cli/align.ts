/** `align`: which note of the score is each note of a recording? For looking at, for takes and for training. */
import { basename } from 'node:path';
import type { CommandModule } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import { rounded } from '../../core/math/statistics.ts';
import type { BarPlace } from '../../core/music/meter.ts';
import type { PerformedNote } from '../../core/music/performance.ts';
import type { Score } from '../../core/music/score.ts';
import type { Alignment } from '../../learning/sim/alignment.ts';
import { align } from '../../learning/sim/alignment.ts';
import type { AlignmentReport } from '../../learning/sim/alignment-report.ts';
import { alignedPerformance, reportAlignment } from '../../learning/sim/alignment-report.ts';
import { onePass } from '../../learning/sim/one-pass.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../players/memory/take.ts';
import { alignedRows, writeAlignment } from '../io/alignment-file.ts';
import { keepPair, pairOf } from '../io/pair-file.ts';
import type { Recording } from '../io/recording-file.ts';
import { readRecording } from '../io/recording-file.ts';
import type { Split } from '../io/tempo-data.ts';
import { printJson, printLine } from './outcome.ts';
import type { ScoreArguments } from './score-argument.ts';
import { chooseScore, theOnly, withScore } from './score-argument.ts';

interface Arguments extends ScoreArguments {
  readonly recordings?: readonly string[] | undefined;
  readonly part?: string | undefined;
  readonly out?: string | undefined;
  readonly pair?: string | undefined;
  readonly split: Split;
  readonly player: string;
  readonly json: boolean;
}

export const alignCommand: CommandModule<object, Arguments> = {
  command: 'align <score> <recordings..>',
  describe: 'find the score note of every note of a MIDI recording',
  builder: (parser) =>
    withScore(parser)
      .positional('score', { type: 'string', demandOption: true, describe: 'A MIDI or MusicXML file, or the id of a shipped piece (see "check")' })
      .option('solo', { type: 'string', describe: 'What was played of it: the name of a part, its number from 1, channel:N, or all' })
      .positional('recordings', { type: 'string', array: true, demandOption: true, describe: 'MIDI recordings of the soloist' })
      .option('part', { type: 'string', describe: 'The part of the recording: its name, its number from 1, or all' })
      .option('out', { type: 'string', describe: 'Where the alignment of one recording goes: .json for JSON, else a table with tabs' })
      .option('pair', { type: 'string', describe: 'A folder of training data, to which score and performance are added' })
      .option('split', { choices: ['train', 'val', 'test'] as const, default: 'train' as const, describe: 'With --pair: to learn from, to choose by, or to measure by' })
      .option('player', { type: 'string', default: '', describe: 'With --pair: who played' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON' })
      .example('$0 align score.musicxml monday.mid --out monday.tsv', 'which note is which, and where the jumps were')
      .example('$0 align reference.mid monday.mid tuesday.mid --solo all --pair performances', 'then: train tempo --data performances'),
  handler: async (args) => {
    const recordings = args.recordings ?? [];
    if (args.out !== undefined && recordings.length > 1) throw new UserFault('--out', '', `must go with a single recording, and there are ${recordings.length}`);
    const chosen = await chooseScore({ ...args, solo: theOnly(args.solo) }, true);
    const { score } = chosen;
    const told: unknown[] = [];
    for (const path of recordings) {
      const aligned = await alignRecording(score, path, args.part);
      const report = tidy(aligned.report);
      if (args.out !== undefined) await writeAlignment(args.out, alignedRows(score, aligned.notes), { score: chosen.name, recording: path, ...report });
      if (args.pair !== undefined) await keepAsPair(args.pair, args, score, path, aligned);
      if (args.json) told.push({ score: chosen.name, recording: path, ...report });
      else tell(path, aligned, args.out);
    }
    if (args.json) printJson(told.length === 1 ? told[0] : told);
  },
};

export interface AlignedRecording {
  readonly recording: Recording;
  readonly alignment: Alignment;
  readonly report: AlignmentReport;
  /** With the ids of the score notes they play. */
  readonly notes: readonly PerformedNote[];
}

/** @throws UserFault when the file is no MIDI recording, or holds no notes of the soloist */
export async function alignRecording(score: Score, path: string, part?: string): Promise<AlignedRecording> {
  const solo = soloOf(score);
  const recording = await readRecording(path, solo, part ?? (solo.id === 'all' ? 'all' : undefined));
  if (recording.notes.length === 0) throw new UserFault(path, '', 'must hold notes of the soloist');
  const alignment = align(score, recording.notes);
  return { recording, alignment, report: reportAlignment(score, recording.notes, alignment), notes: alignedPerformance(score, recording.notes, alignment).notes };
}

/** Less than this share of the played notes, and it is another piece. */
const smallestShare = 0.4;

/** @throws UserFault when what was played is hardly what is written */
export function mustBeThisPiece({ report }: AlignedRecording, path: string, score: Score): void {
  if (report.matched < smallestShare * report.played) throw new UserFault(path, '', `must be a recording of ${JSON.stringify(score.title)}, but only ${report.matched} of its ${report.played} notes are written there`);
}

async function keepAsPair(folder: string, { split, player }: Arguments, score: Score, path: string, aligned: AlignedRecording): Promise<void> {
  mustBeThisPiece(aligned, path, score);
  const solo = soloOf(score);
  const id = scoreFingerprint(solo);
  const notes = onePass(score, aligned.recording.notes, aligned.alignment);
  await keepPair(folder, split, pairOf(score, solo, id, { id: `${id}#${basename(path)}`, performer: player, notes, pedal: aligned.recording.pedal }));
}

function tidy(report: AlignmentReport) {
  const { bpm, jumps } = report;
  return { ...report, jumps: jumps.map((jump) => ({ ...jump, time: rounded(jump.time, 3) })), bpm: bpm && { median: rounded(bpm.median, 1), slow: rounded(bpm.slow, 1), fast: rounded(bpm.fast, 1) } };
}

function tell(path: string, { recording, report }: AlignedRecording, out: string | undefined): void {
  const { played, matched, extra, written, missed, notReached, jumps, bpm, transposition } = report;
  printLine(`${path}: ${matched} of ${played} notes played are written (${percent(matched, played)}), ${extra} are not; ${missed} of ${written} written notes were left out${notReached > 0 ? `, and ${notReached} were never reached` : ''}`);
  if (report.from !== undefined && report.until !== undefined) printLine(`  from ${placeOf(report.from)} to ${placeOf(report.until)}${bpm === undefined ? '' : `, ${Math.round(bpm.median)} quarters a minute (${Math.round(bpm.slow)} to ${Math.round(bpm.fast)})`}`);
  for (const jump of jumps) printLine(`  at ${clockOf(jump.time)} from ${placeOf(jump.from)} ${jump.to.index > jump.from.index ? 'ahead' : 'back'} to ${placeOf(jump.to)}`);
  if (transposition !== 0) printLine(`  played ${Math.abs(transposition)} semitone${Math.abs(transposition) === 1 ? '' : 's'} ${transposition > 0 ? 'higher' : 'lower'} than written`);
  for (const remark of recording.remarks) printLine(`  ${remark}`);
  if (matched < smallestShare * played) printLine('  this is hardly a recording of this score');
  if (out !== undefined) printLine(`  written to ${out}`);
}

const percent = (part: number, of: number): string => `${rounded((100 * part) / of, 1)} %`;
const placeOf = ({ number, beat }: BarPlace): string => `bar ${number}${beat === 1 ? '' : `, beat ${rounded(beat, 2)}`}`;
const clockOf = (seconds: number): string => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;
