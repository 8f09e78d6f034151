import type { ChannelCommand } from '../../core/contract/commands.ts';
import type { Seconds } from '../../core/music/units.ts';

/** Where the beat thread lets music out, at the moment it is called. */
export interface Outlet {
  /** From leaving to sounding. */
  latency: Seconds;
  /** How many keys are down. */
  readonly sounding: number;
  play(command: ChannelCommand): void;
  /** Ends all that sounds here. */
  silence(): void;
  /** Called now and then, when there is time. */
  look(now: Seconds): void;
  close(): void;
}
