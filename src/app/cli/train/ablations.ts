/**
 * What is each thing that the policy sees and is good for? The same short lessons for all, with one thing taken away
 * at a time, and practice without lessons; several seeds, because one figure says nothing about chance. The network is
 * smaller than that of the policy itself, and whole scores alone are judged, so that it takes minutes and not hours.
 */
import { mean, standardDeviation } from '../../../core/math/statistics.ts';
import type { TempoPiece } from '../../../learning/train/accompaniment-environment.ts';
import { practiceFromScratch } from '../../../learning/train/tempo-practice.ts';
import { deprivations, validationOf } from '../../../learning/train/tempo-teaching.ts';
import type { ModelCard } from '../../config/model-card.ts';
import { secondsToGo } from '../progress.ts';
import type { TempoTraining } from './settings.ts';
import type { OnnxTraining } from '../../io/onnx-training.ts';
import { trainTempoPolicy } from './tempo.ts';

type Ablation = NonNullable<ModelCard['ablations']>['rows'][number];

/** Performances of an epoch. */
const shortLessons = 140;

export interface AblationSettings {
  readonly training: Extract<TempoTraining, { readonly type: 'tempo' }>;
  readonly train: readonly TempoPiece[];
  readonly toChooseBy: readonly TempoPiece[];
  readonly engine: OnnxTraining;
  readonly seeds: readonly number[];
  /** Of lessons: the same for all. Practice from scratch plays about as many onsets. */
  readonly epochs: number;
  readonly say: (line: string) => void;
}

export async function ablate({ training, train, toChooseBy, engine, seeds, epochs, say }: AblationSettings): Promise<readonly Ablation[]> {
  const rows: Ablation[] = [];
  const begun = performance.now();
  const all = [[], ...deprivations.map((what) => [what])] as const;
  const runs = (all.length + 1) * seeds.length;
  let done = 0;
  const run = async (name: string, change: (seed: number) => typeof training): Promise<void> => {
    const results: (readonly number[])[] = [];
    let groups = validationOf([], { without: [] });
    for (const seed of seeds) {
      const changed = change(seed);
      if (seed === seeds[0]) groups = validationOf(toChooseBy.filter((piece) => piece.voice === 'all'), changed.teaching);
      results.push((await trainTempoPolicy({ train, validation: groups, training: changed, engine, say: () => undefined })).validation);
      const spent = (performance.now() - begun) / 1000;
      say(`${name}, seed ${seed}: ${results.at(-1)!.map((error) => error.toFixed(4)).join(', ')}; ${spent.toFixed(0)} s, about ${secondsToGo(spent, ++done, runs).toFixed(0)} s to go`);
    }
    rows.push({ name, validation: groups.map(({ voice, takes }, i) => {
      const errors = results.map((result) => result[i]!);
      return { voice, takes, mean: mean(errors), spread: standardDeviation(errors) };
    }) });
  };
  const smaller = { ...training.teaching, lessons: shortLessons, network: { reading: 64, units: 64, speaking: 48, chorus: 1 } };
  for (const without of all) {
    await run(without.length === 0 ? 'all of it' : `without ${without.join(' and ').replace('-', ' ')}`, (seed) => ({ ...training, teaching: { ...smaller, seed, epochs, without }, practice: { ...training.practice, updates: 0 } }));
  }
  const onsets = train.reduce((sum, piece) => sum + piece.sequence.length, 0) * ((epochs * shortLessons) / train.length);
  const { environments, steps } = practiceFromScratch;
  const updates = Math.max(1, Math.round(onsets / environments / steps));
  await run('PPO from scratch', (seed) => ({ ...training, teaching: { ...smaller, epochs: 0 }, practice: { ...practiceFromScratch, seed, updates, tryEvery: Math.ceil(updates / 4) } }));
  return rows;
}
