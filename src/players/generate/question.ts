/**
 * A gap as a question that crosses from one thread to another, and the notes that come back: plain numbers, so that
 * whoever plays asks and never waits.
 */
import type { Song, SongBar, SongTrack } from '../../core/music/song.ts';
import { ticksPerPosition, trackRoles } from '../../core/music/song.ts';
import { columnsOf } from './editing.ts';
import type { SongNote } from './editing.ts';
import type { Missing } from './masks.ts';
import type { Gap } from './stretches.ts';

export interface GapQuestion {
  readonly song: Pick<Song, 'bars'> & { readonly tracks: readonly Pick<SongTrack, 'role' | 'notes'>[] };
  readonly gap: Pick<Gap, 'from' | 'until' | 'tracks' | 'missing' | 'alsoOpen'>;
  readonly seed: number;
}

const kinds: readonly Missing[] = ['notes', 'pitches', 'playing'];
const noteWidth = 6;

/** Whoever asks plays: of a long song nothing is made but the numbers. */
export function encodeQuestion({ song: { bars, tracks }, gap, seed }: GapQuestion): Int32Array {
  const head = [
    seed, kinds.indexOf(gap.missing), gap.from, gap.until, gap.tracks.length, ...gap.tracks, gap.alsoOpen?.length ?? 0, ...(gap.alsoOpen ?? []).flat(),
    bars.length, ...bars.flatMap(({ start, length, numerator, denominator }) => [start, length, numerator, denominator]),
    tracks.length, ...tracks.map(({ role }) => trackRoles.indexOf(role)),
  ];
  const numbers = new Int32Array(head.length + noteWidth * tracks.reduce((sum, { notes }) => sum + notes.position.length, 0));
  numbers.set(head);
  let at = head.length;
  for (const [track, { notes: { position, onset, duration, pitch, velocity } }] of tracks.entries()) {
    for (let i = 0; i < position.length; i++) {
      numbers[at++] = track;
      numbers[at++] = position[i]!;
      numbers[at++] = onset[i]! - position[i]! * ticksPerPosition;
      numbers[at++] = duration[i]!;
      numbers[at++] = pitch[i]!;
      numbers[at++] = velocity[i]!;
    }
  }
  return numbers;
}

/** @throws RangeError where it is no such question */
export function decodeQuestion(numbers: ArrayLike<number>): { readonly song: Song; readonly gap: Gap; readonly seed: number } {
  let at = 0;
  const next = (): number => {
    const value = numbers[at++];
    if (value === undefined) throw new RangeError(`a question of ${numbers.length} numbers ends too soon`);
    return value;
  };
  const many = <T>(one: () => T): T[] => Array.from({ length: next() }, one);
  const seed = next();
  const missing = kinds[next()];
  if (missing === undefined) throw new RangeError('a question asks for notes, pitches or playing');
  const [from, until] = [next(), next()];
  const tracks = many(next);
  const alsoOpen = many(() => [next(), next()] as const);
  const gap = { from, until, missing, tracks, ...(alsoOpen.length > 0 && { alsoOpen }) };
  const bars = many((): SongBar => ({ start: next(), length: next(), numerator: next(), denominator: next() }));
  const roles = many(next);
  const notes = decodeNotes(Array.from({ length: numbers.length - at }, next));
  return {
    gap, seed,
    song: {
      id: 'live', title: '', source: 'live', licence: '', split: 'test', bars, tempo: [], played: { velocity: true, timing: true },
      tracks: roles.map((role, track) => ({ name: trackRoles[role]!, role: trackRoles[role]!, notes: columnsOf(notes.filter((note) => note.track === track)) })),
    },
  };
}

export const encodeNotes = (notes: readonly SongNote[]): Float32Array => Float32Array.from(notes.flatMap(numbersOf));

/** @throws RangeError where it is no whole number of notes */
export function decodeNotes(numbers: ArrayLike<number>): SongNote[] {
  if (numbers.length % noteWidth !== 0) throw new RangeError(`${numbers.length} numbers are no whole notes`);
  return Array.from({ length: numbers.length / noteWidth }, (_, i): SongNote => {
    const value = (column: number): number => numbers[i * noteWidth + column]!;
    return { track: value(0), position: value(1), deviation: value(2), duration: value(3), pitch: value(4), velocity: value(5) };
  });
}

const numbersOf = ({ track, position, deviation, duration, pitch, velocity }: SongNote): number[] => [track, position, deviation, duration, pitch, Math.round(velocity)];
