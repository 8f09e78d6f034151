/** Missing bars of a MIDI file: found, written, and put back so that nothing else changes. */
import { UserFault } from '../../../core/contract/faults.ts';
import { Random } from '../../../core/math/random.ts';
import { clamp } from '../../../core/math/statistics.ts';
import type { Song } from '../../../core/music/song.ts';
import { ticksPerPosition, ticksPerQuarter } from '../../../core/music/song.ts';
import { copied } from '../../../players/generate/copying.ts';
import { mostBars } from '../../../players/generate/events.ts';
import type { Mask, Missing } from '../../../players/generate/masks.ts';
import { keptNotes, maskBars, maskedNotes, maskNotes } from '../../../players/generate/masks.ts';
import { learn, NgramWriter, NoteCounts } from '../../../players/generate/ngram.ts';
import type { Judgement } from '../../../players/generate/ranking.ts';
import { judged } from '../../../players/generate/ranking.ts';
import { sequenceOf } from '../../../players/generate/sequence.ts';
import { standardise } from '../../../players/generate/standardise.ts';
import type { Window, WindowNote } from '../../../players/generate/window.ts';
import { windowOf } from '../../../players/generate/window.ts';
import { writeWith } from '../../../players/generate/writers.ts';
import type { WritingSettings } from '../../../players/generate/writing.ts';
import type { Clip, ClipLine } from '../../io/midi-clip.ts';
import type { NoteName, SplicedNote } from '../../io/midi-splice.ts';
import { spliceNotes } from '../../io/midi-splice.ts';
import { readSongs } from '../../io/song-file.ts';
import type { ComposerModel } from '../composer-model.ts';

/** Bars on either side of the hole that are looked at. */
const around = 8;

export interface MissingBars {
  readonly clip: Clip;
  readonly song: Song;
  readonly window: Window;
  readonly firstBar: number;
  readonly mask: Mask;
}

export interface BarsWanted {
  /** Printed numbers, both included. */
  readonly first: string;
  readonly last: string;
  /** Names, numbers from 1, or what they do; all of them where none is named. */
  readonly tracks: readonly string[];
  readonly missing: Missing;
}

/** @throws UserFault when there are no such bars or tracks */
export function missingIn(clip: Clip, source: string, { first, last, tracks, missing }: BarsWanted): MissingBars {
  const made = standardise(clip.draft, 'test', true);
  if ('refused' in made) throw new UserFault(source, '', `cannot be put on a grid: ${made.refused}`);
  const { song } = made;
  const from = clip.barNumbers.indexOf(first);
  const until = clip.barNumbers.indexOf(last);
  if (from < 0 || until < from) throw new UserFault('--bars', '', `must be bars of the file, from ${clip.barNumbers[0]!} to ${clip.barNumbers.at(-1)!}`, `${first}-${last}`);
  const count = until - from + 1;
  if (count > mostBars) throw new UserFault('--bars', '', `must be at most ${mostBars} bars`, count);
  const before = Math.min(around, from, Math.floor((mostBars - count) / 2));
  const firstBar = from - before;
  const window = windowOf(song, firstBar, Math.min(song.bars.length - firstBar, before + count + around, mostBars));
  return { clip, song, window, firstBar, mask: maskBars(window, before, before + count - 1, tracks.length === 0 ? undefined : tracksNamed(window, tracks), missing) };
}

function tracksNamed(window: Window, wanted: readonly string[]): number[] {
  const names = window.tracks.map(({ name, role }, i) => `${i + 1} ${JSON.stringify(name)} (${role})`).join(', ');
  const found = wanted.flatMap((words) => {
    const lower = words.trim().toLowerCase();
    const fitting = window.tracks.flatMap(({ name, role }, i) => (String(i + 1) === lower || role === lower || name.toLowerCase().includes(lower) || (lower === 'piano' && role === 'accompaniment') ? [i] : []));
    if (fitting.length === 0 || lower === '') throw new UserFault('--tracks', '', `must name tracks that play in or around these bars (${names})`, words);
    return fitting;
  });
  return [...new Set(found)];
}

export interface Variation {
  readonly name: string;
  readonly notes: readonly WindowNote[];
  readonly judgement: Judgement;
}

/** What stood four, two, one, ... bars before; fewer where they come out the same. The best first. */
export function copies({ window, mask }: MissingBars, count: number): Variation[] {
  const made = [4, 2, 1, 8, 3, 6].map((back) => ({ name: `as ${back} bar${back === 1 ? '' : 's'} before`, notes: copied(window, mask, back) }));
  const distinct = made.filter(({ notes }, i) => made.findIndex((other) => JSON.stringify(other.notes) === JSON.stringify(notes)) === i);
  return ranked(distinct.slice(0, count), window, mask);
}

export interface Counting {
  readonly corpus: string;
  readonly count: number;
  readonly settings: WritingSettings;
  readonly seed: number;
  readonly onSong?: () => void;
}

/** Bars whose notes are counted together. */
const stretch = 12;

/** Notes after the notes before them, as often as in a corpus and in the bars around. The best first. */
export async function counted({ song, window, mask }: MissingBars, { corpus, count, settings, seed, onSong }: Counting): Promise<Variation[]> {
  const counts = new NoteCounts();
  const hear = (heard: Window): void => learn(counts, sequenceOf(heard, maskNotes(heard, [])).events);
  for await (const known of readSongs(corpus)) {
    onSong?.();
    if (known.split === 'train') for (let first = 0; first < known.bars.length; first += stretch) hear(windowOf(known, first, stretch));
  }
  hear({ ...window, notes: keptNotes(window, mask) });
  const random = new Random(seed).split(song.id);
  const made = Array.from({ length: count }, (_, i) => ({ name: `seed ${seed}, number ${i + 1}`, notes: writeWith(new NgramWriter(counts), window, mask, settings, random.split(String(i))) }));
  return ranked(made, window, mask);
}

/** By a model that was trained to write. The best first. */
export async function composed({ song, window, mask }: MissingBars, { model, count, settings, seed }: { readonly model: ComposerModel; readonly count: number; readonly settings: WritingSettings; readonly seed: number }): Promise<Variation[]> {
  const written = await model.fill(window, mask, settings, count, new Random(seed).split(song.id));
  return ranked(written.map((notes, i) => ({ name: `${model.card.name}, seed ${seed}, number ${i + 1}`, notes })), window, mask);
}

const ranked = (made: readonly { readonly name: string; readonly notes: readonly WindowNote[] }[], window: Window, mask: Mask): Variation[] =>
  made.map((variation) => ({ ...variation, judgement: judged(window, mask, variation.notes) })).sort((a, b) => a.judgement.objection - b.judgement.objection);

/** The file with the bars filled. @throws UserFault when its tracks cannot be taken apart */
export function spliced({ clip, window, mask, song, firstBar }: MissingBars, notes: readonly WindowNote[], source: string): Uint8Array {
  const start = song.bars[firstBar]!.start * ticksPerPosition;
  const ticksAt = (ticks: number): number => ((start + ticks) * clip.division) / ticksPerQuarter;
  const onsetOf = (note: WindowNote): number => note.position * ticksPerPosition + note.deviation;
  const lineOf = (note: WindowNote): ClipLine => clip.lines[window.tracks[note.track]!.index]!;
  const removed = maskedNotes(window, mask).map((note) => nameOf(note.pitch, ticksAt(onsetOf(note)), lineOf(note)));
  const added = notes.map((note): SplicedNote => {
    const { track, channel } = lineOf(note);
    const onset = onsetOf(note);
    return { track, channel, pitch: note.pitch, velocity: clamp(Math.round(note.velocity), 1, 127), tick: Math.max(0, Math.round(ticksAt(onset))), endTick: Math.round(ticksAt(onset + note.duration)) };
  });
  return spliceNotes(clip.bytes, removed, added, source);
}

/** The nearest note of its pitch: the file's ticks may be finer or coarser than the grid's. */
function nameOf(pitch: number, tick: number, { track, channel, notes }: ClipLine): NoteName {
  const nearest = notes.reduce<ClipLine['notes'][number] | undefined>((best, note) => (note.pitch === pitch && (best === undefined || Math.abs(note.tick - tick) < Math.abs(best.tick - tick)) ? note : best), undefined);
  if (nearest === undefined) throw new RangeError(`no note of pitch ${pitch} in track ${track + 1}, channel ${channel + 1}`);
  return { track, channel, pitch, tick: nearest.tick };
}
