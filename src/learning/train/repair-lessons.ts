/** Lessons for the one who repairs: a passage in which some pitches or rhythms are rubbed out, a few of them or nearly all. */
import type { Random } from '../../core/math/random.ts';
import type { Song } from '../../core/music/song.ts';
import type { Blanks } from '../../players/generate/blanks.ts';
import { blanked } from '../../players/generate/blanks.ts';
import type { Example } from '../../players/generate/events.ts';
import { usualShape, WindowSample } from '../../players/generate/infill-tasks.ts';
import { maskNotes } from '../../players/generate/masks.ts';
import { canonicalShift } from '../../players/generate/sequence.ts';
import type { Window } from '../../players/generate/window.ts';
import type { LayOut } from './composer-lessons.ts';
import { otherKey } from './composer-lessons.ts';

/** Of the notes of a lesson, at least and at most so many are rubbed out; few more often than many, for few is what is asked for. */
const fewest = 0.02;
const most = 0.7;

export const withBlanks: LayOut = (window, random, settings) => {
  const shift = otherKey(canonicalShift(window, maskNotes(window, [])), window, random, settings.transposed);
  const share = fewest + (most - fewest) * random.uniform() ** 2;
  const kind = random.uniform();
  return rubbedOut(window, random, share, { pitch: kind < 0.75, rhythm: kind >= 0.5 }, shift);
};

/** Tasks by which he is judged: so many pitches are rubbed out, or so many rhythms. */
export const repairTrials = ['pitch', 'rhythm'] as const;
const judgedShare = 0.15;

/** @returns examples of each task, of windows that stay the same; see `composer-trials.ts` */
export function repairTrialsOf(songs: readonly Song[], windows: number, longest: number, random: Random): Readonly<Record<(typeof repairTrials)[number], readonly Example[]>> {
  const sample = new WindowSample(windows, usualShape, 1);
  for (const song of songs) sample.add(song);
  const examples = (what: (typeof repairTrials)[number]): readonly Example[] =>
    sample.windows.flatMap(({ window, song, firstBar }) => {
      const own = random.split(`${what} ${song} ${firstBar}`);
      const example = rubbedOut(window, own, judgedShare, { pitch: what === 'pitch', rhythm: what === 'rhythm' }, canonicalShift(window, maskNotes(window, [])));
      return example !== undefined && example.length <= longest ? [example] : [];
    });
  return { pitch: examples('pitch'), rhythm: examples('rhythm') };
}

function rubbedOut(window: Window, random: Random, share: number, what: { readonly pitch: boolean; readonly rhythm: boolean }, shift: number): Example | undefined {
  const chosen = new Set(window.notes.flatMap((_, i) => (random.uniform() < share ? [i] : [])));
  if (chosen.size === 0) return undefined;
  const nothing: ReadonlySet<number> = new Set();
  const blanks: Blanks = { pitch: what.pitch ? chosen : nothing, rhythm: what.rhythm ? chosen : nothing };
  return blanked(window, blanks, shift);
}
