/** Writers that answer at once, and how they are asked. */
import type { Random } from '../../core/math/random.ts';
import type { Event } from './sequence.ts';
import { sequenceOf } from './sequence.ts';
import type { Head } from './events.ts';
import { heads, headSizes, kindIndex } from './events.ts';
import type { Mask } from './masks.ts';
import { likelyTold } from './sixteenths.ts';
import { exampleOf } from './sequence.ts';
import type { Window, WindowNote } from './window.ts';
import type { WritingSettings } from './writing.ts';
import { write } from './writing.ts';

/** Hears events, and says how likely each class is of what comes after them. */
export interface Writer {
  /** A new window begins. */
  begin(): void;
  hear(event: Event): void;
  /** @returns for each class how likely it is; sums to 1 */
  likely(head: Head, told: Readonly<Partial<Record<Head, number>>>): Float64Array;
}

export function writeWith(writer: Writer, window: Window, mask: Mask, settings: WritingSettings, random: Random): readonly WindowNote[] {
  writer.begin();
  const writing = write(window, mask, settings, random);
  let step = writing.next(undefined);
  while (step.done !== true) {
    const question = step.value;
    if (question.type === 'hear') {
      for (const event of question.events) writer.hear(event);
      step = writing.next(undefined);
    } else step = writing.next(writer.likely(question.head, question.told));
  }
  return step.value;
}

/** Surprise at the truth, summed over all notes of a hole. */
export interface Surprise {
  notes: number;
  /** Nats, by head, on the grid of `sixteenths.ts`; and what finer classes cost beyond. */
  readonly nats: Record<Head, number>;
  finer: number;
}
export const noSurprise = (): Surprise => ({ notes: 0, nats: { pitch: 0, duration: 0, velocity: 0, micro: 0, next: 0 }, finer: 0 });

/** How surprised a writer is by what truly stands in the holes; adds to `surprise`. */
export function surprisedBy(writer: Writer, window: Window, mask: Mask, surprise: Surprise): void {
  const sequence = sequenceOf(window, mask);
  const { events, begin } = sequence;
  const { weights } = exampleOf(sequence, window.played);
  writer.begin();
  events.forEach((event, i) => {
    writer.hear(event);
    if (i < begin || i + 1 === events.length) return;
    const following = events[i + 1]!;
    if (following.kind === kindIndex.fill) surprise.notes++;
    const told: Partial<Record<Head, number>> = {};
    heads.forEach((head, h) => {
      if (weights[i * heads.length + h] === 1) {
        const likely = writer.likely(head, told);
        const nats = -Math.log(likelyTold(head, likely, following[head]));
        surprise.nats[head] += nats;
        surprise.finer -= Math.log(likely[following[head]]!) + nats;
      }
      if (following.kind === kindIndex.fill) told[head] = following[head];
    });
  });
}

/** Knows nothing: of a bar of 4/4 it knows that it has 48 places. */
export class EvenWriter implements Writer {
  #places: number = headSizes.next;
  readonly #barLengths: readonly number[];

  /** @param window whose bars are filled */
  constructor(window: Window) {
    this.#barLengths = window.bars.map((bar) => bar.length);
  }

  begin(): void {}

  hear(event: Event): void {
    this.#places = (this.#barLengths[event.nextBar] ?? headSizes.next - 1) + 1;
  }

  likely(head: Head): Float64Array {
    return new Float64Array(headSizes[head]).fill(1 / (head === 'next' ? this.#places : headSizes[head]));
  }
}
