/** Anything with a tempo of its own that can be told how fast to run. What to tell it is decided elsewhere (`steering.ts`). */
import type { Clock } from '../../../core/contract/ports.ts';
import type { BarPlace } from '../../../core/music/meter.ts';
import type { Beats, Seconds } from '../../../core/music/units.ts';
import type { OnTrouble } from '../trouble.ts';
import type { Feedback } from './steering.ts';

/** Each order is given at once; `at` is when it will have its effect, for those who can be told. */
export interface TempoTarget {
  tempo(bpm: number, at: Seconds): void;
  /** @param position in quarters of its own time @param bpm the tempo there, for those who count in seconds */
  locate(position: Beats, bpm: number, at: Seconds): void;
  play(at: Seconds): void;
  stop(at: Seconds): void;
  /** A quarter of the music begins; for those who only count. */
  beat?(position: Beats, at: Seconds): void;
  close(): Promise<void>;
}

/** What a program says of itself: its place in quarters of its own time, and its tempo. */
export interface DawReport extends Feedback {
  readonly bpm?: number;
}

/** A place with a name in the program, in quarters of its own time. */
export interface CuePoint {
  readonly name: string;
  readonly position: Beats;
}

/** What a target must know of the rest of the program. */
export interface TargetHouse {
  readonly clock: Clock;
  readonly onReport: (report: DawReport) => void;
  readonly onTrouble: OnTrouble;
  /** All that it has, whenever it says them. */
  readonly onCuePoints: (points: readonly CuePoint[]) => void;
  /** Bar and beat of a place in the target's own time. */
  readonly placeAt: (position: Beats) => BarPlace;
}
