/**
 * Other notes into a MIDI file, and nothing else changed: every event that stays keeps its tick, its bytes and its
 * place among the others, text, controllers, SysEx and what no program knows included. So the file is taken apart no
 * further than into the bytes of its events.
 */
import { UserFault } from '../../core/contract/faults.ts';

/** What stays or goes is named by the track (from 0, in the order of the file), channel, pitch and tick of its note-on. */
export interface NoteName {
  readonly track: number;
  readonly channel: number;
  readonly pitch: number;
  readonly tick: number;
}
export interface SplicedNote extends NoteName {
  /** After `tick`. */
  readonly endTick: number;
  /** 1 to 127. */
  readonly velocity: number;
}

interface RawEvent {
  readonly tick: number;
  /** With its status byte, also where the file left it out. */
  readonly bytes: Uint8Array;
}

const noteOff = 0x80;
const noteOn = 0x90;

/**
 * @param file    of format 0 or 1, as `readMidiEvents` accepts it
 * @param removed notes that go, with their ends
 * @param added   notes that come; where one would be struck while its key is down it begins when that ends, and it
 *                ends where the key is struck again
 * @throws UserFault when a track cannot be taken apart
 */
export function spliceNotes(file: Uint8Array, removed: readonly NoteName[], added: readonly SplicedNote[], source: string): Uint8Array {
  const { header, chunks } = takenApart(file, source);
  const tracks = chunks.map((chunk) => (chunk.name === 'MTrk' ? eventsOf(chunk.body, source) : undefined));
  const left = tracks.filter((events) => events !== undefined).map((events, track) => without(events, removed.filter((note) => note.track === track)));
  const fitting = fitted(added, left);
  let track = 0;
  const bodies = chunks.map((chunk, i) => {
    if (tracks[i] === undefined) return chunk.body;
    const body = bytesOf(withNotes(left[track]!, fitting.filter((note) => note.track === track)));
    track++;
    return body;
  });
  const size = bodies.reduce((sum, body) => sum + 8 + body.length, header.length);
  const whole = new Uint8Array(size);
  whole.set(header);
  let at = header.length;
  bodies.forEach((body, i) => {
    whole.set(Buffer.from(chunks[i]!.name, 'latin1'), at);
    new DataView(whole.buffer).setUint32(at + 4, body.length);
    whole.set(body, at + 8);
    at += 8 + body.length;
  });
  return whole;
}

/** One track more, the last, on a channel of its own; what was there is not touched. @param program General MIDI, 0 to 127 */
export function withTrack(file: Uint8Array, { name, channel, program }: { readonly name: string; readonly channel: number; readonly program?: number }, source: string): Uint8Array {
  const { header, chunks } = takenApart(file, source);
  const text = Buffer.from(name, 'utf8').subarray(0, 127);
  const body = [0, 0xff, 3, text.length, ...text, ...(program === undefined ? [] : [0, 0xc0 | channel, program]), 0, 0xff, 0x2f, 0];
  const bytes = Buffer.concat([header, ...chunks.flatMap((chunk) => [chunkHead(chunk.name, chunk.body.length), chunk.body]), chunkHead('MTrk', body.length), Buffer.from(body)]);
  // Several tracks are a file of format 1.
  bytes.writeUInt16BE(1, 8);
  bytes.writeUInt16BE(bytes.readUInt16BE(10) + 1, 10);
  return bytes;
}

function chunkHead(name: string, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32BE(length, 4);
  return head;
}

interface Chunk {
  readonly name: string;
  readonly body: Uint8Array;
}

function takenApart(file: Uint8Array, source: string): { header: Uint8Array; chunks: Chunk[] } {
  const begin = Buffer.from(file.buffer, file.byteOffset, file.length).indexOf('MThd', 0, 'latin1');
  if (begin < 0) throw new UserFault(source, '', 'is not a MIDI file: it must begin with MThd');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = begin + 8 + view.getUint32(begin + 4);
  const header = file.subarray(begin, at);
  const chunks: Chunk[] = [];
  while (at + 8 <= file.length) {
    const until = at + 8 + view.getUint32(at + 4);
    if (until > file.length) break;
    chunks.push({ name: Buffer.from(file.subarray(at, at + 4)).toString('latin1'), body: file.subarray(at + 8, until) });
    at = until;
  }
  return { header, chunks };
}

/** Bytes after the status, for channel messages by their upper four bits. */
const dataBytes: Readonly<Record<number, number>> = { 0x8: 2, 0x9: 2, 0xa: 2, 0xb: 2, 0xc: 1, 0xd: 1, 0xe: 2 };

function eventsOf(body: Uint8Array, source: string): RawEvent[] {
  const events: RawEvent[] = [];
  let at = 0;
  let tick = 0;
  let running = 0;
  const variable = (): number => {
    let value = 0;
    for (;;) {
      const byte = body[at++];
      if (byte === undefined) throw new UserFault(source, `byte ${at} of a track`, 'is cut short');
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  };
  while (at < body.length) {
    tick += variable();
    const begin = at;
    const first = body[at]!;
    if (first === 0xff || first === 0xf0 || first === 0xf7) {
      at += first === 0xff ? 2 : 1;
      const length = variable();
      at += length;
      events.push({ tick, bytes: body.subarray(begin, at) });
      if (first === 0xff && body[begin + 1] === 0x2f) break;
      continue;
    }
    const status = first >= 0x80 ? first : running;
    const length = dataBytes[status >> 4];
    if (length === undefined) throw new UserFault(source, `byte ${begin} of a track`, 'must begin an event, but is', first);
    running = status;
    const data = body.subarray(first >= 0x80 ? begin + 1 : begin, (first >= 0x80 ? begin + 1 : begin) + length);
    at = begin + (first >= 0x80 ? 1 : 0) + length;
    events.push({ tick, bytes: Uint8Array.of(status, ...data) });
  }
  return events;
}

const kindOf = ({ bytes }: RawEvent): number => (bytes[0]! & 0xf0) === noteOn && bytes[2] === 0 ? noteOff : bytes[0]! & 0xf0;
const keyOf = ({ bytes }: RawEvent): number => (bytes[0]! & 0x0f) * 128 + bytes[1]!;
const isEnd = ({ bytes }: RawEvent): boolean => bytes[0] === 0xff && bytes[1] === 0x2f;

/** Each note-off ends the earliest strike of its key that has no end yet. */
function without(events: readonly RawEvent[], removed: readonly NoteName[]): RawEvent[] {
  const gone = new Set(removed.map(({ channel, pitch, tick }) => `${channel * 128 + pitch} ${tick}`));
  const open = new Map<number, boolean[]>();
  return events.filter((event) => {
    const kind = kindOf(event);
    if (kind !== noteOn && kind !== noteOff) return true;
    const key = keyOf(event);
    const strikes = open.get(key) ?? [];
    open.set(key, strikes);
    if (kind === noteOff) return !(strikes.shift() ?? false);
    const goes = gone.has(`${key} ${event.tick}`);
    strikes.push(goes);
    return !goes;
  });
}

/** Added notes that nobody's key is in the way of, cut where it must be. */
function fitted(added: readonly SplicedNote[], tracks: readonly (readonly RawEvent[])[]): SplicedNote[] {
  const down = new Map<number, { from: number; until: number }[]>();
  for (const events of tracks) {
    const open = new Map<number, number>();
    const keep = (key: number, until: number): void => {
      const from = open.get(key);
      if (from !== undefined) down.set(key, [...(down.get(key) ?? []), { from, until }]);
      open.delete(key);
    };
    for (const event of events) {
      if (kindOf(event) === noteOff || kindOf(event) === noteOn) keep(keyOf(event), event.tick);
      if (kindOf(event) === noteOn) open.set(keyOf(event), event.tick);
    }
    for (const key of [...open.keys()]) keep(key, events.at(-1)?.tick ?? 0);
  }
  const notes: SplicedNote[] = [];
  for (const note of [...added].sort((a, b) => a.tick - b.tick)) {
    const key = note.channel * 128 + note.pitch;
    const others = down.get(key) ?? [];
    const tick = others.reduce((from, other) => (other.from <= from && from < other.until ? other.until : from), Math.max(0, note.tick));
    const endTick = others.reduce((until, other) => (other.from >= tick ? Math.min(until, other.from) : until), Math.max(note.endTick, note.tick + 1));
    if (endTick <= tick) continue;
    notes.push({ ...note, tick, endTick });
    down.set(key, [...others, { from: tick, until: endTick }]);
  }
  return notes;
}

/** Ends come before whatever stands at their tick, beginnings after it; a track that ends too early ends later. */
function withNotes(events: readonly RawEvent[], notes: readonly SplicedNote[]): RawEvent[] {
  const ends = notes.map((note) => ({ tick: note.endTick, rank: 0, bytes: Uint8Array.of(noteOff | note.channel, note.pitch, 0) }));
  const begins = notes.map((note) => ({ tick: note.tick, rank: 2, bytes: Uint8Array.of(noteOn | note.channel, note.pitch, note.velocity) }));
  const last = events.find(isEnd);
  const body = events.filter((event) => !isEnd(event)).map((event) => ({ ...event, rank: 1 }));
  const merged = [...body, ...ends, ...begins].sort((a, b) => a.tick - b.tick || a.rank - b.rank);
  const end = { tick: Math.max(last?.tick ?? 0, merged.at(-1)?.tick ?? 0), bytes: last?.bytes ?? Uint8Array.of(0xff, 0x2f, 0) };
  return [...merged, end];
}

function bytesOf(events: readonly RawEvent[]): Uint8Array {
  const bytes: number[] = [];
  let tick = 0;
  for (const event of events) {
    const wait = [(event.tick - tick) & 0x7f];
    for (let rest = Math.floor((event.tick - tick) / 128); rest > 0; rest = Math.floor(rest / 128)) wait.unshift((rest & 0x7f) | 0x80);
    for (const byte of wait) bytes.push(byte);
    for (const byte of event.bytes) bytes.push(byte);
    tick = event.tick;
  }
  return Uint8Array.from(bytes);
}
