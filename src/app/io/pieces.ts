/** The example pieces that come with the program, with the human performances of them that may be handed on. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import type { Performance } from '../../core/music/performance.ts';
import { dataFolder } from './data-files.ts';
import { readPerformanceTable } from './piece-performances.ts';
import { readPieceScore } from './piece-score.ts';
import type { ScoreReading } from './score-file.ts';

export interface PieceListing {
  readonly id: string;
  readonly title: string;
  readonly composer: string;
  /** Of the score. */
  readonly licence: string;
  /** The instrument that plays the solo. */
  readonly solo: string;
  readonly bars: number;
  readonly soloNotes: number;
  readonly accompanimentNotes: number;
  readonly performers: readonly string[];
}
export interface PiecePerformance {
  readonly performer: string;
  readonly licence: string;
  readonly performance: Performance;
}
export interface Piece {
  readonly id: string;
  readonly title: string;
  readonly composer: string;
  readonly licence: string;
  readonly reading: ScoreReading;
  readonly performances: readonly PiecePerformance[];
}

/** One group of notes in `piece.json`: columns of equal length, in quarter notes. */
export interface NoteColumns {
  readonly parts: readonly string[];
  readonly on: readonly number[];
  readonly dur: readonly number[];
  readonly pitch: readonly number[];
}
/** What we need of `piece.json`. */
export interface PieceDescription {
  readonly id: string;
  readonly title: string;
  readonly composer: string;
  readonly licence: string;
  /** True when repeats are written out in `piece.json`, the MIDI files and the performances. */
  readonly unfolded: boolean;
  /** Was added to every onset in the MIDI files, so that a pick-up does not begin before 0. */
  readonly midi_offset_quarters: number;
  /** Position and quarters a minute. */
  readonly tempo: readonly (readonly [number, number])[];
  readonly timesig: readonly (readonly [number, number, number])[];
  readonly bars: readonly (readonly [number, string])[];
  readonly solo: NoteColumns;
  readonly accompaniment: NoteColumns;
  readonly human_performances?: readonly { readonly performer: string; readonly licence: string; readonly file: string }[];
}

const piecesFolder = (): string => join(dataFolder(), 'presets', 'pieces');

/** In the order of the index. */
export async function listPieces(): Promise<PieceListing[]> {
  const index = JSON.parse(await readFile(join(piecesFolder(), 'index.json'), 'utf8')) as readonly IndexEntry[];
  return index.map(({ id, title, composer, licence, solo, bars, solo_notes, accompaniment_notes, human }) => ({
    id, title, composer, licence, solo, bars, soloNotes: solo_notes, accompanimentNotes: accompaniment_notes, performers: human.map(({ performer }) => performer),
  }));
}

interface IndexEntry {
  readonly id: string;
  readonly title: string;
  readonly composer: string;
  readonly licence: string;
  readonly solo: string;
  readonly bars: number;
  readonly solo_notes: number;
  readonly accompaniment_notes: number;
  readonly human: readonly { readonly performer: string }[];
}

/** @throws UserFault naming the pieces there are, when there is none of this id */
export async function readPiece(id: string): Promise<Piece> {
  const folder = join(piecesFolder(), id);
  // An id is a name, never a path.
  if (!/^[\w-]+$/.test(id) || !existsSync(join(folder, 'piece.json'))) {
    throw new UserFault('piece', '', `must be one of ${(await listPieces()).map((piece) => piece.id).join(', ')}`, id);
  }
  const description = JSON.parse(await readFile(join(folder, 'piece.json'), 'utf8')) as PieceDescription;
  const reading = await readPieceScore(folder, description);
  const performances: PiecePerformance[] = [];
  for (const { performer, licence, file } of description.human_performances ?? []) {
    const table = await readFile(join(folder, file), 'utf8');
    performances.push({ performer, licence, performance: readPerformanceTable(table, join(folder, file), { id: `${id}/${performer}`, performer }, reading.score, description) });
  }
  const { title, composer, licence } = description;
  return { id, title, composer, licence, reading, performances };
}
