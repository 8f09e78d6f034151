/** The melody of a single part. */
import { onsetsOf } from './onsets.ts';
import type { Part, Score, ScoreNote } from './score.ts';

/** The score with the melody of one part as its soloist; the rest of that part accompanies under the part's own id. */
export function withMelody(score: Score, partId: string): Score {
  const parts = score.parts.flatMap((part): Part[] => {
    if (part.id !== partId) return [part];
    const melody = melodyOf(part);
    const rest = part.onsets.flatMap((onset) => onset.notes.filter((note) => !melody.has(note)));
    return [
      { ...part, id: `${part.id}-melody`, name: `${part.name} melody`, role: 'solo', onsets: onsetsOf([...melody]), controls: part.controls.filter((control) => control.type === 'program') },
      { ...part, role: 'accompaniment', onsets: onsetsOf(rest) },
    ];
  });
  return { ...score, parts };
}

/** The notes of the melody, in order. */
export function melodyOf(part: Part): ReadonlySet<ScoreNote> {
  const melody = new Set<ScoreNote>();
  for (const onset of part.onsets) {
    const upper = onset.notes.filter((note) => note.staff <= 1 && !note.grace);
    const top = upper.reduce<ScoreNote | undefined>((best, note) => (best === undefined || note.pitch > best.pitch ? note : best), undefined);
    if (top !== undefined) melody.add(top);
  }
  return melody;
}
