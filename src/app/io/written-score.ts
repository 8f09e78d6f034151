/** What every reader of score files hands over: the written order, before anybody is chosen to be the soloist. */
import { UserFault } from '../../core/contract/faults.ts';
import { onsetsOf } from '../../core/music/onsets.ts';
import type { PartRole, Score } from '../../core/music/score.ts';
import type { Beats } from '../../core/music/units.ts';

export interface WrittenScore {
  /** Every part of it accompanies. */
  readonly score: Score;
  /** Ids of the parts with words under their notes. */
  readonly sung: ReadonlySet<string>;
  /** Where each movement begins; the first at `score.start`. */
  readonly movements: readonly Beats[];
  /** What was guessed or repaired, one plain line each. */
  readonly notes: readonly string[];
}

/** @param partIds  of those whom people play */
export function withSolo(score: Score, ...partIds: readonly string[]): Score {
  return { ...score, parts: score.parts.map((part) => ({ ...part, role: partIds.includes(part.id) ? 'solo' : ('accompaniment' satisfies PartRole) })) };
}

const percussion = 9;

/** All that is written as one part, the solo; percussion is left out. */
export function withEverybody(score: Score): Score {
  const parts = score.parts.filter((part) => part.channel !== percussion);
  if (parts.length <= 1) return parts.length === 0 ? score : { ...score, parts: [{ ...parts[0]!, role: 'solo' }] };
  const onsets = onsetsOf(parts.flatMap((part) => part.onsets.flatMap((onset) => onset.notes)));
  return { ...score, parts: [{ id: 'all', name: 'all', role: 'solo', channel: 0, onsets, controls: [] }] };
}

/** "Violin I" into "violin-i", and "violin-i-2" where that is taken. `taken` gains the id. */
export function partIdFor(name: string, taken: Set<string>): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40) || 'part';
  let id = plain;
  for (let n = 2; taken.has(id); n++) id = `${plain}-${n}`;
  taken.add(id);
  return id;
}

/** In quarter notes: a whole day of music. What is longer has a time in it that nobody meant. */
const longestScore = 100_000;

/** @throws UserFault when a score lasts longer than anybody could play; to be asked before anything as long as the score is made */
export function checkLength(quarters: number, source: string): void {
  if (!(quarters <= longestScore)) throw new UserFault(source, 'length', `must be at most ${longestScore} quarters`, Math.round(quarters));
}
