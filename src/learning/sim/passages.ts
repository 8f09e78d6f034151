/** Linked notes into passages: music played in order, until the soloist goes elsewhere. Strays are unlinked. */
import type { PerformedNote } from '../../core/music/performance.ts';
import { median } from '../../core/math/statistics.ts';
import type { NoteTable } from '../../players/follow/note-table.ts';

/** Music played without going elsewhere. */
export interface Passage {
  /** Running numbers of its first and last linked played notes. */
  readonly first: number;
  readonly last: number;
  /** Onsets of the solo part at which it begins and ends. */
  readonly fromOnset: number;
  readonly untilOnset: number;
}

/** Further back than this, in seconds at the usual pace, is no rolled chord and no ornament. */
const furthestBack = 0.8;
/** Arriving earlier than this by so many seconds, with so many onsets left out, is no accelerando. */
const earliest = 1.5;
const fewestLeftOut = 4;
/** Fewer notes are chance, unless the music goes on nowhere else. */
const fewestNotes = 6;
const fewestStray = 3;

/** @param links running number of the score note for each played note, -1 for none */
export function passagesOf(links: Int32Array, notes: readonly PerformedNote[], table: NoteTable): { readonly links: Int32Array; readonly passages: readonly Passage[] } {
  let runs = runsOf([...links.keys()].filter((i) => links[i]! >= 0), links, notes, table);
  for (;;) {
    const stray = shortestStray(runs, links, notes, table);
    if (stray < 0) break;
    runs = runsOf(runs.filter((_, k) => k !== stray).flat(), links, notes, table);
  }
  const kept = new Int32Array(links.length).fill(-1);
  for (const run of runs) for (const i of run) kept[i] = links[i]!;
  const passages = runs.map((run): Passage => {
    const onsets = run.map((i) => table.onsetOf[links[i]!]!);
    return { first: run[0]!, last: run.at(-1)!, fromOnset: Math.min(...onsets), untilOnset: Math.max(...onsets) };
  });
  return { links: kept, passages };
}

function runsOf(linked: readonly number[], links: Int32Array, notes: readonly PerformedNote[], table: NoteTable): number[][] {
  const paces: number[] = [];
  for (let k = 1; k < linked.length; k++) {
    const nominal = nominalOf(linked[k]!, links, table) - nominalOf(linked[k - 1]!, links, table);
    const interval = notes[linked[k]!]!.time - notes[linked[k - 1]!]!.time;
    if (nominal > 0 && interval > 0) paces.push(interval / nominal);
  }
  const pace = paces.length === 0 ? 1 : median(paces);
  const runs: number[][] = [];
  let front = -1;
  for (const i of linked) {
    const run = runs.at(-1);
    if (run === undefined || goesElsewhere(run.at(-1)!, i, front, links, notes, table, pace)) {
      runs.push([i]);
      front = i;
      continue;
    }
    run.push(i);
    if (nominalOf(i, links, table) >= nominalOf(front, links, table)) front = i;
  }
  return runs;
}

/** @param front the played note that has come furthest in this run */
function goesElsewhere(from: number, to: number, front: number, links: Int32Array, notes: readonly PerformedNote[], table: NoteTable, pace: number): boolean {
  const back = (nominalOf(front, links, table) - nominalOf(to, links, table)) * pace;
  if (back > furthestBack) return true;
  const ahead = (nominalOf(to, links, table) - nominalOf(from, links, table)) * pace - (notes[to]!.time - notes[from]!.time);
  const leftOut = table.onsetOf[links[to]!]! - table.onsetOf[links[front]!]! - 1;
  return ahead > earliest && leftOut >= fewestLeftOut;
}

/** The smallest run that is too small to be a passage; -1 when all are large enough. */
function shortestStray(runs: readonly number[][], links: Int32Array, notes: readonly PerformedNote[], table: NoteTable): number {
  let smallest = -1;
  for (let k = 0; k < runs.length; k++) {
    const size = runs[k]!.length;
    const before = runs[k - 1];
    const after = runs[k + 1];
    const between = before !== undefined && after !== undefined && runsOf([...before, ...after], links, notes, table).length === 1;
    const alone = runs.length === 1;
    if (!alone && size < (between ? fewestNotes : fewestStray + 1) && (smallest < 0 || size < runs[smallest]!.length)) smallest = k;
  }
  return smallest;
}

const nominalOf = (i: number, links: Int32Array, table: NoteTable): number => table.nominal[table.onsetOf[links[i]!]!]!;
