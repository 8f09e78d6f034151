/**
 * A concert once more from its log: the same events to new players, the same commands out of them, byte for byte.
 * No clock is needed: wakes and answers are in the log like everything else.
 */
import type { Player } from '../../core/contract/player.ts';
import type { ConcertLogEntry } from '../io/concert-log.ts';
import { encodeLine } from '../io/concert-log.ts';

export interface Replay {
  readonly events: number;
  readonly commands: number;
  /** The first entry whose commands came out otherwise. */
  readonly difference?: {
    /** Line of the log. */
    readonly line: number;
    readonly event: string;
    readonly logged: string;
    readonly replayed: string;
  };
}

export async function replay(player: Player, entries: AsyncIterable<ConcertLogEntry>): Promise<Replay> {
  let events = 0;
  let commands = 0;
  for await (const { event, commands: before, fault } of entries) {
    events++;
    const line = events + 1; // the header is line 1
    const logged = fault === undefined ? encodeLine(before) : firstLine(fault);
    let replayed: string;
    try {
      replayed = encodeLine(player.handle(event));
    } catch (error) {
      replayed = firstLine(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    if (replayed !== logged) return { events, commands, difference: { line, event: encodeLine(event), ...aroundDifference(logged, replayed) } };
    commands += before.length;
  }
  return { events, commands };
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!;

const shownBefore = 60; // characters that are still equal
const shownAfter = 140;

/** Both texts from shortly before they part. */
function aroundDifference(logged: string, replayed: string): { readonly logged: string; readonly replayed: string } {
  let same = 0;
  while (same < logged.length && logged[same] === replayed[same]) same++;
  const cut = (text: string): string => `${same > shownBefore ? '...' : ''}${text.slice(Math.max(0, same - shownBefore), same + shownAfter)}`;
  return { logged: cut(logged), replayed: cut(replayed) };
}
