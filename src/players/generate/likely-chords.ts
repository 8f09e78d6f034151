/**
 * Which chords could go with a tune? Half a bar at a time (a whole bar where it is shorter than four quarters) a major or
 * minor triad is chosen: one that holds the notes that sound longest, belongs to the key, and follows the one before as
 * chords do, by fifths above all. Of all successions the best is found at once, so that an ambiguous note is taken for
 * what its neighbours make of it.
 * @see Viterbi, "Error bounds for convolutional codes and an asymptotically optimum decoding algorithm", 1967
 */
import { firstAtOrAfter } from '../../core/math/search.ts';
import { pitchClass } from '../../core/music/pitch.ts';
import type { Song, SongBar, SongChord } from '../../core/music/song.ts';
import { positionsPerQuarter, ticksPerPosition } from '../../core/music/song.ts';
import type { Key } from './key.ts';
import { keyOf, pitchClassWeights, toCanonical } from './key.ts';

/** Major on each pitch class, then minor, all in C major or A minor. */
const triads = 24;
/** How much of a tune over a chord is its root, third, fifth, another note of the scale, or none of it: each such pitch class. */
const shares = { root: 0.28, third: 0.24, fifth: 0.2, scale: 0.06, outside: 0.01 } as const;
/** How usual the triads of the key are: C, Am, F, G, Dm, Em, and E, the dominant of A minor; any other. */
const usual: Readonly<Record<number, number>> = { 0: 1, 21: 0.8, 5: 0.8, 7: 0.8, 14: 0.6, 16: 0.45, 4: 0.15 };
const unusual = 0.02;
/** How often a chord stays, and where it goes by semitones between roots: a fifth down as dominants do, a fifth up, a step, a third. */
const stays = { overBarline: 0.25, withinBar: 0.55 } as const;
const moves: readonly number[] = [0.4, 0.2, 0.6, 0.4, 0.4, 1, 0.1, 0.7, 0.4, 0.5, 0.5, 0.2];
/** The tune says most. */
const weightOfChanges = 0.5;
/** A segment, where the bar is long enough, in positions. */
const segment = 2 * positionsPerQuarter;
const longBar = 4 * positionsPerQuarter;

interface Segment {
  readonly from: number;
  readonly until: number;
  readonly beginsBar: boolean;
}

/**
 * @param tracks whose notes are to be harmonised, whatever they are
 * @param inKey where it is not to be found from the notes
 * @returns where the chord changes; nothing where nothing sounds
 */
export function likelyChords(bars: readonly SongBar[], tracks: Song['tracks'], inKey?: Key): SongChord[] {
  const { shift, sounding, segments } = heard(bars, tracks, inKey);
  if (sounding.every((quarters) => quarters.every((one) => one === 0))) return [];
  const fits = (chord: number, i: number): number => sounding[i]!.reduce((sum, quarters, tone) => sum + quarters * tones[chord]![tone]!, 0);
  let best = Float64Array.from({ length: triads }, (_, chord) => fits(chord, 0) + weightOfChanges * Math.log(usualness(chord)));
  const cameFrom: Uint8Array[] = [];
  for (let i = 1; i < segments.length; i++) {
    const rows = changes[segments[i]!.beginsBar ? 'overBarline' : 'withinBar'];
    const from = new Uint8Array(triads);
    best = Float64Array.from({ length: triads }, (_, chord) => {
      let most = -Infinity;
      for (let before = 0; before < triads; before++) {
        const score = best[before]! + weightOfChanges * rows[before]![chord]!;
        if (score > most) [most, from[chord]] = [score, before];
      }
      return most + fits(chord, i);
    });
    cameFrom.push(from);
  }
  const way = [best.indexOf(Math.max(...best))];
  for (const from of cameFrom.reverse()) way.unshift(from[way[0]!]!);
  return way.flatMap((chord, i): SongChord[] => (chord === way[i - 1] ? [] : [{ position: segments[i]!.from, root: pitchClass(chord - shift), quality: chord < 12 ? 'maj' : 'min' }]));
}

/** In the canonical key: by segment the quarters that each pitch class sounds. */
function heard(bars: readonly SongBar[], tracks: Song['tracks'], inKey?: Key) {
  const notes = tracks.filter(({ role }) => role !== 'drums').flatMap(({ notes: { position, pitch, duration } }) => Array.from(position, (at, i) => ({ position: at, pitch: pitch[i]!, duration: duration[i]! })));
  const shift = toCanonical(inKey ?? keyOf(pitchClassWeights(notes)));
  const segments = bars.flatMap(({ start, length }): Segment[] => {
    const count = length >= longBar ? Math.round(length / segment) : 1;
    return Array.from({ length: count }, (_, k) => ({ from: start + Math.round((k * length) / count), until: start + Math.round(((k + 1) * length) / count), beginsBar: k === 0 }));
  });
  const ends = segments.map(({ until }) => until);
  const sounding = segments.map(() => new Float64Array(12));
  for (const { position, pitch, duration } of notes) {
    const end = position + duration / ticksPerPosition;
    for (let i = firstAtOrAfter(ends, position + 1); i < segments.length && segments[i]!.from < end; i++) {
      sounding[i]![pitchClass(pitch + shift)]! += (Math.min(end, segments[i]!.until) - Math.max(position, segments[i]!.from)) / positionsPerQuarter;
    }
  }
  return { shift, segments, sounding };
}

const scale = new Set([0, 2, 4, 5, 7, 9, 11]);
const usualness = (chord: number): number => usual[chord] ?? unusual;

/** Logarithms, shape [24, 12]: pitch classes of a tune by the chord under it. */
const tones = Array.from({ length: triads }, (_, chord) => Array.from({ length: 12 }, (_each, tone) => {
  const above = pitchClass(tone - chord);
  return Math.log(above === 0 ? shares.root : above === (chord < 12 ? 4 : 3) ? shares.third : above === 7 ? shares.fifth : scale.has(tone) ? shares.scale : shares.outside);
}));

/** Logarithms, shape [24, 24]: from one segment to the next. */
const changing = (stay: number): readonly (readonly number[])[] =>
  Array.from({ length: triads }, (_, before) => {
    const likely = Array.from({ length: triads }, (_each, chord) => (chord === before ? 0 : usualness(chord) * moves[(chord - before + 24) % 12]!));
    const all = likely.reduce((a, b) => a + b, 0);
    return likely.map((one, chord) => Math.log(chord === before ? stay : (1 - stay) * one / all));
  });
const changes = { overBarline: changing(stays.overBarline), withinBar: changing(stays.withinBar) } as const;
