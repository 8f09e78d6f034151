/** The simplest way to fill a hole, and a strong one: what stood so many bars before. */
import { ticksPerPosition } from '../../core/music/song.ts';
import { durationClasses } from './events.ts';
import { Grammar } from './grammar.ts';
import type { Hole, Mask } from './masks.ts';
import { keptNotes } from './masks.ts';
import { durationClassOf } from './qualities.ts';
import type { Reprise } from './reprises.ts';
import { reprisesOf } from './reprises.ts';
import type { Window, WindowNote } from './window.ts';
import { barOf, inOrder } from './window.ts';

/**
 * Each cell becomes what its track had `back` bars before, as far as it fits; where that was missing itself, what has
 * been put there. With no bar so far back, or none of notes there, the cell after the hole by as much is taken.
 */
export function copied(window: Window, mask: Mask, back: number): readonly WindowNote[] {
  const grammar = new Grammar(window, mask);
  const known: WindowNote[] = [...keptNotes(window, mask)];
  const written: WindowNote[] = [];
  for (const hole of mask.holes) {
    const source = [hole.bar - back, hole.bar + back].map((bar) => cellOf(known, window, bar, hole.track)).find((notes) => notes.length > 0) ?? [];
    const copy = fitting(grammar, hole, window.bars[hole.bar]!.start, source);
    written.push(...copy);
    known.push(...copy);
  }
  return inOrder(written, window.bars);
}

/** Each cell becomes what its track has at a place of the song that is like this one, as far as it fits. */
export function copiedFrom({ notes }: Reprise, window: Window, mask: Mask): readonly WindowNote[] {
  const grammar = new Grammar(window, mask);
  return inOrder(mask.holes.flatMap((hole) => fitting(grammar, hole, window.bars[hole.bar]!.start, cellOf(notes, window, hole.bar, hole.track))), window.bars);
}

/** Each cell becomes what its track has where the song is most like this one, as far as it fits; nothing where no place is. @returns also which place that is */
export function copiedInSong(window: Window, mask: Mask): { readonly notes: readonly WindowNote[]; readonly from?: Reprise } {
  const [from] = reprisesOf(window, mask);
  return from === undefined ? { notes: [] } : { notes: copiedFrom(from, window, mask), from };
}

/** A note with its onset in the bar. */
export type CellNote = WindowNote & { readonly onset: number };

/** What can be written into a hole of the notes of some cell, in order; cut short where its pitch is to be struck again. @param start of the hole's bar */
export function fitting(grammar: Grammar, hole: Hole, start: number, notes: readonly CellNote[]): WindowNote[] {
  const written: WindowNote[] = [];
  grammar.enter(hole);
  for (const { onset, deviation, pitch, velocity, duration } of notes) {
    if (onset < hole.from || onset >= hole.until || grammar.pitches(onset)[pitch] !== 1) continue;
    const wanted = durationClassOf(duration);
    const longest = grammar.durations(onset, pitch).lastIndexOf(1, wanted);
    grammar.write(onset, pitch, longest);
    written.push({ track: hole.track, position: start + onset, deviation, pitch, velocity, duration: longest === wanted ? duration : Math.min(duration, durationClasses[longest]! * ticksPerPosition) });
  }
  return written;
}

/** The notes of a cell, in order. */
export function cellOf(notes: readonly WindowNote[], window: Window, bar: number, track: number): readonly CellNote[] {
  const { start } = window.bars[bar] ?? { start: NaN };
  return notes
    .filter((note) => note.track === track && window.bars[bar] !== undefined && barOf(window.bars, note.position) === bar)
    .map((note) => ({ ...note, onset: note.position - start }))
    .sort((a, b) => a.onset - b.onset || a.pitch - b.pitch);
}
