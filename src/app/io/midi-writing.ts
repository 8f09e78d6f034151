/**
 * A concert as a MIDI file, in the time in which it was played: 1920 ticks a second, so that a note stands within
 * a third of a millisecond of where it was heard. Beats mean nothing in such a file; it is for listening and for
 * looking at, in any program.
 *
 * The bytes are written here and read back in the tests with `@tonejs/midi`: its own writer (that of `midi-file`)
 * copies the whole track for every event, which takes 18 s for a concerto, and floors velocities.
 */
import type { ConcertRecording, PlayedNote, PlayedPart } from './concert-recording.ts';
import { writeAtomically } from './atomic-file.ts';

const ticksPerQuarter = 960;
const quartersPerSecond = 2; // 120 quarter notes a minute, which a program without tempo events assumes too
const sustain = 64;

/** @throws UserFault when the place cannot be written */
export async function writeMidiFile(path: string, concert: ConcertRecording): Promise<void> {
  await writeAtomically(path, midiBytesOf(concert));
}

/**
 * Format 1: a track with title and tempo, then one a part.
 * @throws RangeError when a time is negative or not finite
 */
export function midiBytesOf(concert: ConcertRecording): Uint8Array {
  const channels = channelsOf(concert.parts);
  const title = new Track();
  title.name(concert.title);
  title.add(0, [0xff, 0x51, 3, ...bigEndian(1_000_000 / quartersPerSecond, 3)]);
  const tracks = [title, ...concert.parts.map((part, i) => trackOf(part, channels[i]!))].map((track) => track.chunk());
  const header = Buffer.from([...Buffer.from('MThd'), ...bigEndian(6, 4), ...bigEndian(1, 2), ...bigEndian(tracks.length, 2), ...bigEndian(ticksPerQuarter, 2)]);
  return Buffer.concat([header, ...tracks]);
}

interface TrackEvent {
  readonly ticks: number;
  /** Among those of one moment: ends first, then the pedal, then beginnings. */
  readonly rank: number;
  readonly bytes: readonly number[];
}

function trackOf(part: PlayedPart, channel: number): Track {
  const events: TrackEvent[] = [];
  for (const note of apart(part.notes)) {
    events.push({ ticks: note.start, rank: 2, bytes: [0x90 | channel, note.pitch, note.velocity] }, { ticks: note.end, rank: 0, bytes: [0x80 | channel, note.pitch, 0] });
  }
  for (const change of part.pedal ?? []) events.push({ ticks: ticksAt(change.time), rank: 1, bytes: [0xb0 | channel, sustain, sevenBits(change.value)] });
  const track = new Track();
  track.name(part.name);
  track.add(0, [0xc0 | channel, sevenBits(part.program)]);
  for (const event of events.sort((a, b) => a.ticks - b.ticks || a.rank - b.rank)) track.add(event.ticks, event.bytes);
  return track;
}

const sevenBits = (value: number): number => Math.min(127, Math.max(0, Math.round(value)));
const bigEndian = (value: number, length: number): number[] => Array.from({ length }, (_, i) => (value >>> (8 * (length - 1 - i))) & 0xff);

/** A track as it grows; events come in order. */
class Track {
  readonly #bytes: number[] = [];
  #ticks = 0;

  /** As UTF-8, which is what today's programs read. */
  name(text: string): void {
    const utf8 = Buffer.from(text, 'utf8');
    this.add(0, [0xff, 0x03, ...variableLength(utf8.length), ...utf8]);
  }

  add(ticks: number, event: readonly number[]): void {
    this.#bytes.push(...variableLength(ticks - this.#ticks), ...event);
    this.#ticks = ticks;
  }

  chunk(): Buffer {
    this.add(this.#ticks, [0xff, 0x2f, 0]);
    return Buffer.concat([Buffer.from('MTrk'), Buffer.from(bigEndian(this.#bytes.length, 4)), Buffer.from(this.#bytes)]);
  }
}

/** Seven bits a byte, the highest first, all but the last marked. */
function variableLength(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
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
    ticked.push({ pitch: note.pitch, velocity: Math.max(1, sevenBits(note.velocity)), start, end: Math.min(next, Math.max(start + 1, ticksAt(note.time + note.duration))) });
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
