/** The same music otherwise: in another key, louder, less evenly. For learning more from few songs. */
import type { Random } from '../../core/math/random.ts';
import { clamp } from '../../core/math/statistics.ts';
import { pitchClass } from '../../core/music/pitch.ts';
import type { Song } from '../../core/music/song.ts';

/** Drums stay as they are. @returns undefined where a note would leave the keyboard of MIDI */
export function transposed(song: Song, semitones: number): Song | undefined {
  const pitched = song.tracks.filter((track) => track.role !== 'drums');
  const fits = pitched.every((track) => Array.from(track.notes.pitch).every((pitch) => pitch + semitones >= 0 && pitch + semitones <= 127));
  if (!fits) return undefined;
  const pitchClassOf = (value: number): number => pitchClass(value + semitones);
  return {
    ...song,
    id: `${song.id}${semitones < 0 ? '' : '+'}${semitones}`,
    ...(song.key && { key: { ...song.key, tonic: pitchClassOf(song.key.tonic) } }),
    ...(song.chords && { chords: song.chords.map((chord) => (chord.root === undefined ? chord : { ...chord, root: pitchClassOf(chord.root) })) }),
    tracks: song.tracks.map((track) => (track.role === 'drums' ? track : { ...track, notes: { ...track.notes, pitch: Int32Array.from(track.notes.pitch, (pitch) => pitch + semitones) } })),
  };
}

/** How far playing is varied, for all notes of a track alike: in steps of velocity, and by which factor at most notes sound longer. */
const loudest = 12;
const longest = 1.12;

/** Played a little louder or softer, longer or shorter, track by track; which notes, and when, stays. What nobody played stays altogether. */
export function asPlayedAnotherDay(song: Song, random: Random): Song {
  const { velocity, timing } = song.played;
  const all = random.between(-loudest, loudest);
  return { ...song, tracks: song.tracks.map((track) => {
    const louder = velocity ? Math.round(all + random.between(-4, 4)) : 0;
    const longer = timing ? longest ** random.between(-1, 1) : 1;
    return { ...track, notes: {
      ...track.notes,
      velocity: Int32Array.from(track.notes.velocity, (one) => clamp(one + louder, 1, 127)),
      duration: Int32Array.from(track.notes.duration, (one) => Math.max(1, Math.round(one * longer))),
    } };
  }) };
}
