/** One run-through note by note, as it was played: what can be reviewed afterwards. */
import type { Beats, MidiPitch, Seconds, Velocity } from './units.ts';

export interface SoundedNote {
  readonly time: Seconds;
  readonly duration: Seconds;
  readonly pitch: MidiPitch;
  readonly velocity: Velocity;
}
/** A note of the soloist; `part` where it came in with the name of one: there may be several soloists. */
export interface SoloNote extends SoundedNote {
  readonly part?: string;
}
/** A note of the accompaniment, and where it stands in the score. */
export interface AccompanyingNote extends SoundedNote {
  /** The id of its part. */
  readonly part: string;
  readonly position: Beats;
}
/** What happened beside the notes: the soloist was lost and found, or went elsewhere, or was waited for. */
export interface Incident {
  readonly type: 'lost' | 'found' | 'jumped' | 'holding' | 'playing';
  readonly time: Seconds;
  readonly position: Beats;
}

/** Everything in order of time, on the clock of that evening. */
export interface RunThrough {
  /** At the pitch at which it came in. */
  readonly solo: readonly SoloNote[];
  readonly ours: readonly AccompanyingNote[];
  readonly incidents: readonly Incident[];
}
