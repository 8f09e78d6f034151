/** The thread in which a model writes while somebody plays: a gap comes in, its notes go out. */
import { parentPort } from 'node:worker_threads';
import { saidBy } from '../../core/contract/faults.ts';
import { columnsOf } from '../../players/generate/editing.ts';
import { decodeQuestion, encodeNotes, encodeQuestion } from '../../players/generate/question.ts';
import { ComposerModel } from './composer-model.ts';
import { composed } from './infill/variations.ts';
import type { Manner } from './infill/variations.ts';

export type ToComposingWorker =
  | { readonly type: 'open'; readonly model: string; readonly manner: Manner }
  | { readonly type: 'ask'; readonly id: number; readonly input: Int32Array }
  | { readonly type: 'leave' };
export type FromComposingWorker =
  | { readonly type: 'opened' }
  | { readonly type: 'refused'; readonly reason: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly output: Float32Array }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string };

/** Room for six bars before and eight that are written; with less, a longer question would have to wait for a program. */
const leastRoom = 640;

const port = parentPort!;
const tell = (message: FromComposingWorker): void => port.postMessage(message);
let writer: { readonly model: ComposerModel; readonly manner: Manner } | undefined;
let work = Promise.resolve();

port.on('message', (message: ToComposingWorker) => {
  work = work.then(() => heard(message));
});

async function heard(message: ToComposingWorker): Promise<void> {
  switch (message.type) {
    case 'open':
      try {
        writer = { model: await ComposerModel.open(message.model, { leastRoom }), manner: message.manner };
        // The first answer is not to wait for anything to be loaded.
        await answerTo(encodeQuestion(rehearsed));
        tell({ type: 'opened' });
      } catch (reason) {
        tell({ type: 'refused', reason: saidBy(reason) });
      }
      return;
    case 'ask':
      try {
        tell({ type: 'answer', id: message.id, output: await answerTo(message.input) });
      } catch (reason) {
        tell({ type: 'failed', id: message.id, reason: saidBy(reason) });
      }
      return;
    case 'leave':
      await writer?.model.close();
      port.close();
  }
}

async function answerTo(input: Int32Array): Promise<Float32Array> {
  const { song, gap, seed } = decodeQuestion(input);
  const [best] = await composed({ song, gap }, { ...writer!, count: 1, seed });
  return encodeNotes(best!.filled.added);
}

/** Two bars, of which the second is missing. */
const bar = { length: 48, numerator: 4, denominator: 4 } as const;
const rehearsed = {
  song: {
    bars: [{ start: 0, ...bar }, { start: 48, ...bar }],
    tracks: [{ role: 'melody', notes: columnsOf([60, 62, 64, 65].map((pitch, i) => ({ track: 0, position: 12 * i, deviation: 0, duration: 960, pitch, velocity: 64 }))) }],
  },
  seed: 1,
  gap: { from: 48, until: 96, tracks: [0], missing: 'notes' },
} as const;
