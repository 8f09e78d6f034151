/** Learned policies for a bench: they answer whole performances, off stage. */
import { tempoObservationSize } from '../../../players/tempo/observation.ts';
import { OfflinePolicy } from '../../io/tempo-policy.ts';
import { readTempoModel } from '../tempo-model.ts';
import type { TempoPolicy } from './tempo.ts';

/** @throws UserFault where there is no such model */
export async function openOfflinePolicies(names: readonly string[]): Promise<Record<string, TempoPolicy>> {
  const policies: Record<string, TempoPolicy> = {};
  for (const name of names) {
    const policy = await OfflinePolicy.open((await readTempoModel(name)).bytes, tempoObservationSize);
    policies[name] = (observations) => policy.answer(observations);
  }
  return policies;
}
