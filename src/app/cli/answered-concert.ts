/** A concert on a virtual clock in which a learned policy answers; the clock stands still while it thinks. */
import type { AskCommand } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Player } from '../../core/contract/player.ts';
import { seconds } from '../../core/music/units.ts';
import type { Concert } from '../../learning/sim/concert.ts';
import { endConcert, runConcert } from '../../learning/sim/concert.ts';
import { Rehearsal } from '../../learning/sim/rehearsal.ts';
import { tempoObservationSize } from '../../players/tempo/observation.ts';
import { OfflinePolicy } from '../io/tempo-policy.ts';
import { checkForStage } from '../config/model-card.ts';
import { readTempoModel } from './tempo-model.ts';

/** From question to answer on stage, measured: an LSTM step and two hops between threads. */
const thinkingTime = seconds(0.001);

export type Performing = (player: Player, events: readonly StageEvent[]) => Promise<Concert>;

/**
 * @param model its name; undefined where plain rules play
 * @throws UserFault where there is no such model
 */
export async function performingWith(model: string | undefined): Promise<Performing> {
  if (model === undefined) return (player, events) => Promise.resolve(runConcert(player, events));
  const { card, bytes } = await readTempoModel(model);
  checkForStage(card);
  /** Of each soloist, for whom it remembers what he did. */
  const policies = new Map<string, OfflinePolicy>();
  const policyFor = async ({ asker = '' }: AskCommand): Promise<OfflinePolicy> => {
    const policy = policies.get(asker) ?? (await OfflinePolicy.open(bytes, tempoObservationSize));
    policies.set(asker, policy);
    return policy;
  };
  return async (player, events) => {
    const rehearsal = new Rehearsal(player, events, thinkingTime);
    for (let pause = rehearsal.advance(); pause.type === 'asked'; pause = rehearsal.advance()) rehearsal.answer(pause.ask, await (await policyFor(pause.ask)).next(pause.ask.input, pause.ask.fresh));
    return endConcert(player, rehearsal);
  };
}
