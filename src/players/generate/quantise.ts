/**
 * Played times onto the grid. In each quarter all notes together choose how it is divided: into sixteenths, triplets,
 * sextuplets or, where nothing else will do, twelfths. The finer a division, the better it must fit, or every
 * unsteady sixteenth would become a sextuplet. What is left over is kept as microtiming.
 *
 * @see Cemgil, Desain and Kappen, "Rhythm quantization for transcription", Computer Music Journal 24(2), 2000 (the
 *      balance of a simple rhythm against small deviations)
 */
import { positionsPerQuarter } from '../../core/music/song.ts';

/** How far a note strays from where it belongs, in quarter notes: in playing, and by the rounding of a notation program. */
export const usualStray = { played: 0.04, printed: 0.012 } as const;

/** `parts` of a quarter; `surprise` is what it costs a quarter to be divided so (twice the negative logarithm of how likely it is). */
const divisions = [
  { parts: 4, surprise: 0 },
  { parts: 3, surprise: 4 },
  { parts: 6, surprise: 6 },
  { parts: 12, surprise: 8 },
] as const;

/** A note this little before a quarter belongs to it, in quarter notes. */
const anticipation = 0.06;

/**
 * @param onsets  in quarter notes from a barline, in any order
 * @param stray   see `usualStray`
 * @returns position of each, none below 0
 */
export function quantised(onsets: ArrayLike<number>, stray: number): Int32Array {
  const byQuarter = new Map<number, number[]>();
  for (let i = 0; i < onsets.length; i++) {
    const quarter = Math.floor(onsets[i]! + anticipation);
    const known = byQuarter.get(quarter);
    if (known === undefined) byQuarter.set(quarter, [i]);
    else known.push(i);
  }
  const positions = new Int32Array(onsets.length);
  for (const [quarter, notes] of byQuarter) {
    const parts = divisionOf(notes.map((i) => onsets[i]! - quarter), stray);
    for (const i of notes) positions[i] = Math.max(0, quarter * positionsPerQuarter + Math.round((onsets[i]! - quarter) * parts) * (positionsPerQuarter / parts));
  }
  return positions;
}

/** @param places of the notes of one quarter, about 0 to 1 @returns into how many parts it is divided */
function divisionOf(places: readonly number[], stray: number): number {
  let best = divisions[0].parts as number;
  let least = Infinity;
  // A chord is one decision, however many notes it has.
  const onsets = [...new Set(places.map((place) => Math.round(place * 96)))].map((place) => place / 96);
  for (const { parts, surprise } of divisions) {
    let cost: number = surprise;
    for (const place of onsets) cost += ((place - Math.round(place * parts) / parts) / stray) ** 2 + 2 * Math.log(parts);
    if (cost < least) {
      least = cost;
      best = parts;
    }
  }
  return best;
}
