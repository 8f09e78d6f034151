/**
 * Another run-through by the same player, invented from one that is known: the same music felt the same way, at
 * about the same tempo, with as much chance in it as one person shows from take to take. Real pairs of takes by one
 * player are rare in the data; without them a policy learns to trust no take more than a stranger's.
 */
import type { Random } from '../../core/math/random.ts';
import { seconds } from '../../core/music/units.ts';
import type { PlayedOnset } from './onset-sequence.ts';
import { intervalDeviation } from './way.ts';

/** Deviation of the log tempo of a whole take. */
const tempoDeviation = 0.04;
/** Of the slow wandering of its tempo, and how many quarters it lasts. */
const wandering = 0.02;
const wanderingQuarters = 16;
/** No interval becomes shorter than this share of itself. */
const least = 0.3;

/** @param sequence not empty @returns the same onsets at other times, beginning at the same one */
export function ownTake(sequence: readonly PlayedOnset[], random: Random): PlayedOnset[] {
  const overall = random.normal(0, tempoDeviation);
  let drift = 0;
  let time: number = sequence[0]!.time;
  // Notes are early or late, not intervals: what one interval gains the next one loses.
  let off = 0;
  return sequence.map((onset, i) => {
    const before = sequence[i - 1];
    if (before === undefined) return onset;
    const interval = onset.time - before.time;
    const kept = Math.exp(-(onset.position - before.position) / wanderingQuarters);
    drift = drift * kept + random.normal(0, wandering * Math.sqrt(1 - kept * kept));
    const played = interval * Math.exp(overall + drift);
    // The deviation between two takes is that of one times the root of two, and of one onset that of its interval over it.
    const late = random.normal(0, intervalDeviation(interval));
    const step = Math.max(least * played, played + late - off);
    off = late;
    time += step;
    return { ...onset, time: seconds(time), firstTime: seconds(time) };
  });
}
