/** A corpus as "corpus analyse" leaves it: `recordings.json`, and a table of descriptors for each recording. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import { dataFolder } from './data-files.ts';
import { parseJson } from './json-text.ts';
import { readDescribedRecording } from './sounding-table-file.ts';

const schema = z.object({ window: z.number(), recordings: z.array(z.object({ file: z.string(), table: z.string(), split: z.enum(['train', 'heldOut']) })).min(1) });

export interface DescribedRecordingFrames {
  readonly file: string;
  /** Shape [frames][55]. */
  readonly frames: readonly Float64Array[];
}
export interface DescribedCorpus {
  /** Samples in a frame; frames overlap by half. */
  readonly window: number;
  readonly train: readonly DescribedRecordingFrames[];
  readonly heldOut: readonly DescribedRecordingFrames[];
}

/** Solo lines that come along. */
export const shippedCorpus = (): string => join(dataFolder(), 'models', 'corpus', 'solo-lines');

/** @param split which side is read; the other stays empty @throws UserFault naming file, key, rule and value */
export async function readDescribedCorpus(folder: string, split: 'train' | 'heldOut' | 'both' = 'both'): Promise<DescribedCorpus> {
  const path = join(folder, 'recordings.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserFault(path, '', 'cannot be read: "corpus analyse" makes it', undefined, { cause });
  });
  const checked = schema.safeParse(parseJson(path, text));
  if (!checked.success) throw new UserFault(path, checked.error.issues[0]!.path.join('.'), checked.error.issues[0]!.message);
  const { window, recordings } = checked.data;
  const read = { train: [] as DescribedRecordingFrames[], heldOut: [] as DescribedRecordingFrames[] };
  for (const { file, table, split: side } of recordings) if (split === 'both' || split === side) read[side].push({ file, frames: await readDescribedRecording(join(folder, table)) });
  return { window, ...read };
}
