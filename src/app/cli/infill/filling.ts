/** Gaps in a MIDI file: found, and what was written into them put back so that nothing else changes. */
import { UserFault } from '../../../core/contract/faults.ts';
import { clamp } from '../../../core/math/statistics.ts';
import type { Song } from '../../../core/music/song.ts';
import { positionsPerQuarter, ticksPerPosition, ticksPerQuarter } from '../../../core/music/song.ts';
import type { SongNote } from '../../../players/generate/editing.ts';
import { lengthened } from '../../../players/generate/editing.ts';
import { mostBars } from '../../../players/generate/events.ts';
import type { Missing, Voice } from '../../../players/generate/masks.ts';
import { standardise } from '../../../players/generate/standardise.ts';
import type { Filled, Gap } from '../../../players/generate/stretches.ts';
import { windowOf } from '../../../players/generate/window.ts';
import type { Clip, ClipLine } from '../../io/midi-clip.ts';
import { readClip } from '../../io/midi-clip.ts';
import type { NoteName, SplicedNote } from '../../io/midi-splice.ts';
import { spliceNotes, withTrack } from '../../io/midi-splice.ts';

/** Tracks that play nowhere near are not asked to. */
const around = 8;

export interface ToFill {
  /** Its lines are the tracks of the song. */
  readonly clip: Pick<Clip, 'bytes' | 'division' | 'lines' | 'barNumbers'>;
  readonly song: Song;
  readonly gap: Gap;
  /** As the user wrote it. */
  readonly source: string;
}

export interface BarsWanted {
  /** Printed numbers, both included; each may name a beat, from 1: `5:3`. */
  readonly first: string;
  readonly last: string;
  /** Names, numbers from 1, or what they do; all that play there where none is named. */
  readonly tracks: readonly string[];
  readonly missing: Missing;
  readonly voice?: Voice;
}

/** @throws UserFault when there are no such bars, beats or tracks */
export function missingIn(clip: Clip, source: string, { first, last, tracks, missing, voice }: BarsWanted): ToFill {
  const song = songOf(clip, source);
  const [from, until] = [placeOf(clip, song, first, 'begins'), placeOf(clip, song, last, 'ends')];
  if (!(until > from)) throw new UserFault('--bars', '', `must be bars of the file, from ${clip.barNumbers[0]!} to ${clip.barNumbers.at(-1)!}`, first === last ? first : `${first}-${last}`);
  return { clip, song, source, gap: { from, until, missing, tracks: tracks.length === 0 ? playingBetween(song, from, until) : tracksNamed(song, tracks), ...(voice && { voice }) } };
}

/** Bars after the last one that has notes. */
export function endOf(clip: Clip, source: string, count: number, tracks: readonly string[]): ToFill {
  const song = songOf(clip, source);
  const latest = song.tracks.reduce((last, { notes }) => Math.max(last, notes.position[notes.position.length - 1] ?? 0), 0);
  const bars = song.bars.filter(({ start }) => start <= latest);
  const last = bars.at(-1)!;
  const from = last.start + last.length;
  const longer = lengthened({ ...song, bars }, count);
  return { clip, song: longer, source, gap: { from, until: from + count * last.length, missing: 'notes', tracks: tracks.length === 0 ? playingBetween(song, from - 1, from) : tracksNamed(song, tracks) } };
}

/** A new track beside those that are there, over all of their bars. */
export function besideAll(bytes: Uint8Array, source: string, name: string): ToFill {
  const before = readClip(bytes, source);
  const song = songOf(before, source);
  const taken = new Set([9, ...before.lines.map(({ channel }) => channel)]);
  const channel = Array.from({ length: 16 }, (_, i) => i).find((i) => !taken.has(i));
  if (channel === undefined) throw new UserFault(source, '', 'must leave one of its 16 channels free');
  const longer = withTrack(bytes, { name, channel, program: 0 }, source);
  const line: ClipLine = { track: new DataView(longer.buffer, longer.byteOffset).getUint16(10) - 1, channel, name, notes: [] };
  const clip = { ...before, bytes: longer, lines: [...before.lines, line] };
  const empty = { name, role: 'accompaniment', program: 0, notes: { onset: [], duration: [], pitch: [], velocity: [], position: [] } } as const;
  const end = song.bars.at(-1)!;
  // Notes that are to sound well beside a melody are written as by somebody who plays: the file may have been typed.
  return { clip, source, song: { ...song, tracks: [...song.tracks, empty] }, gap: { from: 0, until: end.start + end.length, missing: 'notes', tracks: [song.tracks.length] } };
}

function songOf(clip: Clip, source: string): Song {
  const made = standardise(clip.draft, 'test', true);
  if ('refused' in made) throw new UserFault(source, '', `cannot be put on a grid: ${made.refused}`);
  return made.song;
}

/** @returns a position of the song */
function placeOf(clip: Clip, song: Song, wanted: string, which: 'begins' | 'ends'): number {
  const [number, beat] = wanted.split(':') as [string, string | undefined];
  const bar = song.bars[clip.barNumbers.indexOf(number)];
  if (bar === undefined) return NaN;
  if (beat === undefined) return which === 'begins' ? bar.start : bar.start + bar.length;
  const length = (4 * positionsPerQuarter) / bar.denominator;
  const place = Number(beat);
  if (!(place >= 1 && (place - 1) * length < bar.length)) throw new UserFault('--bars', `beat of bar ${number}`, `must lie in 1..${Math.floor(bar.length / length)}`, beat);
  return bar.start + Math.round((which === 'begins' ? place - 1 : place) * length);
}

function playingBetween(song: Song, from: number, until: number): number[] {
  const first = Math.max(0, song.bars.findIndex(({ start, length }) => start + length > from) - around);
  const last = song.bars.findLastIndex(({ start }) => start < until) + around;
  return windowOf(song, first, Math.min(last - first + 1, mostBars)).tracks.map(({ index }) => index);
}

function tracksNamed(song: Song, wanted: readonly string[]): number[] {
  const names = song.tracks.map(({ name, role }, i) => `${i + 1} ${JSON.stringify(name)} (${role})`).join(', ');
  const found = wanted.flatMap((words) => {
    const lower = words.trim().toLowerCase();
    const fitting = song.tracks.flatMap(({ name, role }, i) => (String(i + 1) === lower || role === lower || name.toLowerCase().includes(lower) || (lower === 'piano' && role === 'accompaniment') ? [i] : []));
    if (fitting.length === 0 || lower === '') throw new UserFault('--tracks', '', `must name tracks of the file (${names})`, words);
    return fitting;
  });
  return [...new Set(found)];
}

/** The file with the gap filled. @throws UserFault when its tracks cannot be taken apart */
export function spliced({ clip, source }: ToFill, { removed, added }: Pick<Filled, 'removed' | 'added'>): Uint8Array {
  const tickAt = (ticks: number): number => (ticks * clip.division) / ticksPerQuarter;
  const onsetOf = (note: SongNote): number => note.position * ticksPerPosition + note.deviation;
  const gone = removed.map((note) => nameOf(note.pitch, tickAt(onsetOf(note)), clip.lines[note.track]!));
  const come = added.map((note): SplicedNote => {
    const { track, channel } = clip.lines[note.track]!;
    const onset = onsetOf(note);
    return { track, channel, pitch: note.pitch, velocity: clamp(Math.round(note.velocity), 1, 127), tick: Math.max(0, Math.round(tickAt(onset))), endTick: Math.round(tickAt(onset + note.duration)) };
  });
  return spliceNotes(clip.bytes, gone, come, source);
}

/** The nearest note of its pitch: the file's ticks may be finer or coarser than the grid's. */
function nameOf(pitch: number, tick: number, { track, channel, notes }: ClipLine): NoteName {
  const nearest = notes.reduce<ClipLine['notes'][number] | undefined>((best, note) => (note.pitch === pitch && (best === undefined || Math.abs(note.tick - tick) < Math.abs(best.tick - tick)) ? note : best), undefined);
  if (nearest === undefined) throw new RangeError(`no note of pitch ${pitch} in track ${track + 1}, channel ${channel + 1}`);
  return { track, channel, pitch, tick: nearest.tick };
}
