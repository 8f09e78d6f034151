/** What a soloist makes of an ornament sign. One way of many: quick, and from the main note. */
import { lastAtOrBeforeBy } from '../../core/math/search.ts';
import { pitchClass } from '../../core/music/pitch.ts';
import type { Score, ScoreNote } from '../../core/music/score.ts';

export interface Tone {
  readonly time: number;
  readonly pitch: number;
  /** Undefined: as long as the note is written and articulated. */
  readonly duration?: number;
  /** Index of the tone, among those of its note, that the score writes. */
  readonly main: number;
}

const trillRate = 11; // tones a second
const quickTone = 0.07; // s
const shortestTrill = 0.3; // s: a shorter note is played plain

/** @param until when the note ends as written */
export function ornamented(note: ScoreNote, at: number, until: number, score: Score): readonly Tone[] {
  const length = until - at;
  const upper = neighbour(note.pitch, 1, score, note.onset);
  const lower = neighbour(note.pitch, -1, score, note.onset);
  switch (note.ornament) {
    case 'trill': {
      if (length < shortestTrill) break;
      const count = 2 * Math.floor((length * trillRate) / 2) + 1;
      const each = length / count;
      return Array.from({ length: count }, (_, i) => ({ time: at + i * each, pitch: i % 2 === 0 ? note.pitch : upper, duration: each * 0.95, main: 0 }));
    }
    case 'mordent':
      if (length < 4 * quickTone) break;
      return quick([note.pitch, lower, note.pitch], at, until, 0);
    case 'turn':
      if (length < 5 * quickTone) break;
      return quick([upper, note.pitch, lower, note.pitch], at, until, 1);
    case 'tremolo': case 'arpeggio': case 'other': case undefined:
  }
  return [{ time: at, pitch: note.pitch, main: 0 }];
}

/** Quick tones; the last lasts. */
function quick(pitches: readonly number[], at: number, until: number, main: number): readonly Tone[] {
  return pitches.map((pitch, i) => {
    const time = at + i * quickTone;
    return { time, pitch, duration: (i === pitches.length - 1 ? until - time : quickTone) * 0.95, main };
  });
}

const majorScale = new Set([0, 2, 4, 5, 7, 9, 11]);

/** The next pitch of the key above (1) or below (-1). */
function neighbour(pitch: number, step: 1 | -1, score: Score, position: number): number {
  const key = score.keys[Math.max(0, lastAtOrBeforeBy(score.keys, position, (change) => change.position))];
  const tonic = ((key?.fifths ?? 0) * 7) % 12;
  return majorScale.has(pitchClass(pitch + step - tonic)) ? pitch + step : pitch + 2 * step;
}
