/**
 * A concert as a MIDI file, in the time in which it was played. As it is, 1920 ticks a second, so that a note stands within
 * a third of a millisecond of where it was heard; beats mean nothing in such a file, which is for listening and for
 * looking at, in any program. With a map of its beats, the bars and beats of the file are those of the music.
 *
 * The bytes are written here and read back in the tests with `@tonejs/midi`: its own writer (that of `midi-file`)
 * copies the whole track for every event, which takes 18 s for a concerto, and floors velocities.
 */
import { lastAtOrBeforeBy } from '../../core/math/search.ts';
import type { ConcertRecording, PlayedNote, PlayedPart } from './concert-recording.ts';
import { writeAtomically } from './atomic-file.ts';

const ticksPerQuarter = 960;
const quartersPerSecond = 2; // 120 quarter notes a minute, which a program without tempo events assumes too
const sustain = 64;
const legato = 68;

/** Where the beats of a recording are. */
export interface BeatMap {
  /** Rising; the first is at quarter 0, and the times are those of the notes. */
  readonly points: readonly { readonly time: number; readonly quarter: number }[];
  /** Rising, the first at quarter 0. */
  readonly meters: readonly { readonly quarter: number; readonly numerator: number; readonly denominator: number }[];
}

/** @throws UserFault when the place cannot be written */
export async function writeMidiFile(path: string, concert: ConcertRecording, map?: BeatMap): Promise<void> {
  await writeAtomically(path, midiBytesOf(concert, map));
}

/**
 * Format 1: a track with title, meter and tempo, then one a part.
 * @throws RangeError when a time lies before the beginning, or is not finite
 */
export function midiBytesOf(concert: ConcertRecording, map?: BeatMap): Uint8Array {
  const channels = channelsOf(concert.parts);
  const conductor = new Track();
  conductor.name(concert.title);
  const clock = map === undefined ? steadyClock : mappedClock(map);
  for (const { ticks, bytes } of clock.events) conductor.add(ticks, bytes);
  const tracks = [conductor, ...concert.parts.map((part, i) => trackOf(part, channels[i]!, clock))].map((track) => track.chunk());
  const header = Buffer.from([...Buffer.from('MThd'), ...bigEndian(6, 4), ...bigEndian(1, 2), ...bigEndian(tracks.length, 2), ...bigEndian(ticksPerQuarter, 2)]);
  return Buffer.concat([header, ...tracks]);
}

/** From seconds to ticks, and what a file must say for that to hold. */
interface FileClock {
  readonly events: readonly { readonly ticks: number; readonly bytes: readonly number[] }[];
  ticksAt(time: number): number;
}

const bigEndian = (value: number, length: number): number[] => Array.from({ length }, (_, i) => (value >>> (8 * (length - 1 - i))) & 0xff);
const tempoEvent = (microseconds: number): number[] => [0xff, 0x51, 3, ...bigEndian(microseconds, 3)];
const steadyClock: FileClock = { events: [{ ticks: 0, bytes: tempoEvent(1_000_000 / quartersPerSecond) }], ticksAt };
/** What three bytes hold, in microseconds a quarter. */
const slowest = 0xffffff;

function mappedClock({ points, meters }: BeatMap): FileClock {
  const events: { ticks: number; rank: number; bytes: number[] }[] = meters.map(({ quarter, numerator, denominator }) => ({ ticks: Math.round(quarter * ticksPerQuarter), rank: 0, bytes: [0xff, 0x58, 4, Math.min(255, numerator), Math.round(Math.log2(denominator)), 24, 8] }));
  // A tempo is a whole number of microseconds: what one beat loses by that the next one gives back.
  const real: { time: number; ticks: number; perTick: number }[] = [];
  let time = points[0]!.time;
  for (let i = 0; i + 1 < points.length; i++) {
    const ticks = Math.round(points[i]!.quarter * ticksPerQuarter);
    const span = Math.round(points[i + 1]!.quarter * ticksPerQuarter) - ticks;
    const microseconds = Math.min(slowest, Math.max(1, Math.round(((points[i + 1]!.time - time) * 1e6 * ticksPerQuarter) / span)));
    if (i === 0 || microseconds !== Math.round(real.at(-1)!.perTick * 1e6 * ticksPerQuarter)) events.push({ ticks, rank: 1, bytes: tempoEvent(microseconds) });
    const perTick = microseconds / 1e6 / ticksPerQuarter;
    real.push({ time, ticks, perTick });
    time += span * perTick;
  }
  events.sort((a, b) => a.ticks - b.ticks || a.rank - b.rank);
  return {
    events,
    ticksAt: (at) => {
      const { time: from, ticks, perTick } = real[Math.max(0, lastAtOrBeforeBy(real, at, (point) => point.time))]!;
      return rising(ticks + (at - from) / perTick, at);
    },
  };
}

interface TrackEvent {
  readonly ticks: number;
  /** Among those of one moment: ends first, then the pedal, then beginnings. */
  readonly rank: number;
  readonly bytes: readonly number[];
}

function trackOf(part: PlayedPart, channel: number, clock: FileClock): Track {
  const events: TrackEvent[] = [];
  for (const note of apart(part.notes, clock)) {
    events.push({ ticks: note.start, rank: 2, bytes: [0x90 | channel, note.pitch, note.velocity] }, { ticks: note.end, rank: 0, bytes: [0x80 | channel, note.pitch, 0] });
  }
  for (const change of part.pedal ?? []) events.push({ ticks: clock.ticksAt(change.time), rank: 1, bytes: [0xb0 | channel, sustain, sevenBits(change.value)] });
  const track = new Track();
  track.name(part.name);
  track.add(0, [0xc0 | channel, sevenBits(part.program)]);
  if (part.slurred === true) track.add(0, [0xb0 | channel, legato, 127]);
  for (const event of events.sort((a, b) => a.ticks - b.ticks || a.rank - b.rank)) track.add(event.ticks, event.bytes);
  return track;
}

const sevenBits = (value: number): number => Math.min(127, Math.max(0, Math.round(value)));

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
  return rising(time * ticksPerQuarter * quartersPerSecond, time);
}

/** @param ticks of a moment, `time` in seconds */
function rising(ticks: number, time: number): number {
  if (!(ticks > -0.5 && ticks < Infinity)) throw new RangeError(`a recording begins at 0 s, but holds a time of ${time} s`);
  return Math.max(0, Math.round(ticks));
}

interface Ticked {
  readonly pitch: number;
  readonly velocity: number;
  readonly start: number;
  readonly end: number;
}

/** In order, each at least a tick long, and none reaching into the next of its pitch: MIDI cannot say that. */
function apart(notes: readonly PlayedNote[], { ticksAt }: FileClock): readonly Ticked[] {
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
