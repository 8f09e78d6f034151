/** A solo in one file and its accompaniment in another, put together. Both must begin at the same place. */
import { onsetsOf } from '../../core/music/onsets.ts';
import { unfold } from '../../core/music/route.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { beats } from '../../core/music/units.ts';
import type { WrittenScore } from './written-score.ts';
import { partIdFor } from './written-score.ts';

/**
 * Meters, bars and tempo are the solo file's, unless only the other one says anything about them. Where only one of
 * the two files has repeats, it is the other that has them written out, so they are played out here.
 *
 * @param solo  with its soloist chosen; its other parts are left out
 */
export function joinedScores(solo: { readonly score: Score; readonly notes: readonly string[] }, accompaniment: WrittenScore, accompanimentPath: string): { score: Score; notes: string[] } {
  const notes = [...solo.notes, ...accompaniment.notes.map((line) => `${accompanimentPath}: ${line}`)];
  const soloists = solo.score.parts.filter((part) => part.role === 'solo');
  const left = solo.score.parts.length - soloists.length;
  if (left > 0) notes.push(`${left} other part${left === 1 ? '' : 's'} of the solo file left out: ${accompanimentPath} accompanies`);

  let first: Score = solo.score;
  let second = accompaniment.score;
  if (first.jumps.length > 0 !== second.jumps.length > 0) {
    notes.push('repeats stand in one of the two files only: they are played out to fit the other');
    first = unfold(first);
    second = unfold(second);
  }
  const played = first.parts.filter((part) => part.role === 'solo');
  const frame = first.tempoMarks.length < second.tempoMarks.length && first.tempoMarks.length <= 1 ? second : first;
  const taken = new Set(played.map((part) => part.id));
  const ids = new Set(played.flatMap((part) => part.onsets.flatMap((onset) => onset.notes.map((note) => note.id))));
  const others = second.parts.map((part) => renamed(part, partIdFor(part.id, taken), ids));
  const used = new Set(others.map((part) => part.channel));
  const free = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15].find((channel) => !used.has(channel)) ?? 0;
  const soloParts = played.map((part) => (used.has(part.channel) ? { ...part, channel: free } : part));
  if (first.start !== second.start) notes.push(`the solo begins at ${first.start} quarters, the accompaniment at ${second.start}: position 0 of both is taken to be the same downbeat`);
  return {
    score: {
      ...frame,
      title: first.title || second.title,
      parts: [...soloParts, ...others],
      marks: first.marks.length > 0 ? first.marks : second.marks,
      keys: first.keys.length > 0 ? first.keys : second.keys,
      fermatas: [...new Set([...first.fermatas, ...second.fermatas])].sort((a, b) => a - b),
      start: beats(Math.min(first.start, second.start)),
      end: beats(Math.max(first.end, second.end)),
    },
    notes,
  };
}

/** The part under a new id; its notes gain it as a prefix where their ids are taken. */
function renamed(part: Part, id: string, taken: ReadonlySet<string>): Part {
  const all = part.onsets.flatMap((onset) => onset.notes);
  if (!all.some((note) => taken.has(note.id))) return { ...part, id };
  const prefixed = (noteId: string): string => `${id}/${noteId}`;
  const notes = all.map((note) => ({ ...note, id: prefixed(note.id), ...(note.tiedFrom && { tiedFrom: note.tiedFrom.map(prefixed) }) }));
  return { ...part, id, onsets: onsetsOf(notes) };
}
