import type { Seconds } from '../music/units.ts';
import type { Command } from './commands.ts';
import type { StageEvent } from './events.ts';

/** Anybody on stage: the accompanist, a listening agent, an improviser, or an ensemble of them. */
export interface Player {
  /** Events come in order of time. The same events always give the same commands. Unknown events give none. */
  handle(event: StageEvent): readonly Command[];
  /** When to send the next `wake`, if nothing else happens before. After that wake it is later, or undefined. */
  nextWake(): Seconds | undefined;
}
