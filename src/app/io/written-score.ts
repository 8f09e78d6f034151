/** What every reader of score files hands over: the written order, before anybody is chosen to be the soloist. */
import { onsetsOf } from '../../core/music/onsets.ts';
import type { PartControl, PartRole, Score, ScoreNote } from '../../core/music/score.ts';
import type { Beats } from '../../core/music/units.ts';

export interface WrittenPart {
  readonly id: string;
  readonly name: string;
  /** 0..15 */
  readonly channel: number;
  readonly notes: readonly ScoreNote[];
  readonly controls: readonly PartControl[];
  /** Words stand under its notes. */
  readonly sung: boolean;
}

export interface WrittenScore extends Omit<Score, 'parts'> {
  readonly parts: readonly WrittenPart[];
  /** Where each movement begins; the first at `start`. */
  readonly movements: readonly Beats[];
  /** What was guessed or repaired, one plain line each. */
  readonly notes: readonly string[];
}

/** @param roles  by part id; a part that is not named accompanies */
export function scoreWith(written: WrittenScore, roles: ReadonlyMap<string, PartRole>): Score {
  const { title, meters, tempoMarks, keys, bars, marks, fermatas, jumps, start, end } = written;
  const parts = written.parts.map((part) => ({
    id: part.id,
    name: part.name,
    role: roles.get(part.id) ?? ('accompaniment' as const),
    channel: part.channel,
    onsets: onsetsOf(part.notes),
    controls: part.controls,
  }));
  return { title, parts, meters, tempoMarks, keys, bars, marks, fermatas, jumps, start, end };
}

/** "Violin I" into "violin-i", and "violin-i-2" where that is taken. `taken` gains the id. */
export function partIdFor(name: string, taken: Set<string>): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40) || 'part';
  let id = plain;
  for (let n = 2; taken.has(id); n++) id = `${plain}-${n}`;
  taken.add(id);
  return id;
}
