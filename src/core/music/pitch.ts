/** Names of pitches, for messages and tables. */
import type { MidiPitch } from './units.ts';
import { midiPitch } from './units.ts';

/** The commonest spelling of each pitch class, C first. */
export const pitchClassNames = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'] as const;
const steps: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** "C4" is middle C, 60. The spelling is the commonest one: a MIDI pitch does not know its own. */
export function pitchName(pitch: MidiPitch): string {
  return `${pitchClassNames[pitchClass(pitch)]!}${Math.floor(pitch / 12) - 1}`;
}

/** 0 is C, 11 is B; of any number of semitones, below zero too. */
export function pitchClass(pitch: number): number {
  return ((pitch % 12) + 12) % 12;
}

/** A written pitch as a MIDI pitch; undefined when the step is no letter from A to G. `alter` in semitones. */
export function pitchOf(step: string, alter: number, octave: number): MidiPitch | undefined {
  const within = steps[step.toUpperCase()];
  return within === undefined ? undefined : midiPitch((octave + 1) * 12 + within + Math.round(alter));
}
