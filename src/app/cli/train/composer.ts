/** Teaches a writer to the end, or until somebody interrupts it; what was learned so far is on disk after every trial. */
import { rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { UserFault } from '../../../core/contract/faults.ts';
import type { Song } from '../../../core/music/song.ts';
import type { EventNetwork } from '../../../learning/nn/event-network.ts';
import type { Example } from '../../../players/generate/events.ts';
import type { LayOut } from '../../../learning/train/composer-lessons.ts';
import type { ComposingProgress, ComposingResult, ComposingStart, Nats } from '../../../learning/train/composing.ts';
import { beginningWith, composing } from '../../../learning/train/composing.ts';
import { heads } from '../../../players/generate/events.ts';
import type { OnnxTraining } from '../../io/onnx-training.ts';
import { readCheckpoint, writeCheckpoint } from '../../io/training-checkpoint.ts';
import { ComposerCurve } from './composer-curve.ts';
import type { ComposerPoint } from './composer-curve.ts';
import type { ComposerTraining } from './composer-settings.ts';
import { Remaining } from './course.ts';

export interface ComposerCourse {
  readonly network: EventNetwork;
  readonly training: ComposerTraining;
  readonly songs: readonly Song[];
  /** Examples by which it is judged, by task, none of them longer than a row. */
  readonly trials: Readonly<Record<string, readonly Example[]>>;
  /** What a lesson is like; something to be written unless said. */
  readonly layOut?: LayOut;
  /** What it begins with in place of chance, and how many events that has gone through. */
  readonly from?: { readonly parameters: Float32Array; readonly events: number };
  readonly engine: OnnxTraining;
  readonly checkpoint: string;
  readonly resume: boolean;
  readonly say: (line: string) => void;
  /** After every trial: what is best so far. */
  readonly onBest?: (result: ComposingResult, curve: ComposerCurve) => Promise<void>;
}
export interface TrainedComposer {
  readonly result: ComposingResult;
  readonly curve: ComposerCurve;
}

/** @throws UserFault where the checkpoint is of another network, or the songs give no windows to judge by */
export async function trainComposer({ network, training, songs, trials, layOut, engine, from, checkpoint, resume, say, onBest }: ComposerCourse): Promise<TrainedComposer> {
  const { teaching } = training;
  const tasks = Object.keys(trials).filter((task) => trials[task]!.length > 0);
  if (tasks.length === 0) throw new UserFault('--corpus', '', 'must have songs of at least 12 bars in its val split to judge by');
  const kept = resume ? await readCheckpoint(checkpoint) : undefined;
  if (kept !== undefined && JSON.stringify(kept['network']) !== JSON.stringify(training.network)) throw new UserFault(checkpoint, 'network', 'must be of the same size as the settings say; without --resume it is begun anew');
  const start = (kept?.['start'] as ComposingStart | undefined) ?? (from && beginningWith(network, from.parameters));
  const curve = new ComposerCurve((kept?.['points'] as readonly ComposerPoint[] | undefined) ?? []);
  if (resume) say(kept === undefined ? 'there is nothing to go on from: begun anew' : `going on after ${start?.update ?? 0} updates`);
  const clock = new Remaining();
  let last = performance.now();
  const result = await engine.complete<ComposingProgress, ComposingResult>(composing(network, songs, tasks.map((task) => trials[task]!), teaching, start, layOut), async (progress) => {
    const { update, updates, validation, state, best } = progress;
    const before = curve.points.at(-1)?.update ?? 0;
    const now = performance.now();
    const speed = (1000 * progress.events) / (now - last);
    last = now;
    curve.points.push({ update, events: (curve.points.at(-1)?.events ?? from?.events ?? 0) + progress.events, training: progress.training, tasks, validation });
    say(`update ${update} of ${updates}: training ${progress.training.toFixed(3)}; ${tasks.map((task, i) => `${task} ${validation[i]!.all.toFixed(3)}`).join(', ')}${best ? ' (best)' : ''}; ${partsOf(validation[0]!)}; ${speed.toFixed(0)} notes/s; ${clock.at('teaching', before, update, updates)}`);
    await writeCheckpoint(checkpoint, { network: training.network, training, points: curve.points, start: { ...(start?.origin && { origin: start.origin }), state, update, result: progress.result } });
    if (best) await onBest?.(progress.result, curve);
    return undefined;
  });
  await rm(checkpoint, { force: true });
  return { result: result!, curve };
}

export const partsOf = ({ heads: nats }: Nats): string => heads.map((head, i) => `${head === 'next' ? 'onset' : head} ${nats[i]!.toFixed(3)}`).join(' ');
