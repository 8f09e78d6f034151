/**
 * A concert as a MIDI file, in the time in which it was played: 1920 ticks a second, so that a note stands within
 * a third of a millisecond of where it was heard. Beats mean nothing in such a file; it is for listening and for
 * looking at, in any program.
 */
import tonejs from '@tonejs/midi';
import type { ConcertRecording, PlayedNote, PlayedPart } from './concert-recording.ts';
import { writeAtomically } from './atomic-file.ts';

const ticksPerQuarter = 960;
const quartersPerSecond = 2; // 120 quarter notes a minute, which a program without tempo events assumes too

/** @throws UserFault when the place cannot be written */
export async function writeMidiFile(path: string, concert: ConcertRecording): Promise<void> {
  await writeAtomically(path, midiBytesOf(concert));
}

/**
 * Format 1: a track with title and tempo, then one a part.
 * @throws RangeError when a time is negative or not finite
 */
export function midiBytesOf(concert: ConcertRecording): Uint8Array {
  const midi = new tonejs.Midi();
  midi.header.fromJSON({ name: bytesAsText(concert.title), ppq: ticksPerQuarter, meta: [], tempos: [{ ticks: 0, bpm: 60 * quartersPerSecond }], timeSignatures: [], keySignatures: [] });
  const channels = channelsOf(concert.parts);
  for (const [i, part] of concert.parts.entries()) {
    const track = midi.addTrack();
    track.name = bytesAsText(part.name);
    track.channel = channels[i]!;
    track.instrument.number = part.program;
    // The encoder floors what it multiplies by 127: half a step more keeps the number.
    for (const note of apart(part.notes)) track.addNote({ midi: note.pitch, ticks: note.start, durationTicks: note.end - note.start, velocity: (note.velocity + 0.5) / 127 });
    for (const change of part.pedal ?? []) track.addCC({ number: 64, ticks: ticksAt(change.time), value: (change.value + 0.5) / 127 });
  }
  return midi.toArray();
}

function ticksAt(time: number): number {
  if (!(time >= 0 && time < Infinity)) throw new RangeError(`a recording begins at 0 s, but holds a time of ${time} s`);
  return Math.round(time * ticksPerQuarter * quartersPerSecond);
}

interface Ticked {
  readonly pitch: number;
  readonly velocity: number;
  readonly start: number;
  readonly end: number;
}

/** In order, each at least a tick long, and none reaching into the next of its pitch: MIDI cannot say that. */
function apart(notes: readonly PlayedNote[]): readonly Ticked[] {
  const again = new Map<number, number>();
  const ticked: Ticked[] = [];
  for (const note of [...notes].sort((a, b) => b.time - a.time)) {
    const start = ticksAt(note.time);
    const next = again.get(note.pitch) ?? Infinity;
    if (next === start) continue; // the same key twice in one tick is one key
    again.set(note.pitch, start);
    ticked.push({ pitch: note.pitch, velocity: Math.max(1, Math.round(note.velocity)), start, end: Math.min(next, Math.max(start + 1, ticksAt(note.time + note.duration))) });
  }
  return ticked.reverse();
}

/** Where a part names no channel: the lowest free one, never the percussion's; with too many parts they share. */
function channelsOf(parts: readonly PlayedPart[]): readonly number[] {
  const melodic = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15];
  const taken = new Set(parts.map((part) => part.channel));
  const free = melodic.filter((channel) => !taken.has(channel));
  let given = 0;
  return parts.map((part) => part.channel ?? (free.length > 0 ? free : melodic)[given++ % (free.length || melodic.length)]!);
}

/** The writer keeps one byte of each character: give it the bytes of UTF-8, so that "Für Elise" stays so. */
const bytesAsText = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
