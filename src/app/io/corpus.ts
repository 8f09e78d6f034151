/** Reads a corpus of scores in printed order, one JSON object a line, and makes one score of all parts of each: the solo parts are its melody. */
import type { ScoreRecord } from './performances.ts';
import { checkColumns, jsonLines } from './performances.ts';

interface CorpusRecord {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly composer?: string;
  readonly license?: string;
  readonly timesig?: readonly (readonly [number, number, number])[];
  readonly tempo?: readonly (readonly [number, number])[];
  readonly bars?: readonly number[];
  readonly parts: readonly { readonly role: string; readonly on: readonly number[]; readonly dur: readonly number[]; readonly pitch: readonly number[]; readonly flags?: readonly number[] }[];
}

/** The licence it states, and the score. @throws UserFault naming file and line where a line is not a score */
export async function* readCorpus(path: string): AsyncGenerator<{ readonly licence: string; readonly score: ScoreRecord }> {
  for await (const { record, line } of jsonLines(path)) {
    const item = record as unknown as CorpusRecord;
    item.parts.forEach((part) => checkColumns(path, line, { ...part, id: item.id }, ['on', 'dur', 'pitch']));
    yield { licence: item.license ?? '', score: asScore(item) };
  }
}

function asScore({ parts, bars = [], ...item }: CorpusRecord): ScoreRecord {
  const notes = parts.flatMap((part) => part.on.map((on, i) => ({ on, dur: part.dur[i]!, pitch: part.pitch[i]!, flags: part.flags?.[i] ?? 0, role: part.role === 'solo' ? 0 : 1 })));
  notes.sort((a, b) => a.on - b.on || (b.flags & 1) - (a.flags & 1) || a.pitch - b.pitch);
  // Some sources mark the tempo out of order, or twice at one place: there the last one holds.
  const tempo = [...new Map([...(item.tempo ?? [])].filter(([, bpm]) => bpm > 0))].sort(([a], [b]) => a - b);
  const column = (key: keyof (typeof notes)[number]): number[] => notes.map((note) => note[key]);
  return { ...item, tempo, piece: item.id, n: notes.length, on: column('on'), dur: column('dur'), pitch: column('pitch'), flags: column('flags'), role: column('role'), bars: bars.map((position, i) => [position, i + 1]) };
}
