/**
 * One run-through of a piece: when the soloist began each of his onsets. That is all a later run-through needs,
 * and it is small: a take of a concerto movement is some twenty kilobytes.
 */
import type { Beats, Seconds, Velocity } from './units.ts';

export interface TakeOnset {
  readonly position: Beats;
  /** Median of the notes of the onset, on the clock of that evening. */
  readonly time: Seconds;
  /** Loudest note; 0 where unknown. */
  readonly velocity: Velocity;
  /** False where the soloist did not come here from the onset before: a restart, a skip, a long wait. */
  readonly joined: boolean;
}

export interface Take {
  readonly id: string;
  /** What was played, by its content: see `scoreFingerprint`. */
  readonly score: string;
  /** Whose take; '' where nobody said. */
  readonly player: string;
  /** ISO 8601, from the edge of the program. */
  readonly recordedAt: string;
  readonly onsets: readonly TakeOnset[];
}
