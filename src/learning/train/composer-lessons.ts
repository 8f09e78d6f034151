/**
 * Lessons for the writer: some bars of a song in which something is missing, of all the kinds that will be asked for.
 * What stays is asked too, with less weight: to foresee the next note of a given melody teaches nearly as much, and
 * there is six times as much of it.
 */
import type { Random } from '../../core/math/random.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';
import type { Song } from '../../core/music/song.ts';
import { asPlayedAnotherDay } from '../../players/generate/augment.ts';
import type { Example } from '../../players/generate/events.ts';
import { columnIndex, columns, heads, kindIndex, none } from '../../players/generate/events.ts';
import type { Mask, Missing } from '../../players/generate/masks.ts';
import { maskBars, maskedNotes, maskSpan, maskTrack } from '../../players/generate/masks.ts';
import { canonicalShift, exampleOf, sequenceOf } from '../../players/generate/sequence.ts';
import { wishesFor } from '../../players/generate/wishes.ts';
import type { Window } from '../../players/generate/window.ts';
import { barOf, knowingAllBut, windowOf } from '../../players/generate/window.ts';

export interface LessonSettings {
  /** Bars of a window, at least and at most. */
  readonly bars: readonly [number, number];
  /** What a note that stays counts, beside 1 for one that is missing: where and which it is, and how it was played (length, loudness, microtiming), which of few songs is soon known by heart. */
  readonly contextWeight: number;
  readonly contextPlaying: number;
  /** Share of the lessons that stand in another key than the canonical one, and of those that are played louder or softer, longer or shorter. */
  readonly transposed: number;
  readonly otherDay: number;
  /** Shares of the lessons in which the chords are told, and in which wishes are. */
  readonly chords: number;
  readonly wishes: number;
  /** Share of the lessons that stand in their song, and of these, how many in one of which only what is before them is known; see `players/generate/reprises.ts`. */
  readonly inSong: number;
  readonly soFar: number;
  /** How often a song of a source is picked, beside 1 for one of any other. */
  readonly sources: Readonly<Record<string, number>>;
}
export const defaultLessonSettings: LessonSettings = { bars: [8, 14], contextWeight: 0.5, contextPlaying: 0.15, transposed: 0.3, otherDay: 0.8, chords: 0.25, wishes: 0.25, inSong: 0.6, soFar: 0.3, sources: {} };

/** Songs to pick from, some sources more often than others. */
export class SongPile {
  readonly #songs: readonly Song[];
  /** Weight of all songs up to and with each. */
  readonly #upTo: Float64Array;

  /** @throws RangeError when nothing can be picked */
  constructor(songs: readonly Song[], sources: LessonSettings['sources']) {
    let sum = 0;
    this.#songs = songs;
    this.#upTo = Float64Array.from(songs, (song) => (sum += sources[song.source] ?? 1));
    if (!(sum > 0)) throw new RangeError('there is no song that may be picked');
  }

  pick(random: Random): Song {
    const upTo = this.#upTo;
    return this.#songs[Math.min(upTo.length - 1, firstAtOrAfter(upTo, random.uniform() * upTo.at(-1)!))]!;
  }
}

/** Makes a lesson of some bars of music, or nothing where there is nothing to be asked. */
export type LayOut = (window: Window, random: Random, settings: LessonSettings) => Example | undefined;

/**
 * A lesson from somewhere in a song, or nothing where it has no notes to be asked for there.
 * @param settings `longest`: events that it may have
 */
export function lessonFrom(song: Song, random: Random, settings: LessonSettings & { readonly longest: number }, layOut: LayOut = withHoles): Example | undefined {
  const { bars: [fewest, most], longest } = settings;
  for (let count = fewest + random.below(most - fewest + 1); count >= 4; count = Math.floor(count * 0.75)) {
    const taken = Math.min(count, song.bars.length);
    const firstBar = random.below(song.bars.length - taken + 1);
    const played = random.uniform() < settings.otherDay ? asPlayedAnotherDay(song, random) : song;
    const alone = windowOf(played, firstBar, taken);
    const { start, length } = played.bars[firstBar + taken - 1]!;
    const window = random.uniform() < settings.inSong ? knowingAllBut(alone, random.uniform() < settings.soFar ? [{ from: start + length, until: Infinity }] : []) : alone;
    if (window.notes.length === 0) return undefined;
    // With its marks a lesson has more events than notes; a window that cannot fit need not be laid out.
    if (window.notes.length > longest) continue;
    const lesson = layOut(window, random, settings);
    if (lesson === undefined || lesson.length <= longest) return lesson;
  }
  return undefined;
}

/** A fifth up or down half of the time, for so the key of a few bars is most easily mistaken; nothing where a note would leave the keyboard. */
export function otherKey(canonical: number, window: Window, random: Random, often: number): number {
  const shift = canonical + (random.uniform() < often ? random.pick([5, -5, 7, -7, 5, -5, 1, -1, 2, -2, 3, -3, 4, -4]) : 0);
  return window.notes.some((note) => note.pitch + shift < 0 || note.pitch + shift > 127) ? 0 : shift;
}

/** Something is missing that is to be written. */
const withHoles: LayOut = (window, random, settings) => {
  const mask = maskFor(window, random);
  if (!mask.masked.includes(1)) return undefined;
  const shift = otherKey(canonicalShift(window, mask), window, random, settings.transposed);
  const withChords = random.uniform() < settings.chords;
  const wishes = random.uniform() < settings.wishes ? wishesOf(window, mask) : undefined;
  return withContext(exampleOf(sequenceOf(window, mask, { shift, withChords, ...(wishes && { wishes }) }), window.played), window, settings);
};

function wishesOf(window: Window, mask: Mask) {
  const missing = maskedNotes(window, mask);
  return mask.holes.map((hole) => wishesFor(missing.filter((note) => note.track === hole.track && barOf(window.bars, note.position) === hole.bar)));
}

/** Kinds of holes, and how often each is dug. */
const holes: readonly (readonly [share: number, dig: (window: Window, random: Random) => Mask])[] = [
  [0.34, (window, random) => { const [first, last] = someBars(window, random, 4); return maskBars(window, first, last); }],
  [0.24, (window, random) => { const [first, last] = someBars(window, random, 4); return maskBars(window, first, last, someTracks(window, random)); }],
  [0.14, (window, random) => maskBars(window, window.bars.length - 1 - random.below(Math.min(4, window.bars.length - 1)), window.bars.length - 1)],
  [0.1, (window, random) => maskTrack(window, random.below(window.tracks.length))],
  [0.08, (window, random) => { const end = window.bars.at(-1)!; const from = random.below(end.start + end.length); return maskSpan(window, from, from + 12 + random.below(84)); }],
  [0.05, (window, random) => { const [first, last] = someBars(window, random, 4); return maskBars(window, first, last, someTracks(window, random), 'pitches' satisfies Missing); }],
  [0.05, (window, random) => { const [first, last] = someBars(window, random, 8); return maskBars(window, first, last, someTracks(window, random), 'playing' satisfies Missing); }],
];
const allShares = holes.reduce((sum, [share]) => sum + share, 0);

function maskFor(window: Window, random: Random): Mask {
  let left = random.uniform() * allShares;
  const [, dig] = holes.find(([share]) => (left -= share) < 0) ?? holes[0]!;
  return dig(window, random);
}

/** Two bars half of the time, for that is what is asked for most. */
function someBars(window: Window, random: Random, most: number): [first: number, last: number] {
  const count = Math.min(random.uniform() < 0.5 ? 2 : 1 + random.below(most), window.bars.length);
  const first = random.below(window.bars.length - count + 1);
  return [first, first + count - 1];
}

function someTracks(window: Window, random: Random): number[] {
  const tracks = random.shuffled([...window.tracks.keys()]);
  return tracks.slice(0, 1 + random.below(Math.max(1, tracks.length - 1)));
}

/**
 * Asks at each step before `begin` too what comes next, and tells the truth of each note also where nothing is asked:
 * who plays given notes anew knows their pitches.
 */
function withContext(example: Example, { played }: Window, { contextWeight, contextPlaying }: LessonSettings): Example {
  const targets = example.targets.slice();
  const weights = example.weights.slice();
  const known = heads.map((head) => (head === 'velocity' ? played.velocity : head === 'micro' ? played.timing : true));
  for (let i = 0; i + 1 < example.length; i++) {
    const at = (column: keyof typeof columnIndex): number => example.columns[(i + 1) * columns.length + columnIndex[column]]!;
    const kind = at('kind');
    const isNote = kind === kindIndex.note || kind === kindIndex.fill;
    if (!isNote && kind !== kindIndex.context) continue;
    heads.forEach((head, h) => {
      if ((!isNote && head !== 'next') || (head !== 'next' && at(head) === none[head])) return;
      targets[i * heads.length + h] = at(head);
      if (i + 1 < example.asksFrom && known[h]) weights[i * heads.length + h] = head === 'pitch' || head === 'next' ? contextWeight : contextPlaying;
    });
  }
  return { ...example, targets, weights };
}
