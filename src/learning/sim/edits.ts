/**
 * Edited performances: real notes, with the slips, jumps and faults of hearing that a follower must survive.
 * Every edit is seeded; what is edited keeps its link to the score, so that it can still be judged.
 */
import type { Random } from '../../core/math/random.ts';
import type { TrueTimes } from './following-metrics.ts';

export interface EditedNote {
  /** Seconds. */
  readonly time: number;
  readonly pitch: number;
  /** Index of the score note; -1 for one that is not written. */
  readonly note: number;
}

/** Where an edited performance goes elsewhere. */
export interface Joint {
  /** Index of the first note after the jump. */
  readonly at: number;
  readonly time: number;
  /** Where the music would have gone on, and where it went, in quarter notes. */
  readonly from: number;
  readonly to: number;
}

export interface EditedPerformance {
  readonly notes: readonly EditedNote[];
  readonly joints: readonly Joint[];
}

export const stresses = ['none', 'errors', 'repeat', 'skip', 'jump', 'detector'] as const;
export type Stress = (typeof stresses)[number];

/** Quarter notes of a written-in repeat or skip, and the hesitation before a jump back, in seconds. */
const jumpLength = 12;
const hesitation = 0.5;
const jumpsEach = 3;
/** Random jumps, in quarter notes either way. */
const shortestJump = 4;
const longestJump = 80;

/** @param positions of the score notes, in quarter notes @param times of the unedited performance */
export function edit(stress: Stress, notes: readonly EditedNote[], positions: ArrayLike<number>, times: TrueTimes, random: Random): EditedPerformance {
  switch (stress) {
    case 'none': return { notes, joints: [] };
    case 'errors': return { notes: withSlips(notes, random), joints: [] };
    case 'detector': return { notes: asDetected(notes, random), joints: [] };
    case 'repeat': return withJumps(notes, positions, times, random, () => -jumpLength, () => hesitation);
    case 'skip': return withJumps(notes, positions, times, random, () => jumpLength, () => 0);
    case 'jump': return withJumps(notes, positions, times, random,
      () => random.between(shortestJump, longestJump) * (random.uniform() < 0.5 ? -1 : 1), () => random.between(0, 2 * hesitation));
  }
}

/** 3 % missed, 5 % wrong by a step or two, 3 % extra near what sounds. */
export function withSlips(notes: readonly EditedNote[], random: Random): EditedNote[] {
  const edited: EditedNote[] = [];
  for (const note of notes) {
    const lot = random.uniform();
    if (lot < 0.03) continue;
    if (lot < 0.08) edited.push({ ...note, pitch: keyboard(note.pitch + random.pick([-2, -1, 1, 2])), note: -1 });
    else edited.push(note);
    if (random.uniform() < 0.03) edited.push({ time: note.time + random.between(0.01, 0.2), pitch: keyboard(note.pitch + random.pick([-4, -3, -2, -1, 1, 2, 3, 4])), note: -1 });
  }
  return inOrder(edited);
}

/** What a detector hears: 88 % of the notes, 5 % of them an octave off, 15 % false ones, all 50 ms late with 15 ms jitter. */
export function asDetected(notes: readonly EditedNote[], random: Random): EditedNote[] {
  const edited: EditedNote[] = [];
  for (const note of notes) {
    const time = note.time + 0.05 + random.normal(0, 0.015);
    if (random.uniform() < 0.88) {
      if (random.uniform() < 0.05) edited.push({ time, pitch: keyboard(note.pitch + random.pick([-12, 12])), note: -1 });
      else edited.push({ ...note, time });
    }
    if (random.uniform() < 0.15) {
      const pitch = keyboard(note.pitch + random.pick([-12, -7, -5, -2, -1, 1, 2, 5, 7, 12, 19]));
      edited.push({ time: note.time + 0.05 + random.between(0, 0.3), pitch, note: -1 });
    }
  }
  return inOrder(edited);
}

/**
 * Cuts a performance at a few places and goes on elsewhere.
 * @param length of the next jump, in quarter notes, negative for backwards @param pause before it, in seconds
 */
function withJumps(notes: readonly EditedNote[], positions: ArrayLike<number>, times: TrueTimes, random: Random, length: () => number, pause: () => number): EditedPerformance {
  const joints: Joint[] = [];
  const edited: EditedNote[] = [];
  const first = times.positions[0]!;
  const last = times.positions.at(-1)!;
  const span = last - first;
  let place = first;
  let shift = 0;
  for (let k = 0; k < jumpsEach; k++) {
    // enough music before, between and after to be lost and found in
    const from = times.onsetNear(first + (span * (k + 1 + random.between(-0.15, 0.15))) / (jumpsEach + 1));
    const to = times.onsetNear(from + length());
    const target = to < first + 0.5 || to > last - 4 || from <= place || Math.abs(to - from) < shortestJump / 2 ? undefined : to;
    if (target === undefined) continue;
    append(place, from);
    const time = times.timeAt(from) + shift + pause();
    shift = time - times.timeAt(target);
    joints.push({ at: edited.length, time, from, to: target });
    place = target;
  }
  append(place, Infinity);
  return { notes: edited, joints };

  function append(from: number, until: number): void {
    const begin = times.timeAt(from);
    const end = until === Infinity ? Infinity : times.timeAt(until);
    let latest = edited.at(-1)?.time ?? -Infinity;
    for (const note of notes) {
      const inside = note.note >= 0 ? positions[note.note]! >= from && positions[note.note]! < until : note.time >= begin && note.time < end;
      if (!inside) continue;
      latest = Math.max(latest, note.time + shift);
      edited.push({ ...note, time: latest });
    }
  }
}

const keyboard = (pitch: number): number => Math.min(108, Math.max(21, pitch));

function inOrder(notes: EditedNote[]): EditedNote[] {
  return notes.sort((a, b) => a.time - b.time);
}
