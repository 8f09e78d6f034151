/**
 * Which of several fillings does the writer expect most? He does not know what stood there, but what he writes tells what
 * he thinks possible: a filling that has much in common with the others, likely ones above all, is the one by which he
 * would be least surprised. What stood some bars before is a candidate too, for music repeats itself; it counts as much
 * as it is likely to him.
 * @see Kumar and Byrne, "Minimum Bayes-risk decoding for statistical machine translation", HLT-NAACL 2004
 */
import { mean } from '../../core/math/statistics.ts';
import { sharedNotes } from './musicality.ts';
import type { WindowNote } from './window.ts';

export interface Candidate {
  readonly name: string;
  readonly notes: readonly WindowNote[];
  /** By which it surprises the writer, a note. */
  readonly nats: number;
  /** Whether he wrote it himself. */
  readonly isOwn: boolean;
}
export interface Expected extends Candidate {
  /** The share of its notes that the others have too, each by its weight. */
  readonly share: number;
}

/** By so many nats a note a filling must be likelier to weigh e times as much; on validation .3 and .6 do as well. */
const natsPerWeight = 0.45;
/** No filling weighs more than so many of the usual ones, in powers of e. */
const heaviest = 3;

/** The most expected first. */
export function byExpectation(candidates: readonly Candidate[]): Expected[] {
  const filled = candidates.filter(({ notes }) => notes.length > 0);
  const own = filled.filter(({ isOwn }) => isOwn);
  const usual = mean((own.length > 0 ? own : filled).map(({ nats }) => nats));
  const weights = filled.map(({ nats }) => Math.exp(Math.min(heaviest, (usual - nats) / natsPerWeight)));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return filled
    .map((one) => ({ ...one, share: filled.reduce((sum, other, i) => sum + weights[i]! * sharedNotes(one.notes, other.notes), 0) / all }))
    .sort((a, b) => b.share - a.share);
}
