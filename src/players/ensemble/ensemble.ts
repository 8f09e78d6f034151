/** Several players as one. What an earlier one plays, the later ones hear. */
import type { Command } from '../../core/contract/commands.ts';
import type { StageEvent } from '../../core/contract/events.ts';
import type { Player } from '../../core/contract/player.ts';
import type { Seconds } from '../../core/music/units.ts';

export class Ensemble implements Player {
  readonly #players: readonly Player[];

  constructor(players: readonly Player[]) {
    this.#players = players;
  }

  handle(event: StageEvent): readonly Command[] {
    if (this.#players.length === 1) return this.#players[0]!.handle(event);
    const all: Command[] = [];
    for (const player of this.#players) {
      const heard = all.length;
      const own = [...player.handle(event)];
      for (let i = 0; i < heard; i++) {
        const command = all[i]!;
        if (command.type !== 'note-on') continue;
        const { part, pitch, velocity } = command;
        own.push(...player.handle({ type: 'heard', time: event.time, soundsAt: command.time, part, pitch, velocity }));
      }
      all.push(...own);
    }
    return all;
  }

  nextWake(): Seconds | undefined {
    let next: Seconds | undefined;
    for (const player of this.#players) {
      const wish = player.nextWake();
      if (wish !== undefined && (next === undefined || wish < next)) next = wish;
    }
    return next;
  }
}
