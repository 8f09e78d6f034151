/**
 * A draft on the grid, or why it cannot be learnt from. Bars and notes are put where they would be printed, and each
 * note keeps the ticks by which it was played elsewhere.
 */
import { clamp, mean, share } from '../../core/math/statistics.ts';
import type { NoteColumns, Song, SongBar, SongTrack, Split } from '../../core/music/song.ts';
import { positionsPerQuarter, ticksPerPosition, ticksPerQuarter } from '../../core/music/song.ts';
import type { Draft, DraftNote } from '../../core/music/song-draft.ts';
import { longestBar } from './events.ts';
import { quantised, usualStray } from './quantise.ts';
import { rolesOf } from './roles.ts';

export type Standardised = { readonly song: Song } | { readonly refused: Refusal };
export type Refusal = 'too few notes' | 'too many notes' | 'no bars' | 'damaged bars' | 'longer than a day of music' | 'one endless chord' | 'played without the beats of the file';

const fewestNotes = 16;
const mostNotes = 200_000;
const mostQuarters = 100_000;
/** What stands in for a loudness that nobody knows. */
const middleVelocity = 64;
/** A grace note comes so much before its note, in positions. */
const graceLead = 1;

/**
 * @param split where the draft does not say
 * @param isAsked somebody wants to write into this very piece: it is taken however short it is, and however it was played
 */
export function standardise(draft: Draft, split: Split, isAsked = false): Standardised {
  const notes = draft.parts.reduce((sum, part) => sum + part.notes.length, 0);
  if (notes < (isAsked ? 1 : fewestNotes)) return { refused: 'too few notes' };
  if (notes > mostNotes) return { refused: 'too many notes' };
  if (draft.bars.length === 0) return { refused: 'no bars' };
  const zero = draft.bars[0]!.start;
  const last = draft.parts.reduce((latest, part) => part.notes.reduce((end, note) => Math.max(end, note.onset), latest), zero);
  if (!(last - zero < mostQuarters)) return { refused: 'longer than a day of music' };
  const bars = barsOnGrid(draft, zero, last);
  if (bars === undefined) return { refused: 'damaged bars' };

  const parts = draft.parts.map((part) => ({ ...part, notes: part.notes.filter((note) => note.onset >= zero && note.pitch >= 0 && note.pitch <= 127) })).filter((part) => part.notes.length > 0);
  if (parts.every((part) => new Set(part.notes.map((note) => note.onset)).size < 2)) return { refused: 'one endless chord' };
  const roles = rolesOf(parts);
  const onsets = parts.flatMap((part) => part.notes.map((note) => note.onset - zero));
  const isPlayed = draft.played.timing && !standsOnGrid(onsets);
  if (isPlayed && !isAsked && !feelsBeats(onsets)) return { refused: 'played without the beats of the file' };
  const stray = isPlayed ? usualStray.played : usualStray.printed;
  const tracks = parts.map((part, i): SongTrack => ({
    name: part.name, role: roles[i]!,
    ...(part.program !== undefined && { program: part.program }),
    notes: notesOnGrid(part.notes, zero, stray),
  }));
  const velocities = new Set(parts.flatMap((part) => part.notes.map((note) => note.velocity)));
  return {
    song: {
      id: draft.id, title: draft.title, source: draft.source, licence: draft.licence,
      ...(draft.composer !== undefined && { composer: draft.composer }),
      split: draft.split ?? split,
      bars,
      tempo: draft.tempo.map(([at, bpm]) => [Math.max(0, toPosition(at - zero)), bpm] as const),
      ...(draft.key !== undefined && { key: draft.key }),
      ...(draft.chords !== undefined && { chords: draft.chords.map(({ start, ...chord }) => ({ ...chord, position: Math.max(0, toPosition(start - zero)) })) }),
      // A file in which every note is equally loud was typed, not played.
      played: { timing: isPlayed, velocity: draft.played.velocity && velocities.size > 3 },
      tracks,
    },
  };
}

/** Nobody plays so exactly: it was typed, or quantised. @param onsets quarters */
function standsOnGrid(onsets: readonly number[]): boolean {
  const finest = 96; // a quarter's parts: 128ths and their triplets
  return share(onsets, (onset) => Math.abs(onset * finest - Math.round(onset * finest)) < 0.05) > 0.95;
}

/**
 * Whether the notes keep to the beats that the file claims: one who plays freely while a recorder counts to 120 is
 * anywhere between them, and in the mean a quarter of a division away.
 * @param onsets quarters
 */
function feelsBeats(onsets: readonly number[]): boolean {
  return [4, 3].some((parts) => mean(onsets.map((onset) => Math.abs(onset * parts - Math.round(onset * parts)))) < farthestStray);
}
/** In divisions of a quarter; chance alone gives 0.25. */
const farthestStray = 0.21;

const toPosition = (quarters: number): number => Math.round(quarters * positionsPerQuarter);

/** Bars without gaps up to the last onset; one longer than can be written is divided. @returns undefined where they do not rise */
function barsOnGrid({ bars: written, end }: Draft, zero: number, last: number): SongBar[] | undefined {
  const bars: SongBar[] = [];
  const append = (start: number, until: number, numerator: number, denominator: number): void => {
    for (let at = start; at < until; at += longestBar) bars.push({ start: at, length: Math.min(longestBar, until - at), numerator, denominator });
  };
  for (const [i, { start, numerator, denominator }] of written.entries()) {
    const following = written[i + 1]?.start ?? Math.max(end, start + (4 * numerator) / denominator);
    if (!(following >= start)) return undefined;
    append(toPosition(start - zero), toPosition(following - zero), numerator, denominator);
  }
  const final = bars.at(-1);
  if (final === undefined) return undefined;
  const full = clamp((4 * positionsPerQuarter * final.numerator) / final.denominator, 1, longestBar);
  while (bars.at(-1)!.start + bars.at(-1)!.length <= toPosition(last - zero) + 1) bars.push({ ...final, start: bars.at(-1)!.start + bars.at(-1)!.length, length: Math.round(full) });
  return bars;
}

interface Placed {
  readonly position: number;
  readonly onset: number;
  readonly duration: number;
  readonly pitch: number;
  readonly velocity: number;
}

function notesOnGrid(written: readonly DraftNote[], zero: number, stray: number): NoteColumns {
  const order = written.slice().sort((a, b) => a.onset - b.onset || a.pitch - b.pitch);
  const positions = quantised(order.map((note) => note.onset - zero), stray);
  const taken = new Set<number>();
  const placed: Placed[] = [];
  order.forEach((note, i) => {
    const isGrace = note.duration === 0;
    let position = isGrace ? Math.max(0, positions[i]! - graceLead) : positions[i]!;
    const onset = isGrace ? position * ticksPerPosition : Math.round((note.onset - zero) * ticksPerQuarter);
    // The same key twice at one place, as in a trill: the later one moves on.
    while (taken.has(position * 128 + note.pitch)) position++;
    taken.add(position * 128 + note.pitch);
    placed.push({ position, onset, pitch: note.pitch, duration: isGrace ? graceLead * ticksPerPosition : Math.max(1, Math.round(note.duration * ticksPerQuarter)), velocity: clamp(Math.round(note.velocity) || middleVelocity, 1, 127) });
  });
  placed.sort((a, b) => a.position - b.position || a.pitch - b.pitch);
  // No key sounds twice at once: where a note reaches into the next on its key it ends there.
  const next = new Map<number, number>();
  const durations = new Int32Array(placed.length);
  for (let i = placed.length - 1; i >= 0; i--) {
    const { onset, duration, pitch } = placed[i]!;
    durations[i] = Math.max(1, Math.min(duration, (next.get(pitch) ?? Infinity) - onset));
    next.set(pitch, onset);
  }
  const column = (key: keyof Placed): Int32Array => Int32Array.from(placed, (note) => note[key]);
  return { position: column('position'), onset: column('onset'), duration: durations, pitch: column('pitch'), velocity: column('velocity') };
}
