/** What a musician liked and disliked of a synthesizer, kept from one evening to the next. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import type { Judgement } from '../../players/listen/taste.ts';
import { mostJudgements } from '../../players/listen/taste.ts';
import { writeAtomically } from './atomic-file.ts';
import { parseJson } from './json-text.ts';
import { userDataFolder } from './take-store.ts';

const schema = z.array(z.strictObject({ setting: z.array(z.number().min(0).max(1)), liked: z.boolean() }));

export const tastePath = (synth: string): string => join(userDataFolder(), 'listeners', `${synth}-taste.json`);

/** @returns those of so many parameters, oldest first @throws UserFault where the file is damaged */
export async function readTaste(path: string, parameters: number): Promise<readonly Judgement[]> {
  const text = await readFile(path, 'utf8').catch(() => '[]');
  const checked = schema.safeParse(parseJson(path, text));
  if (!checked.success) throw new UserFault(path, checked.error.issues[0]!.path.join('.'), checked.error.issues[0]!.message);
  return checked.data.filter(({ setting }) => setting.length === parameters);
}

export async function writeTaste(path: string, judgements: readonly Judgement[]): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(judgements.slice(-mostJudgements))}\n`);
}
