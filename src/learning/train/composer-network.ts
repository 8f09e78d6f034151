/** The network that writes missing notes, by the layout of `players/generate/events.ts`. */
import { agreements, echoSlots } from '../../players/generate/echoes.ts';
import { columns, columnSizes, heads, headSizes } from '../../players/generate/events.ts';
import { EventNetwork } from '../nn/event-network.ts';

export interface ComposerNetworkSettings {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Width of what each event thinks with, and of what each head does. */
  readonly inner: number;
  readonly answering: number;
  /** Whether each head may copy what notes around, and at places like this one, have; see `players/generate/echoes.ts`. */
  readonly echoes?: boolean | undefined;
  /**
   * `decoder` unless said: all events go through all layers, each sees those before it. To be compared with it, as they
   * cannot write note by note: `encoder-decoder`, half of the layers for the context, whose events all see each other,
   * and half for what is written; and `lstm`, two layers of memory with as many numbers to learn.
   */
  readonly form?: ComposerForm | undefined;
}
export const composerForms = ['decoder', 'encoder-decoder', 'lstm'] as const;
export type ComposerForm = (typeof composerForms)[number];
export const defaultComposerNetwork: ComposerNetworkSettings = { width: 256, layers: 4, heads: 4, inner: 512, answering: 192 };

/**
 * Three quarters of each head are turned by musical time, from half a quarter note (below it, the classes of the
 * onsets tell) to the longest window; the rest by the number of the event, which tells what was written just before.
 */
export function composerNetwork({ width, layers, heads: lookers, inner, answering, echoes, form }: ComposerNetworkSettings): EventNetwork {
  const pairs = width / lookers / 2;
  const counting = Math.round(pairs / 4);
  return new EventNetwork('composer', {
    columns: columns.map((column) => columnSizes[column]),
    heads: heads.map((head) => headSizes[head]),
    answering,
    ...(echoes === true && { echoes: heads.map((head) => ({ slots: echoSlots[head], agreements, inARow: head === 'velocity' })) }),
    ...(form === 'lstm' && { memory: { layers: 2, units: unitsFor(layers * (4 * width + 3 * inner) * width, width) } }),
    transformer: { width, layers, heads: lookers, inner, ...(form === 'encoder-decoder' && { encoding: Math.ceil(layers / 2) }), rulers: [{ pairs: pairs - counting, shortest: 0.5, longest: 256 }, { pairs: counting, shortest: 4, longest: 1024 }] },
  });
}

/** So many that two layers, 12 units^2 + 5 units width, have about as many numbers to learn as is said. */
function unitsFor(numbers: number, width: number): number {
  return Math.max(8, 8 * Math.round((Math.sqrt(25 * width ** 2 + 48 * numbers) - 5 * width) / 24 / 8));
}
