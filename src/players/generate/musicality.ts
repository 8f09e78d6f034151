/**
 * What a teacher would praise in what was written, part by part, without knowing what stood there. Each part is a share
 * from 0 to 1; real music does not reach 1 either, so whoever is rewarded for them is rewarded up to its level only.
 */
import { mean } from '../../core/math/statistics.ts';
import { scaleAmong } from './key.ts';
import type { Mask } from './masks.ts';
import { keptNotes } from './masks.ts';
import { aSixteenth, ticksTogether } from './metrics.ts';
import type { Window, WindowNote } from './window.ts';
import { barOf } from './window.ts';

/**
 * `harmony`: notes in the key of their neighbours and not a semitone beside another. `rhythm`: places in the bar as in
 * the most similar of the other bars of the track. `novelty`: notes that no other bar of the track has at that place.
 * `transitions`: steps from note to note, also to those that stay, of at most a fifth in the top line. `sounding`:
 * cells with notes, where the track has some in most bars. `variety`: notes of the top line that do not say a pitch a
 * third time.
 */
export const praises = ['harmony', 'rhythm', 'novelty', 'transitions', 'sounding', 'variety'] as const;
export type Praise = (typeof praises)[number];
export type Musicality = Readonly<Record<Praise, number>>;

const farthestStep = 7;

export function musicality(window: Window, mask: Mask, written: readonly WindowNote[]): Musicality {
  const kept = keptNotes(window, mask);
  const cells = mask.holes.map((hole) => {
    const inBar = (notes: readonly WindowNote[], bar: number): readonly WindowNote[] => notes.filter((note) => note.track === hole.track && barOf(window.bars, note.position) === bar);
    const place = ({ position }: WindowNote): number => position - window.bars[barOf(window.bars, position)]!.start;
    const own = inBar(written, hole.bar);
    const others = window.bars.flatMap((_, bar) => {
      const notes = inBar(kept, bar);
      return bar !== hole.bar && notes.length > 0 ? [notes] : [];
    });
    return { own, others, place };
  });
  const filledCells = cells.filter(({ own, others }) => own.length > 0 && others.length > 0);
  const whenThereAre = (shares: readonly number[]): number => (shares.length === 0 ? 0 : mean(shares));
  return {
    harmony: harmony(window, kept, written),
    rhythm: whenThereAre(filledCells.map(({ own, others, place }) => Math.max(...others.map((notes) => alike(new Set(own.map(place)), new Set(notes.map(place))))))),
    novelty: whenThereAre(filledCells.map(({ own, others, place }) => {
      const known = new Set(others.flatMap((notes) => notes.map((note) => place(note) * 128 + note.pitch)));
      return own.filter((note) => !known.has(place(note) * 128 + note.pitch)).length / own.length;
    })),
    ...lines(window, kept, written),
    sounding: whenThereAre(cells.filter(({ others }) => others.length * 2 > window.bars.length).map(({ own }) => (own.length > 0 ? 1 : 0))),
  };
}

/** How different variations of one hole are from each other: 1 less the share of notes that two of them have in common, in the mean. */
export function difference(variations: readonly (readonly WindowNote[])[]): readonly number[] {
  return variations.map((own, i) => {
    const others = variations.filter((_, k) => k !== i);
    return others.length === 0 ? 1 : 1 - mean(others.map((other) => sharedNotes(own, other)));
  });
}

/** Of two fillings of a hole the share of notes that both have: track, place and pitch. */
export function sharedNotes(one: readonly WindowNote[], other: readonly WindowNote[]): number {
  const name = ({ track, position, pitch }: WindowNote): number => (position * 32 + track) * 128 + pitch;
  const [a, b] = [new Set(one.map(name)), new Set(other.map(name))];
  return a.size + b.size === 0 ? 1 : (2 * [...a].filter((note) => b.has(note)).length) / (a.size + b.size);
}

function harmony(window: Window, kept: readonly WindowNote[], written: readonly WindowNote[]): number {
  const isPitched = (note: WindowNote): boolean => window.tracks[note.track]!.role !== 'drums';
  const scale = scaleAmong(kept.filter(isPitched));
  const all = [...kept, ...written].filter(isPitched);
  const own = written.filter(isPitched);
  const fits = (note: WindowNote): boolean => scale.has(note.pitch % 12) && !all.some((other) => Math.abs(other.pitch - note.pitch) === 1 && ticksTogether(note, other) >= aSixteenth);
  return own.length === 0 ? 0 : own.filter(fits).length / own.length;
}

/** Of the highest notes of each track, in their order. */
function lines(window: Window, kept: readonly WindowNote[], written: readonly WindowNote[]): Pick<Musicality, 'transitions' | 'variety'> {
  const made = new Set(written);
  let steps = 0, small = 0, notes = 0, fresh = 0;
  for (const track of window.tracks.keys()) {
    const top = new Map<number, WindowNote>();
    for (const note of [...kept, ...written]) if (note.track === track && note.pitch > (top.get(note.position)?.pitch ?? -1)) top.set(note.position, note);
    const line = [...top.values()].sort((a, b) => a.position - b.position);
    line.forEach((note, i) => {
      const before = line[i - 1];
      if (before !== undefined && (made.has(note) || made.has(before))) {
        steps++;
        if (Math.abs(note.pitch - before.pitch) <= farthestStep) small++;
      }
      if (!made.has(note)) return;
      notes++;
      if (before?.pitch !== note.pitch || line[i - 2]?.pitch !== note.pitch) fresh++;
    });
  }
  return { transitions: steps === 0 ? 0 : small / steps, variety: notes === 0 ? 0 : fresh / notes };
}

/** Of what either has, how much both have. */
function alike(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const both = [...a].filter((one) => b.has(one)).length;
  return both / (a.size + b.size - both);
}
