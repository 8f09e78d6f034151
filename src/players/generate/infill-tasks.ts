/** What a writer is measured by: windows of a song, and what is missing in them. */
import { Random } from '../../core/math/random.ts';
import type { Song } from '../../core/music/song.ts';
import type { Mask } from './masks.ts';
import { maskBars, maskedNotes } from './masks.ts';
import type { Window } from './window.ts';
import { barOf, knowingAllBut, windowOf } from './window.ts';

export const infillTasks = ['infill', 'piano', 'melody', 'continue', 'harmonise'] as const;
export type InfillTask = (typeof infillTasks)[number];

export interface WindowShape {
  readonly bars: number;
  /** Bars that are missing: in the middle, or, to continue, at the end. */
  readonly hole: number;
}
export const usualShape: WindowShape = { bars: 12, hole: 2 };

/** The melody is what a track of that role plays; the piano who accompanies, or, where there is none, all the others. */
export function maskFor(window: Window, task: InfillTask, { bars, hole }: WindowShape): Mask {
  const first = Math.floor((bars - hole) / 2);
  const tracksThat = (is: (role: Window['tracks'][number]['role']) => boolean): number[] => window.tracks.flatMap(({ role }, i) => (is(role) ? [i] : []));
  const others = tracksThat((role) => role !== 'melody');
  const chords = tracksThat((role) => role === 'accompaniment');
  switch (task) {
    case 'infill': return maskBars(window, first, first + hole - 1);
    case 'piano': return maskBars(window, first, first + hole - 1, chords.length > 0 ? chords : others);
    case 'melody': return maskBars(window, first, first + hole - 1, tracksThat((role) => role === 'melody'));
    case 'continue': return maskBars(window, bars - hole, bars - 1);
    case 'harmonise': return maskBars(window, 0, bars - 1, others);
  }
}

/** A window serves when in the hole of each task there is something to find: so the same windows serve all tasks. */
function serves(window: Window, shape: WindowShape): boolean {
  const melody = window.notes.some((note) => window.tracks[note.track]!.role === 'melody');
  return melody && infillTasks.every((task) => maskedNotes(window, maskFor(window, task, shape)).length >= 2 && window.notes.some((note) => barOf(window.bars, note.position) === 0));
}

export interface ChosenWindow {
  readonly song: Song;
  readonly firstBar: number;
  readonly window: Window;
}

/** The window as it stands in its song: of who continues, only what was before is known; whose accompaniment is missing has none anywhere. */
export function inSong({ song, firstBar, window }: ChosenWindow, task: InfillTask, shape: WindowShape): Window {
  const start = window.bars[shape.bars - shape.hole]!.start + song.bars[firstBar]!.start;
  const unknown = { from: task === 'continue' ? start : -Infinity, until: Infinity };
  switch (task) {
    case 'continue': return knowingAllBut(window, [unknown]);
    case 'harmonise': return knowingAllBut(window, [{ ...unknown, tracks: song.tracks.flatMap(({ role }, track) => (role === 'melody' ? [] : [track])) }]);
    default: return knowingAllBut(window, []);
  }
}

/** Some windows of many songs, every window of every song equally likely: songs are seen one at a time, in order. */
export class WindowSample {
  readonly #count: number;
  readonly #shape: WindowShape;
  readonly #random: Random;
  #drawn: { readonly lot: number; readonly chosen: ChosenWindow }[] = [];

  constructor(count: number, shape: WindowShape, seed: number) {
    this.#count = count;
    this.#shape = shape;
    this.#random = new Random(seed);
  }

  add(song: Song): void {
    const lots = this.#random.split(song.id);
    const full = this.#drawn.length >= this.#count;
    for (let first = 0; first + this.#shape.bars <= song.bars.length; first++) {
      const lot = lots.uniform();
      if (full && lot >= this.#drawn.at(-1)!.lot) continue;
      const window = windowOf(song, first, this.#shape.bars);
      if (serves(window, this.#shape)) this.#drawn.push({ lot, chosen: { song, firstBar: first, window } });
    }
    this.#drawn.sort((a, b) => a.lot - b.lot);
    this.#drawn = this.#drawn.slice(0, this.#count);
  }

  get windows(): readonly ChosenWindow[] {
    return this.#drawn.map(({ chosen }) => chosen);
  }
}
