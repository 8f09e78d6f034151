/** Where are we in the score, and how fast does it go? The two questions every accompanist asks. */
import type { Beats, BeatPeriod, Seconds, Stretch, NominalSeconds } from '../music/units.ts';
import type { SoloEvent } from './events.ts';

/** The soloist played a note of score onset `onsetIndex` at `time` (the event's `playedAt`). */
export interface ScoreMatch {
  readonly time: Seconds;
  readonly position: Beats;
  /** Index into the solo part's `onsets`. */
  readonly onsetIndex: number;
  /** Index into that onset's `notes`; -1 for an attack without a pitch. */
  readonly noteIndex: number;
  /** True for the first played note of this onset; the rest of a chord, and late notes of an earlier onset, say false. */
  readonly begins: boolean;
  /** True when the path did not come here from where it was: the soloist went elsewhere. */
  readonly jumped: boolean;
  /** 0..1 */
  readonly confidence: number;
}

export interface Follower {
  /** The score note this event plays; undefined for a slip, a release, or while nothing is known yet. */
  follow(event: SoloEvent): ScoreMatch | undefined;
  /** The last matched place; the beginning before the first match. */
  readonly position: Beats;
  /** 0..1: how sure we are of `position`. */
  readonly confidence: number;
  /** True while no path explains what is being played. */
  readonly lost: boolean;
  /** Semitones by which the soloist plays higher than written: as followed now, and as noticed but not yet believed (0 for none). */
  readonly transposition?: { readonly followed: number; readonly offered: number };
  /** The next note is expected at `position`. */
  seek(position: Beats): void;
}

export interface TempoEstimate {
  /** The smoothed time of `position`, not the raw onset. */
  readonly time: Seconds;
  readonly position: Beats;
  readonly nominal: NominalSeconds;
  /** Performed over nominal seconds, until the next onset. */
  readonly stretch: Stretch;
  /** The same without what only the next onset is expected to show: the tempo that a person would name. */
  readonly steady?: Stretch;
  readonly beatPeriod: BeatPeriod;
  /** How far off the next interval may well be: standard deviation of its logarithm; left out where nobody knows. */
  readonly spread?: number;
}
export interface TempoModel {
  /** Only matches that begin an onset, in order. */
  observe(match: ScoreMatch): TempoEstimate;
  /** Forget the local tempo and go on from here. */
  restart(time: Seconds, position: Beats, stretch: Stretch): void;
  /** The soloist went elsewhere, or stood still: keep the tempo, forget the place. */
  interrupt(): void;
  /** The tempo now. */
  readonly stretch: Stretch;
}
