/**
 * A piece as one who writes music learns from it: bars, and in each track the notes twice over, exactly where they
 * were played and on the grid where they would be printed. The difference is how it was played: microtiming.
 *
 * Exact times are ticks, 960 to the quarter; printed places are positions, 12 to the quarter, so that sixteenths and
 * triplets of eighths both stand on the grid. Time 0 is the barline before the first bar.
 */

export const ticksPerQuarter = 960;
/** Places on the grid in a quarter note. */
export const positionsPerQuarter = 12;
export const ticksPerPosition = ticksPerQuarter / positionsPerQuarter;

export const splits = ['train', 'val', 'test'] as const;
export type Split = (typeof splits)[number];

/** What a track does in the music, in the order in which it is written down. */
export const trackRoles = ['melody', 'counter', 'inner', 'accompaniment', 'pad', 'bass', 'drums', 'other'] as const;
export type TrackRole = (typeof trackRoles)[number];

export interface SongBar {
  /** Position of its barline. */
  readonly start: number;
  /** Positions up to the next barline. */
  readonly length: number;
  readonly numerator: number;
  readonly denominator: number;
}

/** One entry a note, in order of position, then pitch. Whole numbers. */
export interface NoteColumns {
  /** Ticks, as played. */
  readonly onset: ArrayLike<number>;
  /** Ticks, as played; at least 1. */
  readonly duration: ArrayLike<number>;
  readonly pitch: ArrayLike<number>;
  /** 1 to 127. */
  readonly velocity: ArrayLike<number>;
  /** On the grid. Within a track no two notes share position and pitch. */
  readonly position: ArrayLike<number>;
}

export interface SongTrack {
  readonly name: string;
  readonly role: TrackRole;
  /** General MIDI, 0 to 127, where the source says. */
  readonly program?: number;
  readonly notes: NoteColumns;
}

export interface SongChord {
  readonly position: number;
  /** Pitch class of the root; undefined where no chord sounds. */
  readonly root?: number;
  readonly quality: string;
}

export interface Song {
  /** Unique in its corpus. */
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly licence: string;
  /** As the source says. */
  readonly composer?: string;
  readonly split: Split;
  /** One after another, none missing. */
  readonly bars: readonly SongBar[];
  /** [position, quarters a minute], rising. */
  readonly tempo: readonly (readonly [number, number])[];
  /** As the source says: pitch class of the tonic. */
  readonly key?: { readonly tonic: number; readonly mode: 'major' | 'minor' };
  /** As the source says; rising. */
  readonly chords?: readonly SongChord[];
  /** Whether velocities and microtiming are somebody's playing, or only what a score could not say. */
  readonly played: { readonly velocity: boolean; readonly timing: boolean };
  readonly tracks: readonly SongTrack[];
}
