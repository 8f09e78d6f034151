/**
 * What a person has asked for and what still holds: the tempo, who is silent, the loop. Of each kind the last word
 * counts. A player that takes the place of one that broke is told it again.
 */
import type { CueEvent, StageEvent } from '../../core/contract/events.ts';

type Standing = Extract<CueEvent, { type: 'tempo' | 'follow' | 'mute' | 'loop' | 'count-in' | 'click' }>;

export class StandingCues {
  readonly #cues = new Map<string, Standing>();

  /** @returns true where something has changed */
  observe(event: StageEvent): boolean {
    switch (event.type) {
      case 'tempo':
      case 'follow':
      case 'loop':
      case 'count-in':
      case 'click':
        this.#cues.set(event.type, event);
        return true;
      case 'mute':
        this.#cues.set(`mute ${event.part.toLowerCase()}`, event);
        return true;
      default:
        return false;
    }
  }

  get all(): readonly Standing[] {
    return [...this.#cues.values()];
  }
}
