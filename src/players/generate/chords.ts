/** Harmony as the writer is told it: a root and a kind of chord, where somebody knows it, else as heard from the notes. */
import { lastAtOrBeforeBy } from '../../core/math/search.ts';
import { pitchClass } from '../../core/music/pitch.ts';
import type { SongBar, SongChord } from '../../core/music/song.ts';
import { chordQualities } from './events.ts';

/** Semitones above the root. */
export const chordTones: Readonly<Record<(typeof chordQualities)[number], readonly number[]>> = {
  maj: [0, 4, 7], min: [0, 3, 7], '7': [0, 4, 7, 10], maj7: [0, 4, 7, 11], min7: [0, 3, 7, 10], dim: [0, 3, 6],
  hdim7: [0, 3, 6, 10], dim7: [0, 3, 6, 9], aug: [0, 4, 8], sus4: [0, 5, 7], sus2: [0, 2, 7],
};

/** Names that others use, and the nearest kind here. */
const synonyms: Readonly<Record<string, (typeof chordQualities)[number]>> = { '': 'maj', M: 'maj', '-': 'min', M7: 'maj7', m7: 'min7', '-7': 'min7', m6: 'min', m9: 'min7', o: 'dim', '+': 'aug', o7: 'dim7', m7b5: 'hdim7', sus: 'sus4', maj6: 'maj', '6': 'maj', maj9: 'maj7', min6: 'min', minmaj7: 'min', m: 'min', min9: 'min7', '9': '7', '11': '7', '13': '7', '7sus4': 'sus4' };

/** @returns the class of column `chord`: 0 where nothing is known, 1 where no chord sounds */
export function chordClass({ root, quality }: Omit<SongChord, 'position'>, shift: number): number {
  if (root === undefined) return 1;
  const plain = quality.replace(/[(/].*$/, '');
  const kind = chordQualities.indexOf((synonyms[plain] ?? plain) as (typeof chordQualities)[number]);
  return kind < 0 ? 0 : 2 + kind * 12 + pitchClass(root + shift);
}

/** @param chords rising @param shift semitones to the canonical key */
export function chordClassAt(chords: readonly SongChord[], position: number, shift: number): number {
  const sounding = chords[lastAtOrBeforeBy(chords, position, (chord) => chord.position)];
  return sounding === undefined ? 0 : chordClass(sounding, shift);
}

const letters: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** As people write it: `Am7`, `F#`, `Bbmaj7`, `G/B` (the bass is not heard here); `N` for none. @returns undefined where it cannot be read */
export function chordNamed(name: string): Omit<SongChord, 'position'> | undefined {
  if (name === 'N') return { quality: 'N' };
  const [, letter, sign, kind] = /^([A-G])([#b]?)([^/]*)(?:\/[A-G][#b]?)?$/.exec(name) ?? [];
  if (letter === undefined) return undefined;
  const chord = { root: (letters[letter]! + (sign === '#' ? 1 : sign === 'b' ? 11 : 0)) % 12, quality: kind! };
  return chordClass(chord, 0) === 0 ? undefined : chord;
}

const names = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'] as const;

/** A word a bar, as `chordNamed` reads its parts: `C`, or `C,G` where it changes in the middle. @param chords rising, major or minor */
export function chordsInWords(bars: readonly SongBar[], chords: readonly SongChord[]): string {
  const sounding = (position: number): string => {
    const chord = chords[lastAtOrBeforeBy(chords, position, (one) => one.position)];
    return chord?.root === undefined ? 'N' : `${names[chord.root]!}${chord.quality === 'min' ? 'm' : ''}`;
  };
  return bars.map(({ start, length }) => {
    const [first, second] = [sounding(start), sounding(start + length / 2)];
    return first === second ? first : `${first},${second}`;
  }).join(' ');
}

/** What nobody knows: from here on. */
export const unknownChord: Omit<SongChord, 'position'> = { root: 0, quality: 'unknown' };
