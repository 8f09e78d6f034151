/** The same music otherwise: in another key, louder, less evenly. For learning more from few songs. */
import type { Random } from '../../core/math/random.ts';
import { clamp } from '../../core/math/statistics.ts';
import type { Song } from '../../core/music/song.ts';
import type { Window } from './window.ts';

/** Drums stay as they are. @returns undefined where a note would leave the keyboard of MIDI */
export function transposed(song: Song, semitones: number): Song | undefined {
  const pitched = song.tracks.filter((track) => track.role !== 'drums');
  const fits = pitched.every((track) => Array.from(track.notes.pitch).every((pitch) => pitch + semitones >= 0 && pitch + semitones <= 127));
  if (!fits) return undefined;
  const pitchClassOf = (value: number): number => (((value + semitones) % 12) + 12) % 12;
  return {
    ...song,
    id: `${song.id}${semitones < 0 ? '' : '+'}${semitones}`,
    ...(song.key && { key: { ...song.key, tonic: pitchClassOf(song.key.tonic) } }),
    ...(song.chords && { chords: song.chords.map((chord) => (chord.root === undefined ? chord : { ...chord, root: pitchClassOf(chord.root) })) }),
    tracks: song.tracks.map((track) => (track.role === 'drums' ? track : { ...track, notes: { ...track.notes, pitch: Int32Array.from(track.notes.pitch, (pitch) => pitch + semitones) } })),
  };
}

/** How far playing is varied: in steps of velocity, for all notes alike. */
const loudest = 12;

/** Played a little louder or softer; which notes, and when, stays. */
export function asPlayedAnotherDay(window: Window, random: Random): Window {
  const shift = Math.round(random.between(-loudest, loudest));
  return window.played.velocity ? { ...window, notes: window.notes.map((note) => ({ ...note, velocity: clamp(note.velocity + shift, 1, 127) })) } : window;
}
