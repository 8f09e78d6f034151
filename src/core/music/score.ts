/** A score as everything above the file readers sees it: readonly, sorted, in quarter notes. */
import type { BeatPeriod, Beats, MidiPitch, Seconds, Velocity } from './units.ts';

export type Articulation = 'staccato' | 'staccatissimo' | 'tenuto' | 'accent' | 'marcato';
export type Ornament = 'trill' | 'mordent' | 'turn' | 'tremolo' | 'arpeggio' | 'other';

export interface ScoreNote {
  /** Stable from one reading of the same file to the next: "violin-0042"; a repeated note gains its pass: "violin-0042@2". */
  readonly id: string;
  /** Sounding pitch, also for transposing instruments. */
  readonly pitch: MidiPitch;
  readonly onset: Beats;
  /** As written, ties merged; 0 for a grace note. */
  readonly duration: Beats;
  readonly velocity: Velocity;
  readonly voice: number;
  /** 1 is the upper staff; 0 when the source does not say. */
  readonly staff: number;
  readonly grace: boolean;
  readonly fermata: boolean;
  readonly ornament?: Ornament;
  readonly articulations?: readonly Articulation[];
  /** Ids of the written notes that were merged into this one by ties, in order; its own is not among them. */
  readonly tiedFrom?: readonly string[];
}

/** All notes of one part that begin together; grace notes stand at the position of the note they lean on. */
export interface ScoreOnset {
  readonly position: Beats;
  readonly notes: readonly ScoreNote[];
}

/** What is neither a note nor a tempo: pedal (controller 64), other controllers, and programs, of one part. */
export type PartControl =
  | { readonly type: 'controller'; readonly position: Beats; readonly controller: number; readonly value: number }
  | { readonly type: 'program'; readonly position: Beats; readonly program: number };

export type PartRole = 'solo' | 'accompaniment';

export interface Part {
  readonly id: string;
  readonly name: string;
  readonly role: PartRole;
  /** 0..15; percussion is 9. */
  readonly channel: number;
  /** Rising positions, none equal. */
  readonly onsets: readonly ScoreOnset[];
  /** Rising positions. */
  readonly controls: readonly PartControl[];
}

export interface MeterChange {
  readonly position: Beats;
  readonly numerator: number;
  readonly denominator: number;
}
export interface TempoMark {
  readonly position: Beats;
  readonly beatPeriod: BeatPeriod;
}
export interface KeyChange {
  readonly position: Beats;
  /** Sharps positive, flats negative. */
  readonly fifths: number;
}
/** One bar as it stands in this score; in an unfolded score a repeated bar stands twice, with `pass` 1 and 2. */
export interface Bar {
  readonly position: Beats;
  /** As printed: a pick-up is usually "0". */
  readonly number: string;
  readonly pass: number;
}
/** From one barline up to another. */
export interface Passage {
  readonly from: Beats;
  readonly until: Beats;
}
/** Whether a place lies in it, its end left out; what is next to nothing away from a barline stands on it. */
export const contains = ({ from, until }: { readonly from: number; readonly until: number }, position: number): boolean => position >= from - 1e-6 && position < until - 1e-6;
/**
 * How far the accompaniment goes with the soloist: at once (`tight`), in broad lines (`loose`), not before each of his
 * notes (`wait`), not at all (`ignore`), or he with us (`lead`); `usual` is as it is set for the evening.
 */
export type Manner = 'usual' | 'tight' | 'loose' | 'wait' | 'ignore' | 'lead';
export interface MannerPassage extends Passage {
  readonly manner: Manner;
  /** How late the soloist is heard here, where the score says so. */
  readonly latency?: Seconds;
}
/** Where the music stops for a moment, between two notes: shortly (`breath`) or until the soloist goes on (`caesura`). */
export interface Pause {
  readonly type: 'breath' | 'caesura';
  readonly position: Beats;
}
export interface RehearsalMark {
  readonly position: Beats;
  readonly name: string;
}

/**
 * What may make the written order differ from the played one. Positions are barlines.
 * A `repeat` goes back from `at` to `to`; an `ending` is played only on the passes named;
 * `jump` covers da capo and dal segno, after which repeats are not taken again unless `withRepeats`.
 */
export type Jump =
  | { readonly type: 'repeat'; readonly at: Beats; readonly to: Beats; readonly times: number }
  | { readonly type: 'ending'; readonly from: Beats; readonly until: Beats; readonly passes: readonly number[] }
  | { readonly type: 'jump'; readonly at: Beats; readonly to: Beats; readonly withRepeats: boolean }
  /** To coda (`to`) or fine (end), obeyed only after a `jump`. */
  | { readonly type: 'leave'; readonly at: Beats; readonly to: Beats | 'end' };

export interface Score {
  readonly title: string;
  readonly parts: readonly Part[];
  /** The first stands at or before the first note. */
  readonly meters: readonly MeterChange[];
  readonly tempoMarks: readonly TempoMark[];
  readonly keys: readonly KeyChange[];
  readonly bars: readonly Bar[];
  readonly marks: readonly RehearsalMark[];
  readonly fermatas: readonly Beats[];
  /** Rising, like the next two; where left out there are none. */
  readonly pauses?: readonly Pause[];
  /** The bars in which the soloist plays what he likes. */
  readonly cadenzas?: readonly Passage[];
  /** What the score itself asks of the one who follows. */
  readonly manners?: readonly MannerPassage[];
  /** Empty once the score is unfolded (`music/route.ts`). */
  readonly jumps: readonly Jump[];
  /** Where the music begins (negative with a pick-up) and ends. */
  readonly start: Beats;
  readonly end: Beats;
}
