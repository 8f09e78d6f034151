/**
 * Takes on disk, in the user's data folder: one small JSON file for each, written atomically, in a folder of its
 * score (by fingerprint, whatever the score's file is called). A crash loses at most the take that is being played.
 * What was played note by note stands in a file beside it, `ID.played`, which only a review opens.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import type { RunThrough } from '../../core/music/run-through.ts';
import type { Take, TakeOnset } from '../../core/music/take.ts';
import { beats, seconds, velocity } from '../../core/music/units.ts';
import { writeAtomically } from './atomic-file.ts';
import type { ScoreIdentity } from './concert-log.ts';
import { parseJson } from './json-text.ts';
import { runThroughColumns, runThroughOf } from './run-through-file.ts';

const format = 'collaparte-take';
const version = 1;

/** Where takes live unless the user says otherwise: `$XDG_DATA_HOME/collaparte`, `%APPDATA%\collaparte`, or `~/.local/share/collaparte`. */
export function userDataFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const own = environment['COLLAPARTE_DATA'];
  if (own !== undefined && own !== '') return own;
  const base = process.platform === 'win32' ? environment['APPDATA'] : environment['XDG_DATA_HOME'];
  return base !== undefined && base !== '' ? join(base, 'collaparte') : join(homedir(), '.local', 'share', 'collaparte');
}

export interface StoredTake {
  readonly take: Take;
  /** The score's title when it was recorded. */
  readonly title: string;
  readonly path: string;
  /** Which score it was, where that is known. */
  readonly source?: ScoreIdentity | undefined;
}

/** What may be known of a take beside its onsets. */
export interface TakeContext {
  readonly source?: ScoreIdentity | undefined;
  readonly played?: RunThrough | undefined;
}

export class TakeStore {
  readonly #folder: string;

  /** @param dataFolder takes stand in its subfolder `takes` */
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'takes');
  }

  /**
   * @param take its id is replaced by one made of its content, so that the same take imported twice is one
   * @throws UserFault when the folder cannot be written
   */
  async keep(take: Take, title: string, { source, played }: TakeContext = {}): Promise<StoredTake> {
    const text = encodeTake({ ...take, id: '' }, title);
    const id = createHash('sha256').update(text).digest('hex').slice(0, 12);
    const stored: Take = { ...take, id };
    const folder = join(this.#folder, take.score);
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${id}.json`);
    // The notes first: a take without them is whole, they without it are nothing.
    if (played !== undefined) await writeAtomically(playedPath(path), `${JSON.stringify(runThroughColumns(played))}\n`);
    await writeAtomically(path, encodeTake(stored, title, { source }));
    return { take: stored, title, path, ...(source && { source }) };
  }

  /**
   * What was played note by note; undefined for a take of which only the onsets are known.
   * @throws UserFault when the file is spoiled
   */
  async played({ path }: Pick<StoredTake, 'path'>): Promise<RunThrough | undefined> {
    const text = await readFile(playedPath(path), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : runThroughOf(parseJson(playedPath(path), text), playedPath(path));
  }

  /** Newest first. Files that are no takes are passed over and told. */
  async list(choice: { readonly score?: string; readonly player?: string } = {}, onFault: (fault: UserFault) => void = () => undefined): Promise<StoredTake[]> {
    const takes: StoredTake[] = [];
    for (const score of await entries(this.#folder)) {
      if (choice.score !== undefined && score !== choice.score) continue;
      for (const name of await entries(join(this.#folder, score))) {
        if (!name.endsWith('.json') || name.startsWith('.')) continue;
        const path = join(this.#folder, score, name);
        try {
          const stored = await readTake(path);
          if (choice.player === undefined || stored.take.player === choice.player) takes.push(stored);
        } catch (error) {
          if (!(error instanceof UserFault)) throw error;
          onFault(error);
        }
      }
    }
    return takes.sort((a, b) => b.take.recordedAt.localeCompare(a.take.recordedAt) || a.take.id.localeCompare(b.take.id));
  }

  /** @throws UserFault when no take, or more than one, begins with `id` */
  async find(id: string): Promise<StoredTake> {
    const found = (await this.list()).filter((stored) => stored.take.id.startsWith(id));
    if (found.length === 1) return found[0]!;
    throw new UserFault('takes', 'id', found.length === 0 ? 'must be the id of a take (see "collaparte takes list")' : 'must be long enough to mean one take', id);
  }

  /** @throws UserFault as `find` */
  async forget(id: string): Promise<StoredTake> {
    const stored = await this.find(id);
    await rm(stored.path, { force: true });
    await rm(playedPath(stored.path), { force: true });
    return stored;
  }
}

/** @throws UserFault naming file, key, rule and value */
export async function readTake(path: string): Promise<StoredTake> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UserFault(path, '', 'cannot be read', undefined, { cause: error });
  }
  return { ...decodeTake(text, path), path };
}

const playedPath = (path: string): string => `${path.replace(/\.json$/, '')}.played`;

/** Columns, because a take is mostly numbers; times to a tenth of a millisecond. */
export function encodeTake(take: Take, title: string, { source, played }: TakeContext = {}): string {
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  return `${JSON.stringify({
    format, version, id: take.id, score: take.score, player: take.player, recordedAt: take.recordedAt, title,
    position: take.onsets.map((onset) => Math.round(onset.position * 1e6) / 1e6),
    time: take.onsets.map((onset) => round(onset.time)),
    velocity: take.onsets.map((onset) => onset.velocity),
    joined: take.onsets.map((onset) => (onset.joined ? 1 : 0)),
    ...(source && { source }), ...(played && { played: runThroughColumns(played) }),
  })}\n`;
}

export function decodeTake(text: string, path: string): { readonly take: Take; readonly title: string } & TakeContext {
  const value = parseJson(path, text);
  if (typeof value !== 'object' || value === null) throw new UserFault(path, '', 'must be a take', value);
  const record = value as Readonly<Record<string, unknown>>;
  if (record['format'] !== format) throw new UserFault(path, 'format', `must be "${format}"`, record['format']);
  if (record['version'] !== version) throw new UserFault(path, 'version', `must be ${version}`, record['version']);
  const word = (key: string): string => {
    if (typeof record[key] !== 'string') throw new UserFault(path, key, 'must be text', record[key]);
    return record[key];
  };
  const numbers = (key: string): readonly number[] => {
    const column = record[key];
    if (!Array.isArray(column) || !column.every((item) => typeof item === 'number' && Number.isFinite(item))) throw new UserFault(path, key, 'must be a list of numbers');
    return column as readonly number[];
  };
  const position = numbers('position'), time = numbers('time'), loudness = numbers('velocity'), joined = numbers('joined');
  for (const [key, column] of [['time', time], ['velocity', loudness], ['joined', joined]] as const) {
    if (column.length !== position.length) throw new UserFault(path, key, `must have ${position.length} entries, as position has`, column.length);
  }
  const onsets = position.map((at, i): TakeOnset => ({ position: beats(at), time: seconds(time[i]!), velocity: velocity(loudness[i]!), joined: joined[i] === 1 }));
  const source = record['source'];
  return {
    take: { id: word('id'), score: word('score'), player: word('player'), recordedAt: word('recordedAt'), onsets }, title: word('title'),
    ...(typeof source === 'object' && source !== null && { source }),
    ...(record['played'] !== undefined && { played: runThroughOf(record['played'], path) }),
  };
}

async function entries(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    // No folder yet: nobody has played.
    return [];
  }
}
