/** By what a writer is judged on the way: the windows and holes of `bench infill`, as examples. */
import type { Song } from '../../core/music/song.ts';
import type { Example } from '../../players/generate/events.ts';
import type { ChosenWindow, InfillTask } from '../../players/generate/infill-tasks.ts';
import { inSong, maskFor, usualShape, WindowSample } from '../../players/generate/infill-tasks.ts';
import { exampleOf, sequenceOf } from '../../players/generate/sequence.ts';
import type { Window } from '../../players/generate/window.ts';

/** Those that have a goal. */
const trialTasks = ['infill', 'piano', 'melody', 'continue'] as const satisfies readonly InfillTask[];

/** Of the bench, so that it finds the same windows unless it is told otherwise. */
const seed = 1;

/**
 * @param windows in all @param longest events that an example may have
 * @returns for each task what is known of the window alone, and (`infillInSong`, ...) where the rest of its song is too
 */
export function trialsOf(songs: readonly Song[], windows: number, longest: number): Readonly<Record<string, readonly Example[]>> {
  const sample = new WindowSample(windows, usualShape, seed);
  for (const song of songs) sample.add(song);
  const examples = (task: InfillTask, seen: (chosen: ChosenWindow) => Window): readonly Example[] =>
    sample.windows.map(seen).map((window) => exampleOf(sequenceOf(window, maskFor(window, task, usualShape)), window.played)).filter(({ length }) => length <= longest);
  return Object.fromEntries(trialTasks.flatMap((task) => [
    [task, examples(task, ({ window }) => window)],
    [`${task}InSong`, examples(task, (chosen) => inSong(chosen, task, usualShape))],
  ]));
}
