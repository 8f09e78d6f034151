/** Aligned performances as pieces to learn from: those of the same score that stand earlier are the takes of the later ones. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from '../../../core/contract/faults.ts';
import { Random } from '../../../core/math/random.ts';
import type { Take } from '../../../core/music/take.ts';
import { inventedPerformances } from '../../../learning/sim/invented-players.ts';
import type { TempoPiece } from '../../../learning/train/accompaniment-environment.ts';
import { playedOnsets, takeOf } from '../../../learning/sim/onset-sequence.ts';
import { soloOf } from '../../../players/accompany/assemble.ts';
import { scoreFingerprint } from '../../../players/memory/take.ts';
import type { ModelCard } from '../../config/model-card.ts';
import { readCorpus } from '../../io/corpus.ts';
import { toScore } from '../../io/performances.ts';
import type { DataPerformance, Split, Weights } from '../../io/tempo-data.ts';
import { readTempoData } from '../../io/tempo-data.ts';

export interface TempoPieces {
  readonly pieces: readonly TempoPiece[];
  /** Counted by whole scores, melodies not a second time. */
  readonly trainedOn: ModelCard['trainedOn'];
  readonly performers: readonly string[];
}

/** What is shorter teaches nothing. */
const fewestOnsets = 20;

export interface InventedSettings {
  /** The folder of scores, one folder a source. */
  readonly corpus: string;
  readonly seed: number;
  /** Of each source, as many as there are at most. */
  readonly scores: number;
  readonly performances: number;
}
/** Scores that may be handed on freely. */
const corpora = ['openscore_lieder'] as const;

/**
 * Invented players on real scores: each performance a piece, those before it its takes.
 * @throws UserFault where there is nothing to read
 */
export async function inventTempoPieces({ corpus, seed, scores, performances }: InventedSettings): Promise<TempoPieces> {
  const random = new Random(seed).split('invented');
  const pieces: TempoPiece[] = [];
  const trainedOn: ModelCard['trainedOn'][number][] = [];
  for (const source of corpora) {
    const path = join(corpus, source, 'corpus.train.jsonl.gz');
    if (!existsSync(path)) throw new UserFault('--corpus', corpus, `must hold ${source}/corpus.train.jsonl.gz`);
    let read = 0, onsets = 0, played = 0;
    for await (const { licence, score: record } of readCorpus(path)) {
      if (licence !== 'CC0-1.0') continue;
      if (read++ === scores) break;
      const chance = random.split(record.id);
      for (const voice of ['all', 'melody'] as const) {
        const score = toScore(record, voice === 'all' ? 'all' : 'role0');
        const part = score.parts.find((one) => one.role === 'solo');
        if (part === undefined || part.onsets.length < fewestOnsets) continue;
        const takes: Take[] = [];
        const fingerprint = scoreFingerprint(part);
        for (const [i, performance] of inventedPerformances(score, part, performances, chance.split(voice)).entries()) {
          const sequence = playedOnsets(performance, part);
          if (sequence.length < fewestOnsets) continue;
          pieces.push({ id: `${record.id} ${voice} ${i}`, voice, score, sequence, takes: [...takes] });
          takes.unshift(takeOf(sequence, `${i}`, fingerprint, 'invented'));
          if (voice === 'all') onsets += sequence.length;
          if (voice === 'all') played++;
        }
      }
    }
    trainedOn.push({ source: `${source}, played by invented players`, licence: 'CC0-1.0', performances: played, onsets });
  }
  return { pieces, trainedOn, performers: [] };
}

/** @param melodies give the melody of a score as a piece of its own too */
export async function readTempoPieces(folder: string, weights: Weights, split: Split, melodies: boolean): Promise<TempoPieces> {
  const pieces: TempoPiece[] = [];
  const earlier = new Map<string, TempoPiece['takes']>();
  const later = new Map<string, Take[][]>();
  const fingerprints = new Map<string, string>();
  const sources = new Map<string, ModelCard['trainedOn'][number]>();
  const performers = new Set<string>();
  const add = ({ id, performer, scoreId, beatsAlone }: DataPerformance, voice: TempoPiece['voice'], { score, performance }: Pick<DataPerformance, 'score' | 'performance'>): number => {
    if (!score.parts.some((part) => part.role === 'solo' && part.onsets.length > 0)) return 0;
    const solo = soloOf(score);
    const sequence = playedOnsets(performance, solo);
    if (sequence.length < fewestOnsets) return 0;
    const key = `${voice} ${scoreId}`;
    const fingerprint = fingerprints.get(key) ?? scoreFingerprint(solo);
    fingerprints.set(key, fingerprint);
    const takes = earlier.get(key) ?? [];
    const take = takeOf(sequence, id, fingerprint, performer);
    const after: Take[] = [];
    const before = later.get(key) ?? [];
    for (const one of before) one.push(take);
    later.set(key, [...before, after]);
    pieces.push({ id, voice, score, sequence, takes, later: after, ...(beatsAlone && { beatsAlone }) });
    earlier.set(key, [take, ...takes]);
    return sequence.length;
  };
  for await (const played of readTempoData(folder, weights, split)) {
    const { source, licence, performer } = played;
    const onsets = add(played, 'all', played);
    if (onsets === 0) continue;
    if (melodies && played.melody !== undefined) add(played, 'melody', played.melody);
    const key = `${source} ${licence}`;
    const counted = sources.get(key) ?? { source, licence, performances: 0, onsets: 0 };
    sources.set(key, { ...counted, performances: counted.performances + 1, onsets: counted.onsets + onsets });
    if (licence.startsWith('CC-BY')) performers.add(`${performer} (${licence})`);
  }
  return { pieces, trainedOn: [...sources.values()], performers: [...performers].sort() };
}
