/**
 * The accompaniment laid out for playing: every note, pedal and program change of the accompanying parts in the
 * order in which they leave, in columns, so that finding the next one costs nothing and allocates nothing.
 */
import type { Articulation, Part, Score, ScoreNote } from '../../core/music/score.ts';
import type { TempoMap } from '../../core/music/tempo-marks.ts';
import { firstAtOrAfter } from '../../core/math/search.ts';

export type ItemKind = 'note' | 'controller' | 'program';

export interface Accompaniment {
  readonly length: number;
  readonly parts: readonly Part[];
  readonly kind: readonly ItemKind[];
  /** Score position, beats. */
  readonly position: Float64Array;
  /** Nominal seconds: begin of each item, and end of a note as written. */
  readonly onset: Float64Array;
  readonly release: Float64Array;
  /** Pitch, controller or program number. */
  readonly number: Uint8Array;
  /** Velocity or controller value. */
  readonly value: Uint8Array;
  /** Index into `parts`. */
  readonly part: Uint16Array;
  readonly noteId: readonly string[];
  /** Whose note begins at the same moment: a bit for each soloist. */
  readonly joint: Uint32Array;
  /** Running number of the moment at which a note begins, the same for all that begin there. */
  readonly moment: Uint32Array;
  /** Nominal seconds from each moment to the nearer one of its neighbours. */
  readonly room: Float64Array;
}

interface Item {
  readonly kind: ItemKind;
  readonly position: number;
  readonly end: number;
  readonly number: number;
  readonly value: number;
  readonly part: number;
  readonly noteId: string;
}

/** How long a grace note of the accompaniment sounds, in beats; it is played this much before its note. */
const graceLength = 0.125;

/** Which share of its written length a note is held. */
const shareOf: Readonly<Partial<Record<Articulation, number>>> = { staccato: 0.55, staccatissimo: 0.35, marcato: 0.85 };

/** As it is written over the note: a tenuto lengthens a staccato, a fermata outlasts it. */
export function playedShare({ articulations, fermata }: Pick<ScoreNote, 'articulations' | 'fermata'>): number {
  if (articulations === undefined || fermata) return 1;
  const share = articulations.reduce((least, name) => Math.min(least, shareOf[name] ?? 1), 1);
  return articulations.includes('tenuto') ? (1 + share) / 2 : share;
}

/** @param soloists rising score positions of the onsets of each, beats */
export function layOut(score: Score, tempoMap: TempoMap, soloists: readonly ArrayLike<number>[]): Accompaniment {
  const parts = score.parts.filter((part) => part.role === 'accompaniment');
  const items = parts.flatMap((part, index) => itemsOf(part, index));
  const rank = { program: 0, controller: 1, note: 2 } as const;
  items.sort((a, b) => a.position - b.position || rank[a.kind] - rank[b.kind] || a.part - b.part || a.number - b.number);
  const length = items.length;
  const laid = {
    length,
    parts,
    kind: items.map((item) => item.kind),
    position: Float64Array.from(items, (item) => item.position),
    onset: Float64Array.from(items, (item) => tempoMap.nominalAt(item.position as never)),
    release: Float64Array.from(items, (item) => tempoMap.nominalAt(item.end as never)),
    number: Uint8Array.from(items, (item) => item.number),
    value: Uint8Array.from(items, (item) => item.value),
    part: Uint16Array.from(items, (item) => item.part),
    noteId: items.map((item) => item.noteId),
    joint: new Uint32Array(length),
    ...momentsOf(items, tempoMap),
  };
  soloists.forEach((positions, who) => {
    for (let i = 0; i < length; i++) {
      const j = firstAtOrAfter(positions, laid.position[i]! - 1e-6);
      if (laid.kind[i] === 'note' && j < positions.length && positions[j]! <= laid.position[i]! + 1e-6) laid.joint[i]! |= 1 << who;
    }
  });
  separateRepeats(laid);
  return laid;
}

function momentsOf(items: readonly Item[], tempoMap: TempoMap): { readonly moment: Uint32Array; readonly room: Float64Array } {
  const moment = new Uint32Array(items.length);
  const begins: number[] = [];
  items.forEach((item, i) => {
    const nominal = tempoMap.nominalAt(item.position as never);
    if (item.kind === 'note' && !(nominal <= (begins.at(-1) ?? -Infinity) + 1e-9)) begins.push(nominal);
    moment[i] = Math.max(0, begins.length - 1);
  });
  const room = Float64Array.from(begins, (nominal, i) => Math.min(nominal - (begins[i - 1] ?? -Infinity), (begins[i + 1] ?? Infinity) - nominal));
  return { moment, room };
}

/** A repeated pitch is let go this many nominal seconds before it is struck again, so that it is heard as two. */
const gapBeforeRepeat = 0.015;

function separateRepeats(laid: Accompaniment): void {
  const next = new Map<number, number>();
  for (let i = laid.length - 1; i >= 0; i--) {
    if (laid.kind[i] !== 'note') continue;
    const key = laid.parts[laid.part[i]!]!.channel * 128 + laid.number[i]!;
    const again = next.get(key) ?? Infinity;
    if (again > laid.onset[i]!) laid.release[i] = Math.min(laid.release[i]!, Math.max(again - gapBeforeRepeat, (again + laid.onset[i]!) / 2));
    next.set(key, laid.onset[i]!);
  }
}

function itemsOf(part: Part, index: number): Item[] {
  const items: Item[] = [];
  for (const control of part.controls) {
    const { position } = control;
    items.push(
      control.type === 'program'
        ? { kind: 'program', position, end: position, number: control.program, value: 0, part: index, noteId: '' }
        : { kind: 'controller', position, end: position, number: control.controller, value: control.value, part: index, noteId: '' },
    );
  }
  for (const onset of part.onsets) {
    const graces = onset.notes.filter((note) => note.grace).length;
    let grace = 0;
    for (const note of onset.notes) {
      const early = note.grace ? (graces - grace++) * graceLength : 0;
      const position = note.onset - early;
      const end = note.grace ? position + graceLength : note.onset + note.duration * playedShare(note);
      items.push({ kind: 'note', position, end, number: note.pitch, value: note.velocity, part: index, noteId: note.id });
    }
  }
  return items;
}
