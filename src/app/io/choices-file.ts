/**
 * Which variation somebody took, each time a line of JSON: the music around the gap, all that was offered, and the
 * number of the one that was taken. For teaching a model later what this person likes.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import type { Song } from '../../core/music/song.ts';

export interface Choice {
  readonly clip: string;
  readonly model: string;
  readonly seed: number;
  /** Which notes of it were missing, as whoever wrote them was told. */
  readonly gap: object;
  /** As it was before. */
  readonly song: Song;
  readonly variations: readonly { readonly name: string; readonly objection: number; readonly notes: readonly object[] }[];
  /** Index of the one that was taken. */
  readonly chosen: number;
}

const format = 'collaparte-choice';

export async function appendChoice(path: string, choice: Choice): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const line = JSON.stringify({ format, version: 1, ...choice }, (_, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Int32Array) : value));
  await appendFile(path, `${line}\n`);
}

/** None where there is no such file. @throws UserFault naming the line that is no choice */
export async function readChoices(path: string): Promise<readonly Choice[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '').map((line, i) => {
    const value = parsed(line);
    if (value?.['format'] !== format) throw new UserFault(path, `line ${i + 1}`, 'must be a kept choice');
    return value as unknown as Choice;
  });
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>> | undefined;
  } catch {
    return undefined;
  }
}
