/**
 * What is missing: which notes of a window are to be written anew, and in which cells others may be added. The notes
 * that begin in a hole go; what sounds into it from before stays.
 */
import type { Window, WindowNote } from './window.ts';
import { barOf } from './window.ts';

/**
 * What is written anew: the notes altogether; of given onsets and lengths the pitches (the rhythm stays); of given
 * notes how they are played (velocity and microtiming).
 */
export type Missing = 'notes' | 'pitches' | 'playing';

/** The part of a cell that is missing, in positions of its bar. */
export interface Hole {
  readonly bar: number;
  readonly track: number;
  readonly from: number;
  readonly until: number;
}

export interface Mask {
  readonly missing: Missing;
  /** In order of bar, then track; at most one a cell. */
  readonly holes: readonly Hole[];
  /** 1 for each note of the window that is to be written anew. */
  readonly masked: Uint8Array;
  /** What is written is one line, above or below what stays in its track. */
  readonly voice?: Voice;
}
export type Voice = 'top' | 'bottom';

/** From one position of the window up to another. @param tracks all of them unless said */
export function maskSpan(window: Window, from: number, until: number, tracks: readonly number[] = Array.from(window.tracks.keys()), missing: Missing = 'notes'): Mask {
  const holes = window.bars.flatMap((bar, index) =>
    bar.start < until && bar.start + bar.length > from
      ? [...tracks].sort((a, b) => a - b).map((track): Hole => ({ bar: index, track, from: Math.max(0, from - bar.start), until: Math.min(bar.length, until - bar.start) }))
      : [],
  );
  return { missing, holes, masked: maskedBy(window, holes, () => true) };
}

/** @param first  index of the first bar @param last  of the last one, included */
export function maskBars(window: Window, first: number, last: number, tracks?: readonly number[], missing?: Missing): Mask {
  const end = window.bars[last]!;
  return maskSpan(window, window.bars[first]!.start, end.start + end.length, tracks, missing);
}

export function maskTrack(window: Window, track: number, missing?: Missing): Mask {
  return maskBars(window, 0, window.bars.length - 1, [track], missing);
}

/** The top or the bottom line of a track in some bars: of each onset the highest or the lowest note. The others stay. */
export function maskVoice(window: Window, track: number, voice: Voice, first = 0, last = window.bars.length - 1, missing?: Missing): Mask {
  const whole = maskBars(window, first, last, [track], missing);
  const outer = new Map<number, WindowNote>();
  for (const note of window.notes) {
    const known = outer.get(note.position);
    if (note.track === track && (known === undefined || (voice === 'top' ? note.pitch > known.pitch : note.pitch < known.pitch))) outer.set(note.position, note);
  }
  return { ...whole, voice, masked: maskedBy(window, whole.holes, (note) => outer.get(note.position) === note) };
}

/** Single notes, by their index in the window: each hole reaches from the first to the last of them in its cell. */
export function maskNotes(window: Window, indexes: Iterable<number>, missing: Missing = 'notes'): Mask {
  const masked = new Uint8Array(window.notes.length);
  const holes = new Map<number, Hole>();
  for (const index of indexes) {
    const note = window.notes[index];
    if (note === undefined) throw new RangeError(`the window has ${window.notes.length} notes, none with index ${index}`);
    masked[index] = 1;
    const bar = barOf(window.bars, note.position);
    const place = note.position - window.bars[bar]!.start;
    const cell = bar * window.tracks.length + note.track;
    const known = holes.get(cell);
    holes.set(cell, { bar, track: note.track, from: Math.min(place, known?.from ?? place), until: Math.max(place + 1, known?.until ?? 0) });
  }
  return { missing, holes: [...holes].sort(([a], [b]) => a - b).map(([, hole]) => hole), masked };
}

export const keptNotes = (window: Window, { masked }: Mask): readonly WindowNote[] => window.notes.filter((_, i) => masked[i] === 0);
export const maskedNotes = (window: Window, { masked }: Mask): readonly WindowNote[] => window.notes.filter((_, i) => masked[i] === 1);

function maskedBy(window: Window, holes: readonly Hole[], isMeant: (note: WindowNote) => boolean): Uint8Array {
  const byCell = new Map(holes.map((hole) => [hole.bar * window.tracks.length + hole.track, hole]));
  return Uint8Array.from(window.notes, (note) => {
    const bar = barOf(window.bars, note.position);
    const hole = byCell.get(bar * window.tracks.length + note.track);
    const place = note.position - window.bars[bar]!.start;
    return hole !== undefined && place >= hole.from && place < hole.until && isMeant(note) ? 1 : 0;
  });
}
