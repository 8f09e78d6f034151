/**
 * Which keys are down, written where it outlives the process: one byte a key in a small file, set before a note
 * leaves and cleared after its release has left. Whoever is still there when the process was killed reads it, and ends
 * what sounds. A file, because nothing else that two processes share can neither fill up nor make the writer wait.
 */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const channels = 16;
const pitches = 128;
/** Bytes for each output. */
const row = channels * pitches;
const down = Uint8Array.of(1);
const up = Uint8Array.of(0);

export interface DownKey {
  /** Index of the output in the settings; the subscribers come after the last. */
  readonly output: number;
  /** 0..15 */
  readonly channel: number;
  readonly pitch: number;
}

/** In memory, where the system offers a folder that is. */
const usualFolder = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
const ledgerName = /^collaparte-(\d+)-[0-9a-f]{8}$/;
/** A process that we cannot see may live in a container that shares the folder; what it has not touched for so long nobody needs. */
const stale = 3600_000; // ms

/** A new, empty ledger. What processes left behind that were killed together with all that minded them is cleared away. */
export function createLedger(folder = usualFolder(), now = Date.now()): string {
  clearStale(folder, now);
  const path = join(folder, `collaparte-${process.pid}-${randomUUID().slice(0, 8)}`);
  closeSync(openSync(path, 'wx', 0o600));
  return path;
}

function clearStale(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const pid = ledgerName.exec(name)?.[1];
    const path = join(folder, name);
    try {
      if (pid !== undefined && !isAlive(Number(pid)) && statSync(path).mtimeMs < now - stale) rmSync(path);
    } catch {
      // Another who starts now was quicker, or it is another user's: none of our business.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

export function removeLedger(path: string): void {
  rmSync(path, { force: true });
}

/** @returns nothing where the file has gone */
export function readLedger(path: string): readonly DownKey[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    return []; // whoever cleans temporary folders was quicker
  }
  const keys: DownKey[] = [];
  bytes.forEach((byte, at) => {
    if (byte !== 0) keys.push({ output: Math.floor(at / row), channel: Math.floor((at % row) / pitches), pitch: at % pitches });
  });
  return keys;
}

/** Where one output writes. */
export interface LedgerRow {
  set(channel: number, pitch: number, isDown: boolean): void;
}

export class SoundingLedger {
  readonly #onTrouble: (error: Error) => void;
  #file: number | undefined;

  /** @param onTrouble told once, when the file cannot be written: the music goes on without it */
  constructor(path: string, onTrouble: (error: Error) => void) {
    this.#onTrouble = onTrouble;
    try {
      this.#file = openSync(path, 'r+');
    } catch (error) {
      this.#fail(error);
    }
  }

  rowOf(output: number): LedgerRow {
    return { set: (channel, pitch, isDown) => this.#write(output * row + channel * pitches + pitch, isDown) };
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(at: number, isDown: boolean): void {
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file, isDown ? down : up, 0, 1, at);
    } catch (error) {
      this.close();
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#onTrouble(error instanceof Error ? error : new Error(String(error)));
  }
}
