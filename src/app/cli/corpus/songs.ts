/** Songs to measure by, or to count notes in: of a prepared corpus, or of music that is made alike on the way. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Song } from '../../../core/music/song.ts';
import { standardise } from '../../../players/generate/standardise.ts';
import { piecesIn } from '../../io/drafts.ts';
import { isPreparedCorpus, readSongs } from '../../io/song-file.ts';
import { splitOf } from './prepare.ts';

/**
 * What cannot be learnt from is left out; what is there twice is not looked for, as "corpus prepare" does.
 * @param place a prepared corpus, a folder of music, or one file of it
 * @throws UserFault when there is nothing to read
 */
export async function* songsOf(place: string): AsyncGenerator<Song> {
  if (await isPreparedCorpus(place)) {
    yield* readSongs(place);
    return;
  }
  for await (const piece of (await piecesIn(place, '')).pieces) {
    if ('fault' in piece) continue;
    const made = standardise(piece.draft, splitOf(piece.draft.id));
    if ('song' in made) yield made.song;
  }
}

/** Where each split is a file of its own: that of the train split beside this one. */
export function trainingBeside(corpus: string): string | undefined {
  const beside = join(dirname(corpus), basename(corpus).replace(/\b(val|test)\b/, 'train'));
  return beside !== join(dirname(corpus), basename(corpus)) && existsSync(beside) ? beside : undefined;
}
