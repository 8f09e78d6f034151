/** What is to be reviewed, wherever it lies: a take that is remembered, an exported one, or the log of a concert. */
import { readFile } from 'node:fs/promises';
import { UserFault } from '../../core/contract/faults.ts';
import type { RunThrough, SoloNote } from '../../core/music/run-through.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { featuring } from '../../core/music/solo.ts';
import type { Take, TakeOnset } from '../../core/music/take.ts';
import type { TakeToReview } from '../../learning/sim/review/review.ts';
import { soloOf, solosOf } from '../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../players/memory/take.ts';
import { partNamed } from '../config/bind.ts';
import type { ScoreIdentity } from '../io/concert-log.ts';
import { readConcertLog } from '../io/concert-log.ts';
import { listPieces, readPiece } from '../io/pieces.ts';
import { RunThroughRecorder } from '../io/run-through-recorder.ts';
import type { TakeStore } from '../io/take-store.ts';
import { decodeTake } from '../io/take-store.ts';
import type { ScoreArguments } from './score-argument.ts';
import { chooseScore, scoreOfLog, theOnly } from './score-argument.ts';

export interface ReviewedTake extends TakeToReview {
  /** With him as its only soloist. */
  readonly score: Score;
  /** Of several soloists, what the others played: notes that say by their part whose they are. */
  readonly others: readonly SoloNote[];
  /** Of a file name: the id of the take, or the log without its ending. */
  readonly name: string;
}

interface Found extends TakeToReview {
  readonly name: string;
  readonly title: string;
  readonly source?: ScoreIdentity | undefined;
  /** The file that a fault of the score is to name. */
  readonly file: string;
}

/** Fewer notes of the soloist are no run-through. */
const fewestNotes = 8;

/**
 * @param which the id of a take or its beginning, or a file; undefined for the last take
 * @param named the score, where the person names it, and of several soloists whose playing is looked at
 * @throws UserFault when there is no such take, or its score cannot be found
 */
export async function takeToReview(store: TakeStore, which: string | undefined, named: ScoreArguments): Promise<ReviewedTake> {
  const found = which !== undefined && /[\\/.]/.test(which) ? await fromFile(which) : await fromStore(store, which);
  const score = await scoreOf(found, named);
  const solos = solosOf(score);
  const { take, name } = found;
  const own = solos.find((solo) => isOf(take, solo));
  const asked = named.score === undefined ? theOnly(named.solo) : undefined;
  const his = asked === undefined ? (own ?? solos[0]!) : partNamed(asked, solos, '--solo', '', 'one of the soloists');
  if (own !== undefined && his !== own) throw new UserFault('--solo', '', `must be ${own.name}, whose take this is`, his.name);
  const isHis = ({ part }: SoloNote): boolean => (part === undefined ? his === solos[0] : part === his.id || part === his.name);
  const played = found.played && { ...found.played, solo: found.played.solo.filter(isHis) };
  if (take.score === '' && played!.solo.length === 0) throw new UserFault(found.file, '', `must hold notes of ${his.name}`);
  return { take, played, name, score: featuring(score, his), others: found.played?.solo.filter((note) => !isHis(note)) ?? [] };
}

/** Earlier takes of the same score by the same player, newest first. */
export async function earlierTakes(store: TakeStore, { take, score }: Pick<ReviewedTake, 'take' | 'score'>, most: number): Promise<readonly TakeToReview[]> {
  const before = (await store.list({ score: scoreFingerprint(soloOf(score)), player: take.player })).filter((stored) => stored.take.id !== take.id && stored.take.recordedAt < take.recordedAt);
  return Promise.all(before.slice(0, most).map(async (stored) => ({ take: stored.take, played: await store.played(stored).catch(() => undefined) })));
}

async function fromStore(store: TakeStore, id: string | undefined): Promise<Found> {
  const stored = id === undefined ? (await store.list())[0] : await store.find(id);
  if (stored === undefined) throw new UserFault('review', '', 'needs a take, and there is none yet: each run-through of "play" becomes one');
  return { take: stored.take, played: await store.played(stored), title: stored.title, source: stored.source, name: stored.take.id, file: stored.path };
}

async function fromFile(path: string): Promise<Found> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserFault(path, '', `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, undefined, { cause });
  });
  const name = path.replace(/^.*[\\/]/, '').replace(/(\.take)?\.[^.]*$/, '');
  if (!text.startsWith('{"format":"collaparte-concert"')) return { ...decodeTake(text, path), name, file: path };
  const { header, entries } = await readConcertLog(path);
  const recorder = new RunThroughRecorder();
  let last: { readonly played: RunThrough; readonly onsets: readonly TakeOnset[] } | undefined;
  let player = '';
  for await (const { event, commands } of entries) {
    if (event.type === 'remember') player = event.player;
    const played = recorder.observe(event, commands);
    if (played === undefined) continue;
    const report = commands.find((command) => command.type === 'report' && command.report.kind === 'run-through');
    last = { played, onsets: report?.type === 'report' && report.report.kind === 'run-through' ? report.report.onsets : [] };
  }
  // A log that was cut off, or ended by hand, has no end of its run-through.
  const rest = recorder.take();
  if (rest.solo.length >= fewestNotes || last === undefined) last = { played: rest, onsets: last?.onsets ?? [] };
  if (last.played.solo.length < fewestNotes) throw new UserFault(path, '', `must hold at least ${fewestNotes} notes of the soloist`, last.played.solo.length);
  const startedAt = last.played.solo[0]!.time;
  const recordedAt = new Date(Date.parse(header.begun) + startedAt * 1000).toISOString();
  return { take: { id: name, score: '', player, recordedAt, onsets: last.onsets }, played: last.played, title: '', source: header.score, name, file: path };
}

const isOf = (take: Take, solo: Part): boolean => take.score === scoreFingerprint(solo);

/** As the person names it, or as the take does, or the shipped piece that has the same notes. */
async function scoreOf({ take, title, source, file }: Found, named: ScoreArguments): Promise<Score> {
  if (named.score !== undefined) return (await chooseScore({ ...named, solo: theOnly(named.solo) }, true)).score;
  const belongs = (score: Score): boolean => take.score === '' || solosOf(score).some((solo) => isOf(take, solo));
  if (source !== undefined) {
    const score = await scoreOfLog(file, source);
    if (belongs(score)) return score;
  }
  for (const { id, title: called } of await listPieces()) {
    if (called !== title) continue;
    const { score } = (await readPiece(id)).reading;
    if (belongs(score)) return score;
  }
  throw new UserFault(file, '', `does not say where its score is: name it with --score (it was ${JSON.stringify(title)})`);
}
