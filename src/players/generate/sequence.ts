/** A window with a mask as the sequence of events that `events.ts` describes, as a lesson, and back into notes. */
import { positionsPerQuarter, ticksPerPosition, trackRoles } from '../../core/music/song.ts';
import { chordClassAt } from './chords.ts';
import { echoesOf, noEchoes } from './echoes.ts';
import type { Column, EventKind, Example } from './events.ts';
import { columns, endOfCell, heads, kindIndex, meterClasses, none } from './events.ts';
import { keyOf, pitchClassWeights, toCanonical } from './key.ts';
import { keptNotes, maskNotes } from './masks.ts';
import type { Hole, Mask, Missing } from './masks.ts';
import type { Residue } from './qualities.ts';
import { durationClassOf, noResidue, noteOf, qualitiesOf, residueOf, roomOf } from './qualities.ts';
import type { Reprise } from './reprises.ts';
import { reprisesOf } from './reprises.ts';
import type { Wishes } from './wishes.ts';
import { noWishes } from './wishes.ts';
import type { Window, WindowNote } from './window.ts';
import { barOf } from './window.ts';

export type Event = Readonly<Record<Column, number>> & {
  /** Quarter notes from the first barline of the window: of this event, and of the one that follows. */
  readonly time: number;
  readonly nextTime: number;
  /** What the classes round off; of marks nothing. */
  readonly residue: Residue;
};

export interface SequenceSettings {
  /** Semitones to the canonical key; by `canonicalShift` unless said. */
  readonly shift?: number;
  /** Whether the chords of the window are told. */
  readonly withChords?: boolean;
  /** For each hole of the mask. */
  readonly wishes?: readonly Wishes[];
  /** How much he leans on what he could copy: 1, or nothing said, is as he learned; of 0 he is told nothing, and writes something new. */
  readonly repeating?: number;
}

export interface Sequence {
  readonly events: readonly Event[];
  /** Index of `begin`. */
  readonly begin: number;
  readonly shift: number;
  readonly missing: Missing;
  /** What stands at places of the song that are like this one, the best first: marks and notes of the cells that are known there, as events of the same bars. */
  readonly reprises: readonly (readonly Event[])[];
  /** See `SequenceSettings`. */
  readonly repeating: number;
}

/** By how much to transpose so that what is known stands in C major or A minor; nothing where a note would leave the keyboard of MIDI. */
export function canonicalShift(window: Window, mask: Mask): number {
  const pitched = (note: WindowNote): boolean => window.tracks[note.track]!.role !== 'drums';
  const shift = toCanonical(keyOf(pitchClassWeights(keptNotes(window, mask).filter(pitched))));
  return window.notes.every((note) => note.pitch + shift >= 0 && note.pitch + shift <= 127) ? shift : 0;
}

/** What is known of an event before it is known what follows it. */
export interface Placed {
  readonly kind: EventKind;
  readonly bar: number;
  readonly track: number;
  readonly position: number;
  readonly onset: number;
  readonly pitch: number;
  readonly duration: number;
  readonly velocity: number;
  readonly micro: number;
  readonly residue: Residue;
  readonly wishes: Wishes;
}

export function sequenceOf(window: Window, mask: Mask, settings: SequenceSettings = {}): Sequence {
  const shift = settings.shift ?? canonicalShift(window, mask);
  const placed = [...contextOf(window, mask, shift)];
  const begin = placed.length;
  placed.push({ ...mark('begin', 0, none.track, 0), bar: none.bar }, ...fillOf(window, mask, shift, settings.wishes ?? []));
  const events = placed.map((event, i) => linked(event, placed[i + 1], window, settings.withChords === true ? shift : undefined));
  const { repeating = 1 } = settings;
  return { events, begin, shift, missing: mask.missing, repeating, reprises: repeating === 0 ? [] : reprisesOf(window, mask).map((reprise) => eventsOf(reprise, window, shift)) };
}

function eventsOf({ notes, known }: Reprise, window: Window, shift: number): readonly Event[] {
  const there = { ...window, notes: notes.filter(({ track, pitch }) => window.tracks[track]!.role === 'drums' || (pitch + shift >= 0 && pitch + shift <= 127)) };
  const placed = [...contextOf(there, maskNotes(there, []), shift)];
  return placed.map((event, i) => linked(event, placed[i + 1], window, undefined)).filter(({ bar, track }) => known[bar * window.tracks.length + track] === 1);
}

function* contextOf(window: Window, { missing, holes, masked }: Mask, shift: number): Generator<Placed> {
  const shown = window.notes.filter((_, i) => masked[i] === 0 || missing !== 'notes');
  const isMasked = new Set(window.notes.filter((_, i) => masked[i] === 1));
  const holeOf = new Map(holes.map((hole) => [hole.bar * window.tracks.length + hole.track, hole]));
  const room = roomOf(shown);
  let at = 0;
  for (const [bar, { start }] of window.bars.entries()) {
    for (const track of window.tracks.keys()) {
      const hole = holeOf.get(bar * window.tracks.length + track);
      yield hole === undefined ? mark('context', bar, track, start) : holeMark(hole, start);
      for (; at < shown.length && shown[at]!.track === track && barOf(window.bars, shown[at]!.position) === bar; at++) {
        const note = written('note', window, shown[at]!, shift, room[at]!);
        if (!isMasked.has(shown[at]!)) yield note;
        else if (missing === 'pitches') yield { ...note, pitch: none.pitch };
        else yield { ...note, velocity: none.velocity, micro: none.micro };
      }
    }
  }
}

function* fillOf(window: Window, { holes, masked }: Mask, shift: number, wishes: readonly Wishes[]): Generator<Placed> {
  const room = roomOf(window.notes);
  let at = 0;
  for (const [index, hole] of holes.entries()) {
    const wished = wishes[index] ?? noWishes;
    yield { ...mark('cell', hole.bar, hole.track, window.bars[hole.bar]!.start), wishes: wished };
    const isBefore = (note: WindowNote): boolean => {
      const bar = barOf(window.bars, note.position);
      return bar < hole.bar || (bar === hole.bar && note.track <= hole.track);
    };
    for (; at < window.notes.length && isBefore(window.notes[at]!); at++) if (masked[at] === 1) yield { ...written('fill', window, window.notes[at]!, shift, room[at]!), wishes: wished };
  }
}

export function mark(kind: EventKind, bar: number, track: number, position: number): Placed {
  return { kind, bar, track, position, onset: none.onset, pitch: none.pitch, duration: none.duration, velocity: none.velocity, micro: none.micro, residue: noResidue, wishes: noWishes };
}

function holeMark({ bar, track, from, until }: Hole, start: number): Placed {
  return { ...mark('hole', bar, track, start), onset: from, duration: durationClassOf((until - from) * ticksPerPosition) };
}

function written(kind: EventKind, window: Window, note: WindowNote, shift: number, room: number): Placed {
  const bar = barOf(window.bars, note.position);
  const qualities = qualitiesOf(note, room);
  const pitch = note.pitch + (window.tracks[note.track]!.role === 'drums' ? 0 : shift);
  return { ...qualities, kind, bar, track: note.track, position: note.position, onset: note.position - window.bars[bar]!.start, pitch, residue: residueOf(note, qualities), wishes: noWishes };
}

const isNote = (event: Placed | undefined): event is Placed => event?.kind === 'note' || event?.kind === 'fill';

/** @param after  undefined at the end @param shift  undefined where the harmony is not told */
export function linked(event: Placed, after: Placed | undefined, window: Window, shift: number | undefined): Event {
  const { kind, bar, track, position, onset, pitch, duration, velocity, micro, residue } = event;
  const nextPosition = after === undefined || after.kind === 'begin' ? position : after.position;
  return {
    kind: kindIndex[kind],
    role: roleClass(window, track),
    track, bar, onset, pitch, duration, velocity, micro,
    next: kind === 'begin' ? none.next : isNote(after) ? after.onset : endOfCell,
    nextRole: after === undefined ? none.nextRole : roleClass(window, after.track),
    nextTrack: after?.track ?? none.nextTrack,
    nextBar: after?.bar ?? none.nextBar,
    meter: window.bars[bar] === undefined ? 0 : meterClassOf(window.bars[bar]),
    chord: shift === undefined ? 0 : chordClassAt(window.chords, nextPosition, shift),
    ...(after?.wishes ?? noWishes),
    time: position / positionsPerQuarter,
    nextTime: nextPosition / positionsPerQuarter,
    residue,
  };
}

const roleClass = (window: Window, track: number): number => (window.tracks[track] === undefined ? none.role : trackRoles.indexOf(window.tracks[track].role));

export function meterClassOf({ numerator, denominator }: { readonly numerator: number; readonly denominator: number }): number {
  return Math.max(0, meterClasses.findIndex(([n, d]) => n === numerator && d === denominator));
}

/** Which heads are asked for an event, in the order of `heads`. */
function asked(kind: number, missing: Missing, played: Window['played']): readonly boolean[] {
  const velocity = played.velocity && missing !== 'pitches';
  const micro = played.timing && missing !== 'pitches';
  if (kind === kindIndex.fill) return [missing !== 'playing', missing === 'notes', velocity, micro, missing === 'notes'];
  return [false, false, false, false, kind === kindIndex.cell && missing === 'notes'];
}

export function exampleOf(sequence: Sequence, played: Window['played']): Example {
  const { events, begin, missing, reprises, repeating } = sequence;
  const length = events.length;
  const rows = new Int32Array(length * columns.length);
  const targets = new Int32Array(length * heads.length);
  const weights = new Float32Array(length * heads.length);
  let notes = 0;
  events.forEach((event, i) => {
    columns.forEach((column, c) => (rows[i * columns.length + c] = event[column]));
    if (i < begin || i + 1 === length) return;
    const following = events[i + 1]!;
    if (following.kind === kindIndex.fill) notes++;
    asked(following.kind, missing, played).forEach((isAsked, h) => {
      if (!isAsked) return;
      targets[i * heads.length + h] = following[heads[h]!];
      weights[i * heads.length + h] = 1;
    });
  });
  return { length, columns: rows, times: Float32Array.from(events, (event) => event.time), nextTimes: Float32Array.from(events, (event) => event.nextTime), targets, weights, echoes: repeating === 0 ? noEchoes(events.length) : echoesOf(events, reprises), asksFrom: begin, notes };
}

/** The notes of one kind, in order, at their own pitch again. @param exactly with what the classes rounded off */
export function notesOf({ events, shift }: Pick<Sequence, 'events' | 'shift'>, window: Window, kind: 'note' | 'fill', exactly = true): WindowNote[] {
  return events
    .filter((event) => event.kind === kindIndex[kind])
    .map((event) => {
      const pitch = event.pitch - (window.tracks[event.track]!.role === 'drums' ? 0 : shift);
      return noteOf({ track: event.track, position: window.bars[event.bar]!.start + event.onset, pitch }, event, exactly ? event.residue : undefined);
    });
}
