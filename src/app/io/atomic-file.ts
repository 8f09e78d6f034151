/**
 * Files that are either whole or not there: written under another name beside their place and renamed when
 * complete. A crash leaves the old file as it was.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';

/**
 * Creates the folder if it must.
 * @throws UserFault when the place cannot be written
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const file = await AtomicFile.create(path);
  try {
    await file.append(typeof data === 'string' ? Buffer.from(data, 'utf8') : data);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** A name beside a place, for a program that writes its file itself and is to be renamed from afterwards. */
export const besidePath = (path: string, extension = ''): string => join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part${extension}`);

/** For what does not fit into memory: create, append, and in the end either `commit` or `discard`. */
export class AtomicFile {
  readonly path: string;
  readonly #part: string;
  readonly #handle: FileHandle;
  #length = 0;
  #open = true;

  private constructor(path: string, part: string, handle: FileHandle) {
    this.path = path;
    this.#part = part;
    this.#handle = handle;
  }

  /** @throws UserFault when the place cannot be written */
  static async create(path: string): Promise<AtomicFile> {
    const part = besidePath(path);
    return await blaming(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      return new AtomicFile(path, part, await open(part, 'wx'));
    });
  }

  /** Bytes appended so far. */
  get length(): number {
    return this.#length;
  }

  async append(data: Uint8Array): Promise<void> {
    await this.overwrite(data, this.#length);
    this.#length += data.length;
  }

  /** For a header that knows its numbers only in the end. */
  async overwrite(data: Uint8Array, at: number): Promise<void> {
    await blaming(this.path, async () => {
      for (let done = 0; done < data.length; ) done += (await this.#handle.write(data, done, data.length - done, at + done)).bytesWritten;
    });
  }

  /** The file appears in its place, whole. */
  async commit(): Promise<void> {
    await blaming(this.path, async () => {
      await this.#handle.sync();
      await this.#close();
      await rename(this.#part, this.path);
    });
  }

  /** Leaves no trace; harmless after `commit`. */
  async discard(): Promise<void> {
    await this.#close();
    await rm(this.#part, { force: true });
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close();
  }
}

/** A full disk or a missing right is the user's to mend: one line that names the file. */
async function blaming<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw new UserFault(path, '', `cannot be written (${code})`, undefined, { cause: error });
  }
}
