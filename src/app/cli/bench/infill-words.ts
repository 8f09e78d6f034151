/** The figures of `bench infill` as a table a task. */
import { printLine, printTable } from '../outcome.ts';
import type { benchInfill } from './infill.ts';

const percent = (share: number | undefined): string => (share === undefined ? '-' : (100 * share).toFixed(1));
const between = (share: number | undefined, interval: readonly number[]): string => `${percent(share)} (${interval.map((bound) => (100 * bound).toFixed(0)).join('-')})`;

export function printInfillFigures({ split, windows, songs, learntFrom, grid, tasks }: Awaited<ReturnType<typeof benchInfill>>): void {
  printLine(`${windows} windows of ${grid.bars} bars of ${songs} songs (${split}), ${grid.hole} bars missing; counted from ${learntFrom} songs`);
  printLine(`grid: ${grid.positionsPerQuarter} positions a quarter, ${grid.durationClasses} lengths, ${grid.velocityClasses} velocities; nats a note without microtiming and what a finer grid says; shares in %; in brackets where 95 of 100 such samples of songs lie`);
  for (const [task, ways] of Object.entries(tasks)) {
    printLine('');
    printTable([
      [task, 'nats', 'note F1', 'onset F1', 'pitch classes', 'out of key', 'clashes', 'density', 'diversity', 'kept', 'ms/note', 'ms/hole'],
      ...Object.entries(ways).map(([name, way]) => [
        name, 'nats' in way ? `${way.nats.toFixed(2)}${way.intervals.nats === undefined ? '' : ` (${way.intervals.nats.map((bound) => bound.toFixed(2)).join('-')})`}` : '-', between(way.noteF1, way.intervals.noteF1), between(way.onsetF1, way.intervals.onsetF1), percent(way.pitchClassOverlap), percent(way.outOfKey), percent(way.clashes),
        (way.density ?? 0).toFixed(2), percent(way.diversity), percent(way.keptIdentical), way.msPerNote?.toFixed(2) ?? '-', way.msPerHole?.toFixed(0) ?? '-',
      ]),
    ]);
  }
}
