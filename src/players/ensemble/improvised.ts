/** An accompanist and somebody who fills the open bars of the score beside him, in his tempo. */
import type { Command } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Player } from '../../core/contract/player.ts';
import type { Seconds } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import { GapFiller } from '../generate/gap-filler.ts';

export class Improvised implements Player {
  readonly #accompanist: Player;
  readonly #filler: GapFiller;

  constructor(accompanist: Player, filler: GapFiller) {
    this.#accompanist = accompanist;
    this.#filler = filler;
  }

  handle(event: StageEvent): readonly Command[] {
    const played = event.type === 'answer' && GapFiller.asks(event.id) ? [] : this.#accompanist.handle(event);
    const filled = this.#filler.handle(event, played);
    return filled.length === 0 ? played : [...played, ...filled];
  }

  nextWake(): Seconds | undefined {
    const [own, filled] = [this.#accompanist.nextWake(), this.#filler.nextWake()];
    return own === undefined ? filled : filled === undefined ? own : seconds(Math.min(own, filled));
  }
}
