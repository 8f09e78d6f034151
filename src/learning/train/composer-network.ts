/** The network that writes missing notes, by the layout of `players/generate/events.ts`. */
import { echoSlots } from '../../players/generate/echoes.ts';
import { columns, columnSizes, heads, headSizes } from '../../players/generate/events.ts';
import { EventNetwork } from '../nn/event-network.ts';

export interface ComposerNetworkSettings {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Width of what each event thinks with, and of what each head does. */
  readonly inner: number;
  readonly answering: number;
  /** Whether each head may copy what notes around have; see `players/generate/echoes.ts`. */
  readonly echoes?: boolean | undefined;
}
export const defaultComposerNetwork: ComposerNetworkSettings = { width: 256, layers: 4, heads: 4, inner: 512, answering: 192 };

/**
 * Three quarters of each head are turned by musical time, from half a quarter note (below it, the classes of the
 * onsets tell) to the longest window; the rest by the number of the event, which tells what was written just before.
 */
export function composerNetwork({ width, layers, heads: lookers, inner, answering, echoes }: ComposerNetworkSettings): EventNetwork {
  const pairs = width / lookers / 2;
  const counting = Math.round(pairs / 4);
  return new EventNetwork('composer', {
    columns: columns.map((column) => columnSizes[column]),
    heads: heads.map((head) => headSizes[head]),
    answering,
    ...(echoes === true && { echoes: heads.map((head) => ({ slots: echoSlots[head], inARow: head === 'velocity' })) }),
    transformer: { width, layers, heads: lookers, inner, rulers: [{ pairs: pairs - counting, shortest: 0.5, longest: 256 }, { pairs: counting, shortest: 4, longest: 1024 }] },
  });
}
