/** Which music: a shipped piece by its id or anybody's file, with the soloist chosen, repeats written out. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { Argv } from 'yargs';
import { UserFault } from '../../core/contract/faults.ts';
import type { Performance } from '../../core/music/performance.ts';
import type { Score } from '../../core/music/score.ts';
import type { ScorePlan } from '../config/score-plan.ts';
import { asPlanned } from '../config/score-plan.ts';
import { nearest } from '../config/wording.ts';
import type { ScoreIdentity } from '../io/concert-log.ts';
import { listPieces, readPiece } from '../io/pieces.ts';
import type { ScoreChoice } from '../io/score-file.ts';
import { readScoreFile } from '../io/score-file.ts';

export interface ScoreArguments {
  readonly score?: string | undefined;
  /** As often as it was said. */
  readonly solo?: string | readonly string[] | undefined;
  readonly accompaniment?: string | undefined;
  readonly melody?: boolean | undefined;
  readonly route?: string | undefined;
  readonly cut?: string | undefined;
  readonly speed?: number | undefined;
  readonly cadenza?: readonly string[] | undefined;
}

export interface ChosenScore {
  /** Without signs, but where it is played as heard. */
  readonly score: Score;
  /** As the person named it. */
  readonly name: string;
  readonly identity: ScoreIdentity;
  /** What was guessed or repaired, one line each. */
  readonly notes: readonly string[];
  /** Human performances that come with a shipped piece. */
  readonly performances: readonly { readonly performer: string; readonly licence: string; readonly performance: Performance }[];
}

/** Adds how the score is to be played this time. */
export function withPlan<T>(parser: Argv<T>) {
  return parser
    .option('route', { type: 'string', describe: 'Repeats: all (the default), none, heard (as you choose while playing), or bars in the order of playing: 1-8,1-16,17-24' })
    .option('cut', { type: 'string', describe: 'Leave these bars out: 17-24,30' })
    .option('cadenza', { type: 'string', array: true, requiresArg: true, describe: 'In this bar the soloist plays what he likes; may be said several times' })
    .option('speed', { type: 'number', describe: 'Share of the printed tempo: 0.7 to practise' });
}

/** The file or piece of the positional argument `[score]`. Adds SCORE and what says who the soloist is. */
export function withScore<T>(parser: Argv<T>) {
  return parser
    .positional('score', { type: 'string', describe: 'A MIDI, MusicXML, MEI or ABC file, or the id of a shipped piece (see "check"); may be left out where --solo and --accompaniment are files' })
    .option('solo', { type: 'string', describe: 'The part of the soloist: its name, its number from 1, or channel:N; once for each of several soloists; without SCORE, a file with the solo' })
    .option('accompaniment', { type: 'string', describe: 'A second file with the other parts; SCORE is then the solo part' })
    .option('melody', { type: 'boolean', describe: 'Take the melody of a single piano part as the solo' });
}

/**
 * @param alone nobody need accompany: see `ScoreChoice`
 * @throws UserFault
 */
export async function chooseScore(args: ScoreArguments, alone = false): Promise<ChosenScore> {
  const { score: name, solo, accompaniment, melody } = args;
  if (name === undefined) {
    if (solo === undefined || accompaniment === undefined) throw new UserFault('SCORE', '', 'is missing: name a file or a shipped piece, or give the solo with --solo FILE and the rest with --accompaniment FILE');
    if (typeof solo !== 'string') throw new UserFault('--solo', '', 'without SCORE is one file with the solo; a score with several soloists is a SCORE, and each --solo one of its parts');
    return chooseScore({ ...args, score: solo, solo: undefined }, alone);
  }
  const plan: ScorePlan = { ...(args.route !== undefined && { route: args.route }), ...(args.cut !== undefined && { cut: args.cut }), ...(args.cadenza !== undefined && { cadenza: args.cadenza }), ...(args.speed !== undefined && { speed: args.speed }) };
  const isPlanned = Object.keys(plan).length > 0;
  const choice: ScoreChoice = { ...(solo !== undefined && { solo }), ...(accompaniment !== undefined && { accompaniment }), ...(melody !== undefined && { melody }) };
  const chosen = Object.keys(choice).length > 0;
  if (isFile(name)) return fromFile(name, alone ? { ...choice, alone } : choice, chosen, plan);
  const ids = (await listPieces()).map((piece) => piece.id);
  if (!ids.includes(name)) {
    const near = nearest(name, ids);
    throw new UserFault('SCORE', '', `must be a file or a shipped piece${near === undefined ? ` (${ids.join(', ')})` : ` (did you mean ${near}?)`}`, name);
  }
  if (chosen) throw new UserFault(`--${Object.keys(choice)[0]}`, '', 'is for files; a shipped piece has its soloist', name);
  const piece = await readPiece(name);
  // What was chosen while reading a shipped piece is known and right; nobody needs to be told.
  return { score: asPlanned(piece.reading.score, plan), name, identity: { piece: name, ...(isPlanned && { choice: plan }) }, notes: [], performances: piece.performances };
}

/** A take outlives the folder in which somebody stood when he named its score. */
export const lasting = (identity: ScoreIdentity): ScoreIdentity => (identity.path === undefined ? identity : { ...identity, path: resolve(identity.path) });

/** @throws UserFault where several were named to a command that is about one */
export function theOnly<T extends string | undefined>(solo: T | readonly string[]): T {
  if (typeof solo === 'object') throw new UserFault('--solo', '', 'can name only one soloist here: what several played is looked at one by one', solo.join(', '));
  return solo;
}

const isFile = (name: string): boolean => /[\\/.]/.test(name);

async function fromFile(path: string, choice: ScoreChoice, chosen: boolean, plan: ScorePlan): Promise<ChosenScore> {
  const { score: read, notes } = await readScoreFile(path, choice);
  // Somebody must be able to tell his takes apart.
  const score = read.title.trim() === '' ? { ...read, title: basename(path, extname(path)) } : read;
  const digest = createHash('sha256').update(await readFile(path));
  if (choice.accompaniment !== undefined) digest.update(await readFile(choice.accompaniment));
  const said = { ...choice, ...plan };
  return { score: asPlanned(score, plan), name: path, identity: { path, sha256: digest.digest('hex'), ...((chosen || Object.keys(plan).length > 0) && { choice: said }) }, notes, performances: [] };
}

/**
 * The score of a concert log again.
 * @throws UserFault when the file is no longer what it was
 */
export async function scoreOfLog(log: string, identity: ScoreIdentity): Promise<Score> {
  const name = identity.piece ?? identity.path;
  if (name === undefined) throw new UserFault(log, 'line 1', 'must name its score');
  const { score, identity: found } = await chooseScore({ score: name, ...(identity.choice as object | undefined) });
  if (identity.sha256 !== undefined && identity.sha256 !== found.sha256) throw new UserFault(name, '', `must be the file that ${log} was made with, but its content has changed`);
  return score;
}
