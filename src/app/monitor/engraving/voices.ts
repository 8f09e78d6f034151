/**
 * One staff of one bar, sorted into voices that can be written down: notes that begin and end together are a chord, and
 * in a voice one chord ends before the next begins. What overlaps beyond four voices is cut short.
 */
import type { ScoreNote } from '../../../core/music/score.ts';
import { ticksOf } from './durations.ts';

export interface WrittenNote {
  readonly note: ScoreNote;
  readonly begins: boolean;
  readonly ends: boolean;
}
export interface Chord {
  readonly start: number;
  end: number;
  readonly voice: number;
  readonly notes: WrittenNote[];
  readonly graces: readonly ScoreNote[];
}

const mostVoices = 4;

/**
 * @param notes of one staff, sounding somewhere in the bar
 * @param from  the bar, in ticks
 */
export function voicesOf(notes: readonly ScoreNote[], from: number, until: number): readonly (readonly Chord[])[] {
  const chords: Chord[] = [];
  const graces = notes.filter((note) => note.grace);
  for (const note of notes) {
    if (note.grace) continue;
    const start = Math.max(from, ticksOf(note.onset));
    const end = Math.min(until, Math.max(ticksOf(note.onset) + 105, ticksOf((note.onset + note.duration) as typeof note.onset)));
    if (end <= start) continue;
    const written: WrittenNote = { note, begins: ticksOf(note.onset) >= from, ends: ticksOf((note.onset + note.duration) as typeof note.onset) <= until };
    const same = chords.find((chord) => chord.start === start && chord.end === end && chord.voice === note.voice && chord.notes[0]!.begins === written.begins);
    if (same !== undefined) same.notes.push(written);
    else chords.push({ start, end, voice: note.voice, notes: [written], graces: graces.filter((grace) => grace.voice === note.voice && ticksOf(grace.onset) === start && written.begins) });
  }
  // Grace notes are written once, before the first chord that they lean on.
  const given = new Set<ScoreNote>();
  const once = chords.map((chord) => ({ ...chord, graces: chord.graces.filter((grace) => !given.has(grace) && given.add(grace)) }));
  const lone = graces.filter((grace) => !given.has(grace));
  const leaning = once.find((chord) => lone.some((grace) => ticksOf(grace.onset) === chord.start));
  const all = once.map((chord) => (chord === leaning ? { ...chord, graces: [...chord.graces, ...lone.filter((grace) => ticksOf(grace.onset) === chord.start)] } : chord));
  return intoVoices(all);
}

function intoVoices(chords: readonly Chord[]): readonly (readonly Chord[])[] {
  const voices: Chord[][] = [];
  const home = new Map<number, number>();
  const highest = (chord: Chord): number => Math.max(...chord.notes.map(({ note }) => note.pitch));
  for (const chord of [...chords].sort((a, b) => a.start - b.start || a.voice - b.voice || highest(b) - highest(a))) {
    const isFree = (voice: Chord[]): boolean => (voice.at(-1)?.end ?? -Infinity) <= chord.start;
    const own = home.get(chord.voice);
    let at = own !== undefined && isFree(voices[own]!) ? own : voices.findIndex((voice, i) => isFree(voice) && ![...home.values()].includes(i));
    if (at < 0) at = voices.findIndex(isFree);
    if (at < 0 && voices.length < mostVoices) at = voices.push([]) - 1;
    if (at < 0) {
      const together = voices.map((voice) => voice.at(-1)!).find((last) => last.start === chord.start);
      if (together !== undefined) {
        together.notes.push(...chord.notes);
        continue;
      }
      at = 0;
      voices[0]!.at(-1)!.end = chord.start;
    }
    voices[at]!.push(chord);
    if (!home.has(chord.voice)) home.set(chord.voice, at);
  }
  return voices;
}
