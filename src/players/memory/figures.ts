/**
 * Which intervals of a part are alike? From the general to the particular: they stand at the same place of a bar, in
 * the same rhythm, in the same figure (at any pitch), in the same line of eight onsets, between the very same notes.
 * A repeat is alike in everything; a sequence in all but its pitches; an accompanying figure every half bar.
 */
import { BarGrid } from '../../core/music/meter.ts';
import type { Part, Score } from '../../core/music/score.ts';

/** In the order of `Figures.kinds`. */
export const likenesses = ['place', 'rhythm', 'figure', 'line', 'notes'] as const;

export interface Figures {
  /** For each likeness and each onset, what kind of interval begins there: two of the same number are alike. Shape [likenesses][onsets]. */
  readonly kinds: readonly Int32Array[];
  /** How many kinds there are of each likeness. */
  readonly counts: readonly number[];
}

/** Positions are compared to a 96th of a quarter. */
const grain = 96;
/** Stands for an interval that there is not: before the first onset, after the last. */
const none = -1;
/** Onsets of a line, the one that it leads to among them. */
const lineLength = 8;

/** @param solo a part of this score */
export function figuresOf(score: Pick<Score, 'bars' | 'meters' | 'start' | 'end'>, solo: Part): Figures {
  const grid = new BarGrid(score);
  const { onsets } = solo;
  const n = onsets.length;
  const place = Int32Array.from(onsets, ({ position }) => Math.round(grid.placeAt(position).beat * grain));
  const length = new Int32Array(n + 3).fill(none);
  for (let i = 1; i < n; i++) length[i] = Math.round((onsets[i]!.position - onsets[i - 1]!.position) * grain);
  const pitches = onsets.map((onset) => onset.notes.filter((note) => !note.grace).map((note) => note.pitch as number).sort((a, b) => a - b));
  const top = Int32Array.from(pitches, (chord) => chord.at(-1) ?? 0);
  const bottom = Int32Array.from(pitches, (chord) => chord[0] ?? 0);

  /** How one goes from onset to onset: two of the same number are alike. */
  const { numbers: moves } = kindsBy(n, (i, say) => {
    say(i === 0 ? 0 : top[i]! - top[i - 1]!);
    say(i === 0 ? 0 : bottom[i]! - bottom[i - 1]!);
    say(pitches[i]!.length);
    say(length[i]!);
  });
  /** Contour and rhythm of the onsets before the interval and of the one that ends it, free of the pitch that they stand at. */
  const figure = (count: number) => (i: number, say: Say): void => {
    const from = Math.max(0, i - count + 2);
    say(pitches[from]!.length);
    say(length[from]!);
    for (let k = from + 1; k <= Math.min(n - 1, i + 1); k++) say(moves[k]!);
  };
  const described = [
    kindsBy(n, (i, say) => {
      say(place[i]!);
      say(length[i + 1]!);
    }),
    kindsBy(n, (i, say) => {
      say(place[i]!);
      for (let k = Math.max(0, i - 1); k <= i + 2; k++) say(length[k]!);
      for (let k = i; k <= i + 1; k++) say((pitches[k]?.length ?? 0) > 1 ? 1 : 0);
    }),
    kindsBy(n, figure(2)),
    kindsBy(n, figure(lineLength)),
    kindsBy(n, (i, say) => {
      for (let k = Math.max(0, i - 1); k <= Math.min(n - 1, i + 1); k++) {
        if (k >= i) say(length[k]!);
        for (const pitch of pitches[k]!) say(pitch);
        say(none);
      }
    }),
  ];
  return { kinds: described.map(({ numbers }) => numbers), counts: described.map(({ count }) => count) };
}

export type FiguresOf = typeof figuresOf;

type Say = (value: number) => void;

/**
 * Numbers the kinds in the order in which they come first.
 * @param describe says, number by number, what those of one kind have in common
 */
function kindsBy(onsets: number, describe: (onset: number, say: Say) => void): { readonly numbers: Int32Array; readonly count: number } {
  // A table with room to spare: where a slot is taken by another kind, the next one is tried.
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * onsets + 2))).fill(none);
  const firsts = new Int32Array(onsets);
  const seconds = new Int32Array(onsets);
  let kinds = 0;
  // Two hashes side by side: of as many kinds as a score can have, hardly ever two have both in common.
  let first = 0, second = 0;
  const say = (value: number): void => {
    first = Math.imul(first ^ value, 0x01000193);
    first ^= first >>> 15;
    second = Math.imul(second ^ (value + 101), 0x85ebca6b);
    second ^= second >>> 13;
  };
  const numbers = new Int32Array(onsets);
  for (let onset = 0; onset < onsets; onset++) {
    first = 0x811c9dc5 | 0;
    second = 0x9747b28c | 0;
    describe(onset, say);
    let slot = first & (slots.length - 1);
    while (slots[slot] !== none && (firsts[slots[slot]!] !== first || seconds[slots[slot]!] !== second)) slot = (slot + 1) & (slots.length - 1);
    if (slots[slot] === none) {
      firsts[kinds] = first;
      seconds[kinds] = second;
      slots[slot] = kinds++;
    }
    numbers[onset] = slots[slot]!;
  }
  return { numbers, count: kinds };
}
