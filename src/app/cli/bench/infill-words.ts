/** The figures of `bench infill` as a table a task. */
import { printLine, printTable } from '../outcome.ts';
import type { benchInfill } from './infill.ts';

const percent = (share: number | undefined): string => (share === undefined ? '-' : (100 * share).toFixed(1));

export function printInfillFigures({ split, windows, songs, learntFrom, grid, tasks }: Awaited<ReturnType<typeof benchInfill>>): void {
  printLine(`${windows} windows of ${grid.bars} bars of ${songs} songs (${split}), ${grid.hole} bars missing; counted from ${learntFrom} songs`);
  printLine(`grid: ${grid.positionsPerQuarter} positions a quarter, ${grid.durationClasses} lengths, ${grid.velocityClasses} velocities; nats a note without microtiming and what a finer grid says; shares in %`);
  for (const [task, ways] of Object.entries(tasks)) {
    printLine('');
    printTable([
      [task, 'nats', 'note F1', 'onset F1', 'pitch classes', 'out of key', 'clashes', 'density', 'diversity', 'kept', 'ms/note', 'ms/hole'],
      ...Object.entries(ways).map(([name, way]) => [
        name, 'nats' in way ? way.nats.toFixed(2) : '-', percent(way.noteF1), percent(way.onsetF1), percent(way.pitchClassOverlap), percent(way.outOfKey), percent(way.clashes),
        (way.density ?? 0).toFixed(2), percent(way.diversity), percent(way.keptIdentical), way.msPerNote?.toFixed(2) ?? '-', way.msPerHole?.toFixed(0) ?? '-',
      ]),
    ]);
  }
}
