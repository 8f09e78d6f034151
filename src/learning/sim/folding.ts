/**
 * Written order regained: an unfolded score in which bars recur becomes one in which each bar stands once, with leaps
 * where the music goes back or on. A performance of the unfolded score then takes every repeat, and by leaving out
 * what is played twice, one is made that takes none.
 */
import type { Part, Score, ScoreOnset } from '../../core/music/score.ts';
import type { Beats } from '../../core/music/units.ts';
import { beats } from '../../core/music/units.ts';
import type { Leap } from '../../players/follow/leaps.ts';
import type { EditedNote } from './edits.ts';

export interface FoldedPart {
  readonly part: Part;
  readonly leaps: readonly Leap[];
  /** For each played bar: where it stood in the unfolded score, and the written bar that it is. */
  readonly played: readonly { readonly from: number; readonly until: number; readonly written: number }[];
  /** Written positions of the bars; one more for the end. */
  readonly bars: readonly number[];
  /** What stands in each written bar: equal texts sound alike. */
  readonly contents: readonly string[];
  /** From a note of the unfolded part to its written position. */
  positionOf(noteId: string): number;
}

/** @returns undefined where no bar recurs */
export function fold(score: Score, part: Part): FoldedPart | undefined {
  const stands = new Map<string, number>();
  const contents: string[] = [];
  const bars: number[] = [0];
  const onsets: ScoreOnset[] = [];
  const positions = new Map<string, number>();
  const played: { from: number; until: number; written: number }[] = [];
  let next = 0;
  const starts = score.bars.map((bar) => bar.position as number);
  const firstOnset = part.onsets[0]?.position ?? 0;
  if (starts.length === 0) return undefined;
  if (firstOnset < starts[0]!) starts.unshift(firstOnset);
  const names = score.bars.map((bar) => bar.number);
  if (names.length < starts.length) names.unshift('before the first');
  for (let b = 0; b < starts.length; b++) {
    const from = starts[b]!;
    const until = starts[b + 1] ?? Math.max(score.end, from + 1);
    const here: ScoreOnset[] = [];
    while (next < part.onsets.length && part.onsets[next]!.position < until - 1e-6) here.push(part.onsets[next++]!);
    const content = contentOf(here, from);
    const key = `${names[b]}|${until - from}|${content}`;
    // a bar that repeats what was written next is that bar, whatever its number: two endings may be alike
    const expected = (played.at(-1)?.written ?? -2) + 1;
    let written = stands.get(key) ?? (contents[expected] === content ? expected : undefined);
    if (written === undefined) {
      written = bars.length - 1;
      stands.set(key, written);
      contents.push(content);
      const shift = bars[written]! - from;
      bars.push(bars[written]! + until - from);
      onsets.push(...here.map((onset) => ({ ...onset, position: beats(onset.position + shift) })));
    }
    for (const onset of here) for (const note of onset.notes) positions.set(note.id, bars[written]! + onset.position - from);
    played.push({ from, until, written });
  }
  if (played.length === bars.length - 1) return undefined;
  const leaps = new Map<string, Leap>();
  for (let b = 1; b < played.length; b++) {
    const [before, after] = [played[b - 1]!.written, played[b]!.written];
    if (after !== before + 1) leaps.set(`${before} ${after}`, { at: bars[before + 1]!, to: bars[after]! });
  }
  return { part: { ...part, onsets }, leaps: [...leaps.values()], played, bars, contents, positionOf: (id) => positions.get(id) ?? NaN };
}

/** Pitches and places of a bar, whatever the order of its voices. */
function contentOf(onsets: readonly ScoreOnset[], from: number): string {
  return onsets.map((onset) => `${Math.round((onset.position - from) * 96)}:${onset.notes.map((note) => note.pitch).sort((a, b) => a - b).join('+')}`).join(' ');
}

/** Where a performance comes to a barline at which the written order leaves a choice. */
export interface Crossing {
  /** Index of the first note after it, of the last linked note of the bar that follows, and of the one after that. */
  readonly at: number;
  readonly until: number;
  readonly beyond: number;
  readonly taken: boolean;
}

export interface FoldedPerformance {
  readonly notes: readonly EditedNote[];
  /** True written position of each note; NaN for what is not written. */
  readonly truth: Float64Array;
  readonly crossings: readonly Crossing[];
}

/**
 * @param timeAt       when an unfolded position is played
 * @param idOf         id of the score note that an edited note plays
 * @param positionOf   its unfolded position
 * @param takeRepeats  false: what is played a second time is cut out
 */
export function performFolded(folded: FoldedPart, notes: readonly EditedNote[], timeAt: (position: Beats) => number, idOf: (note: number) => string, positionOf: (note: number) => number, takeRepeats: boolean): FoldedPerformance {
  const kept = takeRepeats ? folded.played.map((_, b) => b) : withoutRepeats(folded);
  const out: EditedNote[] = [];
  const truth: number[] = [];
  const beginnings: number[] = [];
  let shift = 0;
  kept.forEach((b, k) => {
    const bar = folded.played[b]!;
    const start = timeAt(beats(bar.from));
    if (k > 0) shift += timeAt(beats(folded.played[kept[k - 1]!]!.until)) - start;
    beginnings.push(out.length);
    const end = timeAt(beats(bar.until));
    for (const note of notes) {
      const position = note.note >= 0 ? positionOf(note.note) : NaN;
      const inside = note.note >= 0 ? position >= bar.from - 1e-6 && position < bar.until - 1e-6 : note.time >= start && note.time < end;
      if (!inside) continue;
      out.push({ ...note, time: note.time + shift });
      truth.push(note.note >= 0 ? folded.positionOf(idOf(note.note)) : NaN);
    }
  });
  // at a barline the hands may cross: notes stay in order of time
  const order = out.map((_, i) => i).sort((a, b) => out[a]!.time - out[b]!.time);
  const rank = new Int32Array(out.length);
  order.forEach((i, r) => (rank[i] = r));
  const crossings: Crossing[] = [];
  for (let k = 1; k + 1 < kept.length; k++) {
    const before = folded.played[kept[k - 1]!]!.written;
    const after = folded.played[kept[k]!]!.written;
    const choices = folded.leaps.filter((leap) => leap.at === folded.bars[before + 1]).map((leap) => folded.bars.indexOf(leap.to));
    if (choices.length === 0) continue;
    // where both ways begin alike nobody can hear the difference yet
    const sounds = folded.contents[after];
    if ([before + 1, ...choices].some((choice) => choice !== after && folded.contents[choice] === sounds)) continue;
    const [at, until, beyond] = [beginnings[k]!, beginnings[k + 1]!, beginnings[k + 2] ?? out.length];
    if (until > at && beyond > until) crossings.push({ at: rank[at]!, until: rank[until - 1]!, beyond: rank[beyond - 1]!, taken: after !== before + 1 });
  }
  return { notes: order.map((i) => out[i]!), truth: Float64Array.from(order, (i) => truth[i]!), crossings };
}

/** Played bars that remain when whatever is about to be played again has been left out the first time. */
function withoutRepeats({ played }: FoldedPart): number[] {
  const kept: number[] = [];
  for (let b = 0; b < played.length; b++) {
    const before = kept.findIndex((k) => played[k]!.written === played[b]!.written);
    // only a stretch that is begun again from here to its end is a repeat
    if (before >= 0) kept.length = before;
    kept.push(b);
  }
  return kept;
}

/** Share of crossings after which the follower was where the soloist was, from the end of the next bar on. */
export function heardRight(performance: FoldedPerformance, reported: ArrayLike<number>): { right: number; of: number } {
  let right = 0;
  for (const { until, beyond } of performance.crossings) {
    let good = 0;
    let all = 0;
    for (let i = until; i <= beyond; i++) {
      if (Number.isNaN(performance.truth[i])) continue;
      all++;
      if (Math.abs(reported[i]! - performance.truth[i]!) <= 0.5) good++;
    }
    if (all === 0 || good >= 0.8 * all) right++;
  }
  return { right, of: performance.crossings.length };
}
