/** A whole concert on a virtual clock, with nobody to answer questions: the baseline plays. */
import type { StageEvent } from '../../core/contract/events.ts';
import type { Player } from '../../core/contract/player.ts';
import { seconds } from '../../core/music/units.ts';
import type { ConcertMetrics } from './metrics.ts';
import { countConcert } from './metrics.ts';
import type { LoggedStep } from './rehearsal.ts';
import { Rehearsal } from './rehearsal.ts';

export interface Concert {
  readonly log: readonly LoggedStep[];
  readonly metrics: ConcertMetrics;
}

/** Plays to the end, then stops, so that every note is ended. */
export function runConcert(player: Player, events: readonly StageEvent[]): Concert {
  const rehearsal = new Rehearsal(player, events, seconds(0));
  while (rehearsal.advance().type === 'asked');
  return endConcert(player, rehearsal);
}

/** For a caller who answers the questions himself: the stop that ends every note, and the count. */
export function endConcert(player: Player, rehearsal: Rehearsal): Concert {
  const log = [...rehearsal.log];
  const time = seconds(Math.max(0, rehearsal.now) + 0.001);
  log.push({ event: { type: 'stop', time }, commands: player.handle({ type: 'stop', time }) });
  return { log, metrics: countConcert(log) };
}
