/** What was heard, held against what is written: for concerts of which only the notes arrive. */
import { strict as assert } from 'node:assert';

/** `at` in ms on the listener's clock; velocity 0 ends. */
export interface HeardNote {
  readonly at: number;
  readonly channel: number;
  readonly pitch: number;
  readonly velocity: number;
}
/** The pitches that begin together at a score position in quarter notes, rising. */
export interface WrittenChord {
  readonly position: number;
  readonly pitches: readonly number[];
}

/**
 * Every written note must be there, in the order of the score; within a chord any order. More may follow after the last.
 * @returns when each chord began, by its position
 * @throws AssertionError naming the first place where they differ
 */
export function inOrder(written: readonly WrittenChord[], heard: readonly HeardNote[]): Map<number, number> {
  const onsets = heard.filter(({ velocity }) => velocity > 0);
  const begun = new Map<number, number>();
  let next = 0;
  for (const { position, pitches } of written) {
    const chord = onsets.slice(next, next + pitches.length);
    assert.deepEqual(chord.map(({ pitch }) => pitch).sort((a, b) => a - b), [...pitches], `at quarter ${position}`);
    begun.set(position, chord[0]!.at);
    next += pitches.length;
  }
  return begun;
}

/** @returns what was begun more often than ended, as channel/pitch */
export function stillSounding(notes: readonly HeardNote[]): string[] {
  const sounding = new Map<string, number>();
  for (const { channel, pitch, velocity } of notes) {
    const key = `${channel}/${pitch}`;
    sounding.set(key, Math.max(0, (sounding.get(key) ?? 0) + (velocity > 0 ? 1 : -1)));
  }
  return [...sounding].filter(([, count]) => count > 0).map(([key]) => key);
}
