/** Two hearings of one recording into the one that keeps order and tempo: the cheapest way that changes between them. */
import type { PerformedNote } from '../../core/music/performance.ts';
import { clamp, median } from '../../core/math/statistics.ts';
import type { NoteTable } from '../../players/follow/note-table.ts';
import type { BothWays } from './both-ways.ts';

/** What a note costs that is not recognised, and a jump. */
const unknownNote = 1;
const jump = 6;
/** More for each time that the distance is e times larger, in nominal seconds. */
const jumpDistance = 0.5;
/** Changing from one hearing to the other, where nothing else speaks for it. */
const change = 0.02;
/** Seconds off the expected time that cost as much as a note not recognised; more after a longer interval. */
const tolerance = 0.15;
const toleranceShare = 0.5;
/** After a jump the pace may be another: so many intervals until it is trusted. */
const paceKnown = 4;
/** Share of the newest interval in the pace. */
const newest = 0.1;

/** The end of a way: its cost, and the last note recognised on it. */
interface Way {
  cost: number;
  last: number;
  time: number;
  /** Seconds a nominal second. */
  pace: number;
  /** Intervals since the last jump: at first each tells much about the pace. */
  intervals: number;
}

/** @returns for each played note the running number of its score note, -1 for none */
export function mergedWays(heard: BothWays, notes: readonly PerformedNote[], table: NoteTable): Int32Array {
  const hearings = [heard.forwards, heard.backwards] as const;
  const cameFrom = new Uint8Array(2 * notes.length);
  const pace = usualPace(heard, notes, table);
  const begin: Way = { cost: 0, last: -1, time: 0, pace, intervals: 0 };
  let ways: [Way, Way] = [begin, begin];
  for (let i = 0; i < notes.length; i++) {
    const time = notes[i]!.time;
    const step = (which: 0 | 1): Way => {
      const note = hearings[which][i]!;
      const stay = extended(ways[which], note, time, table);
      const come = extended(ways[1 - which]!, note, time, table);
      come.cost += change;
      const comes = come.cost < stay.cost;
      cameFrom[2 * i + which] = comes ? 1 - which : which;
      return comes ? come : stay;
    };
    ways = [step(0), step(1)];
  }
  const links = new Int32Array(notes.length);
  let which = ways[0].cost <= ways[1].cost ? 0 : 1;
  for (let i = notes.length - 1; i >= 0; i--) {
    links[i] = hearings[which]![i]!;
    which = cameFrom[2 * i + which]!;
  }
  return links;
}

function extended(way: Way, note: number, time: number, table: NoteTable): Way {
  if (note < 0) return { ...way, cost: way.cost + unknownNote };
  if (way.last < 0) return { ...way, last: note, time };
  const nominal = table.nominal[table.onsetOf[note]!]! - table.nominal[table.onsetOf[way.last]!]!;
  const interval = time - way.time;
  const trust = Math.min(1, (way.intervals + 1) / paceKnown);
  const off = (trust * Math.abs(interval - nominal * way.pace)) / (tolerance + toleranceShare * interval);
  const elsewhere = jump + jumpDistance * Math.log1p(Math.abs(nominal));
  const isJump = off >= elsewhere;
  if (isJump || nominal <= 0 || interval <= 0.01) return { cost: way.cost + Math.min(off, elsewhere), last: note, time, pace: way.pace, intervals: isJump ? 0 : way.intervals };
  const share = Math.max(newest, 1 / (way.intervals + 2));
  return { cost: way.cost + off, last: note, time, pace: way.pace * clamp(interval / nominal / way.pace, 0.5, 2) ** share, intervals: way.intervals + 1 };
}

/** Over the notes that both have heard alike. */
function usualPace({ forwards, backwards }: BothWays, notes: readonly PerformedNote[], table: NoteTable): number {
  const paces: number[] = [];
  let last = -1;
  for (let i = 0; i < notes.length; i++) {
    if (forwards[i]! < 0 || forwards[i] !== backwards[i]) continue;
    if (last >= 0) {
      const nominal = table.nominal[table.onsetOf[forwards[i]!]!]! - table.nominal[table.onsetOf[forwards[last]!]!]!;
      const interval = notes[i]!.time - notes[last]!.time;
      if (nominal > 0 && interval > 0) paces.push(interval / nominal);
    }
    last = i;
  }
  return paces.length === 0 ? 1 : median(paces);
}
