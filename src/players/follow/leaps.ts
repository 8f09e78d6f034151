/**
 * Where written music may go on elsewhere than at the next bar: repeats, endings, da capo. The follower does not ask
 * which sign is in force; it hears which way was taken, so that a repeat left out or taken twice is no surprise.
 */
import type { Jump } from '../../core/music/score.ts';
import type { NoteTable } from './note-table.ts';

/** From a barline to another: what stands after `at` may be followed by what stands after `to`, in quarter notes. */
export interface Leap {
  readonly at: number;
  readonly to: number;
}

/** Every leap that the signs of a score allow, whatever the pass. */
export function leapsOf(jumps: readonly Jump[]): Leap[] {
  const leaps: Leap[] = [];
  const endings = jumps.filter((jump) => jump.type === 'ending');
  for (const jump of jumps) {
    if (jump.type === 'repeat' || jump.type === 'jump') leaps.push({ at: jump.at, to: jump.to });
    else if (jump.type === 'leave' && jump.to !== 'end') leaps.push({ at: jump.at, to: jump.to });
  }
  for (const ending of endings) {
    // from where the endings part, into this one; from its end, beyond the last of its neighbours
    const first = neighbourhood(endings, ending).at(0)!;
    const last = neighbourhood(endings, ending).at(-1)!;
    if (first.from !== ending.from) leaps.push({ at: first.from, to: ending.from });
    if (last.until !== ending.until) leaps.push({ at: ending.until, to: last.until });
    if (last === ending && first !== ending) leaps.push({ at: first.from, to: last.until });
  }
  return leaps;
}

/** Endings that follow one another without a gap, in order. */
function neighbourhood(endings: readonly Extract<Jump, { type: 'ending' }>[], of: Extract<Jump, { type: 'ending' }>): Extract<Jump, { type: 'ending' }>[] {
  const sorted = [...endings].sort((a, b) => a.from - b.from);
  const at = sorted.indexOf(of);
  let first = at;
  let last = at;
  while (first > 0 && sorted[first - 1]!.until === sorted[first]!.from) first--;
  while (last + 1 < sorted.length && sorted[last + 1]!.from === sorted[last]!.until) last++;
  return sorted.slice(first, last + 1);
}

/** The leaps in terms of onsets, as columns, rising by the onset before which they leave. */
export class LeapTable {
  readonly count: number;
  /** First onset that a leap leaves out, and the first after it. */
  readonly leaves: Int32Array;
  readonly lands: Int32Array;
  /** Nominal time of the barline left less that of the barline reached. */
  readonly shift: Float64Array;

  constructor(notes: NoteTable, leaps: readonly Leap[], nominalAt: (position: number) => number) {
    const rising = [...leaps].sort((a, b) => a.at - b.at);
    this.count = rising.length;
    this.leaves = Int32Array.from(rising, (leap) => notes.onsetAtOrAfter(leap.at - 1e-6));
    this.lands = Int32Array.from(rising, (leap) => notes.onsetAtOrAfter(leap.to - 1e-6));
    this.shift = Float64Array.from(rising, (leap) => nominalAt(leap.at) - nominalAt(leap.to));
  }

  /** True where the signs alone explain that `to` was played after `from`: at most one onset was left out on either side. */
  isTaken(from: number, to: number): boolean {
    for (let leap = this.firstAfter(from); leap < this.count && this.leaves[leap]! <= from + 2; leap++) {
      const lands = this.lands[leap]!;
      if ((to === lands || to === lands + 1) && to !== from && to !== from + 1) return true;
    }
    return false;
  }

  /** The first leap that leaves after an onset; `count` when there is none. */
  firstAfter(onset: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.leaves[middle]! <= onset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
