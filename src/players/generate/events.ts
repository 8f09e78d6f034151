/**
 * The alphabet of the writer: what a network sees of a note, and what it is asked.
 *
 * One step is one note (or one mark), all of its qualities at once in integer columns. A sequence is the context,
 * cell by cell (a cell is what one track plays in one bar), each cell opened by a mark that says whether something is
 * missing in it; then `begin`; then the missing cells in the same order, each opened by a mark, with the notes to be
 * written. Attention is causal: the fill sees all of the context, the past and the future of the music alike.
 *
 * Each step also carries the place of the step that comes after it (`next...`). So at step i the place of event i + 1
 * is known, and what is asked there is that event's pitch, then its duration given the pitch, then velocity, then
 * microtiming, and last where it is followed: `next`, an onset in the same bar, or `endOfCell`. Of a mark only `next`
 * is asked: the onset of the first note of its cell.
 *
 * Pitches are transposed so that the context is in C major or A minor (`key.ts`); drums are not.
 */
import { positionsPerQuarter, trackRoles } from '../../core/music/song.ts';

/** Changes whenever a column or a class is added, removed, reordered or read otherwise. */
export const eventLayout = 'events-1';

/** `context` notes are given; `fill` notes are to be written. */
export const kinds = ['pad', 'context', 'hole', 'note', 'begin', 'cell', 'fill'] as const;
export type EventKind = (typeof kinds)[number];
export const kindIndex = Object.fromEntries(kinds.map((kind, index) => [kind, index])) as Readonly<Record<EventKind, number>>;

/** Positions in the longest bar, of two whole notes. */
export const longestBar = 8 * positionsPerQuarter;
/** In `next`: no note follows in this cell. */
export const endOfCell = longestBar;
/** Bars and tracks that a window may have. */
export const mostBars = 32;
export const mostTracks = 16;

/** Durations on the grid: every sixteenth up to a bar of 4/4, triplets and what is shorter below, coarser above. */
export const durationClasses: readonly number[] = [1, 2, 3, 4, 6, 8, 9, 10, 12, 15, 16, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45, 48, 54, 60, 66, 72, 84, 96, 120, 144, 168, 192];
/** Four steps of MIDI velocity each. */
export const velocityClasses = 32;
/** Deviations from the grid, in ticks, the middle one none: a 128th of a whole note is 30 ticks. */
export const microStep = 12;
export const microClasses = 21;
/** Meters by name; any other one is class 0. */
export const meterClasses: readonly (readonly [number, number])[] = [[0, 0], [4, 4], [3, 4], [2, 4], [6, 8], [2, 2], [3, 8], [9, 8], [12, 8], [5, 4], [6, 4], [3, 2], [4, 2], [7, 8], [5, 8], [1, 4]];
/** Kinds of chords, each on twelve roots. 0 says nothing of the harmony, 1 that there is none. */
export const chordQualities = ['maj', 'min', '7', 'maj7', 'min7', 'dim', 'hdim7', 'dim7', 'aug', 'sus4', 'sus2'] as const;

/**
 * The columns of an event in order, with the number of classes of each. Where a column does not apply it holds its
 * last class (`none`), but for the three wishes at the end, where 0 is no wish.
 */
export const columnSizes = {
  kind: kinds.length,
  /** What the track does: index into `trackRoles`. */
  role: trackRoles.length + 1,
  /** Which track of the window. */
  track: mostTracks + 1,
  /** Which bar of the window. */
  bar: mostBars + 1,
  /** Position in the bar; of a hole, where it begins. */
  onset: longestBar + 2,
  /** MIDI pitch in the canonical key; none also where it is to be found (rhythm kept). */
  pitch: 129,
  /** Index into `durationClasses`; of a hole, how far it reaches. */
  duration: durationClasses.length + 1,
  /** None also where it is to be found (pitches kept). */
  velocity: velocityClasses + 1,
  micro: microClasses + 1,
  /** Onset of the note that follows in the cell, `endOfCell` after the last. */
  next: longestBar + 2,
  /** Role, track and bar of the event that follows. */
  nextRole: trackRoles.length + 1,
  nextTrack: mostTracks + 1,
  nextBar: mostBars + 1,
  /** Of the bar: index into `meterClasses`. */
  meter: meterClasses.length,
  /** What sounds at the place of the next event, where that is given: 2 + quality * 12 + root. */
  chord: 2 + 12 * chordQualities.length,
  /** Wishes for the cell that is being filled, 0 for none: notes in the bar, notes at a time, middle of the register. */
  density: 9,
  polyphony: 7,
  register: 12,
} as const;
export type Column = keyof typeof columnSizes;
export const columns = Object.keys(columnSizes) as readonly Column[];
export const columnIndex = Object.fromEntries(columns.map((column, index) => [column, index])) as Readonly<Record<Column, number>>;

/** What a column holds that does not apply. */
export const none = Object.fromEntries(columns.map((column) => [column, columnSizes[column] - 1])) as Readonly<Record<Column, number>>;

/** What is asked at each step of the event after it, in the order in which one answer is told before the next question. */
export const headSizes = { pitch: 128, duration: durationClasses.length, velocity: velocityClasses, micro: microClasses, next: longestBar + 1 } as const;
export type Head = keyof typeof headSizes;
export const heads = Object.keys(headSizes) as readonly Head[];

/**
 * A lesson: N steps, and what is right after each. All arrays have `length` rows; a batch pads with `pad` events,
 * whose weights are 0.
 */
export interface Example {
  readonly length: number;
  /** Shape [length, columns], row by row. */
  readonly columns: Int32Array;
  /** Of each event, and of the one that follows it, in quarter notes from the first barline of the window: for rotary positions. Shape [length] each. */
  readonly times: Float32Array;
  readonly nextTimes: Float32Array;
  /** Class that is right for each head at each step; 0 where nothing is asked. Shape [length, heads]. */
  readonly targets: Int32Array;
  /** 1 where the head is asked, 0 elsewhere. Shape [length, heads]. */
  readonly weights: Float32Array;
  /** What the music around says of what is right, see `echoes.ts`: shape [length, `echoesInAll`]. Left out for who looks both ways. */
  readonly echoes?: Int32Array;
  /** By how much what was chosen at each step is to become likelier, shape [length], for who is led by praise. */
  readonly praise?: Float32Array;
  /** First step at which anything is asked: that of `begin`. */
  readonly asksFrom: number;
  /** Notes to be written. */
  readonly notes: number;
  /** Every event sees all others and is asked about itself, instead of seeing what came before and being asked what comes next. */
  readonly bothWays?: boolean;
  /** Only what comes before `asksFrom` all sees each other, and nothing is asked there. */
  readonly contextBothWays?: boolean;
}
