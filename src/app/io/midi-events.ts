/**
 * The bytes of a Standard MIDI File into events at ticks, with every complaint in one line. The package `midi-file`
 * reads the events of a track; it does not notice a chunk that is cut short, so the chunks are walked here first,
 * and unknown chunks are left out, as the standard asks.
 */
import { parseMidi } from 'midi-file';
import type { MidiEvent } from 'midi-file';
import { saidBy, UserFault } from '../../core/contract/faults.ts';

export interface TickedEvent {
  /** From the beginning of the file. */
  readonly tick: number;
  readonly event: MidiEvent;
}
export interface MidiTracks {
  /** Ticks in a quarter note. */
  readonly division: number;
  readonly tracks: readonly (readonly TickedEvent[])[];
  readonly notes: readonly string[];
}

/** @throws UserFault naming track or byte for anything that is not a whole MIDI file of format 0 or 1 counted in quarter notes */
export function readMidiEvents(file: Uint8Array, source: string): MidiTracks {
  if (file.length === 0) throw new UserFault(source, '', 'must be a MIDI file, but is empty');
  const bytes = withoutRiff(file);
  if (!isAt(bytes, 0, 'MThd')) throw new UserFault(source, '', 'is not a MIDI file: it must begin with MThd');
  if (bytes.length < 14 || uint32(bytes, 4) < 6) throw new UserFault(source, 'header', 'is cut short: it must have 14 bytes', bytes.length);
  const format = uint16(bytes, 8);
  const declared = uint16(bytes, 10);
  const division = uint16(bytes, 12);
  if (format > 1) throw new UserFault(source, 'format', 'must be 0 or 1', format);
  if (division >= 0x8000) throw new UserFault(source, 'division', 'counts SMPTE frames; it must count ticks in a quarter note');
  if (division === 0) throw new UserFault(source, 'division', 'must be at least 1 tick in a quarter note', 0);
  const chunks = trackChunks(bytes, source);
  if (chunks.length === 0) throw new UserFault(source, '', 'must have at least one track, but has none');

  const notes: string[] = [];
  if (chunks.length !== declared) notes.push(`the header promises ${declared} tracks, the file has ${chunks.length}: all of them are read`);
  const tracks = chunks.map((chunk, index) => eventsOf(chunk, division, index + 1, source, notes));
  return { division, tracks, notes };
}

/** The bodies of the track chunks, in order. */
function trackChunks(bytes: Uint8Array, source: string): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 8 + uint32(bytes, 4);
  while (at < bytes.length) {
    const isTrack = isAt(bytes, at, 'MTrk');
    // Some programs leave a few bytes after the last track.
    if (!isTrack && bytes.length - at < 8) break;
    const length = at + 8 <= bytes.length ? uint32(bytes, at + 4) : 0;
    const until = at + 8 + length;
    if (until > bytes.length || at + 8 > bytes.length) {
      if (!isTrack) break;
      throw new UserFault(source, `track ${chunks.length + 1} (byte ${at})`, `is cut short: it must have ${length} bytes`, Math.max(0, bytes.length - at - 8));
    }
    if (isTrack) chunks.push(bytes.subarray(at + 8, until));
    at = until;
  }
  return chunks;
}

/** One track through the package, as a file of its own. */
function eventsOf(chunk: Uint8Array, division: number, number: number, source: string, notes: string[]): TickedEvent[] {
  const file = new Uint8Array(22 + chunk.length);
  file.set([0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 1, division >> 8, division & 255, 0x4d, 0x54, 0x72, 0x6b]);
  new DataView(file.buffer).setUint32(18, chunk.length);
  file.set(chunk, 22);
  let events: readonly MidiEvent[];
  try {
    events = parseMidi(file).tracks[0]!;
  } catch (fault) {
    throw new UserFault(source, `track ${number}`, `is damaged: ${saidBy(fault)}`, undefined, { cause: fault });
  }
  const ticked: TickedEvent[] = [];
  let tick = 0;
  let ended = false;
  for (const event of events) {
    tick += event.deltaTime;
    const wrong = faultOf(event);
    if (wrong !== undefined) throw new UserFault(source, `track ${number} (tick ${tick})`, wrong);
    ticked.push({ tick, event });
    if (event.type === 'endOfTrack') {
      ended = true;
      break;
    }
  }
  if (!ended) notes.push(`track ${number} has no end-of-track event: it ends with its last event`);
  return ticked;
}

/** What the package reads without complaint though it cannot be: bytes beyond the end are undefined there. */
function faultOf(event: MidiEvent): string | undefined {
  if (!(event.deltaTime >= 0)) return 'is damaged: a time is not a number of ticks';
  const inByte = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 127;
  switch (event.type) {
    case 'noteOn':
    case 'noteOff':
      if (!Number.isInteger(event.noteNumber) || !Number.isInteger(event.velocity)) return 'is cut short inside a note';
      if (!inByte(event.noteNumber)) return `has a note out of range: it must be 0 to 127, but is ${event.noteNumber}`;
      return inByte(event.velocity) ? undefined : `has a velocity out of range: it must be 0 to 127, but is ${event.velocity}`;
    case 'controller':
      return inByte(event.controllerType) && inByte(event.value) ? undefined : 'has a controller out of range: number and value must be 0 to 127';
    case 'programChange':
      return inByte(event.programNumber) ? undefined : `has a program out of range: it must be 0 to 127, but is ${event.programNumber}`;
    case 'setTempo':
      return event.microsecondsPerBeat > 0 ? undefined : `has a tempo of ${event.microsecondsPerBeat} microseconds a quarter: it must be at least 1`;
    case 'timeSignature':
      return event.numerator >= 1 && event.denominator >= 1 && event.denominator <= 64 ? undefined : `has an impossible meter of ${event.numerator}/${event.denominator}`;
    case 'keySignature':
      return Math.abs(event.key) <= 7 ? undefined : `has a key with ${event.key} sharps: it must be -7 to 7`;
    default:
      return undefined;
  }
}

/** A RIFF wrapper (RMID) holds an ordinary MIDI file in its first chunk called "data". */
function withoutRiff(bytes: Uint8Array): Uint8Array {
  if (!isAt(bytes, 0, 'RIFF') || !isAt(bytes, 8, 'RMIDdata') || bytes.length < 20) return bytes;
  return bytes.subarray(20, 20 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true));
}

function isAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 65536 + uint16(bytes, at + 2);
