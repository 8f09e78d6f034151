/** A performance as a sequence of solo onsets, perfectly followed: what tempo models are measured and trained on. */
import type { ScoreMatch } from '../../core/contract/following.ts';
import type { Performance } from '../../core/music/performance.ts';
import type { Part } from '../../core/music/score.ts';
import type { Beats, Seconds, Velocity } from '../../core/music/units.ts';
import { seconds, velocity } from '../../core/music/units.ts';
import { mean, median } from '../../core/math/statistics.ts';
import type { Take } from '../../core/music/take.ts';

export interface PlayedOnset {
  readonly onsetIndex: number;
  readonly position: Beats;
  /** Median of the linked notes that are no grace notes. */
  readonly time: Seconds;
  /** Of the first of them: what a live player knows at once. */
  readonly firstTime: Seconds;
  /** Mean; 0 where unknown. */
  readonly velocity: Velocity;
}

/** Onsets in score order; those whose time does not rise above the one before are left out (rolled chords, hands apart). */
export function playedOnsets(performance: Performance, solo: Part): PlayedOnset[] {
  const place = new Map<string, number>();
  solo.onsets.forEach((onset, index) => {
    for (const note of onset.notes) if (!note.grace) place.set(note.id, index);
  });
  const times = new Map<number, number[]>();
  const loudness = new Map<number, number[]>();
  for (const note of performance.notes) {
    const index = note.noteId === undefined ? undefined : place.get(note.noteId);
    if (index === undefined) continue;
    const group = times.get(index);
    if (group === undefined) {
      times.set(index, [note.time]);
      loudness.set(index, [note.velocity]);
    } else {
      group.push(note.time);
      loudness.get(index)!.push(note.velocity);
    }
  }
  const sequence: PlayedOnset[] = [];
  let latest = -Infinity;
  for (const index of [...times.keys()].sort((a, b) => a - b)) {
    const group = times.get(index)!;
    const time = median(group);
    if (time <= latest) continue;
    latest = time;
    sequence.push({
      onsetIndex: index, position: solo.onsets[index]!.position, time: seconds(time), firstTime: seconds(Math.min(...group)),
      velocity: velocity(mean(loudness.get(index)!)),
    });
  }
  return sequence;
}

export function asMatch(onset: PlayedOnset): ScoreMatch {
  return { time: onset.time, position: onset.position, onsetIndex: onset.onsetIndex, noteIndex: 0, begins: true, jumped: false, confidence: 1 };
}

/** The same sequence as a take to be remembered. */
export function takeOf(sequence: readonly PlayedOnset[], id: string, score: string, player: string): Take {
  return {
    id, score, player, recordedAt: '1970-01-01T00:00:00Z',
    onsets: sequence.map((onset, i) => ({ position: onset.position, time: onset.time, velocity: onset.velocity, joined: i > 0 })),
  };
}

/** Time of a position after onset `from`, linear between the onsets played; undefined beyond the last. */
export function timeAtPosition(sequence: readonly PlayedOnset[], from: number, position: number): number | undefined {
  for (let i = from + 1; i < sequence.length; i++) {
    const right = sequence[i]!;
    if (right.position < position) continue;
    const left = sequence[i - 1]!;
    return left.time + ((position - left.position) / (right.position - left.position)) * (right.time - left.time);
  }
  return undefined;
}
