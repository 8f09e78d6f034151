/**
 * Which of several fillings does the writer expect most? He does not know what stood there, but what he writes tells what
 * he thinks possible: a filling that has much in common with the others, likely ones above all, is the one by which he
 * would be least surprised. What stood some bars before is a candidate too, for music repeats itself; it counts as much
 * as it is likely to him. Each cell is chosen for itself: what comes again in one bar need not do so in the next.
 * @see Kumar and Byrne, "Minimum Bayes-risk decoding for statistical machine translation", HLT-NAACL 2004
 */
import { mean } from '../../core/math/statistics.ts';
import { Clashes } from './clashes.ts';
import { cellOf, fitting } from './copying.ts';
import { Grammar } from './grammar.ts';
import type { Mask } from './masks.ts';
import { sharedNotes } from './musicality.ts';
import type { Window, WindowNote } from './window.ts';
import { inOrder } from './window.ts';

export interface Candidate {
  readonly name: string;
  readonly notes: readonly WindowNote[];
  /** By which it surprises the writer, a note. */
  readonly nats: number;
  /** By which each hole of it does, all its notes and its end together. */
  readonly natsByHole: ArrayLike<number>;
  /** Whether he wrote it himself. */
  readonly isOwn: boolean;
}
export interface Expected extends Pick<Candidate, 'name' | 'notes'> {
  /** The share of its notes that the others have too, each by its weight. */
  readonly share: number;
}

/** By so many nats a note a filling, or a cell of it, must be likelier to weigh e times as much; on validation .3 and .6, and .6 and 1.5, do as well. */
const natsPerWeight = { filling: 0.45, cell: 1 } as const;
/** No filling weighs more than so many of the usual ones, in powers of e. */
const heaviest = 3;
/** What it counts that a cell begins its notes where others do, beside the notes themselves. */
const forOnsets = 0.3;

/** The most expected first. */
export function byExpectation(candidates: readonly Candidate[]): Expected[] {
  const filled = candidates.filter(({ notes }) => notes.length > 0);
  const weights = weightsOf(filled, ({ nats }) => nats, natsPerWeight.filling);
  return filled.map((one) => ({ name: one.name, notes: one.notes, share: shareOf(one.notes, filled, weights) })).sort((a, b) => b.share - a.share);
}

/**
 * Of each cell what is expected most there, whichever filling it is from; undefined where that is what one filling has.
 * @param mask whose first holes the candidates fill
 * @param clash how likely a note a semitone beside another may be, against what the writer says: what each wrote sounds well by itself, but not always beside what another did
 */
export function putTogether(candidates: readonly Candidate[], window: Window, mask: Mask, clash = 1): Expected | undefined {
  const filled = candidates.filter(({ notes }) => notes.length > 0);
  if (filled.length === 0) return undefined;
  const grammar = new Grammar(window, mask);
  const clashes = new Clashes(window, mask, clash);
  const notes: WindowNote[] = [];
  const chosen = new Set<Candidate>();
  // The last first: what lasts into a later cell is cut short there, not what is struck.
  for (const [index, hole] of [...mask.holes.entries()].reverse()) {
    const cells = filled.map((candidate) => cellOf(candidate.notes, window, hole.bar, hole.track));
    const weights = weightsOf(filled, ({ natsByHole }, i) => natsByHole[index]! / Math.max(1, cells[i]!.length), natsPerWeight.cell);
    const onsets = cells.map((cell) => cell.map((note) => ({ ...note, pitch: 0 })));
    const worth = cells.map((cell, i) => weights.reduce((sum, weight, k) => sum + weight * ((1 - forOnsets) * sharedNotes(cell, cells[k]!) + forOnsets * sharedNotes(onsets[i]!, onsets[k]!)), 0));
    const sounding = worth.map((one, i) => one * geometricMean(cells[i]!.map((note) => clashes.factor(note))));
    const best = sounding.indexOf(Math.max(...sounding));
    if (cells[best]!.length > 0) chosen.add(filled[best]!);
    const taken = fitting(grammar, hole, window.bars[hole.bar]!.start, cells[best]!);
    notes.push(...taken);
    for (const note of taken) clashes.sound(note);
  }
  if (chosen.size < 2) return undefined;
  return { name: `put together of ${chosen.size}`, notes: inOrder(notes, window.bars), share: shareOf(notes, filled, weightsOf(filled, ({ nats }) => nats, natsPerWeight.filling)) };
}

/** How much each counts, by its surprise a note beside the usual one of what the writer wrote himself. */
function weightsOf(candidates: readonly Candidate[], natsOf: (candidate: Candidate, index: number) => number, perWeight: number): readonly number[] {
  const nats = candidates.map(natsOf);
  const own = nats.filter((_, i) => candidates[i]!.isOwn);
  const usual = mean(own.length > 0 ? own : nats);
  return nats.map((one) => Math.exp(Math.min(heaviest, (usual - one) / perWeight)));
}

const geometricMean = (factors: readonly number[]): number => (factors.length === 0 ? 1 : factors.reduce((product, factor) => product * factor, 1) ** (1 / factors.length));

const shareOf = (notes: readonly WindowNote[], candidates: readonly Candidate[], weights: readonly number[]): number =>
  candidates.reduce((sum, other, i) => sum + weights[i]! * sharedNotes(notes, other.notes), 0) / weights.reduce((a, b) => a + b, 0);
