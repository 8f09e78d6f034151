/** By what a writer is judged on the way: the windows and holes of `bench infill`, as examples. */
import type { Song } from '../../core/music/song.ts';
import type { Example } from '../../players/generate/events.ts';
import type { InfillTask } from '../../players/generate/infill-tasks.ts';
import { maskFor, usualShape, WindowSample } from '../../players/generate/infill-tasks.ts';
import { exampleOf, sequenceOf } from '../../players/generate/sequence.ts';

/** Those that have a goal. */
export const trialTasks = ['infill', 'piano', 'melody', 'continue'] as const satisfies readonly InfillTask[];
export type TrialTask = (typeof trialTasks)[number];

/** Of the bench, so that it finds the same windows unless it is told otherwise. */
const seed = 1;

/** @param windows in all @param longest events that an example may have @returns for each task */
export function trialsOf(songs: readonly Song[], windows: number, longest: number): Readonly<Record<TrialTask, readonly Example[]>> {
  const sample = new WindowSample(windows, usualShape, seed);
  for (const song of songs) sample.add(song);
  const examples = (task: TrialTask): readonly Example[] =>
    sample.windows.map(({ window }) => exampleOf(sequenceOf(window, maskFor(window, task, usualShape)), window.played)).filter(({ length }) => length <= longest);
  return { infill: examples('infill'), piano: examples('piano'), melody: examples('melody'), continue: examples('continue') };
}
