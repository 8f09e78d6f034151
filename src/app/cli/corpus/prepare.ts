/** From any folder of music to a corpus to learn from, a piece at a time: nothing grows with it but the prints of its songs. */
import { createHash } from 'node:crypto';
import { UserFault } from '../../../core/contract/faults.ts';
import type { Song, Split } from '../../../core/music/song.ts';
import type { Print } from '../../../players/generate/likeness.ts';
import { printOf, Prints } from '../../../players/generate/likeness.ts';
import type { SongFigures } from '../../../players/generate/song-statistics.ts';
import { SongStatistics } from '../../../players/generate/song-statistics.ts';
import { standardise } from '../../../players/generate/standardise.ts';
import { transposed } from '../../../players/generate/augment.ts';
import { piecesIn } from '../../io/drafts.ts';
import { SongWriter } from '../../io/song-file.ts';

export interface Preparing {
  readonly place: string;
  readonly out: string;
  /** Of pieces that do not state their own. */
  readonly licence: string;
  /** Semitones by which training songs are added again. */
  readonly transpose: readonly number[];
  readonly onPiece?: () => void;
}
export interface Refused {
  readonly place: string;
  readonly reason: string;
}
export interface Prepared {
  readonly out: string;
  readonly files: number;
  readonly songs: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly duplicates: number;
  /** Songs so alike to an earlier one that they went into its split, or, where the source had said another one, should have. */
  readonly versions: number;
  readonly versionsAcrossSplits: number;
  readonly figures: SongFigures;
  readonly refusals: readonly Refused[];
}

/** Share of phrases in common from which it is the same music again, and from which it is another version of it. */
const same = 0.9;
const version = 0.4;

/** @throws UserFault when there is nothing to read, or not one piece can be learnt from */
export async function prepareCorpus({ place, out, licence, transpose, onPiece }: Preparing): Promise<Prepared> {
  const { files, pieces } = await piecesIn(place, licence);
  const writer = await SongWriter.create(out);
  const known = new KnownSongs();
  const statistics = new SongStatistics();
  const refusals: Refused[] = [];
  let songs = 0;
  try {
    for await (const piece of pieces) {
      onPiece?.();
      const made = 'fault' in piece ? { refused: reasonOf(piece.fault) } : standardise(piece.draft, splitOf(piece.draft.id));
      if ('refused' in made) {
        refusals.push({ place: piece.place, reason: made.refused });
        continue;
      }
      const song = known.placed(made.song, 'draft' in piece && piece.draft.split !== undefined);
      if (song === undefined) continue;
      songs++;
      for (const version of [song, ...(song.split === 'train' ? transpose.flatMap((shift) => transposed(song, shift) ?? []) : [])]) {
        statistics.add(version);
        await writer.append(version);
      }
    }
    if (songs === 0) throw new UserFault(place, '', `must hold a piece that can be learnt from, but all ${refusals.length} were refused, the first (${refusals[0]?.place ?? 'none'}) because: ${refusals[0]?.reason ?? 'nothing was found'}`);
    await writer.commit();
  } finally {
    await writer.discard();
  }
  return { out, files, songs, refused: counted(refusals), duplicates: known.duplicates, versions: known.versions, versionsAcrossSplits: known.across, figures: statistics.figures(), refusals };
}

/** Songs so far by their prints. */
class KnownSongs {
  readonly #prints = new Prints<{ readonly split: Split; readonly notes: number }>();
  duplicates = 0;
  versions = 0;
  across = 0;

  /** @returns the song in its split, or undefined when it is there already */
  placed(song: Song, isSaid: boolean): Song | undefined {
    const print: Print = printOf(song);
    const notes = song.tracks.reduce((sum, track) => sum + track.notes.position.length, 0);
    const near = this.#prints.nearest(print);
    if (near !== undefined && near.likeness >= same && Math.abs(notes / near.song.notes - 1) < 0.1) {
      this.duplicates++;
      return undefined;
    }
    let split = song.split;
    if (near !== undefined && near.likeness >= version) {
      this.versions++;
      if (!isSaid) split = near.song.split;
      else if (split !== near.song.split) this.across++;
    }
    this.#prints.add(print, { split, notes });
    return { ...song, split };
  }
}

/** Eight of ten pieces to learn from, one to choose by, one to measure by; always the same for the same name. */
export function splitOf(id: string): Split {
  const share = createHash('sha256').update(`split|${id}`).digest().readUInt32BE(0) / 2 ** 32;
  return share < 0.8 ? 'train' : share < 0.9 ? 'val' : 'test';
}

/** Numbers left out, so that the same fault in many files counts as one. */
const reasonOf = (fault: UserFault): string => [fault.place, fault.rule].join(' ').trim().replaceAll(/\d+/g, 'N');

function counted(refusals: readonly Refused[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of refusals) counts[reason] = (counts[reason] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
}
