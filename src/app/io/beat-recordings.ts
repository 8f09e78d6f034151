/**
 * Recordings of which the beats are known and no more: when each beat of a piece sounded, in as many recordings as
 * there are. As a score they have what is printed on the beats; so the soloist plays that, and nothing between.
 */
import type { PerformanceRecord, ScoreRecord } from './performances.ts';
import { checkColumns, jsonLines } from './performances.ts';

/** One piece. */
interface BeatTable {
  readonly id: string;
  readonly piece: string;
  readonly source: string;
  readonly license?: string;
  /** Bar (from 1) and beat (from 0) of each entry. */
  readonly bar: readonly number[];
  readonly beat: readonly number[];
  readonly score?: Omit<ScoreRecord, 'id' | 'piece' | 'source' | 'title'> | null;
  /** Times in units of 0.1 ms, one an entry. */
  readonly perfs: readonly { readonly id: string; readonly performer: string; readonly t: readonly number[] }[];
}

export interface BeatRecordings {
  /** What is printed on the beats. */
  readonly score: ScoreRecord;
  readonly performances: readonly PerformanceRecord[];
}

/** Where fewer of the beats meet a printed note, table and score are not laid out alike. */
const mostlyPrinted = 0.9;
const near = 1e-3;

/**
 * Pieces whose table goes through the printed score beat by beat; others are passed over.
 * @throws UserFault naming file and line where a line is no table of beats
 */
export async function* readBeatRecordings(path: string): AsyncGenerator<BeatRecordings> {
  for await (const { record, line } of jsonLines(path)) {
    const table = record as unknown as BeatTable;
    checkColumns(path, line, { ...record, n: table.bar?.length ?? 0 }, ['bar', 'beat']);
    for (const one of table.perfs) checkColumns(path, line, { ...one, n: table.bar.length }, ['t']);
    const read = recordingsOf(table);
    if (read !== undefined) yield read;
  }
}

function recordingsOf({ id, piece, source, license, bar, beat, score: printed, perfs }: BeatTable): BeatRecordings | undefined {
  const second = printed?.bars?.[1]?.[0];
  const meter = printed?.timesig?.[0];
  if (printed == null || second === undefined || meter === undefined || bar.at(-1)! > printed.bars!.length) return undefined;
  const quarters = 4 / meter[2];
  // The first bar may be a pick-up: what is printed of it ends where the second one begins.
  const first = second + (beat[0]! - meter[1]) * quarters;
  const { record, entries } = onTheBeats({ ...printed, id, piece, source, title: id }, first, quarters, bar.length);
  if (new Set(entries).size < mostlyPrinted * bar.length) return undefined;
  const unknown = entries.map(() => 0);
  return {
    score: record,
    performances: perfs.map(({ id: performance, performer, t }): PerformanceRecord => ({
      id: performance, score: id, piece, performer: `${source}:${performer}`, source, ...(license !== undefined && { license }),
      n: record.n, t: entries.map((entry) => t[entry]!), d: unknown, p: record.pitch, v: unknown, s: entries.map((_, i) => i),
    })),
  };
}

/** @returns the notes that begin on one of the beats, and for each of them which beat that is */
function onTheBeats(record: ScoreRecord, first: number, quarters: number, beats: number): { record: ScoreRecord; entries: readonly number[] } {
  const place = (i: number): number => (record.on[i]! - first) / quarters;
  const kept = record.on.flatMap((_, i) => {
    const entry = Math.round(place(i));
    return record.dur[i]! > 0 && Math.abs(place(i) - entry) < near && entry >= 0 && entry < beats ? [i] : [];
  });
  const of = <T>(column: readonly T[]): T[] => kept.map((i) => column[i]!);
  const { staff, flags } = record;
  const onBeats = { ...record, n: kept.length, on: of(record.on), dur: of(record.dur), pitch: of(record.pitch), ...(staff !== undefined && { staff: of(staff) }), ...(flags !== undefined && { flags: of(flags) }) };
  return { record: onBeats, entries: kept.map((i) => Math.round(place(i))) };
}
