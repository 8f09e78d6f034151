/** Notes in their context and whole pieces, as a model thinks of them while it reads. */
import type { Random } from '../../../core/math/random.ts';
import { mean } from '../../../core/math/statistics.ts';
import { pitchClass, pitchClassNames, pitchName } from '../../../core/music/pitch.ts';
import type { Song } from '../../../core/music/song.ts';
import { positionsPerQuarter, ticksPerQuarter, trackRoles } from '../../../core/music/song.ts';
import { midiPitch } from '../../../core/music/units.ts';
import { kindIndex } from '../../../players/generate/events.ts';
import { keyOf, pitchClassWeights, toCanonical } from '../../../players/generate/key.ts';
import { maskNotes } from '../../../players/generate/masks.ts';
import { exampleOf, sequenceOf } from '../../../players/generate/sequence.ts';
import type { Window, WindowNote } from '../../../players/generate/window.ts';
import { windowOf } from '../../../players/generate/window.ts';
import type { Colouring, EmbeddedThing, PlayedNote } from '../../monitor/embedding/embedding.ts';
import type { EventReader } from '../../io/event-reader.ts';
import type { Group } from './group.ts';

/** Bars that are read together, and how often in a piece. */
const barsRead = 6;
const windowsOfPiece = 3;
/** Longer windows are cut: an orchestra fills six bars with thousands of notes. */
const mostEvents = 1024;
/** A click on a note plays what leads to it, and a click on a piece its beginning. */
const leadIn = 2; // quarters
const pieceLasts = 8; // s

/** What the model made of one window. */
interface Read {
  readonly song: Song;
  readonly window: Window;
  readonly bpm: number;
  /** Mean over its notes. */
  readonly state: Float64Array;
  /** Some of its notes, each with what the model thought when it had heard it. */
  readonly notes: readonly { readonly note: WindowNote; readonly state: Float64Array }[];
}

/** Windows of a piece, evenly through it. @param notesWanted of each window, by chance */
export async function readPiece(song: Song, reader: EventReader, notesWanted: number, random: Random): Promise<readonly Read[]> {
  const count = Math.min(windowsOfPiece, Math.max(1, Math.floor(song.bars.length / barsRead)));
  const firsts = Array.from({ length: count }, (_, i) => Math.round(((song.bars.length - barsRead) * (i + 0.5)) / count)).map((first) => Math.max(0, first));
  const found: Read[] = [];
  for (const first of firsts) {
    const window = windowOf(song, first, barsRead);
    const sequence = sequenceOf(window, maskNotes(window, []));
    const events = sequence.events.slice(0, Math.min(sequence.begin, mostEvents));
    const rows = events.flatMap((event, i) => (event.kind === kindIndex.note ? [i] : []));
    if (rows.length < 4) continue;
    const thoughts = await reader.read(exampleOf({ ...sequence, events, begin: events.length }, window.played));
    const width = thoughts.length / (128 * Math.ceil(events.length / 128));
    const stateAt = (row: number): Float64Array => Float64Array.from(thoughts.subarray(row * width, (row + 1) * width));
    const sum = new Float64Array(width);
    for (const row of rows) for (let i = 0; i < width; i++) sum[i]! += thoughts[row * width + i]! / rows.length;
    // The first notes have heard nothing yet.
    const told = rows.map((row, note) => ({ row, note })).slice(Math.floor(rows.length / 2));
    const some = Array.from({ length: Math.min(notesWanted, told.length) }, () => told.splice(random.below(told.length), 1)[0]!);
    found.push({ song, window, bpm: song.tempo.findLast(([at]) => at <= song.bars[first]!.start)?.[1] ?? 120, state: sum, notes: some.map(({ row, note }) => ({ note: window.notes[note]!, state: stateAt(row) })) });
  }
  return found;
}

const nameOf = ({ title, id }: Song): string => (title === '' ? id : title);
const composerOf = ({ composer, source }: Song): string => composer ?? `unknown (${source})`;

export function noteGroup(reads: readonly Read[]): Group {
  const each = reads.flatMap((read) => read.notes.map(({ note, state }) => ({ read, note, state, shift: toCanonical(keyOf(pitchClassWeights(read.window.notes))) })));
  const roleOf = ({ read, note }: (typeof each)[number]): string => read.window.tracks[note.track]!.role;
  return {
    name: 'Notes', about: 'Notes in their music: what the model thinks when it has heard all up to this one, and is to say what comes next.',
    rows: each.map(({ state }) => state),
    colourings: [
      { name: 'pitch class', classes: pitchClassNames, of: each.map(({ note }) => pitchClass(note.pitch)) },
      { name: 'pitch class, all put into C major or A minor', classes: pitchClassNames, of: each.map(({ note, shift }) => pitchClass(note.pitch + shift)) },
      { name: 'register', low: 'low', high: 'high', of: each.map(({ note }) => note.pitch) },
      { name: 'what its track does', classes: trackRoles, of: each.map((one) => trackRoles.indexOf(roleOf(one) as (typeof trackRoles)[number])) },
      { name: 'length', low: 'short', high: 'long', of: each.map(({ note }) => note.duration) },
      byClass('corpus', each.map(({ read }) => read.song.source)),
      byClass('composer', each.map(({ read }) => composerOf(read.song))),
    ],
    things: each.map(({ read, note }): EmbeddedThing => ({
      name: `${pitchName(midiPitch(note.pitch))} in ${nameOf(read.song)}`,
      told: `${read.window.tracks[note.track]!.role}, ${(note.duration / ticksPerQuarter).toFixed(2)} quarters, velocity ${Math.round(note.velocity)}\n${composerOf(read.song)}, ${read.song.source}\na click plays the ${leadIn} quarters that lead to it`,
      notes: soundOf(read, note.position - leadIn * positionsPerQuarter, note),
    })),
  };
}

export function pieceGroup(reads: readonly Read[]): Group {
  const pieces = [...new Set(reads.map(({ song }) => song))].map((song) => ({ song, own: reads.filter((read) => read.song === song) })).map(({ song, own }) => ({ song, own, key: keyOf(pitchClassWeights(own.flatMap(({ window }) => window.notes))) }));
  const notesOf = ({ own }: (typeof pieces)[number]): readonly WindowNote[] => own.flatMap(({ window }) => window.notes);
  const tonic = ({ key }: (typeof pieces)[number]): string => `${pitchClassNames[key.tonic]!} ${key.mode}`;
  return {
    name: 'Pieces', about: `Pieces: the mean of what the model thinks at each note of ${windowsOfPiece} times ${barsRead} bars.`,
    rows: pieces.map(({ own }) => Float64Array.from(own[0]!.state, (_, i) => mean(own.map(({ state }) => state[i]!)))),
    colourings: [
      byClass('composer', pieces.map(({ song }) => composerOf(song))),
      byClass('corpus', pieces.map(({ song }) => song.source)),
      byClass('mode', pieces.map(({ key }) => key.mode)),
      byClass('meter', pieces.map(({ song: { bars } }) => `${bars[0]!.numerator}/${bars[0]!.denominator}`)),
      { name: 'pitch class of the key', classes: pitchClassNames, of: pieces.map(({ key }) => key.tonic) },
      { name: 'register', low: 'low', high: 'high', of: pieces.map((piece) => mean(notesOf(piece).map(({ pitch }) => pitch))) },
      { name: 'notes a bar', low: 'few', high: 'many', of: pieces.map((piece) => notesOf(piece).length / piece.own.length) },
    ],
    things: pieces.map((piece) => ({
      name: nameOf(piece.song),
      told: `${composerOf(piece.song)}, ${piece.song.source}\n${tonic(piece)}, ${piece.song.bars[0]!.numerator}/${piece.song.bars[0]!.denominator}, ${piece.song.tracks.length} tracks\na click plays ${pieceLasts} s of it`,
      notes: soundOf(piece.own[Math.floor(piece.own.length / 2)]!, 0),
    })),
  };
}

/** The commonest come first. */
function byClass(name: string, words: readonly string[]): Colouring {
  const classes = [...new Set(words)];
  return { name, classes, of: words.map((word) => classes.indexOf(word)) };
}

/** From a position of the window for some seconds, or up to the end of a note. */
function soundOf({ window, bpm }: Read, from: number, last?: WindowNote): PlayedNote[] {
  const quarter = 60 / bpm;
  const begin = Math.max(0, from);
  const until = last?.position ?? begin + (pieceLasts / quarter) * positionsPerQuarter;
  return window.notes
    .filter((note) => note === last || (note.position >= begin && note.position < until && window.tracks[note.track]!.role !== 'drums'))
    .map((note): PlayedNote => {
      const at = ((note.position - begin) / positionsPerQuarter) * quarter;
      return [round(at), round(at + Math.min(note.duration / ticksPerQuarter, 8) * quarter), note.pitch, Math.round(note.velocity), 0];
    });
}
const round = (seconds: number): number => Number(seconds.toFixed(3));
