/**
 * The log of a concert: JSON lines. The first says what was played and with which settings; every other line is one
 * event and all it led to. Enough to play the evening again, byte for byte. Written as it happens, so that a crash
 * leaves everything but the last fraction of a second on disk.
 */
import { closeSync, createReadStream, fsyncSync, openSync, write, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import { UserFault } from '../../core/contract/faults.ts';
import { Ring } from '../../core/math/ring.ts';

export const concertLogVersion = 1;
/** How much of the past stays in memory. */
const remembered = 1000;
const flushEvery = 250; // ms: what a crash may cost
const flushAtLength = 32_768; // characters

/** A score by the id of a shipped piece, or by path and the SHA-256 of what the file held; `choice` is what was asked of the reader. */
export interface ScoreIdentity {
  readonly piece?: string;
  readonly path?: string;
  readonly sha256?: string;
  readonly choice?: unknown;
}

export interface ConcertLogHeader {
  readonly format: 'collaparte-concert';
  readonly version: typeof concertLogVersion;
  /** The version of the program. */
  readonly program: string;
  readonly score: ScoreIdentity;
  readonly preset: string;
  /** Resolved and bound, as the players got them. */
  readonly settings: unknown;
  /** Wall-clock time of the origin of all other times, ISO 8601. */
  readonly begun: string;
}

export interface ConcertLogEntry {
  readonly event: StageEvent;
  readonly commands: readonly Command[];
  /** Instead of commands, where a fault ended the concert. */
  readonly fault?: string;
}

/** JSON with what JSON lacks: typed arrays in base64, and the numbers NaN, Infinity and -0. */
export function encodeLine(value: unknown): string {
  return JSON.stringify(value, encodeValue);
}
export function decodeLine(line: string): unknown {
  return JSON.parse(line, decodeValue);
}

function encodeValue(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
  if (value instanceof Float32Array) return { $float32: base64Of(value) };
  if (value instanceof Int32Array) return { $int32: base64Of(value) };
  return value;
}
const base64Of = (array: Float32Array | Int32Array): string => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');

function decodeValue(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const { $number, $float32, $int32 } = value as { $number?: unknown; $float32?: unknown; $int32?: unknown };
  if (typeof $number === 'string') return Number($number);
  if (typeof $float32 === 'string') return new Float32Array(bytesOf($float32));
  if (typeof $int32 === 'string') return new Int32Array(bytesOf($int32));
  return value;
}
/** A buffer of its own, so that it is aligned. */
const bytesOf = (base64: string): ArrayBuffer => Uint8Array.from(Buffer.from(base64, 'base64')).buffer;

export class ConcertLogWriter {
  readonly path: string;
  readonly #file: number;
  readonly #recent = new Ring<ConcertLogEntry>(remembered);
  readonly #onTrouble: (error: Error) => void;
  #pending: string[] = [];
  #pendingLength = 0;
  /** Handed to the disk and not yet confirmed, with where it belongs in the file. */
  #unconfirmed: readonly { readonly bytes: Buffer; readonly at: number }[] = [];
  #length = 0; // bytes
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #open = true;
  #failed = false;

  /**
   * @param onTrouble  a full disk, told once; the music goes on without its log
   * @throws UserFault when the file cannot be created
   */
  constructor(path: string, header: ConcertLogHeader, onTrouble: (error: Error) => void) {
    this.path = path;
    this.#onTrouble = onTrouble;
    try {
      this.#file = openSync(path, 'w');
    } catch (cause) {
      throw new UserFault(path, '', `cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, undefined, { cause });
    }
    this.#append(encodeLine(header));
  }

  append(event: StageEvent, commands: readonly Command[]): void {
    const entry = { event, commands };
    this.#recent.push(entry);
    this.#append(encodeLine(entry));
  }

  /** The event that the players could not bear, and why. */
  appendFault(event: StageEvent, error: Error): void {
    this.#append(encodeLine({ event, commands: [], fault: error.stack ?? error.message }));
  }

  /** The last entries, oldest first. */
  recent(count: number): readonly ConcertLogEntry[] {
    const length = Math.min(count, this.#recent.length);
    return Array.from({ length }, (_, i) => this.#recent.at(length - 1 - i)!);
  }

  async close(): Promise<void> {
    if (this.#open) this.#startFlush();
    await this.#writing;
    this.closeNow();
  }

  /** For the last moment, when nothing can be awaited any more. */
  closeNow(): void {
    if (!this.#open) return;
    this.#hand();
    this.#open = false;
    clearTimeout(this.#timer);
    try {
      // What is under way may be written twice, the second time over itself.
      if (!this.#failed) for (const { bytes, at } of this.#unconfirmed) writeSync(this.#file, bytes, 0, bytes.length, at);
      fsyncSync(this.#file);
    } catch (error) {
      if (!this.#failed) this.#onTrouble(error as Error);
    }
    closeSync(this.#file);
  }

  #append(line: string): void {
    if (!this.#open || this.#failed) return;
    this.#pending.push(line, '\n');
    this.#pendingLength += line.length + 1;
    if (this.#pendingLength > flushAtLength) this.#startFlush();
    else this.#timer ??= setTimeout(() => this.#startFlush(), flushEvery).unref();
  }

  #startFlush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const piece = this.#hand();
    if (piece === undefined) return;
    this.#writing = this.#writing.then(async () => {
      await this.#write(piece.bytes, piece.at);
      this.#unconfirmed = this.#unconfirmed.filter((other) => other !== piece);
    });
  }

  /** From text that waits to bytes with a place. */
  #hand(): { readonly bytes: Buffer; readonly at: number } | undefined {
    if (this.#pending.length === 0) return undefined;
    const piece = { bytes: Buffer.from(this.#pending.join('')), at: this.#length };
    this.#pending = [];
    this.#pendingLength = 0;
    this.#length += piece.bytes.length;
    this.#unconfirmed = [...this.#unconfirmed, piece];
    return piece;
  }

  #write(bytes: Buffer, at: number): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#open || this.#failed) {
        resolve();
        return;
      }
      write(this.#file, bytes, 0, bytes.length, at, (error, written) => {
        if (error !== null) {
          this.#failed = true;
          this.#onTrouble(error);
          resolve();
        } else resolve(written < bytes.length ? this.#write(bytes.subarray(written), at + written) : undefined);
      });
    });
  }
}

export interface ConcertLogReading {
  readonly header: ConcertLogHeader;
  /** May be walked once. A last line that was cut off is left out. */
  readonly entries: AsyncIterable<ConcertLogEntry>;
  /** What had to be left out; complete when `entries` has ended. */
  readonly notes: readonly string[];
}

/** @throws UserFault when this is not a log that we can read. */
export async function readConcertLog(path: string): Promise<ConcertLogReading> {
  const lines = linesOf(path);
  const first = await lines.next();
  const header = first.done ? undefined : (parsed(first.value) as Partial<ConcertLogHeader> | undefined);
  if (header === undefined || header.format !== 'collaparte-concert') {
    await lines.return(undefined);
    throw new UserFault(path, 'line 1', 'must be the header of a concert log');
  }
  if (header.version !== concertLogVersion) {
    await lines.return(undefined);
    throw new UserFault(path, 'line 1', `must be of version ${concertLogVersion}`, header.version);
  }
  const notes: string[] = [];
  return { header: header as ConcertLogHeader, entries: entriesOf(path, lines, notes), notes };
}

async function* linesOf(path: string): AsyncGenerator<string, undefined> {
  const file = createReadStream(path, 'utf8');
  try {
    yield* createInterface({ input: file, crlfDelay: Infinity });
  } catch (cause) {
    throw new UserFault(path, '', `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, undefined, { cause });
  } finally {
    file.destroy();
  }
  return undefined;
}

/** A line is known to be the last only when there is no next one: only that one may be broken. */
async function* entriesOf(path: string, lines: AsyncIterable<string>, notes: string[]): AsyncGenerator<ConcertLogEntry> {
  let number = 1;
  let broken: number | undefined;
  for await (const line of lines) {
    number++;
    if (broken !== undefined) throw new UserFault(path, `line ${broken}`, 'must be an event and its commands');
    const entry = parsed(line) as Partial<ConcertLogEntry> | undefined;
    if (typeof entry?.event?.type === 'string' && Array.isArray(entry.commands)) yield entry as ConcertLogEntry;
    else broken = number;
  }
  if (broken !== undefined) notes.push(`${path}: the last line (${broken}) is cut off and was left out`);
}

function parsed(line: string): unknown {
  try {
    return decodeLine(line);
  } catch {
    return undefined;
  }
}
