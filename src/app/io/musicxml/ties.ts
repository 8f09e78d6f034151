/** Tied notes into one note. A tie joins equal pitches of one part where the first ends and the second begins, whatever their voices. */
import type { WrittenNote } from './notes.ts';

export interface TiedNote {
  readonly first: WrittenNote;
  /** In units, of all of them together. */
  readonly duration: number;
  /** Ids of the notes after the first. */
  readonly others: readonly string[];
}

/** @param notes  of one part, in any order */
export function mergeTies(notes: readonly WrittenNote[]): TiedNote[] {
  const merged: { first: WrittenNote; duration: number; others: string[] }[] = [];
  // Waiting for their continuation, by pitch and the place where they end.
  const waiting = new Map<string, typeof merged>();
  for (const note of [...notes].sort((a, b) => a.onset - b.onset)) {
    const joined = note.tiedBack && !note.grace ? takenFrom(waiting.get(`${note.pitch}@${note.onset}`), note) : undefined;
    const whole = joined ?? { first: note, duration: note.duration, others: [] };
    if (joined === undefined) merged.push(whole);
    else {
      joined.duration += note.duration;
      joined.others.push(note.id);
    }
    if (!note.tiedOn || note.duration === 0) continue;
    const key = `${note.pitch}@${note.onset + note.duration}`;
    const others = waiting.get(key);
    if (others === undefined) waiting.set(key, [whole]);
    else others.push(whole);
  }
  return merged;
}

/** Where several could go on, the one in the same voice and staff does. */
function takenFrom<T extends { readonly first: WrittenNote }>(candidates: T[] | undefined, note: WrittenNote): T | undefined {
  if (candidates === undefined || candidates.length === 0) return undefined;
  const near = candidates.findIndex(({ first }) => first.voice === note.voice && first.staff === note.staff);
  return candidates.splice(Math.max(0, near), 1)[0];
}
