/**
 * Performances for learning tempo, from the folder of aligned performances: which may train what ships is a matter
 * of their licences. *Open* weights see only what may be handed on; *research* weights also what is for research.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from '../../core/contract/faults.ts';
import type { Performance } from '../../core/music/performance.ts';
import type { Score } from '../../core/music/score.ts';
import { readBeatRecordings } from './beat-recordings.ts';
import type { PerformanceRecord, ScoreRecord } from './performances.ts';
import { readPerformances, readScores, toPerformance, toScore } from './performances.ts';

export type Weights = 'open' | 'research';
export type Split = 'train' | 'val' | 'test';

/** What `align --pair` makes of one's own recordings: they train one's own weights, whatever these are called. */
export const ownSource = 'own';
/** Sources whose performances may train the weights named; what states no licence trains nothing that ships. */
const sources: Readonly<Record<Weights, readonly string[]>> = { open: ['bach_violin', ownSource], research: ['bach_violin', 'asap', ownSource] };
/** Likewise, of which the beats alone are known: that trains, but whole music is what a policy is judged by. */
const beatSources: Readonly<Record<Weights, readonly string[]>> = { open: [], research: ['mazurkabl'] };
const freeToShip = new Set(['PD', 'CC-BY-3.0']);

export interface DataPerformance {
  readonly id: string;
  readonly source: string;
  readonly performer: string;
  readonly licence: string;
  /** Of the score, the same for all its performances. */
  readonly scoreId: string;
  readonly score: Score;
  readonly performance: Performance;
  /** Nothing is known of what is played between the beats. */
  readonly beatsAlone: boolean;
  /** The same with the melody alone as solo, where the score says which notes that is. */
  readonly melody: { readonly score: Score; readonly performance: Performance } | undefined;
}

/**
 * In the order of the files: the performances of a score that stand before one are its earlier takes.
 * @param folder with one folder a source, as `data/performances`
 * @throws UserFault where there is nothing to read
 */
export async function* readTempoData(folder: string, weights: Weights, split: Split): AsyncGenerator<DataPerformance> {
  let found = false;
  for (const source of sources[weights]) {
    const path = (kind: string): string => join(folder, source, `${kind}.${split}.jsonl.gz`);
    if (!existsSync(path('scores')) || !existsSync(path('perfs'))) continue;
    found = true;
    const scores = new Map<string, { record: ScoreRecord; score: Score | undefined; melody: Score | undefined }>();
    for await (const record of readScores(path('scores'))) scores.set(record.id, { record, score: undefined, melody: undefined });
    for await (const record of readPerformances(path('perfs'))) {
      const entry = scores.get(record.score);
      if (entry === undefined || !mayTrain(record, weights)) continue;
      entry.score ??= toScore(entry.record, 'all');
      if (entry.record.role !== undefined) entry.melody ??= toScore(entry.record, 'role0');
      yield {
        id: record.id, source, performer: record.performer, licence: record.license ?? '', scoreId: record.score,
        score: entry.score, performance: toPerformance(record, entry.record, entry.score), beatsAlone: false,
        melody: entry.melody === undefined ? undefined : { score: entry.melody, performance: toPerformance(record, entry.record, entry.melody) },
      };
    }
  }
  for (const source of split === 'train' ? beatSources[weights] : []) {
    const path = join(folder, source, `beats.${split}.jsonl.gz`);
    if (!existsSync(path)) continue;
    found = true;
    for await (const { score: record, performances } of readBeatRecordings(path)) {
      const score = toScore(record, 'all');
      for (const played of performances) {
        if (!mayTrain(played, weights)) continue;
        yield { id: played.id, source, performer: played.performer, licence: played.license ?? '', scoreId: played.score, score, performance: toPerformance(played, record, score), beatsAlone: true, melody: undefined };
      }
    }
  }
  if (!found) throw new UserFault('--data', folder, `must hold ${sources[weights].map((source) => `${source}/perfs.${split}.jsonl.gz`).join(' or ')}`);
}

function mayTrain(record: PerformanceRecord, weights: Weights): boolean {
  const licence = record.license ?? '';
  if (record.source === ownSource) return true;
  return freeToShip.has(licence) || (weights === 'research' && licence.startsWith('CC-BY-NC-SA'));
}
