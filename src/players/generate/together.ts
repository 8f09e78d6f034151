/**
 * Several variations of one filling, written side by side with one network: each step of the network is taken for
 * all of them at once, which costs hardly more than for one. Pure: whoever has the network takes the steps that are
 * yielded, and hands back what it says.
 */
import type { Event } from './sequence.ts';
import type { Head } from './events.ts';
import { Echoes, echoWidths } from './echoes.ts';
import { columns, endOfCell, heads, headSizes, none } from './events.ts';
import type { Writing } from './writing.ts';
import type { WindowNote } from './window.ts';

/** Events as a network sees them: row by row their columns, then where they are and where the next one is, each in quarter notes and by its number. */
export interface EventRows {
  readonly columns: Int32Array;
  readonly own: Float32Array;
  readonly next: Float32Array;
}
export type NetworkStep =
  /** All of the context, the same for every variation. */
  | { readonly type: 'read'; readonly rows: EventRows }
  /** One event for each variation. */
  | { readonly type: 'hear'; readonly rows: EventRows }
  /** Shape [variations, head]: the classes told so far; [variations, width]: see `echoes.ts`. Resumed with logits of shape [variations, classes]. */
  | { readonly type: 'answer'; readonly head: number; readonly told: Int32Array; readonly echoes: Int32Array; /** Shape [variations]: how much each leans on its echoes. */ readonly repeating: Float64Array };

export interface TogetherSettings {
  /** Events that the network can hear in all; with the last of its room every cell is brought to its end. */
  readonly room: number;
  /** Cells that are filled. */
  readonly cells: number;
}

/** @param writings of the same window and mask, with settings that let them hear the same context */
export function* writeTogether(writings: readonly Writing[], { room, cells }: TogetherSettings): Generator<NetworkStep, readonly (readonly WindowNote[])[], ArrayLike<number> | undefined> {
  const voices = writings.map((writing) => ({ writing, step: writing.next(undefined) }));
  const context = voices[0]?.step;
  if (context === undefined || context.done === true || context.value.type !== 'hear') throw new RangeError('who writes hears the context first');
  const { events } = context.value;
  yield { type: 'read', rows: rowsOf(events, events.map((_, i) => i)) };
  const elsewheres = voices.map(({ step }) => (step.done !== true && step.value.type === 'hear' ? step.value.elsewhere : undefined));
  const repeating = Float64Array.from(elsewheres, (elsewhere) => elsewhere?.repeating ?? 1);
  const echoes = elsewheres.map((elsewhere) => {
    if (elsewhere?.repeating === 0) return undefined;
    const heard = new Echoes(elsewhere?.reprises);
    for (const event of events) heard.hear(event);
    return heard;
  });
  for (const voice of voices) voice.step = voice.writing.next(undefined);

  for (let heard = events.length; voices.some(({ step }) => step.done !== true); heard++) {
    const row = voices.map(({ step }) => {
      if (step.done === true) return undefined;
      if (step.value.type !== 'hear' || step.value.events.length !== 1) throw new RangeError('who writes hears one event at a time');
      return step.value.events[0]!;
    });
    yield { type: 'hear', rows: rowsOf(row, row.map(() => heard)) };
    row.forEach((event, i) => event !== undefined && echoes[i]?.hear(event));
    for (const voice of voices) if (voice.step.done !== true) voice.step = voice.writing.next(undefined);
    const isFull = room - heard <= cells + 2;
    for (const [index, head] of heads.entries()) {
      const asked = voices.map(({ step }) => (step.done !== true && step.value.type === 'ask' && step.value.head === head ? step.value : undefined));
      if (asked.every((question) => question === undefined)) continue;
      const told = Int32Array.from({ length: voices.length * index }, (_, i) => asked[Math.floor(i / index)]?.told[heads[i % index]!] ?? 0);
      const width = echoWidths[head];
      // Who is told nothing has no class in any slot.
      const copied = new Int32Array(voices.length * width).fill(none[head]);
      asked.forEach((question, i) => question !== undefined && echoes[i]?.tell(head, question.told, copied, i * width));
      const logits = (yield { type: 'answer', head: index, told, echoes: copied, repeating })!;
      asked.forEach((question, i) => {
        if (question === undefined) return;
        const likely = head === 'next' && isFull ? onlyTheEnd : likelihoods(logits, i, headSizes[head as Head]);
        voices[i]!.step = voices[i]!.writing.next(likely);
      });
    }
  }
  return voices.map(({ step }) => (step.done === true ? step.value : []));
}

const onlyTheEnd = Float64Array.from({ length: headSizes.next }, (_, i) => (i === endOfCell ? 1 : 0));

/** @param events undefined for a variation that is finished: nobody minds what it hears */
function rowsOf(events: readonly (Event | undefined)[], numbers: readonly number[]): EventRows {
  const rows = { columns: new Int32Array(events.length * columns.length), own: new Float32Array(2 * events.length), next: new Float32Array(2 * events.length) };
  events.forEach((event, i) => {
    if (event === undefined) return;
    columns.forEach((column, c) => (rows.columns[i * columns.length + c] = event[column]));
    rows.own.set([event.time, numbers[i]!], 2 * i);
    rows.next.set([event.nextTime, numbers[i]! + 1], 2 * i);
  });
  return rows;
}

function likelihoods(logits: ArrayLike<number>, variation: number, classes: number): Float64Array {
  const from = variation * classes;
  let most = -Infinity;
  for (let i = 0; i < classes; i++) if (logits[from + i]! > most) most = logits[from + i]!;
  const likely = new Float64Array(classes);
  for (let i = 0; i < classes; i++) likely[i] = Math.exp(logits[from + i]! - most);
  return likely;
}
