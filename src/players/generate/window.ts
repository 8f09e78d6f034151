/** Some bars of a song, as the writer gets them: its notes in order, each in its cell. */
import { firstAtOrAfter, lastAtOrBeforeBy } from '../../core/math/search.ts';
import type { Song, SongBar, TrackRole } from '../../core/music/song.ts';
import { ticksPerPosition, trackRoles } from '../../core/music/song.ts';
import { mostBars, mostTracks } from './events.ts';
import type { Unknown, Within } from './reprises.ts';

export interface WindowNote {
  /** Index into the tracks of the window. */
  readonly track: number;
  /** On the grid, from the first barline of the window. */
  readonly position: number;
  /** Ticks by which it was played later than that. */
  readonly deviation: number;
  /** Ticks. */
  readonly duration: number;
  readonly pitch: number;
  /** 1 to 127. */
  readonly velocity: number;
}

export interface WindowTrack {
  /** Which track of the song. */
  readonly index: number;
  readonly name: string;
  readonly role: TrackRole;
}

export interface Window {
  /** The first begins at 0. */
  readonly bars: readonly SongBar[];
  /** In the order in which they are written down. */
  readonly tracks: readonly WindowTrack[];
  /** In order of bar, then track, then position, then pitch. */
  readonly notes: readonly WindowNote[];
  readonly played: Song['played'];
  /** Rising; what sounds at the beginning stands at or before 0. Empty where nobody says. */
  readonly chords: NonNullable<Song['chords']>;
  /** Where it stands, and what may be known of the rest of the song: nothing, unless said. */
  readonly within?: Within;
}

/**
 * Tracks that are silent in all of these bars are left out, but for those that somebody wants to write in; so are those
 * beyond the sixteenth.
 * @param first  index of the first bar
 * @param wanted tracks of the song that are there though they are silent
 * @throws RangeError for more bars than a window can have, or none
 */
export function windowOf(song: Song, first: number, count: number, wanted: readonly number[] = []): Window {
  const taken = song.bars.slice(first, first + count);
  if (taken.length === 0 || taken.length > mostBars) throw new RangeError(`a window has 1 to ${mostBars} bars, not ${taken.length}`);
  const start = taken[0]!.start;
  const end = taken.at(-1)!.start + taken.at(-1)!.length;
  const sounding = song.tracks
    .map((track, index) => ({ track, index, from: firstAtOrAfter(track.notes.position, start), until: firstAtOrAfter(track.notes.position, end) }))
    .filter(({ from, until, index }) => until > from || wanted.includes(index))
    .sort((a, b) => trackRoles.indexOf(a.track.role) - trackRoles.indexOf(b.track.role))
    .slice(0, mostTracks);
  const notes = sounding.flatMap(({ track: { notes: columns }, from, until }, track) =>
    Array.from({ length: until - from }, (_, k): WindowNote => {
      const i = from + k;
      return {
        track,
        position: columns.position[i]! - start,
        deviation: columns.onset[i]! - columns.position[i]! * ticksPerPosition,
        duration: columns.duration[i]!,
        pitch: columns.pitch[i]!,
        velocity: columns.velocity[i]!,
      };
    }),
  );
  const bars = taken.map((bar) => ({ ...bar, start: bar.start - start }));
  return {
    bars,
    tracks: sounding.map(({ track, index }) => ({ index, name: track.name, role: track.role })),
    notes: inOrder(notes, bars),
    played: song.played,
    within: { song, firstBar: first, unknown: [{ from: -Infinity, until: start }, { from: end, until: Infinity }] },
    chords: (song.chords ?? []).filter((chord, i, all) => chord.position < end && (all[i + 1]?.position ?? Infinity) > start).map((chord) => ({ ...chord, position: chord.position - start })),
  };
}

/** The same bars, of whose song all is known but this. */
export const knowingAllBut = (window: Window, unknown: readonly Unknown[]): Window => (window.within === undefined ? window : { ...window, within: { ...window.within, unknown } });

/** Index of the bar of a position; the first and the last reach beyond the ends. */
export function barOf(bars: readonly SongBar[], position: number): number {
  return Math.max(0, lastAtOrBeforeBy(bars, position, (bar) => bar.start));
}

/** As `Window.notes` wants them. */
export function inOrder<N extends Pick<WindowNote, 'track' | 'position' | 'pitch'>>(notes: readonly N[], bars: readonly SongBar[]): N[] {
  return notes
    .map((note) => ({ note, bar: barOf(bars, note.position) }))
    .sort((a, b) => a.bar - b.bar || a.note.track - b.note.track || a.note.position - b.note.position || a.note.pitch - b.note.pitch)
    .map(({ note }) => note);
}
