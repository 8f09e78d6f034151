/**
 * A note in classes, and back. What a class rounds off is its residue: classes and residue together are the note
 * again, to the tick.
 */
import { clamp } from '../../core/math/statistics.ts';
import { ticksPerPosition } from '../../core/music/song.ts';
import { durationClasses, microClasses, microStep, velocityClasses } from './events.ts';
import type { WindowNote } from './window.ts';

export interface Qualities {
  readonly duration: number;
  readonly velocity: number;
  readonly micro: number;
}
/** Ticks, ticks, and steps of MIDI velocity. */
export interface Residue {
  readonly duration: number;
  readonly velocity: number;
  readonly micro: number;
}
export const noResidue: Residue = { duration: 0, velocity: 0, micro: 0 };

const stepsPerClass = 128 / velocityClasses;
const middle = (microClasses - 1) / 2;
/** Where the nearer of two lengths changes, halfway between them as the ear hears it: by their ratio. */
const limits = durationClasses.map((length, i) => Math.sqrt(length * (durationClasses[i + 1] ?? Infinity)) * ticksPerPosition);

/** @param room positions until the same key is struck again: no length reaches beyond it */
export function durationClassOf(ticks: number, room = Infinity): number {
  let nearest = limits.findIndex((limit) => ticks < limit);
  if (nearest < 0) nearest = durationClasses.length - 1;
  while (nearest > 0 && durationClasses[nearest]! > room) nearest--;
  return nearest;
}
export const ticksOfDuration = (index: number): number => durationClasses[index]! * ticksPerPosition;
export const velocityClassOf = (velocity: number): number => clamp(Math.floor(velocity / stepsPerClass), 0, velocityClasses - 1);
export const velocityOfClass = (index: number): number => index * stepsPerClass + stepsPerClass / 2;
export const microClassOf = (deviation: number): number => clamp(Math.round(deviation / microStep) + middle, 0, microClasses - 1);
export const deviationOfClass = (index: number): number => (index - middle) * microStep;

export function qualitiesOf(note: WindowNote, room: number): Qualities {
  return { duration: durationClassOf(note.duration, room), velocity: velocityClassOf(note.velocity), micro: microClassOf(note.deviation) };
}

export function residueOf(note: WindowNote, classes: Qualities): Residue {
  return { duration: note.duration - ticksOfDuration(classes.duration), velocity: note.velocity - velocityOfClass(classes.velocity), micro: note.deviation - deviationOfClass(classes.micro) };
}

export function noteOf(place: Pick<WindowNote, 'track' | 'position' | 'pitch'>, classes: Qualities, residue: Residue = noResidue): WindowNote {
  return {
    track: place.track,
    position: place.position,
    pitch: place.pitch,
    duration: ticksOfDuration(classes.duration) + residue.duration,
    velocity: velocityOfClass(classes.velocity) + residue.velocity,
    deviation: deviationOfClass(classes.micro) + residue.micro,
  };
}

/**
 * For each note, how many positions later its key is struck again in its track; Infinity where never.
 * @param notes in any order
 */
export function roomOf(notes: readonly Pick<WindowNote, 'track' | 'position' | 'pitch'>[]): Float64Array {
  const order = notes.map((_, i) => i).sort((a, b) => notes[b]!.position - notes[a]!.position);
  const next = new Map<number, number>();
  const room = new Float64Array(notes.length).fill(Infinity);
  for (const i of order) {
    const { track, pitch, position } = notes[i]!;
    const key = track * 128 + pitch;
    room[i] = (next.get(key) ?? Infinity) - position;
    next.set(key, position);
  }
  return room;
}
