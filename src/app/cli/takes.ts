import { readFile, stat } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { writeAtomically } from '../io/atomic-file.ts';
import type { StoredTake } from '../io/take-store.ts';
import { decodeTake, encodeTake, TakeStore, userDataFolder } from '../io/take-store.ts';
import { UserFault } from '../../core/contract/faults.ts';
import { takeOnsets } from '../../learning/sim/alignment-report.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../players/memory/take.ts';
import { alignRecording, mustBeThisPiece } from './align.ts';
import { printJson, printLine, printTable } from './outcome.ts';
import type { ScoreArguments } from './score-argument.ts';
import { chooseScore, lasting, theOnly } from './score-argument.ts';

interface Which {
  readonly id: string;
}
interface ListArguments {
  readonly player?: string | undefined;
  readonly json: boolean;
}
const store = (): TakeStore => new TakeStore(userDataFolder());
const json = { type: 'boolean', default: false, describe: 'One line of JSON' } as const;
const id = { type: 'string', demandOption: true, describe: 'The id of a take, or its beginning' } as const;

const listCommand: CommandModule<object, ListArguments> = {
  command: 'list',
  describe: 'all takes, newest first',
  builder: (parser) => parser.option('player', { type: 'string', describe: 'Only takes of this player' }).option('json', json).example('$0 takes list', 'what is remembered'),
  handler: async ({ player, json: asJson }) => {
    const takes = await store().list(player === undefined ? {} : { player }, (fault) => process.stderr.write(`collaparte: ${fault.message}\n`));
    if (asJson) return printJson(takes.map(summary));
    if (takes.length === 0) return printLine('no takes yet: each run-through of "play" becomes one');
    printTable([['id', 'recorded', 'player', 'onsets', 'seconds', 'score'], ...takes.map((stored) => Object.values(summary(stored)).slice(0, 6).map(String))]);
  },
};

const showCommand: CommandModule<object, Which & { readonly json: boolean }> = {
  command: 'show <id>',
  describe: 'one take, onset by onset',
  builder: (parser) => parser.positional('id', id).option('json', json).example('$0 takes show 3f2a', 'when each onset was played'),
  handler: async (args) => {
    const stored = await store().find(args.id);
    if (args.json) return printJson({ ...summary(stored), onsets: stored.take.onsets });
    printTable(Object.entries(summary(stored)).map(([key, value]) => [key, String(value)]));
    printTable([['beat', 'seconds', 'velocity', ''], ...stored.take.onsets.map((onset) => [onset.position.toFixed(3), onset.time.toFixed(3), String(onset.velocity), onset.joined ? '' : 'from elsewhere'])]);
  },
};

const forgetCommand: CommandModule<object, Which> = {
  command: 'forget <id>',
  describe: 'delete a take',
  builder: (parser) => parser.positional('id', id).example('$0 takes forget 3f2a', 'that one was not meant'),
  handler: async (args) => {
    const { take, title } = await store().forget(args.id);
    printLine(`forgotten: ${take.id}, ${title}, ${take.recordedAt}`);
  },
};

const exportCommand: CommandModule<object, Which & { readonly file: string }> = {
  command: 'export <id> <file>',
  describe: 'write a take to a file',
  builder: (parser) =>
    parser.positional('id', id).positional('file', { type: 'string', demandOption: true, describe: 'Where to' }).example('$0 takes export 3f2a andante.take.json', 'to take along'),
  handler: async (args) => {
    const stored = await store().find(args.id);
    const { take, title, source } = stored;
    await writeAtomically(args.file, encodeTake(take, title, { source, played: await store().played(stored) }));
    printLine(`${take.id} written to ${args.file}`);
  },
};

interface ImportArguments extends ScoreArguments {
  readonly file: string;
  readonly recordings?: readonly string[] | undefined;
  readonly part?: string | undefined;
  readonly player: string;
}

const importCommand: CommandModule<object, ImportArguments> = {
  command: 'import <file> [recordings..]',
  describe: 'read a take from a file that "export" wrote, or takes from MIDI recordings of a score',
  builder: (parser) =>
    parser
      .positional('file', { type: 'string', demandOption: true, describe: 'A take; or, before recordings, the score that was played: a file, or the id of a shipped piece' })
      .positional('recordings', { type: 'string', array: true, describe: 'MIDI recordings of the soloist, one a run-through' })
      .option('player', { type: 'string', default: '', describe: 'Who plays in the recordings' })
      .option('solo', { type: 'string', describe: 'The part of the soloist in the score, as for "play"' })
      .option('accompaniment', { type: 'string', describe: 'A second file with the other parts, as for "play"' })
      .option('melody', { type: 'boolean', describe: 'The melody of a single piano part is the solo, as for "play"' })
      .option('part', { type: 'string', describe: 'The part of the recordings: its name, its number from 1, or all' })
      .example('$0 takes import andante.take.json', 'from another machine')
      .example('$0 takes import score.musicxml monday.mid tuesday.mid --player anna', 'what was recorded before') as never,
  handler: async (args) => {
    if (args.recordings !== undefined && args.recordings.length > 0) return importRecordings(args, args.recordings);
    const text = await readFile(args.file, 'utf8').catch((cause: unknown) => {
      throw new UserFault(args.file, '', 'cannot be read', undefined, { cause });
    });
    if (!text.trimStart().startsWith('{')) throw new UserFault(args.file, '', 'must be a take, or the score of the recordings named after it');
    const { take, title, ...context } = decodeTake(text, args.file);
    const kept = await store().keep(take, title, context);
    printLine(`${kept.take.id}: ${title}, ${take.onsets.length} onsets`);
  },
};

/** Fewer onsets are no take. */
const fewestOnsets = 8;

async function importRecordings({ file, part, player, solo, accompaniment, melody }: ImportArguments, recordings: readonly string[]): Promise<void> {
  const { score, identity } = await chooseScore({ score: file, solo: theOnly(solo), accompaniment, melody }, true);
  const fingerprint = scoreFingerprint(soloOf(score));
  for (const path of recordings) {
    const aligned = await alignRecording(score, path, part);
    mustBeThisPiece(aligned, path, score);
    const onsets = takeOnsets(score, aligned.recording.notes, aligned.alignment);
    if (onsets.length < fewestOnsets) throw new UserFault(path, '', `must hold at least ${fewestOnsets} onsets that are plainly of this score`, onsets.length);
    const recordedAt = (await stat(path)).mtime.toISOString();
    const kept = await store().keep({ id: '', score: fingerprint, player, recordedAt, onsets }, score.title, { source: lasting(identity), played: { solo: aligned.recording.notes.map(({ time, duration, pitch, velocity }) => ({ time, duration, pitch, velocity })), ours: [], incidents: [] } });
    const passages = onsets.filter((onset) => !onset.joined).length;
    printLine(`${kept.take.id}: ${score.title}, ${onsets.length} onsets${passages > 1 ? ` in ${passages} passages` : ''}, from ${path}`);
  }
}

export const takesCommand: CommandModule = {
  command: 'takes',
  describe: 'earlier run-throughs that are remembered',
  builder: (parser) =>
    parser
      .command(listCommand)
      .command(showCommand)
      .command(forgetCommand)
      .command(exportCommand)
      .command(importCommand)
      .demandCommand(1, 'say what to do with takes: list, show, forget, export or import')
      .example('$0 takes list', 'what is remembered'),
  handler: () => undefined,
};

function summary({ take, title }: StoredTake) {
  const { onsets } = take;
  const seconds = onsets.length === 0 ? 0 : onsets.at(-1)!.time - onsets[0]!.time;
  return { id: take.id, recordedAt: take.recordedAt, player: take.player, onsets: onsets.length, seconds: Math.round(seconds * 10) / 10, title, score: take.score };
}
