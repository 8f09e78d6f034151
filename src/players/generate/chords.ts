/** Harmony as the writer is told it: a root and a kind of chord, where somebody knows it, else as heard from the notes. */
import { lastAtOrBeforeBy } from '../../core/math/search.ts';
import type { SongChord } from '../../core/music/song.ts';
import { chordQualities } from './events.ts';

/** Semitones above the root. */
export const chordTones: Readonly<Record<(typeof chordQualities)[number], readonly number[]>> = {
  maj: [0, 4, 7], min: [0, 3, 7], '7': [0, 4, 7, 10], maj7: [0, 4, 7, 11], min7: [0, 3, 7, 10], dim: [0, 3, 6],
  hdim7: [0, 3, 6, 10], dim7: [0, 3, 6, 9], aug: [0, 4, 8], sus4: [0, 5, 7], sus2: [0, 2, 7],
};

/** Names that others use, and the nearest kind here. */
const synonyms: Readonly<Record<string, (typeof chordQualities)[number]>> = { '': 'maj', maj6: 'maj', '6': 'maj', maj9: 'maj7', min6: 'min', minmaj7: 'min', m: 'min', min9: 'min7', '9': '7', '11': '7', '13': '7', '7sus4': 'sus4' };

/** @returns the class of column `chord`: 0 where nothing is known, 1 where no chord sounds */
export function chordClass({ root, quality }: Omit<SongChord, 'position'>, shift: number): number {
  if (root === undefined) return 1;
  const plain = quality.replace(/[(/].*$/, '');
  const kind = chordQualities.indexOf((synonyms[plain] ?? plain) as (typeof chordQualities)[number]);
  return kind < 0 ? 0 : 2 + kind * 12 + ((((root + shift) % 12) + 12) % 12);
}

/** @param chords rising @param shift semitones to the canonical key */
export function chordClassAt(chords: readonly SongChord[], position: number, shift: number): number {
  const sounding = chords[lastAtOrBeforeBy(chords, position, (chord) => chord.position)];
  return sounding === undefined ? 0 : chordClass(sounding, shift);
}
