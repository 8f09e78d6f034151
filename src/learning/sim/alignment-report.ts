/** What an alignment says to a musician: how much was played of what is written, where he went elsewhere, how fast. */
import { BarGrid } from '../../core/music/meter.ts';
import type { BarPlace } from '../../core/music/meter.ts';
import type { PerformedNote, Performance } from '../../core/music/performance.ts';
import type { Score, ScoreNote, ScoreOnset } from '../../core/music/score.ts';
import type { TakeOnset } from '../../core/music/take.ts';
import type { Beats } from '../../core/music/units.ts';
import { seconds } from '../../core/music/units.ts';
import { median, quantile } from '../../core/math/statistics.ts';
import { soloOf } from '../../players/accompany/assemble.ts';
import { TakeRecorder } from '../../players/memory/take.ts';
import type { Alignment } from './alignment.ts';
import type { Passage } from './passages.ts';

export interface AlignedJump {
  /** Seconds, when the music went on elsewhere. */
  readonly time: number;
  readonly from: BarPlace;
  readonly to: BarPlace;
}

export interface AlignmentReport {
  readonly played: number;
  readonly matched: number;
  /** Played, but not written there. */
  readonly extra: number;
  /** Written in the passages that were played. */
  readonly written: number;
  /** Of these, not played. */
  readonly missed: number;
  /** Written where the recording never came. */
  readonly notReached: number;
  readonly from: BarPlace | undefined;
  readonly until: BarPlace | undefined;
  readonly jumps: readonly AlignedJump[];
  /** Semitones by which all was played higher than written. */
  readonly transposition: number;
  /** Quarter notes a minute, bar by bar: the middle, and where a tenth is slower and faster; undefined for under two bars. */
  readonly bpm: { readonly median: number; readonly slow: number; readonly fast: number } | undefined;
}

/** The notes of the solo part by the running numbers of `Alignment.links`. */
export const numberedNotes = (score: Score): readonly ScoreNote[] => soloOf(score).onsets.flatMap((onset) => onset.notes);

/** The recording, each note with the id of the score note that it plays. */
export function alignedPerformance(score: Score, notes: readonly PerformedNote[], alignment: Alignment): Pick<Performance, 'notes'> {
  const written = numberedNotes(score);
  return { notes: notes.map((note, i) => (alignment.links[i]! < 0 ? note : { ...note, noteId: written[alignment.links[i]!]!.id })) };
}

export function reportAlignment(score: Score, notes: readonly PerformedNote[], alignment: Alignment): AlignmentReport {
  const { links, passages, transposition } = alignment;
  const grid = new BarGrid(score);
  const { onsets } = soloOf(score);
  const place = (onset: number): BarPlace => grid.placeAt(onsets[onset]!.position);
  const all = numberedNotes(score).length;
  const reached = new Set<ScoreOnset>();
  let written = 0;
  for (const { fromOnset, untilOnset } of passages) {
    for (const onset of onsets.slice(fromOnset, untilOnset + 1)) {
      written += onset.notes.length;
      reached.add(onset);
    }
  }
  const matched = links.reduce((count, link) => count + (link < 0 ? 0 : 1), 0);
  const notReached = all - [...reached].reduce((count, onset) => count + onset.notes.length, 0);
  const jumps = passages.slice(1).map((passage, k): AlignedJump => ({ time: notes[passage.first]!.time, from: place(passages[k]!.untilOnset), to: place(passage.fromOnset) }));
  return {
    played: notes.length, matched, extra: notes.length - matched, written, missed: written - matched, notReached,
    from: passages[0] && place(passages[0].fromOnset), until: passages.at(-1) && place(passages.at(-1)!.untilOnset),
    jumps, transposition, bpm: tempoOf(score, notes, alignment),
  };
}

function tempoOf(score: Score, notes: readonly PerformedNote[], alignment: Alignment): AlignmentReport['bpm'] {
  const grid = new BarGrid(score);
  const tempi: number[] = [];
  for (const passage of alignment.passages) {
    let begun: { readonly bar: number; readonly position: number; readonly time: number } | undefined;
    for (const { position, time } of onsetsOfPassage(score, notes, alignment, passage)) {
      const bar = grid.indexAt(position);
      if (begun === undefined) begun = { bar, position, time };
      else if (bar !== begun.bar) {
        if (time > begun.time) tempi.push((60 * (position - begun.position)) / (time - begun.time));
        begun = { bar, position, time };
      }
    }
  }
  return tempi.length < 2 ? undefined : { median: median(tempi), slow: quantile(tempi, 0.1), fast: quantile(tempi, 0.9) };
}

/** The played onsets of a passage in the order of the score, each at the median of its notes; grace notes do not count. */
export function onsetsOfPassage(score: Score, notes: readonly PerformedNote[], { links }: Alignment, { first, last }: Passage): { readonly onsetIndex: number; readonly position: Beats; readonly time: number }[] {
  const { onsets } = soloOf(score);
  const numbered = onsets.flatMap((onset, onsetIndex) => onset.notes.map((note) => ({ note, onsetIndex })));
  const times = new Map<number, number[]>();
  for (let i = first; i <= last; i++) {
    const written = numbered[links[i]!];
    if (written === undefined || written.note.grace) continue;
    const group = times.get(written.onsetIndex);
    if (group === undefined) times.set(written.onsetIndex, [notes[i]!.time]);
    else group.push(notes[i]!.time);
  }
  return [...times].sort(([a], [b]) => a - b).map(([onsetIndex, group]) => ({ onsetIndex, position: onsets[onsetIndex]!.position, time: median(group) }));
}

/** A passage of fewer onsets, or with a smaller share of right notes, tells nothing about tempo. */
const fewestOnsets = 8;
const smallestShare = 0.5;

/** The passages that can be trusted: long enough, and most of what was played and of what is written there fits. */
export function soundPassages(score: Score, alignment: Alignment): readonly Passage[] {
  const { onsets } = soloOf(score);
  return alignment.passages.filter(({ first, last, fromOnset, untilOnset }) => {
    const played = last - first + 1;
    const linked = alignment.links.subarray(first, last + 1).reduce((count, link) => count + (link < 0 ? 0 : 1), 0);
    const written = onsets.slice(fromOnset, untilOnset + 1).reduce((count, onset) => count + onset.notes.length, 0);
    return untilOnset - fromOnset + 1 >= fewestOnsets && linked >= smallestShare * played && linked >= smallestShare * written;
  });
}

/** The run-through as a take, as the stage would have kept it: sound passages only, each begun afresh. */
export function takeOnsets(score: Score, notes: readonly PerformedNote[], alignment: Alignment): readonly TakeOnset[] {
  const solo = soloOf(score);
  const places = solo.onsets.flatMap((onset, onsetIndex) => onset.notes.map((_, noteIndex) => ({ position: onset.position, onsetIndex, noteIndex })));
  const recorder = new TakeRecorder(solo);
  let began = -1;
  for (const { first, last } of soundPassages(score, alignment)) {
    let jumped = true;
    for (let i = first; i <= last; i++) {
      const place = places[alignment.links[i]!];
      if (place === undefined) continue;
      const begins = jumped || place.onsetIndex > began;
      if (begins) began = place.onsetIndex;
      recorder.heard({ ...place, time: seconds(notes[i]!.time), begins, jumped, confidence: 1 }, notes[i]!.velocity);
      jumped = false;
    }
  }
  return recorder.onsets;
}
