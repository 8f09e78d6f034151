/**
 * How score and clock hang together right now. A timeline is a straight line in nominal time (the time that the
 * score's own tempo marks prescribe), so a printed change of tempo does not bend it; only the soloist does.
 * When he is elsewhere than we thought we do not jump: one straight piece leads from where we are to his line,
 * and from the meeting point on we are on his.
 */
import type { NominalSeconds, Seconds, Stretch } from '../../core/music/units.ts';
import { nominalSeconds, seconds, stretch } from '../../core/music/units.ts';

/** At `time` we are at `nominal`; from there a nominal second takes `stretch`, and beyond `meeting` it takes `stretchAfter`. */
export interface Timeline {
  readonly time: Seconds;
  readonly nominal: NominalSeconds;
  readonly stretch: Stretch;
  /** Infinity when the line is straight for ever. */
  readonly meeting: NominalSeconds;
  readonly stretchAfter: Stretch;
}

export function straightLine(time: Seconds, nominal: NominalSeconds, slope: Stretch): Timeline {
  return { time, nominal, stretch: slope, meeting: nominalSeconds(Infinity), stretchAfter: slope };
}

export function timeAt(line: Timeline, nominal: NominalSeconds): Seconds {
  if (nominal <= line.meeting) return seconds(line.time + (nominal - line.nominal) * line.stretch);
  return seconds(line.time + (line.meeting - line.nominal) * line.stretch + (nominal - line.meeting) * line.stretchAfter);
}

/** Inverse of `timeAt`. */
export function nominalAt(line: Timeline, time: Seconds): NominalSeconds {
  const straight = line.nominal + (time - line.time) / line.stretch;
  if (straight <= line.meeting) return nominalSeconds(straight);
  const meetingTime = line.time + (line.meeting - line.nominal) * line.stretch;
  return nominalSeconds(line.meeting + (time - meetingTime) / line.stretchAfter);
}

/** How much faster or slower than the soloist's line we may go while catching up. */
const hurry = 1.6;

/**
 * A line that continues `line` at `now` and meets `target` after `catchUp` nominal seconds, or later where that
 * would ask for more than `hurry` times its tempo. Continuous at `now`, never backwards: no note is skipped or
 * sounded twice.
 *
 * @param target its `stretchAfter` is the tempo after the meeting
 * @throws RangeError when `catchUp` is not positive
 */
export function bendTowards(line: Timeline, now: Seconds, target: Timeline, catchUp: number): Timeline {
  if (!(catchUp > 0)) throw new RangeError(`catching up takes some time, not ${catchUp} nominal seconds`);
  const here = nominalAt(line, now);
  const goal = target.stretchAfter;
  // How late the target's line passes our present place: negative when the soloist is ahead of us.
  const lag = timeAt(target, here) - now;
  if (Math.abs(lag) < 1e-9) return straightLine(now, here, goal);
  const slope = Math.min(goal * hurry, Math.max(goal / hurry, goal + lag / catchUp));
  const span = lag / (slope - goal);
  return { time: now, nominal: here, stretch: stretch(slope), meeting: nominalSeconds(here + span), stretchAfter: goal };
}
