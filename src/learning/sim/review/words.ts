/** What a musician is told: places, notes and note values by their names. */
import type { BarGrid } from '../../../core/music/meter.ts';
import type { Score } from '../../../core/music/score.ts';
import { keyAt, spell } from '../../../core/music/spelling.ts';
import type { Beats } from '../../../core/music/units.ts';

const alterations: Readonly<Record<number, string>> = { [-2]: ' double flat', [-1]: ' flat', 0: '', 1: ' sharp', 2: ' double sharp' };
const values: readonly (readonly [quarters: number, name: string])[] = [
  [1 / 8, 'thirty-seconds'], [1 / 6, 'sextuplets'], [1 / 4, 'sixteenths'], [1 / 3, 'triplets'], [3 / 8, 'dotted sixteenths'], [1 / 2, 'eighths'], [3 / 4, 'dotted eighths'], [1, 'quarters'], [3 / 2, 'dotted quarters'], [2, 'half notes'],
];
const numbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const ordinals = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

export const counted = (count: number, noun: string, nouns = `${noun}s`): string => `${numberWord(count)} ${count === 1 ? noun : nouns}`;
/** "a, b and c"; of very many the first few. */
export function enumerated(things: readonly string[], most: number): string {
  const named = things.length > most ? [...things.slice(0, most), `${things.length - most} more`] : things;
  return named.length < 2 ? (named[0] ?? '') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)!}`;
}
export const numberWord = (count: number): string => numbers[count] ?? String(count);
export const ordinal = (count: number): string => ordinals[count] ?? `${count}th`;
export const percent = (share: number): string => `${Math.max(1, Math.round(Math.abs(share) * 100))} %`;
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** undefined for a length that has no everyday name */
export const valueName = (quarters: number): string | undefined => values.find(([value]) => Math.abs(value - quarters) < 0.02)?.[1];

const dynamics: readonly (readonly [below: number, name: string])[] = [[41, 'pp'], [57, 'p'], [72, 'mp'], [88, 'mf'], [104, 'f'], [Infinity, 'ff']];
/** What a velocity is usually written as. */
export const dynamicName = (velocity: number): string => dynamics.find(([below]) => velocity < below)![1];

export class Words {
  readonly #score: Score;
  readonly #grid: BarGrid;
  readonly #passes: ReadonlyMap<string, number>;

  constructor(score: Score, grid: BarGrid) {
    this.#score = score;
    this.#grid = grid;
    const passes = new Map<string, number>();
    for (const { number } of grid.bars) passes.set(number, (passes.get(number) ?? 0) + 1);
    this.#passes = passes;
  }

  /** "7", or "7 (second time)" where the music repeats it. @param bar index */
  bar(bar: number): string {
    const { number, pass } = this.#grid.bars[bar]!;
    return (this.#passes.get(number) ?? 1) > 1 ? `${number} (${ordinal(pass)} time)` : number;
  }

  /** "bar 7", "bars 12-14" @param first @param last indices of bars */
  bars(first: number, last: number): string {
    if (first === last) return `bar ${this.bar(first)}`;
    const [a, b] = [this.#grid.bars[first]!, this.#grid.bars[last]!];
    const twice = (this.#passes.get(a.number) ?? 1) > 1 || (this.#passes.get(b.number) ?? 1) > 1;
    return `bars ${a.number}-${b.number}${twice ? ` (${a.pass === b.pass ? `${ordinal(a.pass)} time` : 'over the repeat'})` : ''}`;
  }

  /** "bar 7 beat 3"; between two beats the one before. */
  place(position: Beats): string {
    return `bar ${this.bar(this.#grid.indexAt(position))} beat ${this.beat(position)}`;
  }

  /** The beat of the bar at or before a position, from 1. */
  beat(position: Beats): number {
    return Math.floor(this.#grid.placeAt(position).beat + 0.01);
  }

  /** "C sharp", as the key there spells it. */
  note(pitch: number, position: Beats): string {
    const { name, alter } = spell(pitch, keyAt(this.#score.keys, position));
    return `${name.toUpperCase()}${alterations[alter] ?? ''}`;
  }
}
