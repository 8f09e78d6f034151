/** A song with other notes, more bars or one track more. Nothing is changed in place. */
import { ticksPerPosition } from '../../core/music/song.ts';
import type { NoteColumns, Song, SongTrack } from '../../core/music/song.ts';
import type { Window, WindowNote } from './window.ts';

/** A note of a song: its track is one of the song's, its position counts from the song's first barline. */
export type SongNote = WindowNote;

export const notesOfTrack = ({ notes }: SongTrack, track: number): SongNote[] =>
  Array.from({ length: notes.position.length }, (_, i) => ({
    track,
    position: notes.position[i]!,
    deviation: notes.onset[i]! - notes.position[i]! * ticksPerPosition,
    duration: notes.duration[i]!,
    pitch: notes.pitch[i]!,
    velocity: notes.velocity[i]!,
  }));

/** @param window that begins at `start`, a position of the song */
export const ofSong = (notes: readonly WindowNote[], window: Window, start: number): SongNote[] =>
  notes.map((note) => ({ ...note, track: window.tracks[note.track]!.index, position: note.position + start }));

/** Without some notes and with others. @param goes none unless said */
export function edited(song: Song, added: readonly SongNote[], goes?: (note: SongNote) => boolean): Song {
  return { ...song, tracks: song.tracks.map((track, index) => {
    const come = added.filter((note) => note.track === index);
    if (goes === undefined && come.length === 0) return track;
    const stay = notesOfTrack(track, index);
    return { ...track, notes: columnsOf([...(goes === undefined ? stay : stay.filter((note) => !goes(note))), ...come]) };
  }) };
}

/** As many bars more, of the meter of the last one. */
export function lengthened(song: Song, count: number): Song {
  const last = song.bars.at(-1)!;
  const more = Array.from({ length: count }, (_, i) => ({ ...last, start: last.start + last.length * (i + 1) }));
  return { ...song, bars: [...song.bars, ...more] };
}

export function columnsOf(notes: readonly SongNote[]): NoteColumns {
  const sorted = [...notes].sort((a, b) => a.position - b.position || a.pitch - b.pitch);
  const column = (of: (note: SongNote) => number): Int32Array => Int32Array.from(sorted, of);
  return {
    position: column((note) => note.position), onset: column((note) => note.position * ticksPerPosition + note.deviation), duration: column((note) => note.duration),
    pitch: column((note) => note.pitch), velocity: column((note) => note.velocity),
  };
}
