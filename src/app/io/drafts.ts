/** All music in a folder, or in one file, a piece at a time: MIDI, MusicXML, MEI, ABC, and corpora of one JSON object a line. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import type { Draft } from '../../core/music/song-draft.ts';
import { draftOfScore } from '../../core/music/song-draft.ts';
import { draftOfRecord } from './draft-records.ts';
import { jsonLines } from './performances.ts';
import { readWrittenScore } from './score-file.ts';

/** One piece, or why there is none. */
export type Found = { readonly place: string } & ({ readonly draft: Draft } | { readonly fault: UserFault });

const scoreFile = /\.(mid|midi|kar|rmi|musicxml|xml|mxl|mei|abc)$/i;
/** Of a folder of data only what calls itself a corpus: there may be other tables beside it. */
const recordFile = /(^|[\\/])corpus[^\\/]*\.jsonl(\.gz)?$/i;
const anyRecords = /\.jsonl(\.gz)?$/i;

export interface Pieces {
  /** How many files; how many pieces they hold is not known before. */
  readonly files: number;
  readonly pieces: AsyncIterable<Found>;
}

/**
 * In the order of their names, so that the same folder always gives the same.
 * @throws UserFault when there is nothing to read
 */
export async function piecesIn(place: string, licence: string): Promise<Pieces> {
  const found = await stat(place).catch((cause: unknown) => {
    throw new UserFault(place, '', 'does not exist', undefined, { cause });
  });
  const files = found.isDirectory() ? (await filesBelow(place)).filter((path) => scoreFile.test(path) || recordFile.test(path)) : [place];
  if (files.length === 0) throw new UserFault(place, '', 'must hold MIDI or MusicXML files, or a corpus (corpus*.jsonl.gz), but holds none');
  return { files: files.length, pieces: draftsOf(files, found.isDirectory() ? place : join(place, '..'), licence) };
}

/** Of all folders below it too, in the order of their names; a link to a file is that file, one to a folder is left alone. */
export async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    // A link that leads nowhere is no file.
    if (entry.isFile() || (entry.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isFile() === true)) files.push(path);
  }
  return files.sort();
}

async function* draftsOf(files: readonly string[], root: string, licence: string): AsyncGenerator<Found> {
  for (const path of files) {
    if (anyRecords.test(path)) yield* recordsOf(path);
    else yield await scoreAt(path, relative(root, path).split(sep).join('/'), licence);
  }
}

async function* recordsOf(path: string): AsyncGenerator<Found> {
  for await (const { record, line } of jsonLines(path)) {
    const place = `${path} line ${line}`;
    try {
      yield { place, draft: draftOfRecord(record, path, line) };
    } catch (fault) {
      if (!(fault instanceof UserFault)) throw fault;
      yield { place, fault };
    }
  }
}

async function scoreAt(path: string, id: string, licence: string): Promise<Found> {
  try {
    const { score } = await readWrittenScore(path);
    const isMidi = /\.(mid|midi|kar|rmi)$/i.test(path);
    const draft = draftOfScore(score, { id, source: id.includes('/') ? id.split('/')[0]! : 'files', licence, played: { velocity: isMidi, timing: isMidi } });
    return { place: path, draft: draft.title === '' ? { ...draft, title: basename(path) } : draft };
  } catch (fault) {
    if (!(fault instanceof UserFault)) throw fault;
    return { place: path, fault };
  }
}
