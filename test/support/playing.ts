/** Somebody plays: written notes into events, exactly or with human unevenness. */
import type { SoloAttackEvent, SoloOnEvent } from '../../src/core/contract/events.ts';
import type { Random } from '../../src/core/math/random.ts';
import type { Part } from '../../src/core/music/score.ts';
import { midiPitch, seconds, velocity } from '../../src/core/music/units.ts';

export interface Playing {
  /** Quarter notes a minute. */
  readonly bpm?: number;
  /** Time of the first note. */
  readonly startsAt?: number;
  /** Score positions: from the first, up to but not including the second. */
  readonly from?: number;
  readonly until?: number;
  /** Standard deviation of each note, in seconds; needs `random`. */
  readonly unevenness?: number;
  readonly random?: Random;
  readonly transposedBy?: number;
}

export function noteOn(time: number, pitch: number, part = 'solo'): SoloOnEvent {
  return { type: 'solo-on', time: seconds(time), playedAt: seconds(time), part, pitch: midiPitch(pitch), velocity: velocity(64) };
}

/** Something was struck; nobody knows the pitch yet. */
export function strike(time: number, part = 'solo'): SoloAttackEvent {
  return { type: 'solo-attack', time: seconds(time), playedAt: seconds(time), part, velocity: velocity(64) };
}

/** A passage of a part as note-ons in order of time. */
export function play(part: Part, how: Playing = {}): SoloOnEvent[] {
  const period = 60 / (how.bpm ?? 120);
  const onsets = part.onsets.filter((onset) => onset.position >= (how.from ?? -Infinity) && onset.position < (how.until ?? Infinity));
  const first = onsets[0]?.position ?? 0;
  const events = onsets.flatMap((onset) => {
    const graces = onset.notes.filter((note) => note.grace).length;
    return onset.notes.map((note, i) => {
      const wobble = how.unevenness === undefined ? 0 : (how.random?.normal(0, how.unevenness) ?? 0);
      const early = note.grace ? 0.08 * (graces - i) : 0;
      const time = Math.max(0, (how.startsAt ?? 1) + (onset.position - first) * period - early + wobble);
      return noteOn(time, note.pitch + (how.transposedBy ?? 0), part.id);
    });
  });
  return events.sort((a, b) => a.time - b.time);
}
