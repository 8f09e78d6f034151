/**
 * A run-through bar by bar, in the order of playing: whoever goes back to bar 7 visits it twice. Barlines between two
 * onsets get their time by the tempo that the score prescribes between them.
 */
import { firstAtOrAfter } from '../../../core/math/search.ts';
import { median } from '../../../core/math/statistics.ts';
import type { BarGrid } from '../../../core/music/meter.ts';
import type { TakeOnset } from '../../../core/music/take.ts';
import type { TempoMap } from '../../../core/music/tempo-marks.ts';
import type { Beats } from '../../../core/music/units.ts';
import { beats, nominalSeconds } from '../../../core/music/units.ts';

/** Music played in one go: rising positions, rising times. */
export type Run = readonly TakeOnset[];

export interface BarVisit {
  /** Index into the bars of the score. */
  readonly bar: number;
  /** Index of the run it belongs to. */
  readonly run: number;
  /** Which time this bar is played in this run-through, from 1. */
  readonly visit: number;
  /** When, in seconds on the clock of the take. */
  readonly from: number;
  readonly until: number;
  /** Quarter notes a minute; undefined where too little of the bar was played to tell. */
  readonly bpm: number | undefined;
  /** Log of played over printed time; undefined as `bpm`. */
  readonly logStretch: number | undefined;
  /** Median loudness; undefined where nobody knows. */
  readonly velocity: number | undefined;
}

/** Less of a bar than this share tells no tempo. */
const leastShare = 0.5;
const hair = 1e-6;

export function runsOf(onsets: readonly TakeOnset[]): readonly Run[] {
  const runs: TakeOnset[][] = [];
  for (const onset of onsets) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run === undefined || last === undefined || !onset.joined || onset.position <= last.position || onset.time <= last.time) runs.push([onset]);
    else run.push(onset);
  }
  return runs;
}

/** When a place between the first and the last onset of a run was passed, in seconds. */
export class RunClock {
  readonly #nominal: Float64Array;
  readonly #times: Float64Array;
  readonly #tempoMap: TempoMap;

  constructor(run: Run, tempoMap: TempoMap) {
    this.#tempoMap = tempoMap;
    this.#nominal = Float64Array.from(run, (onset) => tempoMap.nominalAt(onset.position));
    this.#times = Float64Array.from(run, (onset) => onset.time);
  }

  /** Beyond the ends the outermost interval goes on; a run of a single onset knows only that. */
  timeAt(position: Beats): number {
    const at = this.#tempoMap.nominalAt(position);
    if (this.#times.length < 2) return this.#times[0]! + at - this.#nominal[0]!;
    const i = Math.min(Math.max(1, firstAtOrAfter(this.#nominal, at)), this.#nominal.length - 1);
    const [n0, n1, t0, t1] = [this.#nominal[i - 1]!, this.#nominal[i]!, this.#times[i - 1]!, this.#times[i]!];
    return t0 + ((at - n0) / (n1 - n0)) * (t1 - t0);
  }

  /** Inverse of `timeAt`. */
  positionAt(time: number): Beats {
    if (this.#times.length < 2) return this.#tempoMap.positionAt(nominalSeconds(this.#nominal[0]! + time - this.#times[0]!));
    const i = Math.min(Math.max(1, firstAtOrAfter(this.#times, time)), this.#times.length - 1);
    const [n0, n1, t0, t1] = [this.#nominal[i - 1]!, this.#nominal[i]!, this.#times[i - 1]!, this.#times[i]!];
    return this.#tempoMap.positionAt(nominalSeconds(n0 + ((time - t0) / (t1 - t0)) * (n1 - n0)));
  }
}

export function barVisitsOf(runs: readonly Run[], grid: BarGrid, tempoMap: TempoMap, end: Beats): readonly BarVisit[] {
  const times = new Map<number, number>();
  return runs.flatMap((run, k) => {
    const clock = new RunClock(run, tempoMap);
    const first = run[0]!.position;
    const last = run.at(-1)!.position;
    const visits: BarVisit[] = [];
    for (let bar = grid.indexAt(first); bar <= grid.indexAt(last); bar++) {
      const starts = grid.startOf(bar);
      const ends = bar + 1 < grid.bars.length ? grid.startOf(bar + 1) : end;
      const from = beats(Math.max(starts, first));
      const until = beats(Math.min(ends, last));
      const inside = run.filter((onset) => onset.position >= starts - hair && onset.position < ends - hair);
      const [begun, over] = [clock.timeAt(from), clock.timeAt(until)];
      const nominal = tempoMap.nominalAt(until) - tempoMap.nominalAt(from);
      // What the soloist does not play he does not hurry either.
      const tells = inside.length > 0 && until - from >= leastShare * (ends - starts) - hair && nominal > 0 && over > begun;
      const loudness = inside.map((onset) => onset.velocity as number).filter((velocity) => velocity > 0);
      const visit = (times.get(bar) ?? 0) + 1;
      times.set(bar, visit);
      visits.push({
        bar, run: k, visit, from: begun, until: over,
        bpm: tells ? (60 * (until - from)) / (over - begun) : undefined,
        logStretch: tells ? Math.log((over - begun) / nominal) : undefined,
        velocity: loudness.length > 0 ? median(loudness) : undefined,
      });
    }
    return visits;
  });
}
