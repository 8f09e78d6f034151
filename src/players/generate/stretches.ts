/**
 * A gap of any length, filled a stretch of bars at a time: whoever writes sees the bars before, what was just written
 * among them, and those after. Where other tracks play on, the bars of the gap that come next are shown as missing
 * too, so that nobody takes them for silence. The rest of the song is known to him too, for what comes again.
 */
import type { Song } from '../../core/music/song.ts';
import type { SongNote } from './editing.ts';
import { edited, notesOfTrack, ofSong } from './editing.ts';
import { mostBars } from './events.ts';
import type { Mask, Missing, Voice } from './masks.ts';
import { maskedNotes, maskSpan, maskVoice } from './masks.ts';
import type { Window, WindowNote } from './window.ts';
import { barOf, knowingAllBut, windowOf } from './window.ts';

export interface Gap {
  /** Positions of the song, the second not included. */
  readonly from: number;
  readonly until: number;
  /** Of the song. */
  readonly tracks: readonly number[];
  readonly missing: Missing;
  /** Only the highest or the lowest note of each onset. */
  readonly voice?: Voice;
  /** Sections of equal length by name, such as A, A, B, A: what has the same name is the same but for how it ends. */
  readonly form?: readonly string[];
  /** What else of these tracks is still to be written, as `from` and `until`. */
  readonly alsoOpen?: readonly (readonly [from: number, until: number])[];
}

/** What is to be written at a time: the first `cells` of the holes. */
export interface Stretch {
  readonly window: Window;
  readonly mask: Mask;
  readonly cells: number;
  /** Of the song, that of the window; and those that are written, the last included. */
  readonly firstBar: number;
  readonly bars: readonly [first: number, last: number];
  /** To be something new; see `SequenceSettings`. */
  readonly afresh?: boolean;
}

/** Bars that are written at a time, and seen before and after them: as many as lessons have. */
const atATime = 4;
export const barsSeen = { before: 6, after: 4 } as const;

export interface Part {
  readonly stretch: Stretch;
  readonly notes: readonly WindowNote[];
}
export interface Filled {
  /** With the new notes. */
  readonly song: Song;
  readonly removed: readonly SongNote[];
  readonly added: readonly SongNote[];
  readonly parts: readonly Part[];
}

/** Resumed with the notes of each stretch, in the window's own positions and tracks. */
export function* filling(song: Song, gap: Gap): Generator<Stretch, Filled, readonly WindowNote[]> {
  const { form, ...plain } = gap;
  if (form !== undefined) return yield* inForm(song, plain, form);
  const first = barOf(song.bars, gap.from);
  const last = barOf(song.bars, gap.until - 1);
  const removed: SongNote[] = [];
  const added: SongNote[] = [];
  const parts: Part[] = [];
  let so = song;
  for (let bar = first; bar <= last; bar += atATime) {
    const stretch = stretchOf(so, gap, bar, Math.min(last, bar + atATime - 1), last);
    const notes = yield stretch;
    parts.push({ stretch, notes });
    const start = song.bars[stretch.firstBar]!.start;
    const gone = ofSong(maskedNotes(stretch.window, stretch.mask), stretch.window, start);
    const made = ofSong(notes, stretch.window, start);
    removed.push(...gone);
    added.push(...made);
    const names = new Set(gone.map(nameOf));
    so = edited(so, made, (note) => names.has(nameOf(note)));
  }
  return { song: so, removed, added, parts };
}

/** Of so long a section that comes again this much is written anew, so that it leads on to what follows. */
const endings = [{ of: 8, bars: 2 }, { of: 2, bars: 1 }] as const;

/**
 * Section by section: of one that has been there the notes, but for its last bars; these, and how a new one begins, are written afresh.
 * @throws RangeError where its bars cannot be shared out evenly
 */
function* inForm(song: Song, gap: Gap, form: readonly string[]): Generator<Stretch, Filled, readonly WindowNote[]> {
  const [first, last] = [barOf(song.bars, gap.from), barOf(song.bars, gap.until - 1)];
  const length = (last + 1 - first) / form.length;
  if (!Number.isInteger(length) || length < 1) throw new RangeError(`${last + 1 - first} bars are not ${form.length} sections of equal length`);
  const startOf = (bar: number): number => song.bars[bar]?.start ?? gap.until;
  let so: Filled = { song, removed: [], added: [], parts: [] };
  for (const [section, name] of form.entries()) {
    const begin = first + section * length;
    const known = form.indexOf(name);
    const ending = known === section ? length : endings.find(({ of }) => length >= of)?.bars ?? 0;
    const until = startOf(begin + length - ending);
    const by = startOf(begin) - startOf(first + known * length);
    const again = known === section ? [] : so.added.filter(({ position }) => position >= startOf(begin) - by && position < until - by).map((note) => ({ ...note, position: note.position + by }));
    // Nothing that was written in these bars stays.
    const gone = again.length === 0 ? [] : notesIn(so.song, gap.tracks, startOf(begin), until);
    const names = new Set(gone.map(nameOf));
    so = { ...so, song: again.length === 0 ? so.song : edited(so.song, again, (note) => names.has(nameOf(note))), removed: [...so.removed, ...gone], added: [...so.added, ...again] };
    if (ending === 0) continue;
    const writing = filling(so.song, { ...gap, from: until, until: startOf(begin + length), alsoOpen: [[startOf(begin + length), gap.until]] });
    let step = writing.next([]);
    for (let isFirst = true; step.done !== true; isFirst = false) step = writing.next(yield { ...step.value, ...(isFirst && section > 0 && { afresh: true }) });
    const { song: next, removed, added, parts } = step.value;
    so = { song: next, removed: [...so.removed, ...removed], added: [...so.added, ...added], parts: [...so.parts, ...parts] };
  }
  return so;
}

const notesIn = (song: Song, tracks: readonly number[], from: number, until: number): SongNote[] => tracks.flatMap((track) => notesOfTrack(song.tracks[track]!, track)).filter(({ position }) => position >= from && position < until);

function stretchOf(song: Song, gap: Gap, bar: number, lastOfStretch: number, lastOfGap: number): Stretch {
  const everyone = song.tracks.every(({ notes }, track) => gap.tracks.includes(track) || notes.position.length === 0);
  // Where all are silent in the bars that come, nothing is to be seen there.
  const seenAfter = everyone && lastOfGap > lastOfStretch ? 0 : barsSeen.after;
  const firstBar = Math.max(0, bar - barsSeen.before);
  const count = Math.min(song.bars.length - firstBar, lastOfStretch - firstBar + 1 + seenAfter, mostBars);
  const start = song.bars[firstBar]!.start;
  const end = song.bars[lastOfStretch]!.start + song.bars[lastOfStretch]!.length;
  const isWhole = gap.missing === 'notes' && gap.voice === undefined;
  // What goes later is not shown now.
  const shown = isWhole ? edited(song, [], (note) => gap.tracks.includes(note.track) && note.position >= end && note.position < gap.until) : song;
  // Of the rest of the song all is known but what is still to be written.
  const open = [[Math.max(gap.from, song.bars[bar]!.start), gap.until] as const, ...(gap.alsoOpen ?? [])];
  const window = knowingAllBut(windowOf(shown, firstBar, count, gap.tracks), open.map(([from, until]) => ({ from, until, tracks: gap.tracks })));
  const tracks = window.tracks.flatMap(({ index }, track) => (gap.tracks.includes(index) ? [track] : []));
  const from = Math.max(gap.from, song.bars[bar]!.start) - start;
  const until = Math.min(gap.until, end) - start;
  const now = gap.voice === undefined ? maskSpan(window, from, until, tracks, gap.missing) : ofVoices(window, tracks, gap.voice, from, until, gap.missing);
  const later = isWhole && gap.until > end ? maskSpan(window, end - start, gap.until - start, tracks).holes : [];
  return { window, mask: { ...now, holes: [...now.holes, ...later] }, cells: now.holes.length, firstBar, bars: [bar, lastOfStretch] };
}

function ofVoices(window: Window, tracks: readonly number[], voice: Voice, from: number, until: number, missing: Missing): Mask {
  const span = maskSpan(window, from, until, tracks, missing);
  const voices = tracks.map((track) => maskVoice(window, track, voice));
  return { ...span, voice, masked: span.masked.map((isIn, i) => (isIn === 1 && voices.some(({ masked }) => masked[i] === 1) ? 1 : 0)) };
}

const nameOf = ({ track, position, pitch }: SongNote): number => (position * 256 + track) * 128 + pitch;

