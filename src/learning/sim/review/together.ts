/** How soloist and accompaniment went together: how far apart they began, where he was lost, where he was waited for. */
import { firstAfter, firstAtOrAfter } from '../../../core/math/search.ts';
import type { Incident, RunThrough } from '../../../core/music/run-through.ts';
import type { TakeOnset } from '../../../core/music/take.ts';
import type { Beats } from '../../../core/music/units.ts';

export interface JointOnset {
  readonly position: Beats;
  /** When the soloist began it, on the clock of the take. */
  readonly time: number;
  /** Ours minus his, in seconds: positive when we were late. */
  readonly asynchrony: number;
}
export interface Absence {
  readonly position: Beats;
  readonly from: number;
  readonly until: number;
}

/** Two notes further apart, in seconds, do not belong together: one of them is of another time round. */
const furthestApart = 1;

export function jointOnsets(onsets: readonly TakeOnset[], { ours }: Pick<RunThrough, 'ours'>): readonly JointOnset[] {
  const byPosition = new Map<number, number[]>();
  for (const { position, time } of ours) {
    const key = Math.round(position * 960);
    const times = byPosition.get(key);
    if (times === undefined) byPosition.set(key, [time]);
    else times.push(time);
  }
  return onsets.flatMap(({ position, time }): JointOnset[] => {
    const times = byPosition.get(Math.round(position * 960)) ?? [];
    const near = times.slice(firstAtOrAfter(times, time - furthestApart), firstAfter(times, time + furthestApart));
    if (near.length === 0) return [];
    const ours = near.reduce((best, at) => (Math.abs(at - time) < Math.abs(best - time) ? at : best));
    return [{ position, time, asynchrony: ours - time }];
  });
}

/** From each `begins` to the next of `ends`; what never ended lasts until `end`. */
export function absences(incidents: readonly Incident[], begins: Incident['type'], ends: readonly Incident['type'][], end: number): readonly Absence[] {
  const found: Absence[] = [];
  let open: Incident | undefined;
  for (const incident of incidents) {
    if (incident.type === begins) open ??= incident;
    else if (open !== undefined && ends.includes(incident.type)) {
      found.push({ position: open.position, from: open.time, until: incident.time });
      open = undefined;
    }
  }
  if (open !== undefined && end > open.time) found.push({ position: open.position, from: open.time, until: end });
  return found;
}
