/** Solo lines that an ear may learn from: scores in the public domain, and those that nobody reserves rights in. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from '../../../core/contract/faults.ts';
import type { Score } from '../../../core/music/score.ts';
import { readCorpus } from '../../io/corpus.ts';
import { toScore } from '../../io/performances.ts';
import type { Split } from '../../io/tempo-data.ts';

export interface LineScore {
  readonly source: string;
  readonly licence: string;
  readonly score: Score;
}

/** Melodies of concertos and sonatas, and first violins. */
const sources = ['mutopia_concertos', 'openscore_quartets'] as const;
const free = /^(PD|CC0-1\.0)$/;
const fewestOnsets = 80;
/** Of one source no more than this often as many pieces as of the one that has the fewest. */
const mostTimes = 5;

/** @throws UserFault where there is nothing to read */
export async function readLineScores(folder: string, split: Split): Promise<readonly LineScore[]> {
  const bySource: LineScore[][] = [];
  for (const source of sources) {
    const path = join(folder, source, `corpus.${split}.jsonl.gz`);
    if (!existsSync(path)) throw new UserFault('--data', folder, `must hold ${source}/corpus.${split}.jsonl.gz`);
    const found: LineScore[] = [];
    for await (const { licence, score: record } of readCorpus(path)) {
      if (!free.test(licence)) continue;
      const score = toScore(record, 'role0');
      if ((score.parts.find(({ role }) => role === 'solo')?.onsets.length ?? 0) >= fewestOnsets) found.push({ source, licence, score });
    }
    bySource.push(found);
  }
  const fewest = Math.min(...bySource.map(({ length }) => length));
  const scores = bySource.flatMap((some) => some.slice(0, Math.max(mostTimes, mostTimes * fewest)));
  if (scores.length === 0) throw new UserFault('--data', folder, `must hold lines of ${fewestOnsets} notes and more in its ${split} split, free to learn from`);
  return scores;
}
