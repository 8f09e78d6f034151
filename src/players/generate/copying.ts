/** The simplest way to fill a hole, and a strong one: what stood so many bars before. */
import { durationClasses } from './events.ts';
import { Grammar } from './grammar.ts';
import type { Mask } from './masks.ts';
import { keptNotes } from './masks.ts';
import { durationClassOf } from './qualities.ts';
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
    grammar.enter(hole);
    const start = window.bars[hole.bar]!.start;
    for (const note of source) {
      if (note.onset < hole.from || note.onset >= hole.until || grammar.pitches(note.onset)[note.pitch] !== 1) continue;
      const allowed = grammar.durations(note.onset, note.pitch);
      const wanted = durationClassOf(note.duration);
      const longest = allowed.lastIndexOf(1, wanted);
      grammar.write(note.onset, note.pitch, longest);
      const copy = { track: hole.track, position: start + note.onset, deviation: note.deviation, pitch: note.pitch, velocity: note.velocity, duration: longest === wanted ? note.duration : Math.min(note.duration, durationClasses[longest]! * 80) };
      written.push(copy);
      known.push(copy);
    }
  }
  return inOrder(written, window.bars);
}

/** With the onset in the bar, in order. */
function cellOf(notes: readonly WindowNote[], window: Window, bar: number, track: number): readonly (WindowNote & { readonly onset: number })[] {
  const { start } = window.bars[bar] ?? { start: NaN };
  return notes
    .filter((note) => note.track === track && window.bars[bar] !== undefined && barOf(window.bars, note.position) === bar)
    .map((note) => ({ ...note, onset: note.position - start }))
    .sort((a, b) => a.onset - b.onset || a.pitch - b.pitch);
}
