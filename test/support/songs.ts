/** Small songs for those who write music, and chance ones for properties. */
import fc from 'fast-check';
import type { Song, SongBar, SongTrack, TrackRole } from '../../src/core/music/song.ts';
import { ticksPerPosition } from '../../src/core/music/song.ts';
import { roomOf } from '../../src/players/generate/qualities.ts';
import type { Window, WindowNote } from '../../src/players/generate/window.ts';
import { inOrder } from '../../src/players/generate/window.ts';

/** Bars of 4/4, one after another. */
export const commonBars = (count: number): SongBar[] => Array.from({ length: count }, (_, i) => ({ start: i * 48, length: 48, numerator: 4, denominator: 4 }));

/** [position, pitch, length in positions], played exactly on the grid. */
export function trackWith(role: TrackRole, notes: readonly (readonly [number, number, number])[]): SongTrack {
  const sorted = [...notes].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    name: role, role,
    notes: {
      position: sorted.map(([position]) => position),
      pitch: sorted.map(([, pitch]) => pitch),
      onset: sorted.map(([position]) => position * ticksPerPosition),
      duration: sorted.map(([, , length]) => length * ticksPerPosition),
      velocity: sorted.map(() => 80),
    },
  };
}

export function songWith(bars: readonly SongBar[], ...tracks: readonly SongTrack[]): Song {
  return { id: 'song', title: 'Song', source: 'test', licence: 'CC0-1.0', split: 'train', bars, tempo: [[0, 120]], played: { velocity: true, timing: true }, tracks };
}

const meters: readonly (readonly [number, number])[] = [[4, 4], [3, 4], [6, 8], [2, 4], [5, 8], [12, 8]];

/** Any playable music: no two notes on one key at once. */
export const windows: fc.Arbitrary<Window> = fc
  .record({
    meters: fc.array(fc.constantFrom(...meters), { minLength: 1, maxLength: 6 }),
    roles: fc.array(fc.constantFrom<TrackRole>('melody', 'accompaniment', 'bass', 'drums'), { minLength: 1, maxLength: 4 }),
    notes: fc.array(
      fc.record({ track: fc.nat(3), position: fc.nat(400), deviation: fc.integer({ min: -300, max: 300 }), duration: fc.integer({ min: 1, max: 20_000 }), pitch: fc.nat(127), velocity: fc.integer({ min: 1, max: 127 }) }),
      { maxLength: 60 },
    ),
  })
  .map(({ meters: chosen, roles, notes }) => {
    const bars: SongBar[] = [];
    for (const [numerator, denominator] of chosen) bars.push({ start: bars.reduce((sum, bar) => sum + bar.length, 0), length: (numerator * 48) / denominator, numerator, denominator });
    const end = bars.at(-1)!.start + bars.at(-1)!.length;
    const once = new Map(notes.map((note): [string, WindowNote] => {
      const placed = { ...note, track: note.track % roles.length, position: note.position % end };
      return [`${placed.track} ${placed.position} ${placed.pitch}`, placed];
    }));
    const distinct = inOrder([...once.values()], bars);
    const room = roomOf(distinct);
    const playable = distinct.map((note, i) => ({ ...note, duration: Math.max(1, Math.min(note.duration, room[i]! * ticksPerPosition)) }));
    return { bars, tracks: roles.map((role, index) => ({ index, name: role, role })), notes: playable, played: { velocity: true, timing: true }, chords: [] };
  });
