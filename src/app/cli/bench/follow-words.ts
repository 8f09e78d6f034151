/** What `bench follow` says to a person: a table, and below it where the follower went astray. */
import { printLine, printTable } from '../outcome.ts';
import type { FollowBenchResult } from './follow.ts';
import type { FollowFigures } from './follow-figures.ts';

export function printFollowFigures({ sources, all, reference, worst }: FollowBenchResult): void {
  const rows: (readonly [string, FollowFigures])[] = [...Object.entries(sources), ['all', all], ...Object.entries(reference)];
  const jumps = all.jumps !== undefined;
  printTable([
    ['', 'performances', 'notes', 'within 25', '50', '100 ms', 'one onset', 'lost', 'ever', 'ms a note', ...(jumps ? ['back in 2 s', '5 s', 'median'] : [])],
    ...rows.map(([name, f]) => [
      name, String(f.performances), String(f.notes), percent(f.within25), percent(f.within50), percent(f.within100), percent(f.withinOneOnset), percent(f.lost), percent(f.ever), String(f.cpuMs.mean),
      ...(jumps ? [percent(f.backWithin2s ?? 0), percent(f.backWithin5s ?? 0), f.backMedianS == null ? 'never' : `${f.backMedianS} s`] : []),
    ]),
  ]);
  if (all.crossings !== undefined) printLine(`repeats taken or not: ${percent(all.crossingsRight ?? 0)} of ${all.crossings} heard right`);
  for (const { id, notes, stumbles } of worst ?? []) {
    const places = stumbles.map(({ fromBar, untilBar, believedBar, notes: some }) => `bars ${fromBar} to ${untilBar} (${some} notes, believed to be in bar ${believedBar})`);
    printLine(`${id}: ${notes} notes misplaced${places.length > 0 ? `; ${places.join(', ')}` : ''}`);
  }
}

const percent = (share: number): string => `${share.toFixed(2)} %`;
