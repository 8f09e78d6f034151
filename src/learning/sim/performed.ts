/** A performance that somebody gave, as the stage would have heard it. */
import type { SoloEvent } from '../../core/contract/events.ts';
import type { PerformedNote, Performance } from '../../core/music/performance.ts';
import type { Part } from '../../core/music/score.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';

const shortestTone = 0.01; // s: what a recording says lasted no time at all

const order: Readonly<Record<SoloEvent['type'], number>> = { 'solo-off': 0, 'solo-pedal': 1, 'solo-attack': 2, 'solo-on': 3 };

/**
 * Events of the solo part and of the pedal, in order of time; each note-on has its note-off, which comes before
 * the pitch is struck again.
 *
 * @param inputDelay from the finger to the event, the same for all
 */
export function fromPerformance(take: Performance, soloPart: Pick<Part, 'id'>, inputDelay: Seconds = seconds(0)): SoloEvent[] {
  const part = soloPart.id;
  const notes = take.notes.filter((note) => note.part === part);
  const again = nextOfPitch(notes);
  const events: SoloEvent[] = [];
  for (const [i, note] of notes.entries()) {
    const room = again[i]! - note.time;
    const end = seconds(note.time + Math.min(Math.max(note.duration, Math.min(shortestTone, room / 2)), room));
    const begins = { playedAt: note.time, time: seconds(note.time + inputDelay), part, pitch: note.pitch };
    events.push({ type: 'solo-on', ...begins, velocity: note.velocity }, { type: 'solo-off', ...begins, playedAt: end, time: seconds(end + inputDelay) });
  }
  for (const { time, value } of take.pedal) events.push({ type: 'solo-pedal', playedAt: time, time: seconds(time + inputDelay), part, value });
  return events.sort((a, b) => a.time - b.time || order[a.type] - order[b.type]);
}

/** The same of several soloists, all in one order of time. */
export function eventsOf(take: Performance, solos: readonly Pick<Part, 'id'>[], inputDelay?: Seconds): SoloEvent[] {
  return solos.flatMap((part) => fromPerformance(take, part, inputDelay)).sort((a, b) => a.time - b.time || order[a.type] - order[b.type]);
}

/** When the pitch of each note is next struck, later than at once: a unison on two strings cuts nobody off. Infinity where it is not. */
function nextOfPitch(notes: readonly PerformedNote[]): Float64Array {
  const again = new Float64Array(notes.length);
  const next = new Map<number, { readonly time: number; readonly again: number }>();
  for (let i = notes.length - 1; i >= 0; i--) {
    const { pitch, time } = notes[i]!;
    const following = next.get(pitch);
    again[i] = following === undefined ? Infinity : following.time > time ? following.time : following.again;
    next.set(pitch, { time, again: again[i]! });
  }
  return again;
}
