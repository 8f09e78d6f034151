/**
 * Does the accompaniment swell where a human accompanist does? Not note by note but by phrases: mean loudness over every
 * two bars of common time, ours against that of the human who played the same accompaniment with the same soloist.
 */
import type { Performance } from '../../core/music/performance.ts';
import type { Score } from '../../core/music/score.ts';
import { mean } from '../../core/math/statistics.ts';
import { positionsOf } from './metrics.ts';
import type { LoggedStep } from './rehearsal.ts';

/** Quarters in a phrase, and notes without which it says nothing. */
const phrase = 8;
const fewestNotes = 3;
const fewestPhrases = 6;

export interface LoudnessFigures {
  /** Of our phrases with the human's, -1..1; undefined where there are too few, or all are alike. */
  readonly correlation: number | undefined;
  /** How many velocity steps ours rise where the human's rise by one. */
  readonly share: number | undefined;
  readonly phrases: number;
  /** Mean change of our loudness from one moment to the next, in velocity steps: what would be heard as pumping. */
  readonly unrest: number;
}

/** How loud each accompaniment note was when it sounded first, by its id. */
export function playedVelocities(log: Iterable<LoggedStep>): Map<string, number> {
  const velocities = new Map<string, number>();
  for (const { commands } of log) for (const command of commands) if (command.type === 'note-on' && !velocities.has(command.noteId)) velocities.set(command.noteId, command.velocity);
  return velocities;
}

export function loudnessWithHuman(ours: ReadonlyMap<string, number>, human: Performance, score: Score): LoudnessFigures {
  const theirs = velocitiesOf(human);
  const positions = positionsOf(score, 'accompaniment');
  return { ...together(phrasesOf(ours, positions, theirs), phrasesOf(theirs, positions, ours)), unrest: unrestOf(ours, score) };
}

/** The human accompanist against his own soloist: how far two people go together. */
export function loudnessOfHumans(human: Performance, score: Score): LoudnessFigures {
  const velocities = velocitiesOf(human);
  const figures = together(phrasesOf(velocities, positionsOf(score, 'solo')), phrasesOf(velocities, positionsOf(score, 'accompaniment')));
  return { ...figures, unrest: unrestOf(velocities, score) };
}

const velocitiesOf = (human: Performance): Map<string, number> => new Map(human.notes.flatMap(({ noteId, velocity }) => (noteId === undefined ? [] : [[noteId, velocity] as const])));

/** Mean loudness of each phrase, by its number. @param also only notes that are known here too */
function phrasesOf(velocities: ReadonlyMap<string, number>, positions: ReadonlyMap<string, number>, also: ReadonlyMap<string, number> = velocities): Map<number, number> {
  const phrases = new Map<number, number[]>();
  for (const [id, velocity] of velocities) {
    const position = positions.get(id);
    if (position === undefined || !also.has(id)) continue;
    const number = Math.floor(position / phrase);
    const notes = phrases.get(number);
    if (notes === undefined) phrases.set(number, [velocity]);
    else notes.push(velocity);
  }
  return new Map([...phrases].filter(([, notes]) => notes.length >= fewestNotes).map(([number, notes]) => [number, mean(notes)]));
}

function together(ours: ReadonlyMap<number, number>, theirs: ReadonlyMap<number, number>): Omit<LoudnessFigures, 'unrest'> {
  const both = [...ours].filter(([number]) => theirs.has(number)).map(([number, loudness]) => [loudness, theirs.get(number)!] as const);
  if (both.length < fewestPhrases) return { correlation: undefined, share: undefined, phrases: both.length };
  const x = mean(both.map(([a]) => a));
  const y = mean(both.map(([, b]) => b));
  let xy = 0, xx = 0, yy = 0;
  for (const [a, b] of both) {
    xy += (a - x) * (b - y);
    xx += (a - x) ** 2;
    yy += (b - y) ** 2;
  }
  // Somebody who is always alike goes with nobody.
  return { correlation: xx > 1e-9 && yy > 1e-9 ? xy / Math.sqrt(xx * yy) : undefined, share: yy > 1e-9 ? xy / yy : undefined, phrases: both.length };
}

/** From one moment of a part to the next, against what is written. */
function unrestOf(velocities: ReadonlyMap<string, number>, score: Score): number {
  const changes: number[] = [];
  for (const part of score.parts) {
    if (part.role !== 'accompaniment') continue;
    let last: number | undefined;
    for (const onset of part.onsets) {
      const louder = onset.notes.flatMap((note) => (velocities.has(note.id) ? [velocities.get(note.id)! - note.velocity] : []));
      if (louder.length === 0) continue;
      const here = mean(louder);
      if (last !== undefined) changes.push(Math.abs(here - last));
      last = here;
    }
  }
  return mean(changes);
}
