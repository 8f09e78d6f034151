/**
 * A gap of any length, filled a stretch of bars at a time: whoever writes sees the bars before, what was just written
 * among them, and those after. Where other tracks play on, the bars of the gap that come next are shown as missing
 * too, so that nobody takes them for silence. The rest of the song is known to him too, for what comes again.
 */
import type { Song } from '../../core/music/song.ts';
import type { SongNote } from './editing.ts';
import { edited, ofSong } from './editing.ts';
import { mostBars } from './events.ts';
import type { Mask, Missing, Voice } from './masks.ts';
import { maskedNotes, maskSpan, maskVoice } from './masks.ts';
import type { Window, WindowNote } from './window.ts';
import { barOf, windowOf } from './window.ts';

export interface Gap {
  /** Positions of the song, the second not included. */
  readonly from: number;
  readonly until: number;
  /** Of the song. */
  readonly tracks: readonly number[];
  readonly missing: Missing;
  /** Only the highest or the lowest note of each onset. */
  readonly voice?: Voice;
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
  const window: Window = { ...windowOf(shown, firstBar, count, gap.tracks), within: { song: shown, firstBar, unknown: open.map(([from, until]) => ({ from, until, tracks: gap.tracks })) } };
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

