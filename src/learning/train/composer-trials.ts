/** By what a writer is judged on the way: windows of twelve bars at fixed places of each song, with holes of two bars. */
import type { Song, TrackRole } from '../../core/music/song.ts';
import type { Example } from '../../players/generate/events.ts';
import type { Mask } from '../../players/generate/masks.ts';
import { maskBars } from '../../players/generate/masks.ts';
import { exampleOf, sequenceOf } from '../../players/generate/sequence.ts';
import type { Window } from '../../players/generate/window.ts';
import { windowOf } from '../../players/generate/window.ts';

export const trialTasks = ['infill', 'piano', 'melody', 'continue'] as const;
export type TrialTask = (typeof trialTasks)[number];

const bars = 12;

/** @param windows in all, of each task @param longest events that an example may have @returns for each task */
export function trialsOf(songs: readonly Song[], windows: number, longest: number): Readonly<Record<TrialTask, readonly Example[]>> {
  const trials: Record<TrialTask, Example[]> = { infill: [], piano: [], melody: [], continue: [] };
  const each = Math.max(1, Math.ceil(windows / Math.max(1, songs.length)));
  for (const song of songs) {
    for (let i = 0; i < each; i++) {
      const room = song.bars.length - bars;
      if (room < 0) continue;
      const window = windowOf(song, Math.round((room * (i + 1)) / (each + 1)), bars);
      for (const task of trialTasks) {
        const mask = maskOf(task, window);
        if (mask === undefined || trials[task].length >= windows) continue;
        const example = exampleOf(sequenceOf(window, mask), window.played);
        if (example.notes > 0 && example.length <= longest) trials[task].push(example);
      }
    }
  }
  return trials;
}

function maskOf(task: TrialTask, window: Window): Mask | undefined {
  const only = (role: TrackRole): Mask | undefined => {
    const tracks = window.tracks.flatMap((track, i) => (track.role === role ? [i] : []));
    return tracks.length === 0 ? undefined : maskBars(window, 5, 6, tracks);
  };
  switch (task) {
    case 'infill': return maskBars(window, 5, 6);
    case 'piano': return only('accompaniment');
    case 'melody': return only('melody');
    case 'continue': return maskBars(window, bars - 2, bars - 1);
  }
}
