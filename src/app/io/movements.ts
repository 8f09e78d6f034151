/** One movement out of a file that holds several. */
import { UserFault } from '../../core/contract/faults.ts';
import { barLength } from '../../core/music/meter.ts';
import type { Jump, Score } from '../../core/music/score.ts';
import { inStretches } from '../../core/music/stretches.ts';
import { beats } from '../../core/music/units.ts';
import type { WrittenScore } from './written-score.ts';

/**
 * Position 0 becomes the first downbeat of the movement.
 *
 * @param movement  from 1; undefined for the whole file
 * @throws UserFault when the file has no such movement
 */
export function movementOf(written: WrittenScore, movement: number | undefined, path: string): WrittenScore {
  if (movement === undefined) return written;
  const { score, movements } = written;
  const from = movements[movement - 1];
  if (from === undefined) throw new UserFault(path, '--movement', `must be 1 to ${movements.length}`, movement);
  const until = movements[movement] ?? score.end;
  const zero = firstDownbeat(score, from, until);
  const stretch = { from, until: until === score.end ? Infinity : until, shift: -zero };
  return { ...written, movements: [beats(from - zero)], score: { ...inStretches(score, [stretch]), jumps: jumpsInside(score.jumps, from, until, zero) } };
}

/** The first barline, or the second where the first bar is a pick-up. */
function firstDownbeat(score: Score, from: number, until: number): number {
  const second = score.bars.find((bar) => bar.position > from)?.position;
  const meter = score.meters.findLast((change) => change.position <= from);
  const isPickup = second !== undefined && second < until && meter !== undefined && second - from < barLength(meter) - 1e-6;
  return isPickup ? second : from;
}

function jumpsInside(jumps: readonly Jump[], from: number, until: number, zero: number): Jump[] {
  return jumps.flatMap((jump): Jump[] => {
    const last = jump.type === 'ending' ? jump.until : jump.at;
    if (last <= from || last > until) return [];
    const moved = (position: number): ReturnType<typeof beats> => beats(position - zero);
    switch (jump.type) {
      case 'ending':
        return [{ ...jump, from: moved(jump.from), until: moved(jump.until) }];
      case 'leave':
        return [{ ...jump, at: moved(jump.at), to: jump.to === 'end' || jump.to >= until ? 'end' : moved(jump.to) }];
      default:
        return [{ ...jump, at: moved(jump.at), to: moved(jump.to) }];
    }
  });
}
