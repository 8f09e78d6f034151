/**
 * Who is the soloist? A score does not say. Words under the notes, the name of the part, and how it is written
 * (one note at a time, high, first on the page) each speak for or against a part; the best of all is taken.
 */
import type { Part, Score } from './score.ts';

export interface SoloGuess {
  readonly part: string;
  /** What spoke for it: "has words", "is called a solo", ... */
  readonly because: string;
  /** How far it lies above the next, in points; under 1 is a toss-up. */
  readonly margin: number;
}

interface Clue {
  readonly points: number;
  readonly because: string;
}

/** Names that say it themselves, then names of voices, then of instruments that play one line. First match counts. */
const nameClues: readonly (readonly [RegExp, Clue])[] = [
  [/accomp|begleit|continuo|tutti|ripieno|orchest|lower voices|left hand|\blh\b|secondo/i, { points: -3, because: 'is called an accompaniment' }],
  [/solo|princip|melod|\blead\b|primo|concertante/i, { points: 5, because: 'is called a solo' }],
  [/voice|vocal|voix|voce|canto|chant|gesang|sing|stimme|sopran|mezzo|tenor|baryton|bariton|contralto|\balto?\b/i, { points: 4, because: 'is a voice' }],
  [/piano|klavier|pianoforte|clavi|cembalo|harpsichord|organ|orgel|orgue|harp|guitar|\blute|celesta|keyboard|treble/i, { points: -2, because: 'is a keyboard' }],
  [/drum|perc|timpan|cymbal|pad|bass\b|basso|strings|effects/i, { points: -4, because: 'keeps the time' }],
  [/flut|flöt|fl[ûu]te|oboe|hautb|clarin|klarin|saxo|recorder|violin|violon\b|geige|fiddle|cello|viola|bratsche|trump|tromp|horn|cor\b|bassoon|fagott|pipe|reed/i, { points: 1, because: 'is a melody instrument' }],
];

/** @returns undefined when there is nobody to choose from */
export function guessSolo(parts: readonly Part[], sung: ReadonlySet<string>): SoloGuess | undefined {
  const playing = parts.filter((part) => part.onsets.length > 0);
  const highest = Math.max(...playing.map(meanPitch));
  const ranked = playing
    .map((part, index) => {
      const clues: Clue[] = [];
      if (sung.has(part.id)) clues.push({ points: 6, because: 'has words' });
      const named = part.channel === 9 ? { points: -9, because: 'is percussion' } : nameClues.find(([pattern]) => pattern.test(part.name))?.[1];
      if (named !== undefined) clues.push(named);
      if (singleLine(part) > 0.9) clues.push({ points: 1.5, because: 'plays one note at a time' });
      if (meanPitch(part) > highest - 0.5) clues.push({ points: 1, because: 'lies highest' });
      if (index === 0) clues.push({ points: 1, because: 'stands first' });
      return { part, clues, points: clues.reduce((sum, clue) => sum + clue.points, 0) };
    })
    .sort((a, b) => b.points - a.points);
  const [best, next] = ranked;
  if (best === undefined) return undefined;
  const spoken = best.clues.filter((clue) => clue.points > 0).sort((a, b) => b.points - a.points);
  const because = spoken.length > 0 ? spoken.slice(0, 2).map((clue) => clue.because).join(' and ') : 'nothing speaks for another';
  return { part: best.part.id, because, margin: best.points - (next?.points ?? -Infinity) };
}

/** The same score as one of its soloists sees it: whoever else is followed accompanies him. @param solo one of its parts */
export function featuring(score: Score, solo: Part): Score {
  return { ...score, parts: score.parts.map((part) => ({ ...part, role: part.id === solo.id ? 'solo' : 'accompaniment' })) };
}

/** Share of onsets with a single note; grace notes come before it. */
function singleLine(part: Part): number {
  return part.onsets.filter((onset) => onset.notes.filter((note) => !note.grace).length === 1).length / part.onsets.length;
}

function meanPitch(part: Part): number {
  let sum = 0;
  let notes = 0;
  for (const onset of part.onsets) {
    for (const note of onset.notes) sum += note.pitch;
    notes += onset.notes.length;
  }
  return sum / notes;
}
