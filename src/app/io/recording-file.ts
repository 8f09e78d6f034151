/** A MIDI recording of what somebody played: notes in seconds, whatever beats the file believes in. */
import { readFile } from 'node:fs/promises';
import { UserFault } from '../../core/contract/faults.ts';
import type { PedalChange, PerformedNote } from '../../core/music/performance.ts';
import type { Part, Score } from '../../core/music/score.ts';
import { TempoMap } from '../../core/music/tempo-marks.ts';
import { beats, seconds } from '../../core/music/units.ts';
import { readMidiFile } from './midi-file.ts';

export interface Recording {
  /** In order of time; all belong to `part`. */
  readonly notes: readonly PerformedNote[];
  readonly pedal: readonly PedalChange[];
  /** What was chosen or repaired, one plain line each. */
  readonly remarks: readonly string[];
}

const sustain = 64;

/**
 * @param soloist whose notes these are; in a file of several parts the one with his name, or one called solo
 * @param named the part of the file to take, by name or number from 1, or `all`; undefined to find it
 * @throws UserFault when the file cannot be read or is no MIDI file, or no part of it is plainly the soloist's
 */
export async function readRecording(path: string, soloist: Part, named?: string): Promise<Recording> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new UserFault(path, '', `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, undefined, { cause });
  }
  return recordingOf(bytes, path, soloist, named);
}

/** The same from the bytes of the file. @throws UserFault */
export function recordingOf(bytes: Uint8Array, path: string, soloist: Part, named?: string): Recording {
  const { score, notes: remarks } = readMidiFile(bytes, path);
  const parts = named === undefined ? ownParts(score, soloist, path) : namedParts(score, named, path);
  const clock = new TempoMap(score.tempoMarks);
  const start = clock.nominalAt(score.start);
  const timeOf = (position: number) => seconds(clock.nominalAt(beats(position)) - start);
  const notes = parts.flatMap((part) => part.onsets.flatMap((onset) => onset.notes)).map((note): PerformedNote => {
    const time = timeOf(note.onset);
    return { time, duration: seconds(timeOf(note.onset + note.duration) - time), pitch: note.pitch, velocity: note.velocity, part: soloist.id };
  });
  const pedal = parts.flatMap((part) => part.controls.flatMap((control) => (control.type === 'controller' && control.controller === sustain ? [{ time: timeOf(control.position), value: control.value }] : [])));
  return { notes: notes.sort((a, b) => a.time - b.time || a.pitch - b.pitch), pedal: pedal.sort((a, b) => a.time - b.time), remarks };
}

function ownParts(score: Score, soloist: Part, path: string): readonly Part[] {
  const { parts } = score;
  const own = parts.find((part) => part.name.toLowerCase() === soloist.name.toLowerCase()) ?? parts.find((part) => /solo/i.test(part.name)) ?? (parts.length === 1 ? parts[0] : undefined);
  if (own === undefined) throw new UserFault(path, '', `must have a single part, or one that is called ${soloist.name} or solo: ${namesOf(parts)}`);
  return [own];
}

function namedParts(score: Score, named: string, path: string): readonly Part[] {
  const { parts } = score;
  const wanted = named.trim().toLowerCase();
  if (wanted === 'all') return parts;
  const own = parts.find((part) => part.name.toLowerCase() === wanted || part.id === wanted) ?? (/^[1-9]\d*$/.test(wanted) ? parts[Number(wanted) - 1] : undefined);
  if (own === undefined) throw new UserFault(path, '', `must have the part that is named: all, or one of ${namesOf(parts)}`, named);
  return [own];
}

const namesOf = (parts: readonly Part[]): string => parts.map((part, i) => `${i + 1} ${part.name}`).join(', ');
