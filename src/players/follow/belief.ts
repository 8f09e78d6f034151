/**
 * Has the soloist gone elsewhere? Two paths are held against each other: the one that is believed and a rival. Their
 * surprise since the beginning already tells most, for the rival has paid for its jump; what it does not tell is that
 * slips come in bursts, that a place which explains the newest note is not left now, and that a jump just believed
 * may have been the wrong one of two places alike. The weights are those of a logistic regression on real
 * performances, some with slips, some cut so that they jump, some as a detector hears them.
 */
import { clamp } from '../../core/math/statistics.ts';

export const belief = {
  /** Each doubling of the surprise by which the rival is worse since the beginning, roughly. */
  behind: -1.804,
  /** Whether the newest note is understood by those who stay, and by those who went. */
  stayingMatched: -2.751,
  goingMatched: 0.906,
  /** Surprise of the last few notes. */
  staying: 0.363,
  going: -0.259,
  /** A place that explains what is played; more so the longer it did. */
  quality: 1.551,
  settled: -0.5,
  /** The rival is where the music was before the last jump, which went so far. */
  undone: -2.045,
  undoneDistance: 1.351,
  /** The rival has only just jumped: so far, after a pause. */
  fresh: 1.893,
  distance: -0.57,
  pause: 0.269,
  base: 1.912,
  /** Log odds from which a jump is believed: far more notes are played without one. */
  believed: 2.5,
};

/** Notes over which surprise is compared, and for which a rival counts as fresh. */
export const recentNotes = 4;
export const freshNotes = 16;
/** What counts as a pause, in seconds. */
const pauseLeast = 0.4;
const mostBehind = 60;
const mostRecent = 30;
const mostSettled = 300;

/** Two paths over the same played notes. */
export interface Rivalry {
  /** Surprise by which the rival is worse since the beginning, its jump included. */
  behind: number;
  stayingMatched: boolean;
  goingMatched: boolean;
  /** Surprise of the last few notes, or since the rival's jump. */
  staying: number;
  going: number;
  /** How well the believed path explains what is played lately, 0..1, and notes since it came by a jump. */
  quality: number;
  settled: number;
  /** Quarter notes that the believed path jumped after the rival was there; negative where it was there first. */
  undone: number;
  /** Whether the rival has only just jumped, how far, in quarter notes, and after what pause, in seconds. */
  fresh: boolean;
  distance: number;
  pause: number;
}

/** @returns log odds that the rival is right, less those that it takes to be believed */
export function jumpOdds(rivalry: Rivalry): number {
  const { behind, staying, going, quality, settled, undone, fresh, distance, pause } = rivalry;
  return belief.base - belief.believed
    + belief.behind * Math.log1p(clamp(behind, 0, mostBehind))
    + (rivalry.stayingMatched ? belief.stayingMatched : 0) + (rivalry.goingMatched ? belief.goingMatched : 0)
    + belief.staying * clamp(staying, -2, mostRecent) + belief.going * clamp(going, -2, mostRecent)
    + belief.quality * quality + belief.settled * Math.log1p(clamp(settled, 0, mostSettled))
    + (undone >= 0 ? belief.undone + belief.undoneDistance * Math.log1p(undone) : 0)
    + (fresh ? belief.fresh + belief.distance * Math.log1p(distance) + (pause > pauseLeast ? belief.pause : 0) : 0);
}
