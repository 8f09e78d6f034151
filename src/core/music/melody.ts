/**
 * The melody of a part that also accompanies itself. A tune is mostly the top line: at each onset the highest note is
 * asked for, and taken unless it is plainly something else:
 *
 * - it moves below a melody note that still sounds (a second below is let through: lines cross there);
 * - it belongs to the left hand. Where the source has staves, they say so. Where it has not, a note is the left hand's
 *   if it lies in the lower two fifths of all that is played within a bar around it,
 *   unless that is no more than one hand plays.
 *
 * Grace notes are left to the accompaniment. Both limits were tuned on the training scores of the piano collections
 * that `bench melody` measures; a tune in the left hand or in an inner voice is not found.
 */
import { firstAfter, firstAtOrAfter } from '../math/search.ts';
import { onsetPositions, onsetsOf } from './onsets.ts';
import type { Part, Score, ScoreNote } from './score.ts';

/** How far below a sounding melody note, in semitones, a note may still be the melody. */
const crossing = 2;
/** Quarter notes to both sides within which the range of the hands is looked at. */
const reach = 4;
/** Share of that range that is the left hand's. */
const leftHand = 0.4;
/** Semitones that one hand alone wanders through: in a narrower range there is no left hand to be told apart. */
const oneHand = 19;
/** Quarter notes that nobody hears. */
const hair = 1e-6;

/** The score with the melody of one part as its soloist; the rest of that part accompanies under the part's own id. */
export function withMelody(score: Score, partId: string): Score {
  const parts = score.parts.flatMap((part): Part[] => {
    if (part.id !== partId) return [part];
    const melody = melodyOf(part);
    const rest = part.onsets.flatMap((onset) => onset.notes.filter((note) => !melody.has(note)));
    const programs = part.controls.filter((control) => control.type === 'program');
    return [
      { ...part, id: `${part.id}-melody`, name: `${part.name} melody`, role: 'solo', onsets: onsetsOf([...melody]), controls: programs },
      { ...part, role: 'accompaniment', onsets: onsetsOf(rest) },
    ];
  });
  return { ...score, parts };
}

/** The notes of the melody, in order, never two at an onset. */
export function melodyOf(part: Part): ReadonlySet<ScoreNote> {
  const hasStaves = part.onsets.some((onset) => onset.notes.some((note) => note.staff > 0));
  const isRightHand = hasStaves ? undefined : rightHandByRange(part);
  const melody = new Set<ScoreNote>();
  let sounding: ScoreNote | undefined;
  for (const onset of part.onsets) {
    let top: ScoreNote | undefined;
    for (const note of onset.notes) {
      if (!note.grace && !(hasStaves && note.staff > 1) && (top === undefined || note.pitch > top.pitch)) top = note;
    }
    if (top === undefined) continue;
    const isCovered = sounding !== undefined && onset.position < sounding.onset + sounding.duration - hair && top.pitch < sounding.pitch - crossing;
    if (isCovered) continue;
    if (isRightHand?.(top) ?? true) melody.add(top);
    sounding = top;
  }
  return melody;
}

/** Tells the right hand's notes by where they lie in the range of all that is played around them. */
function rightHandByRange(part: Part): (note: ScoreNote) => boolean {
  const positions = onsetPositions(part);
  const lowest = part.onsets.map((onset) => Math.min(...onset.notes.map((note) => note.pitch)));
  const highest = part.onsets.map((onset) => Math.max(...onset.notes.map((note) => note.pitch)));
  return (note) => {
    let low = 127;
    let high = 0;
    const until = firstAfter(positions, note.onset + reach);
    for (let i = firstAtOrAfter(positions, note.onset - reach); i < until; i++) {
      low = Math.min(low, lowest[i]!);
      high = Math.max(high, highest[i]!);
    }
    return high - low < oneHand || note.pitch >= low + leftHand * (high - low);
  };
}
