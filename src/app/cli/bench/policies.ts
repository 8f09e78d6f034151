/** Learned policies for a bench: they answer whole performances, off stage. */
import { clamp } from '../../../core/math/statistics.ts';
import { lessonOf } from '../../../learning/train/tempo-lessons.ts';
import type { YouchestraLesson } from '../../../learning/train/youchestra.ts';
import { youchestraLayout, youchestraLesson, youchestraObservations } from '../../../learning/train/youchestra.ts';
import { loudestAction } from '../../../learning/train/youchestra-practice.ts';
import { OfflinePolicy } from '../../io/tempo-policy.ts';
import { readTempoModel } from '../tempo-model.ts';
import type { TempoPolicy } from './tempo.ts';

/** @throws UserFault where there is no such model */
export async function openOfflinePolicies(names: readonly string[]): Promise<Record<string, TempoPolicy>> {
  const policies: Record<string, TempoPolicy> = {};
  for (const name of names) {
    const { card, bytes } = await readTempoModel(name);
    const policy = await OfflinePolicy.open(bytes, card.inputs[0]!);
    const kind = youchestraObservations.find((one) => youchestraLayout(one) === card.observation);
    policies[name] = kind === undefined
      ? { answer: ({ id, score, sequence, takes }) => policy.answer(lessonOf(score, sequence, takes, id).observations), onStage: (observations) => policy.answer(observations) }
      : { answer: ({ score, sequence, takes }) => asResiduals(policy, youchestraLesson(score, sequence, takes, kind)), onStage: undefined };
  }
  return policies;
}

/** What the shipped weights are called in a report; others go by their own names. */
const reportedAs: Readonly<Record<string, string>> = { 'tempo-research': 'policy', 'tempo-open': 'open' };

export function asReported(policies: Readonly<Record<string, TempoPolicy>>): Record<string, TempoPolicy> {
  return Object.fromEntries(Object.entries(policies).map(([name, policy]) => [reportedAs[name] ?? name, policy]));
}

/** It says the log of the speed itself, for whatever comes next. */
async function asResiduals(policy: OfflinePolicy, { observations, offset }: YouchestraLesson): Promise<Float32Array> {
  const said = await policy.answer(observations);
  return offset.map((off, i) => clamp(said[i >> 1]!, -loudestAction, loudestAction) + off);
}
