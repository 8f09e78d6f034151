/** What was learned so far, on disk, so that an interrupted training goes on as if nothing had happened. */
import { readFile } from 'node:fs/promises';
import { UserFault } from '../../core/contract/faults.ts';
import { writeAtomically } from './atomic-file.ts';

const format = 'collaparte-training';
const version = 1;

/** Whatever it holds, arrays of numbers among it. */
export type Checkpoint = Readonly<Record<string, unknown>>;

/** Written whole or not at all. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeAtomically(path, JSON.stringify({ format, version, ...checkpoint }, (_, value: unknown) =>
    value instanceof Float32Array ? { float32: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') } : value));
}

/** @returns undefined where there is none @throws UserFault where there is something else */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text, (_, inside: unknown) => (isArray(inside) ? floats(inside.float32) : inside));
  } catch (cause) {
    throw new UserFault(path, '', 'must be a checkpoint of "collaparte train"', undefined, { cause });
  }
  const record = value as Readonly<Record<string, unknown>> | null;
  if (typeof record !== 'object' || record?.['format'] !== format || record['version'] !== version) throw new UserFault(path, 'format', `must be "${format}", version ${version}`, record?.['format']);
  return record;
}

const isArray = (value: unknown): value is { readonly float32: string } => typeof value === 'object' && value !== null && typeof (value as { readonly float32?: unknown }).float32 === 'string';
// Copied, so that it begins where a float may begin.
const floats = (text: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
